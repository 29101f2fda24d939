"""The desk's parts, tied together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from callcenter.desk.forms import Forms
from callcenter.desk.pop import PREFIX, Pop, topic_of
from callcenter.desk.records import Records
from callcenter.desk.targets import Targets
from callcenter.desk.work import Work
from callcenter.desk.wrapup import Choices, read_choices, unsaved
from callcenter.floor.call import Call
from callcenter.floor.changes import Change
from callcenter.floor.events import Event
from callcenter.floor.floor import Floor
from callcenter.live.agents import Agents
from callcenter.live.consult import asked_by
from callcenter.live.control import Control
from callcenter.live.moves import Moves
from callcenter.live.words import Words
from callcenter.settings import Settings
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import AWAY
from callcenter.web.hub import Hub
from callcenter.web.user import User

CALLBACKS = "callbacks"
"""The topic of the list of callbacks."""

CALLBACK_ROLES = frozenset({"agent", "supervisor", "admin"})


@dataclass(frozen=True)
class Desk:
    """What the desk's handlers need. `listen` is a listener of the keeper; `close` stops what still reads."""

    floor: Callable[[], Floor]
    put: Callable[[Event], None]
    hub: Hub
    settings: Settings
    words: Words
    choices: Choices
    records: Records
    agents: Agents
    control: Control
    moves: Moves
    clock: Clock
    pop: Pop
    targets: Targets
    forms: Forms
    work: Work

    def listen(self, changes: Sequence[Change]) -> None:
        self.pop.listen(changes)
        self.forms.listen(changes)
        self.targets.listen(changes)
        self.work.listen(changes)

    async def close(self) -> None:
        await self.pop.close()
        await self.work.close()

    async def picture(self, user: User, _topic: str, locale: str) -> list[str]:
        """An agent's desk, whole: the call and its record, the forms that are not saved, his work."""
        forms, clocks = await self.wrapups(user, locale)
        return [self.pop.html(user.number, locale), *forms, *clocks, await self.work.html(user.id, user.number, locale)]

    async def wrapups(self, user: User, locale: str) -> tuple[list[str], list[str]]:
        """The forms, and their clocks apart, since a form that is already on the page stays as it is."""
        calls = {call.id: call for call in await self._unsaved(user)}
        agent = self.floor().agents.get(user.number)
        on = self.floor().calls.get(agent.call or "") if agent and agent.state in ("talking", "wrapup") else None
        if on is not None and asked_by(on, user.number) is None:
            calls[on.id] = on
        forms = [self.forms.html(call, user.number, locale) for call in calls.values()]
        return forms, [self.forms.clock(call, user.number, locale) for call in calls]

    async def _unsaved(self, user: User) -> list[Call]:
        try:
            return await unsaved(self.records, user, self.clock())
        except AWAY:
            return []  # the form of the call he is on stands there all the same


async def open_desk(
    *,
    floor: Callable[[], Floor],
    put: Callable[[Event], None],
    hub: Hub,
    settings: Settings,
    words: Words,
    records: Records,
    agents: Agents,
    control: Control,
    moves: Moves,
    clock: Clock = now_ms,
) -> Desk:
    """The desk, with its topics at the hub."""
    choices = await read_choices(records.people)
    desk = Desk(
        floor=floor,
        put=put,
        hub=hub,
        settings=settings,
        words=words,
        choices=choices,
        records=records,
        agents=agents,
        control=control,
        moves=moves,
        clock=clock,
        pop=Pop(floor, hub, settings, words, records),
        targets=Targets(floor, hub, settings, words),
        forms=Forms(floor, hub, settings, words, choices, clock),
        work=Work(hub, settings, words, records, clock),
    )
    hub.allow(PREFIX, lambda user, topic: "agent" in user.roles and topic == topic_of(user.number))
    hub.picture(PREFIX, desk.picture)
    hub.allow(CALLBACKS, lambda user, topic: topic == CALLBACKS and bool(user.roles & CALLBACK_ROLES))
    return desk


DESK = web.AppKey("DESK", Desk)
