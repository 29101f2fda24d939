"""The parts that others are made of: each is built once, and given what it needs of those before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from callcenter.audit.service import note
from callcenter.calls.ledger import Ledger
from callcenter.crm.callers.lookup import Lookup
from callcenter.crm.customers.recognise import Recogniser
from callcenter.crm.surveys.follow_up import FollowUp
from callcenter.desk.desk import Desk, open_desk
from callcenter.floor.call import Call
from callcenter.floor.floor import Floor, Rules, restore
from callcenter.hotlines.last_said import LastSaid
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.running.doors import Doors, services
from callcenter.ivr.running.services import Services
from callcenter.ivr.running.walks import Walks
from callcenter.ivr.sounds.prompts import Prompts
from callcenter.live.agents import Agents, as_agent
from callcenter.live.control import Control
from callcenter.live.keeper import Keeper
from callcenter.live.moves import Moves
from callcenter.live.outside import Outside
from callcenter.live.phones import Phones
from callcenter.live.words import Words, read_words
from callcenter.rooms import Rooms
from callcenter.settings import Settings
from callcenter.store.clock import now_ms
from callcenter.telephony.ami import Link
from callcenter.telephony.lines import Lines
from callcenter.telephony.record import Record
from callcenter.telephony.secrets import Secrets
from callcenter.telephony.tape import Tape
from callcenter.web.hub import Hub
from callcenter.wiring.gaps import past_of


@dataclass(frozen=True)
class Ground:
    """What a centre stands on: given by whoever starts it, open as long as it runs."""

    settings: Settings
    secrets: Secrets
    rooms: Rooms
    flows: InUse
    prompts: Prompts
    record: Record


@dataclass(frozen=True)
class Parts:
    """What lives as long as the process. `floor` is the picture as it is now."""

    keeper: Keeper
    floor: Callable[[], Floor]
    hub: Hub
    ledger: Ledger
    tape: Tape
    link: Link
    recogniser: Recogniser
    walks: Walks
    control: Control
    moves: Moves
    outside: Outside
    agents: Agents
    phones: Phones
    words: Words
    desk: Desk


async def build(ground: Ground) -> Parts:
    """The picture first, then what moves it, then what people do with it."""
    settings, rooms = ground.settings, ground.rooms
    open_calls = await rooms.calls.open_calls()
    keeper = await keeper_of(settings, rooms, open_calls)

    def floor() -> Floor:
        return keeper.floor

    hub, ledger, tape = Hub(), Ledger(rooms.store, stored=open_calls), Tape(settings.tapes, settings.tape_days)
    words = await read_words(rooms.hotlines, rooms.people, ground.flows.step_titles)
    recogniser = Recogniser(rooms.customers, keeper.put, now_ms)
    walks = Walks(ground.flows, asked_by_flows(ground, keeper, floor, recogniser), keeper.put, now_ms)
    outside = Outside(floor, rooms.may_dial, partial(note, rooms.store, now_ms), now_ms)
    past = await past_of(settings, rooms, keeper, ledger, ground.record)
    asterisk = settings.ami_host, settings.ami_port, settings.ami_user, ground.secrets.ami
    link = Link(*asterisk, keeper.offer, tape, Lines(walks.begin, outside.may), since=past.since, rest=past.rest)
    control = Control(floor, keeper.put, link.act, now_ms, rooms.may_dial)
    moves = Moves(floor, link.act, now_ms, rooms.may_dial, outside.by_click)
    agents = Agents(rooms.people, floor, keeper.put, now_ms)
    phones = Phones(rooms.people, agents, link.act, fixed=settings.asterisk == "external")
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
    return Parts(keeper, floor, hub, ledger, tape, link, recogniser, walks, control, moves, outside, agents, phones, words, desk)


async def keeper_of(settings: Settings, rooms: Rooms, open_calls: Sequence[Call]) -> Keeper:
    """The floor as the store knows it: who sat where, and which calls went on."""
    seated = [as_agent(one) for one in await rooms.people.seated()]
    empty = Floor(now=now_ms(), rules=Rules(wrapup_ms=settings.wrapup_s * 1000))
    return Keeper(restore(empty, open_calls, seated))


def asked_by_flows(ground: Ground, keeper: Keeper, floor: Callable[[], Floor], recogniser: Recogniser) -> Services:
    """What the walks of callers may ask of the other rooms."""
    settings, rooms = ground.settings, ground.rooms
    doors = Doors(
        floor=floor,
        hours=rooms.hours,
        last_said=LastSaid(rooms.hours),
        recogniser=recogniser,
        lookup=Lookup(rooms.customers, rooms.cases, rooms.keyed, keeper.put, now_ms),
        callers=rooms.callers,
        callbacks=rooms.callbacks,
        follow_up=FollowUp(rooms.surveys, rooms.cases, rooms.people, floor, settings.language),
    )
    return services(settings, doors, ground.prompts, rooms.actions, rooms.may_dial)
