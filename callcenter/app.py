"""Builds every part and ties them together. Nothing else knows all rooms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from callcenter import jobs, urls
from callcenter.calls.keys import CALL_HOTLINES, CALLS, LISTENINGS, USER_NAMES
from callcenter.calls.ledger import Ledger
from callcenter.calls.listening import Listenings
from callcenter.calls.service import Calls
from callcenter.crm.callbacks.keep import CallbackKeeper
from callcenter.crm.callbacks.keys import CALLBACKS
from callcenter.crm.callbacks.service import Callbacks, NewAsk
from callcenter.crm.cases.keys import CASE_PEOPLE, CASES
from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.keys import CUSTOMERS
from callcenter.crm.customers.recognise import Recogniser
from callcenter.crm.customers.service import Customers
from callcenter.crm.surveys.service import Surveys
from callcenter.desk.desk import DESK, open_desk
from callcenter.desk.records import Records
from callcenter.desk.service import Notes
from callcenter.floor.agent import Agent
from callcenter.floor.changes import Change, LinkMoved
from callcenter.floor.events import Tick
from callcenter.floor.floor import Floor, Rules, restore
from callcenter.hotlines.service import Hotlines
from callcenter.ivr.prompts import Prompts
from callcenter.ivr.run import run as walk
from callcenter.ivr.services import Recognised, Services
from callcenter.ivr.versions import Flows
from callcenter.live.absent import Absent
from callcenter.live.agents import Agents
from callcenter.live.bar import Bars
from callcenter.live.control import Control
from callcenter.live.demo_phone import DEMO_PHONE, DemoPhone
from callcenter.live.health import Health, health
from callcenter.live.keeper import Keeper
from callcenter.live.keys import AGENTS, CONTROL, FLOOR, HEALTH, PHONE_SECRET, SCREENS, WORDS
from callcenter.live.members import Members
from callcenter.live.screens import Screens
from callcenter.live.seating import leaving, seating
from callcenter.live.words import read_words
from callcenter.people.service import People, Seated
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.store.engine import AWAY, Store
from callcenter.telephony.ami import Link
from callcenter.telephony.line import Line
from callcenter.telephony.lines import Lines
from callcenter.telephony.secrets import Secrets
from callcenter.telephony.tape import Tape
from callcenter.web import server
from callcenter.web.hub import Hub
from callcenter.web.user import User

log = logging.getLogger(__name__)

RECOGNITION_S = 0.5
"""How long a caller waits in silence to be recognised."""

DEMO_CALLERS = 5


@dataclass(frozen=True)
class Rooms:
    """What can be asked of the store."""

    store: Store
    people: People
    hotlines: Hotlines
    customers: Customers
    cases: Cases
    callbacks: Callbacks
    surveys: Surveys
    calls: Calls
    notes: Notes
    country: str

    @property
    def records(self) -> Records:
        return Records(self.customers, self.cases, self.callbacks, self.calls, self.people, self.notes, self.country)


def rooms(settings: Settings) -> Rooms:
    store = Store(settings.database_url)
    return Rooms(
        store=store,
        people=People(store, idle_ms=settings.session_h * 3_600_000),
        hotlines=Hotlines(store),
        customers=Customers(store, region=settings.country),
        cases=Cases(store, settings.zone),
        callbacks=Callbacks(store, due_ms=settings.callback_due_h * 3_600_000, region=settings.country),
        surveys=Surveys(store),
        calls=Calls(store, settings.recordings),
        notes=Notes(store),
        country=settings.country,
    )


@asynccontextmanager
async def running(settings: Settings, secrets: Secrets, house: Rooms, flows: Flows, prompts: Prompts) -> AsyncIterator[web.Application]:
    """The whole centre at work; it is ended in the opposite order. The store is migrated and Asterisk is started by whoever calls."""
    async with AsyncExitStack() as stack:
        open_calls = await house.calls.open_calls()
        seated = [as_agent(one) for one in await house.people.seated()]
        floor = restore(Floor(now=now_ms(), rules=Rules(wrapup_ms=settings.wrapup_s * 1000)), open_calls, seated)
        words = await read_words(house.hotlines, house.people)

        keeper, hub, ledger = Keeper(floor), Hub(), Ledger(house.store, stored=open_calls)
        recogniser = Recogniser(house.customers, keeper.put, now_ms)
        services = flow_services(settings, house, keeper, recogniser, prompts)
        walks = Walks(flows, services, keeper)
        lines = Lines(walks.begin)
        tape = Tape(settings.tapes, settings.tape_days)
        stack.callback(tape.close)
        link = Link(settings.ami_host, settings.ami_port, settings.ami_user, secrets.ami, keeper.offer, tape, lines)
        control = Control(lambda: keeper.floor, keeper.put, link.act, now_ms)
        agents = Agents(house.people, lambda: keeper.floor, keeper.put, now_ms)
        absent = Absent(lambda: keeper.floor, hub.connected, agents.send_away, now_ms)
        members = Members(lambda: keeper.floor, link.act)
        screens = Screens(lambda: keeper.floor, hub, settings, words)
        bars = Bars(lambda: keeper.floor, hub, settings, words)
        desk = await open_desk(
            floor=lambda: keeper.floor,
            put=keeper.put,
            hub=hub,
            settings=settings,
            words=words,
            records=house.records,
            agents=agents,
            control=control,
        )
        callbacks = CallbackKeeper(house.callbacks)

        def told_link(changes: Sequence[Change]) -> None:
            for change in changes:
                if isinstance(change, LinkMoved):
                    hub.link = change.after

        for listener in (desk.listen, bars.listen, screens.listen, members.listen, recogniser.listen, ledger.take, told_link):
            keeper.listen(listener)
        ledger.listen(callbacks.listen)

        async def look() -> Health:
            return health(
                keeper.floor,
                database=await store_trouble(house.store),
                ledger=ledger.state,
                counts={"misfits": keeper.counts["misfits"], "unwritten": ledger.waiting, "tape_lost": tape.lost},
            )

        async def phone_secret(seat: str) -> str | None:
            return secrets.seats.get(seat) if (await house.people.seats()).get(seat) == "browser" else None

        app = server.build(
            settings,
            urls.ROUTES,
            house.people,
            hub,
            urls.NAV,
            seated=seating(agents),
            left=leaving(agents),
            sip_allowed=phone_of(settings, keeper),
            sip_gone=lambda _user, seat: control.phone_gone(seat),
            phone_url="/agent/phone",
            away=AWAY,
        )
        app[FLOOR], app[AGENTS], app[CONTROL], app[SCREENS] = (lambda: keeper.floor), agents, control, screens
        app[WORDS], app[HEALTH], app[PHONE_SECRET] = words, look, phone_secret
        app[CALLS], app[CALL_HOTLINES], app[USER_NAMES] = house.calls, house.hotlines, house.people.names
        app[LISTENINGS] = Listenings(house.store, now_ms)
        app[CUSTOMERS], app[CASES], app[CASE_PEOPLE] = house.customers, house.cases, house.people
        app[DESK], app[CALLBACKS] = desk, house.callbacks
        app[DEMO_PHONE] = DemoPhone(secrets.demo_phone, lambda: demo_callers(house.customers))

        stack.push_async_callback(desk.close)
        stack.push_async_callback(recogniser.close)
        stack.push_async_callback(ledger.close)
        stack.push_async_callback(walks.close)
        work = {
            "ledger": ledger.run(),
            "callbacks": callbacks.run(),
            "keeper": keeper.run(),
            "members": members.run(),
            "jobs": jobs.run(regular(house, keeper, members, absent, prompts)),
            "link": link.run(),
        }
        async with asyncio.TaskGroup() as group:
            # One that fails takes the process down, to be started again: half a centre is none.
            tasks = [group.create_task(run, name=name) for name, run in work.items()]
            try:
                yield app
            finally:
                for task in tasks:
                    task.cancel()


def regular(house: Rooms, keeper: Keeper, members: Members, absent: Absent, prompts: Prompts) -> list[jobs.Job]:
    """What runs by the clock."""

    async def tick() -> None:
        keeper.put(Tick(now_ms()))

    async def compare() -> None:
        members.look()

    async def measure() -> None:
        await house.calls.measure_ended(now_ms())

    async def forget() -> None:
        await asyncio.to_thread(prompts.forget_passing)

    return [
        jobs.Job("clock", 1, tick),
        jobs.Job("queue members", 5, compare),
        jobs.Job("absent agents", 30, absent.look),
        jobs.Job("recordings", 2, measure),
        jobs.Job("passing prompts", 3600, forget),
    ]


class Walks:
    """One task for each caller in a flow."""

    def __init__(self, flows: Flows, services: Services, keeper: Keeper) -> None:
        self._flows = flows
        self._services = services
        self._keeper = keeper
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, line: Line) -> None:
        task = asyncio.create_task(walk(line, self._flows, self._services, self._keeper.put, now_ms), name=f"flow {line.call}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Leave the callers where they are: their places are on their channels."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            # The caller's lease runs out, and the dialplan takes him to the fallback.
            log.error("%s failed", task.get_name(), exc_info=wrong)


def flow_services(settings: Settings, house: Rooms, keeper: Keeper, recogniser: Recogniser, prompts: Prompts) -> Services:
    """What flows need of other rooms."""

    async def on_duty(queue: str) -> bool:
        return any(agent.wants_ready and agent.reachable and queue in agent.queues for agent in keeper.floor.agents.values())

    async def open_now(hotline: str) -> bool:
        return await house.hotlines.open_now(hotline, now_ms(), settings.zone)

    async def caller(call: str) -> Recognised:
        known = keeper.floor.calls.get(call)
        if known is not None and known.customer is not None:
            return Recognised(known.customer, known.customer_name, known.tier)
        found = (await asyncio.wait_for(recogniser.of(call), RECOGNITION_S)).customer
        return Recognised(found.id, found.name, found.tier) if found else Recognised()

    async def promise_callback(
        *, call: str, hotline: str, number: str, customer: int | None, queue: str, kind: str, recording: str | None, key: str
    ) -> None:
        ask = NewAsk(number, kind, customer=customer, call=call, hotline=hotline, queue=queue or None, recording=recording, key=key)
        await house.callbacks.promise(ask)

    async def survey(*, call: str, step: str, answer: str | None, key: str) -> None:
        await house.surveys.note(call, step, answer, key=key)

    return Services(
        on_duty=on_duty,
        open_now=open_now,
        caller=caller,
        promise_callback=promise_callback,
        survey=survey,
        prompts=prompts,
        recordings=settings.recordings,
        zone=settings.zone,
    )


def as_agent(seated: Seated) -> Agent:
    """An agent as he sat when we stopped."""
    return Agent(
        number=seated.number,
        name=seated.name,
        user=seated.user,
        seat=seated.seat,
        queues=seated.queues,
        state="ready" if seated.ready else "paused",
        since=seated.since,
        wants_ready=seated.ready,
        reason=seated.reason,
    )


def phone_of(settings: Settings, keeper: Keeper) -> Callable[[web.Request], str | None]:
    """Whose phone a browser may be: the agent's at whose seat the user sits; in demo mode the newcomer's, for anybody."""

    def allowed(request: web.Request) -> str | None:
        user = request["user"]
        agent = keeper.floor.agents.get(user.number) if isinstance(user, User) else None
        if agent is not None:
            return agent.seat
        return "demo" if settings.demo else None

    return allowed


async def demo_callers(customers: Customers) -> list[tuple[str, str]]:
    """Number and name of some customers, for a newcomer to call as."""
    cards = [await customers.card(one.id) for one in await customers.search("店", DEMO_CALLERS)]
    return [(card.phones[0].number, card.customer.name) for card in cards if card and card.phones]


async def store_trouble(store: Store) -> str | None:
    """Why the store does not answer; None when it does."""
    try:
        await asyncio.wait_for(store.alive(), 3)
    except AWAY as wrong:
        return str(wrong).splitlines()[0] if str(wrong) else type(wrong).__name__
    return None
