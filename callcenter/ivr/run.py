"""One caller walks a flow on his line: commands become sound, keys and rows; hang-up is caught here, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from callcenter.floor.events import Event, FlowDone, QueueOutcome, StepEntered, StepLeft
from callcenter.hotlines.calendar import is_open
from callcenter.ivr.actions.action import Asked
from callcenter.ivr.commands import (
    Act,
    AskDuty,
    AskHours,
    AskMay,
    AskQuestion,
    Command,
    EnterQueue,
    HangUp,
    Listen,
    LookUp,
    NoteSurvey,
    Promise,
    PutThrough,
    Record,
    Speak,
    Switch,
    Words,
)
from callcenter.ivr.known import NamedPrompt
from callcenter.ivr.moves.at import CUSTOMER_SLOT
from callcenter.ivr.owed import PATIENCE_S, Owed
from callcenter.ivr.place import Place
from callcenter.ivr.prompts import FOLDERS, PromptError
from callcenter.ivr.services import Emergency, Looked, Question, Reached, Recognised, Services
from callcenter.ivr.steps import Flow, Survey
from callcenter.ivr.versions import Flows
from callcenter.ivr.walk import ANSWERED, Caller, Move, advance, begin, flow_at, is_marked, resume
from callcenter.store.engine import AWAY
from callcenter.telephony.fate import Deadline, LinkLost
from callcenter.telephony.line import HungUp, Line, seconds_of

log = logging.getLogger(__name__)

T = TypeVar("T")

MESSAGE_S = 2.0
"""A recording of this length is a message; below it the caller only heard the tone and left."""

LOOK_S = 0.5
"""How often a message that is being recorded is looked at; Asterisk writes sound 32 KiB at a time."""

BYTES_A_SECOND = 16_000
HEADER, FRAME = 44, 320
"""Bytes of a WAV file's head, and of 20 ms of sound."""
SILENCE = 256
"""Mean amplitude up to which Asterisk takes 20 ms for silence (its dsp.conf's default)."""


@dataclass(frozen=True)
class Walk:
    """One caller on his way."""

    line: Line
    flow: Flow
    services: Services
    tell: Callable[[Event], None]
    now: Callable[[], int]
    caller: Caller
    recognised: int | None
    owed: Owed
    unspeakable: set[str] = field(default_factory=set)
    """What was told already: a prompt may be said many times."""
    questions: list[Question] = field(default_factory=list)
    """What the queue asks, once it was looked up: it stays the same for this caller."""

    def customer(self, place: Place) -> int | None:
        """Who the caller is: by his number, or by what he keyed in."""
        looked_up = place.slots.get(CUSTOMER_SLOT, "")
        return int(looked_up) if looked_up else self.recognised


async def run(line: Line, flows: Flows, services: Services, tell: Callable[[Event], None], now: Callable[[], int]) -> None:
    """Walk the flow of the line's hotline with the caller until he is gone, or the link is. Then see to what was promised him.

    A line that bears a place goes on there. KeyError when the hotline is none of ours.
    """
    flow, place = flows.place(line.hotline, line.place)
    who = await _recognised(services, line.call)
    number = line.number.lstrip("+")
    caller = Caller(who.name, number if number.isascii() and number.isdigit() else "")
    walk = Walk(line, flow, services, tell, now, caller, who.customer, Owed(line.call))
    try:
        if place:
            await _walk(walk, resume(flow, place, caller))
        elif await _welcome(walk, flows):
            await _walk(walk, begin(flow, caller, flows.language(line.hotline)))
        await walk.owed.settle()
    finally:
        walk.owed.give_up()


async def _welcome(walk: Walk, flows: Flows) -> bool:
    """What comes before any flow: a caller for whom none is hears why and is let go; an emergency is told. Whether his flow begins."""
    language = flows.language(walk.line.hotline)
    treatment = partial(walk.services.treatment, walk.line.hotline, walk.caller.number)
    kind = await _asked(walk, "whether he is to be treated apart", treatment, default="")
    try:
        if kind:
            await _say_first(walk, flows.refusal(kind), language)
            walk.tell(FlowDone(walk.now(), walk.line.call, kind))
            await walk.line.hang_up()
            return False
        emergency = await _emergency(walk)
        if emergency:
            await _say_first(walk, NamedPrompt(emergency.texts), language)
    except HungUp:
        return False
    except Deadline as wrong:
        log.warning("Call %s: before its flow: no answer to %s", walk.line.call, wrong)
    except LinkLost:
        log.info("Call %s: the link went before its flow began; the caller is offered again when it is back", walk.line.call)
        return False
    return True


async def _say_first(walk: Walk, prompt: NamedPrompt, language: str) -> None:
    spoken = language if prompt.texts.get(language) else next((one for one, text in prompt.texts.items() if text), "")
    words = Words(prompt.texts.get(spoken, ""), sound=prompt.sounds.get(spoken, ""))
    try:
        if spoken:
            await walk.line.say_whole([str(await walk.services.prompts.file(words, spoken))])
    except PromptError as wrong:
        log.error("Call %s: it begins in silence: %s", walk.line.call, wrong)


async def _walk(walk: Walk, move: Move) -> None:
    _entered(walk, move.place)
    try:
        while True:
            _mark(walk, move)
            result, got = await _do(walk, move)
            if isinstance(move.command, HangUp):
                return
            move = advance(walk.flow, move.place, walk.caller, result, got)
            if move.left:
                walk.tell(StepLeft(walk.now(), walk.line.call, move.left.step, move.left.result))
                _entered(walk, move.place)
    except HungUp:
        walk.tell(StepLeft(walk.now(), walk.line.call, move.place.step, "hung_up"))
        if isinstance(_flow(walk, move.place).steps[move.place.step], Survey) and not move.place.phase:
            nth = move.command.nth if isinstance(move.command, AskQuestion) else None
            await _survey(walk, move.place, NoteSurvey(None, nth))
    except LinkLost:
        log.info("Call %s: the link went at step %s; the caller is offered again when it is back", walk.line.call, move.place.step)


def _flow(walk: Walk, place: Place) -> Flow:
    return flow_at(walk.flow, place) or walk.flow


def _entered(walk: Walk, place: Place) -> None:
    flow = _flow(walk, place)
    walk.tell(StepEntered(walk.now(), walk.line.call, flow.name, flow.version, place.step, flow.kind(place.step)))


def _mark(walk: Walk, move: Move) -> None:
    """The place is set before what may be under way when we die."""
    place = move.place.encode()
    if is_marked(move.command) and place != walk.line.place:
        walk.line.mark(place)


async def _do(walk: Walk, move: Move) -> tuple[str, Mapping[str, str]]:
    """Do one command; its result, and the slots it fills. A command of Asterisk's that never comes back counts as unanswered."""
    try:
        match move.command:
            case LookUp() as command:
                return await _look_up(walk, command)
            case Act() as command:
                return await _act(walk, move.place, command)
        return await _command(walk, move.place, move.command), {}
    except Deadline as wrong:
        log.warning("Call %s: step %s: no answer to %s", walk.line.call, move.place.step, wrong)
        return "TIMEOUT" if isinstance(move.command, EnterQueue) else "", {}


async def _look_up(walk: Walk, command: LookUp) -> tuple[str, Mapping[str, str]]:
    if not command.value:
        return "unknown", {}
    ask = partial(walk.services.lookup, command.kind, command.value, walk.line.call)
    found = await _asked(walk, f"who he is by {command.kind}", ask, default=Looked("unknown"))
    if found.result != "known" or found.customer is None:
        return found.result, {}
    return "known", {
        CUSTOMER_SLOT: str(found.customer),
        "name": found.name,
        "open_case": found.open_case,
        "manager": found.manager,
        "language": found.language,
    }


async def _act(walk: Walk, place: Place, command: Act) -> tuple[str, Mapping[str, str]]:
    asked = Asked(
        call=walk.line.call,
        hotline=walk.line.hotline,
        customer=walk.customer(place),
        number=walk.caller.number,
        language=place.language,
        inputs=command.inputs,
        key=_key(walk, place),
    )
    answer = await walk.services.do(command.action, asked)
    return answer.result, answer.slots


async def _command(walk: Walk, place: Place, command: Command) -> str:
    if isinstance(command, Record) or (isinstance(command, Speak | Listen | AskQuestion) and command.fresh):
        walk.line.forget_keys()
    match command:
        case Speak():
            return await _say(walk, command, await _files(walk, command.words, place))
        case Listen():
            return await _listen(walk, command, await _files(walk, command.words, place))
        case Switch():
            walk.line.speak(FOLDERS.get(command.language, command.language))
        case AskHours():
            return await _hours(walk, command)
        case AskDuty():
            return await _duty(walk, command.queue)
        case AskMay():
            may = partial(walk.services.may_ask, walk.line.number)
            return "yes" if await _asked(walk, "whether he may ask for more", may, default=True) else "no"
        case AskQuestion():
            return await _question(walk, place, command)
        case EnterQueue():
            return await _queue(walk, command)
        case PutThrough():
            return await _put_through(walk, command)
        case Record():
            return await _record(walk, place, command)
        case Promise():
            await _promise(walk, place, command)
        case NoteSurvey():
            await _survey(walk, place, command)
        case HangUp():
            await _hang_up(walk, place, command)
    return "done"


async def _say(walk: Walk, command: Speak, files: list[str]) -> str:
    if not files:
        return ""
    if command.interrupt:
        return await walk.line.say(files)
    await walk.line.say_whole(files)
    return ""


async def _listen(walk: Walk, command: Listen, files: list[str]) -> str:
    if not command.interrupt:
        await walk.line.say_whole(files)
        files = []
    return await walk.line.ask(files, most=command.most, timeout_s=command.timeout_s)


async def _files(walk: Walk, words: tuple[Words, ...], place: Place) -> list[str]:
    """Paths of what is said. What cannot be spoken is left out: the caller goes on."""
    files = []
    for one in words:
        for what in set(one.unspeakable) - walk.unspeakable:
            log.warning("Call %s: step %s of flow %s: %s", walk.line.call, place.step, place.flow, what)
        walk.unspeakable.update(one.unspeakable)
        try:
            files.append(str(await walk.services.prompts.file(one, place.language)))
        except PromptError as wrong:
            log.error("Call %s: step %s of flow %s is silent: %s", walk.line.call, place.step, place.flow, wrong)
    return files


async def _hours(walk: Walk, command: AskHours) -> str:
    if command.plan is not None:
        return "open" if is_open(command.plan, walk.now(), walk.services.zone) else "closed"
    emergency = await _emergency(walk)
    if emergency and emergency.closed:
        return "emergency"
    # Nobody knows better while the store is away than to let the caller through.
    return await _asked(walk, "its hours", partial(walk.services.opening, walk.line.hotline), default="open")


async def _emergency(walk: Walk) -> Emergency | None:
    return await _asked(walk, "whether there is an emergency", partial(walk.services.emergency, walk.line.hotline), default=None)


async def _duty(walk: Walk, queue: str) -> str:
    return "yes" if await _asked(walk, f"who is on duty in {queue}", partial(walk.services.on_duty, queue), default=True) else "no"


async def _asked(walk: Walk, what: str, ask: Callable[[], Awaitable[T]], *, default: T) -> T:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await ask()
    except AWAY as wrong:
        log.warning("Call %s: the store did not tell %s: %s", walk.line.call, what, wrong)
        return default


async def _queue(walk: Walk, command: EnterQueue) -> str:
    status = await walk.line.queue(command.queue, min(command.timeout_s, walk.services.longest_wait_s))
    if status not in ANSWERED:
        walk.tell(QueueOutcome(walk.now(), walk.line.leg, command.queue, status))
    return status


async def _put_through(walk: Walk, command: PutThrough) -> str:
    if command.number:
        if not walk.services.may_dial(command.number):
            log.error("Call %s: a transfer to %s is not allowed", walk.line.call, command.number)
            return "refused"
        return await walk.line.put_through(command.number, command.timeout_s, outside=True)
    there = Reached(command.seat) if command.seat else await walk.services.reach(command.agent)
    # He may be busy with this very caller, since before our restart.
    if not there.seat and not await walk.line.sent_before():
        return there.why
    return await walk.line.put_through(there.seat or command.agent, command.timeout_s)


async def _record(walk: Walk, place: Place, command: Record) -> str:
    """Most callers end a message by hanging up: it is a message all the same, and told as one while they still speak."""
    file = walk.services.recordings / _message_name(walk, place)
    await asyncio.to_thread(walk.services.recordings.mkdir, parents=True, exist_ok=True)
    await _tone(walk)
    telling = asyncio.create_task(_tell_message(walk, _wav(file)))
    try:
        await walk.line.record(str(file), most_s=command.most_s, silence_s=command.silence_s)
    except HungUp:
        log.info("Call %s: the caller ended his message by hanging up", walk.line.call)
    finally:
        telling.cancel()
    if not await asyncio.to_thread(_wav(file).exists):
        log.error("Call %s: the message could not be recorded to %s; the caller is owed a call all the same", walk.line.call, _wav(file))
        return "done"
    return "done" if await asyncio.to_thread(seconds_of, _wav(file)) >= MESSAGE_S else "nothing"


async def _tell_message(walk: Walk, file: Path) -> None:
    """Tell that there is a message as soon as there is one: the exit of a call must be known when it ends."""
    while await asyncio.to_thread(_spoken_s, file) < MESSAGE_S:  # noqa: ASYNC110 (nobody tells when a file grows)
        await asyncio.sleep(LOOK_S)
    walk.tell(FlowDone(walk.now(), walk.line.call, "voicemail"))


def _spoken_s(file: Path) -> float:
    """Seconds up to the last sound in a message that is still being recorded: who waits in silence leaves none."""
    if not file.exists():
        return 0.0
    with file.open("rb") as recorded:
        data = recorded.read()[HEADER:]
    frames = np.frombuffer(data[: len(data) // FRAME * FRAME], dtype="<i2").reshape(-1, FRAME // 2)
    loud = np.flatnonzero(np.abs(frames.astype(np.int32)).mean(axis=1) > SILENCE)
    return float(loud[-1] + 1) * FRAME / BYTES_A_SECOND if loud.size else 0.0


async def _tone(walk: Walk) -> None:
    try:
        await walk.line.say([str(await walk.services.prompts.tone())])
    except PromptError as wrong:
        log.error("Call %s: no tone before the message: %s", walk.line.call, wrong)


async def _promise(walk: Walk, place: Place, command: Promise) -> None:
    walk.tell(FlowDone(walk.now(), walk.line.call, place.outcome))
    name = _wav(Path(_message_name(walk, place))).name if command.recorded else None
    if name and not await asyncio.to_thread((walk.services.recordings / name).exists):
        name = None
    number = command.number or walk.line.number
    promise = partial(
        walk.services.promise_callback,
        call=walk.line.call,
        hotline=walk.line.hotline,
        number=number,
        customer=walk.customer(place),
        queue=command.queue,
        kind=command.kind,
        recording=name,
        key=_key(walk, place),
    )
    await walk.owed.do(f"the callback to {number} (queue {command.queue}, {command.kind}, message {name})", promise)


async def _question(walk: Walk, place: Place, command: AskQuestion) -> str:
    questions = await _questions(walk)
    if command.nth >= len(questions):
        return "over" if questions else "own"
    asked = questions[command.nth]
    words = Words(asked.texts.get(place.language) or next(text for text in asked.texts.values() if text))
    key = await _listen(walk, Listen((), 1, command.timeout_s, interrupt=command.interrupt), await _files(walk, (words,), place))
    return "" if not key else key if key in asked.keys else "wrong"


async def _questions(walk: Walk) -> list[Question]:
    if not walk.questions:
        walk.questions.extend(await _asked(walk, "what its queue asks", partial(walk.services.questions, walk.line.call), default=()))
    return walk.questions


async def _survey(walk: Walk, place: Place, command: NoteSurvey) -> None:
    if command.nth is not None:
        await _answer(walk, place, command.answer, command.nth)
        return
    keep = partial(walk.services.survey, call=walk.line.call, step=place.step, answer=command.answer, key=_key(walk, place))
    await walk.owed.do(f"the answer {command.answer} to {place.step}", keep)


async def _answer(walk: Walk, place: Place, answer: str | None, nth: int) -> None:
    questions = await _questions(walk)
    if nth < len(questions):
        question, key = questions[nth].id, f"{_key(walk, place)}/{nth}"
        keep = partial(walk.services.answer_question, call=walk.line.call, step=place.step, question=question, answer=answer, key=key)
        await walk.owed.do(f"the answer {answer} to question {question}", keep)


async def _hang_up(walk: Walk, place: Place, command: HangUp) -> None:
    walk.tell(StepLeft(walk.now(), walk.line.call, place.step, "done"))
    walk.tell(FlowDone(walk.now(), walk.line.call, command.outcome))
    await walk.line.hang_up()


async def _recognised(services: Services, call: str) -> Recognised:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await services.caller(call)
    except AWAY as wrong:
        log.warning("Call %s: the caller was not looked up: %s", call, wrong)
        return Recognised()


def _key(walk: Walk, place: Place) -> str:
    """The same visit of a step after a restart is the same act; a second visit is another one."""
    return f"{walk.line.call}/{place.step}/{place.visit}"


def _message_name(walk: Walk, place: Place) -> str:
    return f"message-{walk.line.call}-{place.step}-{place.visit}"


def _wav(file: Path) -> Path:
    return file.with_name(f"{file.name}.wav")
