"""What flows ask of other rooms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from callcenter.crm.callbacks.service import Callbacks, NewAsk, NotANumber
from callcenter.crm.callers.lookup import Found, Lookup
from callcenter.crm.callers.service import Callers
from callcenter.crm.customers.recognise import Recogniser, outside_number
from callcenter.crm.surveys.follow_up import FollowUp
from callcenter.floor.call import Call
from callcenter.floor.floor import Floor
from callcenter.hotlines.hours import Hours
from callcenter.hotlines.last_said import LastSaid
from callcenter.ivr.actions.running import Actions
from callcenter.ivr.running.services import Services
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.ivr.walking.answered import Candidate, Emergency, Looked, Question, Reached, Recognised
from callcenter.settings import Settings

log = logging.getLogger(__name__)

RECOGNITION_S = 0.5
"""How long a caller waits in silence to be recognised."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The rooms that flows ask; each method is one of Services' questions."""

    floor: Callable[[], Floor]
    hours: Hours
    last_said: LastSaid
    recogniser: Recogniser
    lookup: Lookup
    callers: Callers
    callbacks: Callbacks
    follow_up: FollowUp

    async def on_duty(self, queue: str) -> bool:
        return somebody_on_duty(self.floor(), queue)

    async def reach(self, number: str) -> Reached:
        agent = self.floor().agents.get(number)
        if agent is None or not agent.reachable:
            return Reached(why="no_answer")
        return Reached(why="busy") if agent.state in ("ringing", "talking") else Reached(agent.seat)

    async def opening(self, hotline: str) -> str:
        found = await self.hours.opening(hotline)
        return "open" if found.open else "holiday" if found.day.of_holiday else "closed"

    async def emergency(self, hotline: str) -> Emergency | None:
        said = await self.last_said.first(hotline)
        return Emergency(said.texts, said.closed) if said else None

    async def treatment(self, _hotline: str, number: str) -> str:
        return await self.callers.treatment(number)

    async def look_up(self, kind: str, value: str, call: str) -> Looked:
        if kind == "number":
            return looked(await self.lookup.by_number(value, call))
        known = self._call(call)
        return looked(await self.lookup.by_key(value, number=outside_number(known) if known else "", call=call))

    async def candidates(self, call: str) -> list[Candidate]:
        known = self._call(call)
        found = await self.lookup.candidates(outside_number(known)) if known else ()
        return [Candidate(one.id, one.name) for one in found]

    async def choose(self, call: str, customer: int) -> Looked:
        known = self._call(call)
        return looked(await self.lookup.choose(outside_number(known) if known else "", customer, call))

    async def caller(self, call: str) -> Recognised:
        known = self._call(call)
        if known is not None and known.customer is not None:
            return Recognised(known.customer, known.customer_name, known.tier)
        found = (await asyncio.wait_for(self.recogniser.of(call), RECOGNITION_S)).customer
        return Recognised(found.id, found.name, found.tier) if found else Recognised()

    async def promise_callback(
        self, *, call: str, hotline: str, number: str, customer: int | None, queue: str, kind: str, recording: str | None, key: str
    ) -> None:
        ask = NewAsk(number, kind, customer=customer, call=call, hotline=hotline, queue=queue or None, recording=recording, key=key)
        try:
            await self.callbacks.promise(ask)
        except NotANumber:
            log.warning("call %s: nobody can be called back at what it came from", call)

    async def survey(self, *, call: str, step: str, answer: str | None, key: str) -> None:
        await self.follow_up.answered(call=call, step=step, answer=answer, key=key)

    async def questions(self, call: str) -> list[Question]:
        known = self._call(call)
        queue = known.queue if known else None
        asked = await self.follow_up.surveys.questions(queue) if queue else []
        return [Question(one.id, {"zh": one.zh, "en": one.en}, one.keys) for one in asked]

    def _call(self, call: str) -> Call | None:
        return self.floor().calls.get(call)


def services(settings: Settings, doors: Doors, prompts: Prompts, actions: Actions, may_dial: Callable[[str], bool]) -> Services:
    """All that a walk may ask for."""
    return Services(
        on_duty=doors.on_duty,
        opening=doors.opening,
        reach=doors.reach,
        may_dial=may_dial,
        caller=doors.caller,
        promise_callback=doors.promise_callback,
        survey=doors.survey,
        prompts=prompts,
        recordings=settings.recordings,
        zone=settings.zone,
        longest_wait_s=settings.queue_timeout_s,
        emergency=doors.emergency,
        treatment=doors.treatment,
        may_ask=doors.callbacks.may_ask,
        questions=doors.questions,
        answer_question=doors.follow_up.answered,
        lookup=doors.look_up,
        candidates=doors.candidates,
        choose=doors.choose,
        do=actions.do,
    )


def looked(found: Found) -> Looked:
    """What a lookup found, in the flow's words; of a customer who is not proved to call, nothing that could be spoken."""
    who = found.customer
    if who is None:
        return Looked(found.result)
    language = who.language.partition("_")[0]
    if not found.proved:
        return Looked(found.result, who.id, tier=who.tier, language=language)
    return Looked(found.result, who.id, who.name, who.tier, language, found.open_case, who.account_manager)


def somebody_on_duty(floor: Floor, queue: str) -> bool:
    """Is anybody signed in for the queue, at a phone that can be reached. Who has a break or writes up a call comes back soon."""
    # Who can be reached is not known before the picture of a login has been taken in: nobody is sent away until then.
    if floor.link != "live":
        return True
    return any(agent.reachable and queue in agent.queues for agent in floor.agents.values())
