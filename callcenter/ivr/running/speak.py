"""Saying and listening: words become files, and keys a result."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from callcenter.ivr.language.steps import SILENT
from callcenter.ivr.running.walker import Walk
from callcenter.ivr.sounds.prompts import PromptError
from callcenter.ivr.walking.commands import Listen, Speak, Words
from callcenter.ivr.walking.place import Place
from callcenter.telephony.ahead import NOTHING, Ahead

log = logging.getLogger(__name__)


async def say(walk: Walk, command: Speak, files: list[str]) -> str:
    """The key that interrupted, or ''."""
    if not files:
        return ""
    if command.interrupt:
        return await walk.line.say(files)
    await walk.line.say_whole(files)
    return ""


async def listen(walk: Walk, command: Listen, files: list[str], ahead: Mapping[str, Ahead] = NOTHING) -> str:
    """The digits; '' or SILENT for none in time. `ahead`: what Asterisk asks by itself after a key."""
    if not command.interrupt:
        await walk.line.say_whole(files)
        files = []
    keys = await walk.line.ask(files, most=command.most, timeout_s=command.timeout_s, ahead=ahead)
    return SILENT if not keys and command.silence and walk.line.silent else keys


async def files(walk: Walk, words: tuple[Words, ...], place: Place) -> list[str]:
    """Paths of what is said. What cannot be spoken is left out: the caller goes on."""
    made = []
    for one in words:
        for what in set(one.unspeakable) - walk.unspeakable:
            log.warning("Call %s: step %s of flow %s: %s", walk.line.call, place.step, place.flow, what)
        walk.unspeakable.update(one.unspeakable)
        try:
            made.append(str(await walk.services.prompts.file(one, place.language)))
        except PromptError as wrong:
            log.error("Call %s: step %s of flow %s is silent: %s", walk.line.call, place.step, place.flow, wrong)
    return made
