"""The pop: the caller's record on the agent's screen while his phone still rings.

A card is read when the caller arrives or is recognised, and stands ready when a phone rings. When the store is slow or away, what the call
itself tells is shown at once, with a line that says that the rest is missing; it is put in its place when it comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from callcenter.desk.card import Card, other_number, read_card
from callcenter.desk.records import Records
from callcenter.desk.words import TEMPLATES
from callcenter.floor.agent import Agent
from callcenter.floor.call import Call
from callcenter.floor.changes import AgentChanged, CallChanged, Change
from callcenter.floor.floor import Floor
from callcenter.live.situation import situation
from callcenter.live.words import Words
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.store.engine import AWAY
from callcenter.web.hub import Hub
from callcenter.web.rendering import fragment

log = logging.getLogger(__name__)

READ_LIMIT_S = 4.0
"""A store that takes longer for one card counts as away."""

AGAIN_S = 2.0

COMING = "coming"
MISSING = "missing"
PREFIX = "agent:"


def topic_of(number: str) -> str:
    """What an agent's desk watches."""
    return f"{PREFIX}{number}"


class Pop:
    def __init__(self, floor: Callable[[], Floor], hub: Hub, settings: Settings, words: Words, records: Records) -> None:
        self._floor = floor
        self._hub = hub
        self._settings = settings
        self._words = words
        self._records = records
        self._cards: dict[str, Card | str] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}

    def listen(self, changes: Sequence[Change]) -> None:
        """Read the cards of callers who arrive; push the card of every agent whose call shows something else now."""
        renewed = frozenset(
            change.after.number
            for change in changes
            if isinstance(change, AgentChanged)
            and change.after is not None
            and (change.before is None or standing(change.before) != standing(change.after))
        )
        for change in changes:
            if isinstance(change, CallChanged):
                self._call_changed(change, renewed)
            elif isinstance(change, AgentChanged):
                self._agent_changed(change)

    def refresh(self, call: Call) -> None:
        """Read the call's card again: what it shows was changed."""
        self._read(call)

    def card(self, call: str) -> Card | None:
        """The card as far as it is there."""
        found = self._cards.get(call)
        return found if isinstance(found, Card) else None

    def html(self, number: str, locale: str, *, record: bool = True) -> str:
        """The head of the agent's desk and, with `record`, the caller's record below it; without a call, what he may do now.

        They are two pieces, so that what is typed beside a record stays when only the call's state changes.
        """
        floor = self._floor()
        agent = floor.agents.get(number)
        call = floor.calls.get(agent.call or "") if agent else None
        found = self._cards.get(call.id, COMING) if call else None
        return fragment(
            self._settings,
            locale,
            "desk/card.html" if record else "desk/head.html",
            agent=agent,
            call=call,
            now_in=situation(floor, agent, call) if agent and call else None,
            card=found if isinstance(found, Card) else None,
            lack=found if isinstance(found, str) else None,
            words=self._words,
            may_choose_phone=self._settings.asterisk != "external",
            number=other_number(call) if call else "",
            now=now_ms(),
            **TEMPLATES,
        )

    async def close(self) -> None:
        """Stop reading."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _call_changed(self, change: CallChanged, renewed: frozenset[str]) -> None:
        before, call = change.before, change.after
        if call.ended is None and (before is None or before.customer != call.customer):
            self._read(call)
        if before is not None and facts(before) != facts(call):
            record = before.customer != call.customer
            self._push_call(call.id, record=record, but=frozenset() if record else renewed)
        if call.ended is not None and not self._holders(call.id):
            self._forget(call.id)

    def _agent_changed(self, change: AgentChanged) -> None:
        before, after = change.before, change.after
        if after is not None and (before is None or standing(before) != standing(after)):
            call = self._floor().calls.get(after.call or "")
            if call is not None and call.id not in self._cards and call.id not in self._reading:
                self._read(call)
            self._push(after, record=before is None or before.call != after.call or after.call is None)
        if before is not None and before.call is not None and (after is None or after.call != before.call):
            call = self._floor().calls.get(before.call)
            if (call is None or call.ended is not None) and not self._holders(before.call):
                self._forget(before.call)

    def _read(self, call: Call) -> None:
        running = self._reading.pop(call.id, None)
        if running is not None:
            running.cancel()
        self._reading[call.id] = asyncio.get_running_loop().create_task(self._keep_reading(call))

    async def _keep_reading(self, call: Call) -> None:
        while True:
            try:
                async with asyncio.timeout(READ_LIMIT_S):
                    self._cards[call.id] = await read_card(self._records, call)
                break
            except AWAY as wrong:
                if self._cards.get(call.id) != MISSING:
                    log.warning("the card of call %s cannot be read: %s", call.id, wrong)
                    self._cards[call.id] = MISSING
                    self._push_call(call.id)
            await asyncio.sleep(AGAIN_S)
        del self._reading[call.id]
        self._push_call(call.id)

    def _forget(self, call: str) -> None:
        self._cards.pop(call, None)
        running = self._reading.pop(call, None)
        if running is not None:
            running.cancel()

    def _holders(self, call: str) -> list[Agent]:
        return [agent for agent in self._floor().agents.values() if agent.call == call]

    def _push_call(self, call: str, *, record: bool = True, but: frozenset[str] = frozenset()) -> None:
        for agent in self._holders(call):
            if agent.number not in but:
                self._push(agent, record=record)

    def _push(self, agent: Agent, *, record: bool) -> None:
        self._hub.publish(topic_of(agent.number), lambda locale: self.html(agent.number, locale, record=record))


def standing(agent: Agent) -> tuple[object, ...]:
    """What the card shows of the agent."""
    return (agent.state, agent.call, agent.seat, agent.reachable, agent.reason)


def facts(call: Call) -> tuple[object, ...]:
    """What the card shows of the call itself."""
    known = (call.customer, call.customer_name, call.tier, call.keys, call.steps, call.queue, call.hotline, call.answered, call.ended)
    moved = tuple((one.n, one.kind, one.who) for one in call.open)
    return (*known, moved, tuple(leg.answered is None for leg in call.legs.values() if leg.ended is None))
