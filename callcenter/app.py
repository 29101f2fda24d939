"""Builds every part and ties them together. Nothing else knows all rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from callcenter import jobs, urls
from callcenter.audit.service import note
from callcenter.calls.disk import GB, Disk
from callcenter.calls.keys import CALL_HOTLINES, CALLS, LISTENINGS, STEP_TITLES, USER_NAMES
from callcenter.calls.ledger import Ledger
from callcenter.calls.listening import Listenings
from callcenter.comparison import pages as comparison
from callcenter.comparison.figures import figures, link_counts
from callcenter.comparison.keys import FIGURES, NIGHTLY, TOKEN, WATCH
from callcenter.comparison.metrics import exposition
from callcenter.comparison.nightly import Nightly, by_command
from callcenter.comparison.token import token
from callcenter.comparison.watch import Watch
from callcenter.crm.callbacks.keep import CallbackKeeper
from callcenter.crm.callbacks.keys import CALLBACKS
from callcenter.crm.callers.keys import CALLERS
from callcenter.crm.callers.lookup import Lookup
from callcenter.crm.cases.keys import CASE_PEOPLE, CASES
from callcenter.crm.customers.keys import CUSTOMERS
from callcenter.crm.customers.recognise import Recogniser
from callcenter.crm.orders.keys import ORDERS
from callcenter.crm.surveys.follow_up import FollowUp
from callcenter.crm.surveys.keys import SURVEYS
from callcenter.desk.desk import DESK, Desk, open_desk
from callcenter.floor.changes import Change, LinkMoved
from callcenter.floor.events import AgentSignedIn, AgentWants, Event, Tick
from callcenter.floor.floor import Floor, Rules, restore
from callcenter.hotlines.keys import HOTLINES, HOURS
from callcenter.ivr.actions.keys import REMARKS
from callcenter.ivr.named.dialplan import DialplanPrompts
from callcenter.ivr.named.keys import DECODER, NAMED, PROMPT_FLOWS, SOUND_FILES
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.running.doors import services
from callcenter.ivr.running.walks import Walks
from callcenter.ivr.seen.keys import ACTION_SLOTS, FLOW_OF, VISITS
from callcenter.ivr.seen.now import FlowsNow
from callcenter.ivr.seen.visits import Visits
from callcenter.ivr.sounds.decoder import Decoder
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.live.absent import Absent
from callcenter.live.agents import Agents, as_agent
from callcenter.live.bar import Bars
from callcenter.live.control import Control
from callcenter.live.demo_phone import DEMO_PHONE, DemoPhone, phone_of
from callcenter.live.dismissed import Dismissed
from callcenter.live.health import Health, health
from callcenter.live.keeper import Keeper
from callcenter.live.keys import AGENTS, CONTROL, FLOOR, HEALTH, PHONE_SECRET, SCREENS, WORDS
from callcenter.live.members import Members
from callcenter.live.moves import Moves
from callcenter.live.outside import Outside
from callcenter.live.screens import Screens
from callcenter.live.seating import leaving, seating
from callcenter.live.unanswered import Unanswered
from callcenter.live.words import Words, read_words
from callcenter.rooms import Rooms
from callcenter.routing.outbound import may_dial
from callcenter.settings import Settings
from callcenter.seat_secrets import Telling
from callcenter.store.clock import now_ms
from callcenter.store.engine import AWAY
from callcenter.telephony.ami import Link
from callcenter.telephony.facts import written
from callcenter.telephony.lines import Lines
from callcenter.telephony.past import Past
from callcenter.telephony.pbx import rotate_logs
from callcenter.telephony.record import Record, opened
from callcenter.telephony.secrets import Secrets
from callcenter.telephony.tape import Tape, last_written
from callcenter.web import server
from callcenter.web.hub import Hub

ACTS_MS = 7 * 86_400_000
"""How long it is remembered that a flow did something: far longer than any call goes on."""


@dataclass(frozen=True)
class Parts:
    """What lives as long as the process."""

    keeper: Keeper
    hub: Hub
    ledger: Ledger
    tape: Tape
    link: Link
    recogniser: Recogniser
    walks: Walks
    flows: InUse
    spoken: DialplanPrompts
    control: Control
    moves: Moves
    outside: Outside
    agents: Agents
    members: Members
    absent: Absent
    unanswered: Unanswered
    watch: Watch
    disk: Disk
    nightly: Nightly
    screens: Screens
    bars: Bars
    desk: Desk
    callbacks: CallbackKeeper
    words: Words


@asynccontextmanager
async def running(settings: Settings, secrets: Secrets, rooms: Rooms, flows: InUse, prompts: Prompts) -> AsyncIterator[web.Application]:
    """The whole centre at work; it is ended in the opposite order. The store is migrated and Asterisk is started by whoever calls."""
    async with AsyncExitStack() as stack:
        record = await stack.enter_async_context(opened(settings))
        await stack.enter_async_context(rooms.web)
        parts = await build(settings, secrets, rooms, flows, prompts, record)
        stack.callback(parts.tape.close)
        stack.callback(parts.screens.close)
        listen(parts, settings)
        for close in (
            parts.unanswered.close,
            parts.desk.close,
            parts.moves.close,
            parts.outside.close,
            parts.recogniser.close,
            parts.ledger.close,
            parts.walks.close,
        ):
            stack.push_async_callback(close)
        app = application(settings, secrets, rooms, parts)
        app[NAMED], app[SOUND_FILES], app[DECODER], app[PROMPT_FLOWS] = rooms.prompts, prompts, Decoder(), rooms.flows
        stack.callback(show_flows(app, settings, rooms, parts).close)
        async with asyncio.TaskGroup() as group:
            # One that fails takes the process down, to be started again: half a centre is none.
            tasks = [group.create_task(run, name=name) for name, run in work(settings, rooms, parts, prompts, record).items()]
            try:
                yield app
            finally:
                for task in tasks:
                    task.cancel()


async def build(settings: Settings, secrets: Secrets, rooms: Rooms, flows: InUse, prompts: Prompts, record: Record) -> Parts:
    """Every part, and what each needs of the others."""
    open_calls = await rooms.calls.open_calls()
    seated = [as_agent(one) for one in await rooms.people.seated()]
    keeper = Keeper(restore(Floor(now=now_ms(), rules=Rules(wrapup_ms=settings.wrapup_s * 1000)), open_calls, seated))

    def floor() -> Floor:
        return keeper.floor

    hub = Hub()
    words = await read_words(rooms.hotlines, rooms.people, flows.step_titles)
    recogniser = Recogniser(rooms.customers, keeper.put, now_ms)
    lookup = Lookup(rooms.customers, rooms.cases, rooms.keyed, keeper.put, now_ms)
    asked = services(
        settings,
        floor,
        rooms.hours,
        recogniser,
        rooms.callbacks,
        FollowUp(rooms.surveys, rooms.cases, rooms.people, floor, settings.language),
        prompts,
        rooms.actions,
        callers=rooms.callers,
        lookup=lookup,
    )
    walks = Walks(flows, asked, keeper.put, now_ms)
    ledger = Ledger(rooms.store, stored=open_calls)
    past = await gaps(settings, rooms, keeper, ledger, record)
    tape = Tape(settings.tapes, settings.tape_days)
    may = partial(may_dial, country=settings.country, others=settings.dialled_countries)
    outside = Outside(floor, may, partial(note, rooms.store, now_ms), now_ms)
    lines = Lines(walks.begin, outside.may)
    link = Link(settings.ami_host, settings.ami_port, settings.ami_user, secrets.ami, keeper.offer, tape, lines, since=past.since)
    control = Control(floor, keeper.put, link.act, now_ms, may)
    moves = Moves(floor, link.act, now_ms, may, outside.by_click)
    agents = Agents(rooms.people, floor, keeper.put, now_ms)
    desk = await open_desk(
        floor=floor,
        put=keeper.put,
        hub=hub,
        settings=settings,
        words=words,
        records=rooms.records,
        agents=agents,
        control=control,
        moves=moves,
    )
    return Parts(
        keeper=keeper,
        hub=hub,
        ledger=ledger,
        tape=tape,
        link=link,
        recogniser=recogniser,
        walks=walks,
        flows=flows,
        spoken=DialplanPrompts(rooms.prompts, rooms.hotlines, prompts),
        control=control,
        moves=moves,
        outside=outside,
        agents=agents,
        members=Members(floor, link.act),
        unanswered=Unanswered(floor, agents.pause, settings.unanswered_offers),
        absent=Absent(floor, hub.connected, agents.send_away, now_ms),
        watch=Watch(floor, link.look, keeper.settled, link.correct, now_ms),
        nightly=Nightly(by_command, settings.zone, now_ms),
        disk=Disk(settings.recordings, settings.disk_low_gb * GB, rooms.calls.seconds_since),
        screens=Screens(floor, hub, settings, words),
        bars=Bars(floor, hub, settings, words),
        desk=desk,
        callbacks=CallbackKeeper(rooms.callbacks),
        words=words,
    )


async def gaps(settings: Settings, rooms: Rooms, keeper: Keeper, ledger: Ledger, record: Record) -> Past:
    """Who tells what happened while we were away."""

    async def floor() -> Floor:
        await keeper.settled()
        return keeper.floor

    async def recorded(calls: Collection[str]) -> frozenset[str]:
        try:
            return await rooms.calls.recorded(calls)
        except AWAY:
            # Calls of the gap are told all the same; one that is in the record already is written a second time.
            return frozenset()

    newest, alive = await rooms.calls.newest(), last_written(settings.tapes)
    moments = [moment for moment in (alive, *(newest or ())) if moment is not None]
    began = await rooms.calls.gap_open_since(max(moments)) if moments else None
    kept = min(moment for moment in (*moments, began or 0))
    return Past(record, floor, recorded, lambda gap: ledger.take([gap]), began=began, kept=kept)


def listen(parts: Parts, settings: Settings) -> None:
    """Who is told what came of an event: the ringing screen first, the record last."""

    def tell_link(changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, LinkMoved):
                parts.hub.link = change.after

    for listener in (
        parts.desk.listen,
        parts.moves.listen,
        parts.bars.listen,
        parts.screens.listen,
        parts.members.listen,
        parts.unanswered.listen,
        parts.recogniser.listen,
        tell_link,
        parts.ledger.take,
    ):
        parts.keeper.listen(listener)
    tape_facts(parts)
    parts.watch.listen(comparison.push(parts.hub, settings, parts.watch, parts.nightly))
    parts.ledger.listen(parts.callbacks.listen)


def tape_facts(parts: Parts) -> None:
    """Our own facts go on the tape from now on; first of all who sat where when we started."""

    def note(fact: Event) -> None:
        parts.tape.note(fact.at, written(fact))

    now = parts.keeper.floor.now
    for agent in parts.keeper.floor.agents.values():
        note(AgentSignedIn(now, agent=agent.number, name=agent.name, seat=agent.seat, queues=agent.queues, user=agent.user))
        note(AgentWants(now, agent=agent.number, ready=agent.wants_ready, reason=agent.reason))
    parts.keeper.noted_by(note)


def application(settings: Settings, secrets: Secrets, rooms: Rooms, parts: Parts) -> web.Application:
    """The web server, with what its handlers find in it."""

    def floor() -> Floor:
        return parts.keeper.floor

    async def look() -> Health:
        counts = {"misfits": parts.keeper.counts["misfits"], "unwritten": parts.ledger.waiting, "tape_lost": parts.tape.lost}
        counts |= {"differences": len(parts.watch.last.standing), **link_counts(parts.link)}
        return health(
            floor(),
            database=await rooms.store.trouble(),
            ledger=parts.ledger.state,
            missing=parts.link.missing_rights,
            disk=parts.disk.trouble,
            flows=parts.flows.troubles,
            warnings=[rooms.hours.public.ending(rooms.hours.today()), *parts.spoken.warnings],
            counts=counts,
        )

    def scraped() -> bytes:
        return exposition(figures(parts.keeper, parts.link, parts.ledger, parts.tape, parts.watch, parts.nightly, rooms.actions))

    async def callers() -> list[tuple[str, str]]:
        return [(card.phones[0].number, card.customer.name) for card in await rooms.customers.examples()]

    app = server.build(
        settings,
        urls.ROUTES,
        rooms.people,
        parts.hub,
        urls.NAV,
        seated=seating(parts.agents),
        left=leaving(parts.agents),
        sip_allowed=phone_of(floor, demo=settings.demo),
        sip_gone=lambda _user, seat: parts.control.phone_gone(seat),
        phone_url="/agent/phone",
        away=AWAY,
    )
    app[FLOOR], app[AGENTS], app[CONTROL], app[SCREENS] = floor, parts.agents, parts.control, parts.screens
    app[WORDS], app[HEALTH], app[PHONE_SECRET] = parts.words, look, Telling(settings, rooms).tell
    app[ORDERS], app[REMARKS] = rooms.orders, rooms.remarks
    app[CALLS], app[CALL_HOTLINES], app[USER_NAMES] = rooms.calls, rooms.hotlines, rooms.people.names
    app[LISTENINGS], app[STEP_TITLES] = Listenings(rooms.store, now_ms), parts.words.steps
    app[CUSTOMERS], app[CASES], app[CASE_PEOPLE], app[CALLBACKS] = rooms.customers, rooms.cases, rooms.people, rooms.callbacks
    app[CALLERS], app[SURVEYS] = rooms.callers, rooms.surveys
    app[HOURS], app[HOTLINES] = rooms.hours, rooms.hotlines
    app[DESK], app[FLOWS] = parts.desk, parts.flows
    app[WATCH], app[NIGHTLY], app[FIGURES], app[TOKEN] = parts.watch, parts.nightly, scraped, token(settings.data_dir)
    app[DEMO_PHONE] = DemoPhone(secrets.demo_phone, callers)
    return app


def show_flows(app: web.Application, settings: Settings, rooms: Rooms, parts: Parts) -> FlowsNow:
    """Flows are seen: what became of their callers, and who is where in them now."""
    app[VISITS], app[FLOW_OF] = Visits(rooms.store), parts.flows.one
    app[ACTION_SLOTS] = lambda: {name: tuple(one.sets) for name, one in (parts.flows.around.known.actions or {}).items()}
    now = FlowsNow(lambda: parts.keeper.floor, parts.hub, settings, parts.flows.one)
    parts.keeper.listen(now.listen)
    return now


def work(settings: Settings, rooms: Rooms, parts: Parts, prompts: Prompts, record: Record) -> dict[str, Coroutine[Any, Any, None]]:
    """The tasks of the centre, by name."""
    return {
        "ledger": parts.ledger.run(),
        "callbacks": parts.callbacks.run(),
        "keeper": parts.keeper.run(),
        "members": parts.members.run(),
        "jobs": jobs.run(regular(settings, rooms, parts, prompts, record)),
        "link": parts.link.run(),
    }


def regular(settings: Settings, rooms: Rooms, parts: Parts, prompts: Prompts, record: Record) -> list[jobs.Job]:
    """What runs by the clock."""

    dismissed = Dismissed(rooms.people, parts.hub, lambda: parts.keeper.floor, parts.agents.send_away)

    async def tick() -> None:
        parts.keeper.put(Tick(now_ms()))

    async def compare() -> None:
        parts.members.look()

    async def look() -> None:
        await parts.watch.look()

    async def judge_flows() -> None:
        await parts.flows.look(again=True)

    async def look_at_disk() -> None:
        await parts.disk.look(now_ms())

    async def measure() -> None:
        await rooms.calls.measure_ended(now_ms())

    async def forget() -> None:
        await asyncio.to_thread(prompts.forget_passing)

    async def forget_acts() -> None:
        await rooms.actions.forget(now_ms() - ACTS_MS)

    async def shorten() -> None:
        await record.shorten(now_ms(), settings.tape_days)
        if settings.asterisk != "external":
            await asyncio.to_thread(rotate_logs, settings)

    return [
        jobs.Job("clock", 1, tick),
        jobs.Job("queue members", 5, compare),
        jobs.Job("absent agents", 30, parts.absent.look),
        jobs.Job("the floor beside Asterisk's picture", 30, look),
        jobs.Job("the record beside Asterisk's own", 60, parts.nightly.look),
        jobs.Job("flows in use", 1, parts.flows.look),
        jobs.Job("flows beside what stands around them", 60, judge_flows),
        jobs.Job("dismissed users", 1, dismissed.look),
        jobs.Job("recordings", 2, measure),
        jobs.Job("disk", 30, look_at_disk),
        jobs.Job("passing prompts", 3600, forget),
        jobs.Job("prompts of Asterisk's plan", 30, parts.spoken.look),
        jobs.Job("acts of flows", 3600, forget_acts),
        jobs.Job("Asterisk's own record", 3600, shorten),
    ]
