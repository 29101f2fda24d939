"""Calls moved by a click: asking a colleague while the customer waits, handing over, three together, sending on, parking.

The server moves the legs, so that a telephone needs nothing but to ring: see asterisk_conf/extensions_consult. Each act is tried once and
refused when it comes too late; the screens change when the events come back.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.live.at_hand import (
    are_together,
    colleague,
    customer_in,
    free_in,
    his_answered,
    his_call,
    his_consult,
    his_customer,
    left_alone,
    parked_in,
)
from callcenter.live.consult import ASKED, HOLD, MUSIC, PICKS, aside, consult_of, customers, next_music, others_in
from callcenter.live.control import RING_S, NotPossible
from callcenter.telephony import actions
from callcenter.telephony.actions import Action
from callcenter.telephony.fate import ActionRefused, Deadline, LinkLost
from callcenter.telephony.wire import Message

log = logging.getLogger(__name__)

TOGETHER_S = 3.0
"""How long the two may take to come to the customer before the music goes."""

COMING_S = 3.0
"""An act is seen on the floor within this time, or came to nothing; until then the same agent begins no other one."""

PARK = "700"
"""The number of the park in asterisk_conf/."""


@dataclass(frozen=True)
class Target:
    """Whom to ask, or to send the customer to. `kind`: agent (his number), queue (name), outside (as dialled), flow (hotline's number)."""

    kind: str
    to: str


class Moves:
    """What an agent does with the customer he has now. Every act raises NotPossible when it cannot be done."""

    def __init__(
        self,
        floor: Callable[[], Floor],
        act: Callable[[Action], Awaitable[list[Message]]],
        clock: Callable[[], int],
        may_dial: Callable[[str], bool],
        outside: Callable[[str, str, str], Awaitable[None]],
    ) -> None:
        """outside: is told who has somebody dialled outside, in which call, and the number."""
        self._floor = floor
        self._act = act
        self._clock = clock
        self._may_dial = may_dial
        self._outside = outside
        self._coming: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self, changes: Sequence[Change]) -> None:
        """An agent whose colleague did not answer is with the customer at once, and need not wait for the dialplan to see it."""
        self._changed.set()
        for change in changes:
            if isinstance(change, CallChanged) and change.before is not None:
                self._forget_seen(change.before, change.after)
                for agent in left_alone(change.before, change.after):
                    self._start(self._quietly(actions.redirect(agent, "cc-with")))

    def _forget_seen(self, before: Call, after: Call) -> None:
        """What an agent began is on the floor: his customer waits, asks for nobody, or is gone."""
        for number in tuple(self._coming):
            if consult_of(before, number) != consult_of(after, number) or customers(before, number) != customers(after, number):
                del self._coming[number]

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- asking ------------------------------------------------------------------------------------------------------------------

    async def ask(self, agent: Agent, target: Target) -> None:
        """The customer hears music, the other one's telephone rings, and the two talk."""
        with self._one_at_a_time(agent):
            await self._ask(agent, target)

    async def _ask(self, agent: Agent, target: Target) -> None:
        call, leg = his_call(self._floor(), agent)
        customer = his_customer(call, agent)
        to, shown = await self._reached(agent, target)
        stem = self._stem()
        music, asked = stem + MUSIC, stem + ASKED
        await self._back_to(call, agent, customer.id)
        number = target.to if target.kind == "outside" else ""
        await self._do(actions.originate_music(customer.id, leg, asked, music, call.id, number))
        try:
            await self._do(
                actions.originate_asked(
                    to, held=customer.id, agent=leg, asked=asked, music=music, call=call.id, shown=shown, timeout_s=RING_S
                )
            )
        except NotPossible:
            # The dialplan takes the agent back by itself, only later.
            self._start(self._quietly(actions.redirect(leg, "cc-with")))
            raise

    async def hold(self, agent: Agent) -> None:
        """The customer hears music, and the agent nothing, until he takes him back."""
        with self._one_at_a_time(agent):
            call, leg = his_call(self._floor(), agent)
            customer = his_customer(call, agent)
            await self._back_to(call, agent, customer.id)
            await self._do(actions.originate_music(customer.id, leg, leg, self._stem() + HOLD + MUSIC, call.id))

    async def hand_over(self, agent: Agent) -> None:
        """The one who is asked has the customer: at once, or as soon as he answers."""
        consult = his_consult(self._floor(), agent)
        if consult.answered:
            await self._do(actions.redirect(consult.asked, "cc-with", consult.agent, "cc-left"))
        elif consult.rings:
            await self._do(actions.redirect(consult.agent, "cc-left"))
        else:
            raise NotPossible("too_late")

    async def take_back(self, agent: Agent) -> None:
        """The agent is with the customer again; the one who was asked is let go."""
        consult = his_consult(self._floor(), agent)
        if consult.answered:
            await self._do(actions.redirect(consult.agent, "cc-with", consult.asked, "cc-left"))
            return
        # Nobody comes any more: that takes the agent back, see `listen`.
        await self._do(actions.hangup(consult.asked) if consult.rings else actions.redirect(consult.agent, "cc-with"))

    async def toggle(self, agent: Agent) -> None:
        """From the one who was asked to the customer, and back: the other one waits and hears music."""
        call, _leg = his_call(self._floor(), agent)
        other = aside(call, agent.number)
        if other is not None:
            with self._one_at_a_time(agent):
                await self._to_asked(agent, call, other.id)
            return
        consult = his_answered(self._floor(), agent)
        await self._do(actions.redirect(consult.agent, "cc-with", consult.asked, "cc-aside"))

    async def _to_asked(self, agent: Agent, call: Call, asked: str) -> None:
        _call, leg = his_call(self._floor(), agent)
        customer, music = customer_in(call), next_music(call, asked)
        await self._do(actions.setvar(asked, "CC_MUSIC", music))
        await self._do(actions.originate_music(customer.id, leg, asked, music, call.id))
        await self._do(actions.redirect(asked, "cc-asked"))

    async def let_go(self, agent: Agent) -> None:
        """Whoever waits for this agent, having been asked, is not needed any more."""
        call, _leg = his_call(self._floor(), agent)
        other = aside(call, agent.number)
        if other is None:
            raise NotPossible("too_late")
        await self._do(actions.hangup(other.id))

    async def bring_together(self, agent: Agent) -> None:
        """The customer, the agent and the one he asked talk, all three."""
        consult = his_answered(self._floor(), agent)
        await self._do(actions.redirect(consult.agent, "cc-three", consult.asked, "cc-three"))
        call = self._floor().agents[agent.number].call or ""
        await self._until(lambda floor: are_together(floor, call, consult))
        await self._do(actions.hangup(consult.music))

    async def drop(self, agent: Agent, who: str) -> None:
        """Out of a conference of this agent's goes the one with this number; the customer cannot be dropped."""
        call, _leg = his_call(self._floor(), agent)
        leg = next((one.leg for one in others_in(call, agent.number) if one.who == who), None)
        if leg is None:
            raise NotPossible("too_late")
        await self._do(actions.hangup(leg))

    # --- sending on --------------------------------------------------------------------------------------------------------------

    async def send(self, agent: Agent, target: Target) -> None:
        """The customer goes to somebody else without a word; the agent is free."""
        with self._one_at_a_time(agent):
            call, leg = his_call(self._floor(), agent)
            customer = his_customer(call, agent)
            context, extension = await self._place(agent, target)
            await self._back_to(call, agent, customer.id)
            await self._do(actions.blind_transfer(leg, context, extension))

    async def park(self, agent: Agent) -> None:
        """The customer waits with music until any agent picks him up."""
        with self._one_at_a_time(agent):
            call, leg = his_call(self._floor(), agent)
            customer = his_customer(call, agent)
            await self._back_to(call, agent, customer.id)
            await self._do(actions.blind_transfer(leg, "cc-transfer", PARK))

    async def pick_up(self, agent: Agent, call_id: str) -> None:
        """The agent's telephone rings, and when he answers he has the parked customer."""
        call, customer = parked_in(self._floor(), call_id)
        if agent.state in ("ringing", "talking"):
            raise NotPossible("busy")
        if not agent.reachable:
            raise NotPossible("unreachable")
        parked = await self._do(actions.parked_calls())
        slot = next((one.get("parkingspace", "") for one in parked if one.get("parkeeuniqueid", "") == customer.id), "")
        if not slot:
            raise NotPossible("too_late")
        await self._do(actions.originate_pick_up(agent.seat, slot, leg=self._stem() + PICKS, call=call.id, timeout_s=RING_S))

    # --- what all of them need ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _one_at_a_time(self, agent: Agent) -> Iterator[None]:
        """Two clicks at once, on two pages, would begin the same thing twice: the floor shows the first one only a moment later."""
        now = self._clock()
        if now - self._coming.get(agent.number, 0) < COMING_S * 1000:
            raise NotPossible("begun")
        self._coming[agent.number] = now
        try:
            yield
        except NotPossible:
            del self._coming[agent.number]
            raise

    async def _reached(self, agent: Agent, target: Target) -> tuple[str, str]:
        """What to ring to ask them, and the number that they see."""
        if target.kind == "outside":
            await self._allowed(agent, target.to)
            return f"{target.to}@trunk", ""
        asked = free_in(self._floor(), target.to, agent) if target.kind == "queue" else colleague(self._floor(), target.to, agent)
        return asked.seat, agent.number if agent.number.isdecimal() else ""

    async def _place(self, agent: Agent, target: Target) -> tuple[str, str]:
        """Where in the dialplan the customer is sent."""
        if target.kind == "outside":
            await self._allowed(agent, target.to)
            return "cc-transfer", target.to
        if target.kind == "agent":
            return "cc-transfer", colleague(self._floor(), target.to, agent).seat
        return ("cc-to-queue", target.to) if target.kind == "queue" else ("cc-transfer", target.to)

    async def _allowed(self, agent: Agent, number: str) -> None:
        if not self._may_dial(number):
            raise NotPossible("not_allowed")
        await self._outside(agent.number, agent.call or "", number)

    async def _back_to(self, call: Call, agent: Agent, customer: str) -> None:
        """The queue that the customer comes to when nobody is left to talk to him."""
        queue = call.queue or next(iter(agent.queues), None)
        if queue is not None:
            await self._do(actions.setvar(customer, "CC_FALLBACK", queue))

    def _stem(self) -> str:
        return f"cc-{self._clock()}-{secrets.token_hex(4)}"

    async def _do(self, action: Action) -> list[Message]:
        if self._floor().link != "live":
            raise NotPossible("no_link")
        try:
            return await self._act(action)
        except ActionRefused as wrong:
            log.warning("%s was refused: %s", action.name, wrong)
            raise NotPossible("too_late") from wrong
        except ValueError as wrong:
            raise NotPossible("not_allowed") from wrong
        except (Deadline, LinkLost) as wrong:
            raise NotPossible("no_answer_from_asterisk") from wrong

    async def _quietly(self, action: Action) -> None:
        """What the dialplan does too, only later."""
        try:
            await self._act(action)
        except (ActionRefused, Deadline, LinkLost) as wrong:
            log.info("%s: %s; the dialplan does it", action.name, wrong)

    async def _until(self, look: Callable[[Floor], bool]) -> None:
        """Wait until the floor is as wanted; after TOGETHER_S go on all the same."""
        try:
            async with asyncio.timeout(TOGETHER_S):
                while not look(self._floor()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("the two who were sent to a customer did not come within %s s", TOGETHER_S)

    def _start(self, task: Awaitable[None]) -> None:
        started = asyncio.ensure_future(task)
        self._tasks.add(started)
        started.add_done_callback(self._tasks.discard)
