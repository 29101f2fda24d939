"""One caller walks a flow on his line: commands become sound, keys and rows; hang-up is caught here, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial

from callcenter.floor.events import Event, FlowDone, StepEntered, StepLeft, StepTried
from callcenter.ivr.language.steps import Survey
from callcenter.ivr.running.away import put_through, queue
from callcenter.ivr.running.enquire import act, duty, hours, look_up
from callcenter.ivr.running.keep import promise, question, survey
from callcenter.ivr.running.message import record
from callcenter.ivr.running.owed import Owed
from callcenter.ivr.running.services import Services
from callcenter.ivr.running.speak import files, listen, say
from callcenter.ivr.running.walker import Walk, asked, flow_of
from callcenter.ivr.running.welcome import found_first, welcome
from callcenter.ivr.running.whom import ask_whom
from callcenter.ivr.sounds.prompts import FOLDERS
from callcenter.ivr.walking.answered import Recognised
from callcenter.ivr.walking.commands import (
    Act,
    AskDuty,
    AskHours,
    AskMay,
    AskQuestion,
    AskWhom,
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
)
from callcenter.ivr.walking.hotline_flows import Flows
from callcenter.ivr.walking.onward import onward
from callcenter.ivr.walking.place import Place
from callcenter.ivr.walking.walk import Caller, Move, advance, begin, is_marked, resume, tried_in_vain
from callcenter.telephony.line import Deadline, HungUp, Line, LinkLost

log = logging.getLogger(__name__)


async def run(line: Line, flows: Flows, services: Services, tell: Callable[[Event], None], now: Callable[[], int]) -> None:
    """Walk the flow of the line's hotline with the caller until he is gone, or the link is. Then see to what was promised him.

    A line that bears a place goes on there. KeyError when the hotline is none of ours.
    """
    flow, place = flows.place(line.hotline, line.place)
    number = line.number.lstrip("+")
    unknown = Caller("", number if number.isascii() and number.isdigit() else "")
    walk = Walk(line, flow, services, tell, now, unknown, None, Owed(line.call))
    try:
        if place:
            walk = _known(walk, await _recognised(walk))
            await _walk(walk, resume(flow, place, walk.caller))
        else:
            who, first = await asyncio.gather(_recognised(walk), found_first(walk))
            if await welcome(walk, flows, first):
                walk = _known(walk, who)
                await _walk(walk, begin(flow, walk.caller, flows.language(line.hotline)))
        await walk.owed.settle()
    finally:
        walk.owed.give_up()


async def _recognised(walk: Walk) -> Recognised:
    return await asked(walk, "who calls", partial(walk.services.caller, walk.line.call), default=Recognised())


def _known(walk: Walk, who: Recognised) -> Walk:
    return replace(walk, caller=replace(walk.caller, name=who.name), recognised=who.customer)


async def _walk(walk: Walk, move: Move) -> None:
    there = _entered(walk, move.place)
    try:
        while True:
            _mark(walk, move)
            if there and isinstance(move.command, HangUp):
                _left(walk, move.place.step, "done")
            result, got = await _do(walk, move)
            if isinstance(move.command, HangUp):
                return
            before, move = move, advance(walk.flow, move.place, walk.caller, result, got)
            if there and (keys := tried_in_vain(before, result, move)) is not None:
                walk.tell(StepTried(walk.now(), walk.line.call, before.place.step, keys))
            if move.left:
                if there:
                    _left(walk, move.left.step, move.left.result)
                there = _entered(walk, move.place)
    except HungUp:
        if there:
            _left(walk, move.place.step, "hung_up")
        if isinstance(flow_of(walk, move.place).steps[move.place.step], Survey) and not move.place.phase:
            nth = move.command.nth if isinstance(move.command, AskQuestion) else None
            await survey(walk, move.place, NoteSurvey(None, nth))
    except LinkLost:
        log.info("Call %s: the link went at step %s; the caller is offered again when it is back", walk.line.call, move.place.step)


def _entered(walk: Walk, place: Place) -> bool:
    """Tell that he is at the step, if he is: what a flow still does for one who has hung up is no step of his."""
    if walk.line.is_over:
        return False
    flow = flow_of(walk, place)
    walk.tell(StepEntered(walk.now(), walk.line.call, flow.name, flow.version, place.step, flow.kind(place.step), place.language))
    return True


def _left(walk: Walk, step: str, result: str) -> None:
    walk.tell(StepLeft(walk.now(), walk.line.call, step, result))


def _mark(walk: Walk, move: Move) -> None:
    """The place is set before what may be under way when we die."""
    place = move.place.encode()
    if not is_marked(move.command) or place == walk.line.place:
        return
    # What he is owed is kept although he, or the link, is gone by now.
    with suppress(HungUp, LinkLost) if isinstance(move.command, Promise | NoteSurvey) else nullcontext():
        walk.line.mark(place)


async def _do(walk: Walk, move: Move) -> tuple[str, Mapping[str, str]]:
    """Do one command; its result, and the slots it fills. A command of Asterisk's that never comes back counts as unanswered."""
    try:
        match move.command:
            case LookUp() as command:
                return await look_up(walk, command)
            case AskWhom() as command:
                return await ask_whom(walk, move.place, command)
            case Act() as command:
                return await act(walk, move.place, command)
        return await _command(walk, move.place, move.command), {}
    except Deadline as wrong:
        log.warning("Call %s: step %s: no answer to %s", walk.line.call, move.place.step, wrong)
        return "TIMEOUT" if isinstance(move.command, EnterQueue) else "", {}


async def _command(walk: Walk, place: Place, command: Command) -> str:
    if isinstance(command, Record) or (isinstance(command, Speak | Listen | AskQuestion) and command.fresh):
        walk.line.forget_keys()
    match command:
        case Speak():
            return await say(walk, command, await files(walk, command.words, place))
        case Listen():
            ahead = onward(walk.flow, place, walk.caller, walk.services.prompts.ready)
            return await listen(walk, command, await files(walk, command.words, place), ahead)
        case Switch():
            walk.line.speak(FOLDERS.get(command.language, command.language))
        case AskHours():
            return await hours(walk, command)
        case AskDuty():
            return await duty(walk, command.queue)
        case AskMay():
            may = partial(walk.services.may_ask, walk.line.number)
            return "yes" if await asked(walk, "whether he may ask for more", may, default=True) else "no"
        case AskQuestion():
            return await question(walk, place, command)
        case EnterQueue():
            return await queue(walk, command)
        case PutThrough():
            return await put_through(walk, command)
        case Record():
            return await record(walk, place, command)
        case Promise():
            await promise(walk, place, command)
        case NoteSurvey():
            await survey(walk, place, command)
        case HangUp():
            await _hang_up(walk, command)
    return "done"


async def _hang_up(walk: Walk, command: HangUp) -> None:
    walk.tell(FlowDone(walk.now(), walk.line.call, command.outcome))
    await walk.line.hang_up()
