"""What comes before any flow: a caller for whom none is hears why and is let go; an emergency is told first of all."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from callcenter.floor.events import FlowDone
from callcenter.ivr.language.known import NamedPrompt
from callcenter.ivr.language.ways import tells_silence
from callcenter.ivr.running.enquire import emergency_now
from callcenter.ivr.running.walker import Walk, asked
from callcenter.ivr.sounds.prompts import PromptError
from callcenter.ivr.walking.answered import Emergency
from callcenter.ivr.walking.commands import Words
from callcenter.ivr.walking.hotline_flows import Flows
from callcenter.telephony.line import Deadline, HungUp, LinkLost

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class First:
    """`treatment` is the exit of whom no flow is for, '' for anybody else; `emergency` is told first of all."""

    treatment: str
    emergency: Emergency | None


async def found_first(walk: Walk) -> First:
    """What others say of him and of his hotline before his flow begins; all are asked at once."""
    treatment = asked(
        walk, "whether he is to be treated apart", partial(walk.services.treatment, walk.line.hotline, walk.caller.number), default=""
    )
    return First(*await asyncio.gather(treatment, emergency_now(walk)))


async def welcome(walk: Walk, flows: Flows, first: First) -> bool:
    """Whether his flow begins."""
    language = flows.language(walk.line.hotline)
    try:
        if first.treatment:
            walk.tell(FlowDone(walk.now(), walk.line.call, first.treatment))
            await _say(walk, flows.refusal(first.treatment), language)
            await walk.line.hang_up()
            return False
        if tells_silence(walk.flow):
            await walk.line.tell_silence()
        if first.emergency:
            await _say(walk, NamedPrompt(first.emergency.texts), language)
    except HungUp:
        return False
    except LinkLost:
        log.info("Call %s: the link went before its flow began; the caller is offered again when it is back", walk.line.call)
        return False
    return True


async def _say(walk: Walk, prompt: NamedPrompt, language: str) -> None:
    """In his language, or in the one there is."""
    spoken = language if prompt.texts.get(language) else next((one for one, text in prompt.texts.items() if text), "")
    words = Words(prompt.texts.get(spoken, ""), sound=prompt.sounds.get(spoken, ""))
    try:
        if spoken:
            await walk.line.say_whole([str(await walk.services.prompts.file(words, spoken))])
    except PromptError as wrong:
        log.error("Call %s: it begins in silence: %s", walk.line.call, wrong)
    except Deadline as wrong:
        log.warning("Call %s: before its flow: no answer to %s", walk.line.call, wrong)
