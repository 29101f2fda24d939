"""Where scenarios are played: a running centre, people at desks, callers, a carrier's line outside. Several may be played at once."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callcenter import schema
from callcenter.crm.callbacks.service import Callbacks, NewAsk
from callcenter.settings import CHECKOUT
from callcenter.store.engine import Store
from tests.live.centre import Centre
from tests.live.person import Person, signed_in
from tests.live.phone.leg import Leg
from tests.live.phone.phone import Phone, Voice, open_phone
from tests.live.phone.rtp import now
from tests.live.scenarios.truth import Stretch, TrueCall
from tests.ports import free_port

WRAPUP_MS = 2000
DESKS = 12
"""As many as the demo has agents and seats."""
RING_S = 4
PARK_S = 8
HOTLINES = {"8000000001": "orders", "8000000002": "complaints", "8000000003": "english"}
SETTINGS = {"wrapup_s": "2", "unanswered_offers": "0", "ring_timeout_s": str(RING_S), "park_timeout_s": str(PARK_S)}
FLOWS = CHECKOUT / "ivr_flows"
OVERFLOW_S = 5
FIRST_KEY_S = 1.5
"""How long a caller listens to the greeting before he presses a key."""

LOW, MIDDLE, HIGH = 5_000, 30_000, 55_000
"""RTP sequence numbers: a leg with HIGH comes after one with MIDDLE, one with LOW before it, as 16 bits are compared."""


@dataclass(frozen=True)
class Desk:
    """An agent at a seat, and the telephone there."""

    agent: Person
    phone: Phone
    number: str
    seat: str

    @property
    def hertz(self) -> float:
        return self.phone.voice.hertz


@dataclass(frozen=True)
class Talk:
    """A caller and the agent who has answered him: their legs, and what is true of the call so far."""

    caller: Phone
    leg: Leg
    desk: Desk
    desk_leg: Leg
    hotline: str
    stretches: tuple[Stretch, ...]

    @property
    def answered(self) -> int:
        return self.desk_leg.at["answered"]

    def voices(self, desk: Desk) -> tuple[float, float]:
        """Who is heard while this desk talks with the caller."""
        return desk.hertz, self.caller.voice.hertz

    def sent_on(self, at: int) -> tuple[Stretch, ...]:
        """His agent talked until he was sent elsewhere."""
        talked = Stretch("talk", self.desk.number, self.answered, at, "transferred", voices=self.voices(self.desk))
        return talked, wrapup(self.desk, at)

    def taken(self, by: Desk, leg: Leg, ended: int, reason: str, queue: str | None = None) -> tuple[Stretch, ...]:
        """Somebody else is rung and talks with him to the end."""
        rang, answered = leg.at["rang"], leg.at["answered"]
        return (
            Stretch("ring", by.number, rang, answered, "answered", queue),
            Stretch("talk", by.number, answered, ended, reason, voices=self.voices(by)),
            wrapup(by, ended),
        )

    def asked(self, other: Desk, held: int, leg: Leg, until: int, ends: str) -> tuple[Stretch, ...]:
        """A colleague was asked and answered: until the customer has somebody again or is gone."""
        return (
            Stretch("talk", self.desk.number, self.answered, held, "held", voices=self.voices(self.desk)),
            Stretch("hold", self.desk.number, held, until, ends),
            Stretch("ring", other.number, leg.at["rang"], leg.at["answered"], "answered"),
        )

    def consulted(self, other: Desk, leg: Leg, until: int, ends: str) -> tuple[Stretch, Stretch]:
        """The two talked about him, and both ended it in the same way."""
        answered = leg.at["answered"]
        return Stretch("consult", self.desk.number, answered, until, ends), Stretch("consult", other.number, answered, until, ends)

    def handed_over(self, other: Desk, leg: Leg, done: int, ended: int) -> tuple[Stretch, ...]:
        """The colleague who was asked talks with him from then on, until he hangs up."""
        answered = leg.at["answered"]
        return (
            Stretch("consult", self.desk.number, answered, done, "transferred"),
            wrapup(self.desk, done),
            Stretch("consult", other.number, answered, done, "resumed"),
            Stretch("talk", other.number, done, ended, "caller_hung_up", voices=self.voices(other)),
            wrapup(other, ended),
        )

    def call(self, *stretches: Stretch, agents: tuple[str, ...], exit: str = "answered") -> TrueCall:
        """The whole call: what was true until the answer, and what came then."""
        return TrueCall(self.caller.user, self.hotline, "inbound", exit, agents, (*self.stretches, *stretches), self.hotline)


class House:
    """What all scenarios of a centre share. Held while it is used: `offering` by whose agent is ready, `parking` by whose caller parks.

    Desks are opened when they are first needed and stay until the centre is left.
    """

    def __init__(self, centre: Centre, carrier: Phone, open_desks: AsyncExitStack) -> None:
        self.centre = centre
        self.carrier = carrier
        self.offering = asyncio.Lock()
        self.parking = asyncio.Lock()
        self.numbers = itertools.count(11_000_001)
        self.hertz = itertools.cycle(range(400, 1000, 40))
        self._open_desks = open_desks
        self._opened = 0
        self._free: asyncio.Queue[Desk] = asyncio.Queue()

    async def take(self) -> Desk:
        """A desk at which nothing goes on; when all are taken, the next that is given back."""
        if not self._free.empty() or self._opened == DESKS:
            return await self._free.get()
        self._opened += 1
        n = self._opened
        number, seat = str(2000 + n), str(1000 + n)
        agent = await self._open_desks.enter_async_context(signed_in(self.centre, number, seat))
        phone = await self._open_desks.enter_async_context(open_phone(self.centre.sip_port, seat, self.centre.seat_secret(seat)))
        return Desk(agent, phone, number, seat)

    def give_back(self, desk: Desk) -> None:
        if desk.phone.is_there:
            self._free.put_nowait(desk)


class Stage:
    """Where one scenario is played. `carrier` is the phone at the other end of the trunk: it rings for numbers outside.

    `agents`, `seats` and `outside` are who took part so far.
    """

    def __init__(self, house: House) -> None:
        self.centre = house.centre
        self.carrier = house.carrier
        self.offering_to_one = house.offering
        self.parking_one = house.parking
        self.agents: set[str] = set()
        self.seats: set[str] = set()
        self.outside: set[str] = set()
        self._house = house

    @asynccontextmanager
    async def desk(self, sequence: int = MIDDLE) -> AsyncIterator[Desk]:
        """An agent at a seat, not ready. His wrap-up is over when the desk is left."""
        desk = await self._house.take()
        self.agents.add(desk.number)
        self.seats.add(desk.seat)
        desk.phone.voice = Voice(next(self._house.hertz), sequence)
        try:
            yield desk
            await _wrapped_up(desk.phone)
        finally:
            await desk.phone.put_all_away()
            await self.busy(desk)
            self._house.give_back(desk)

    @asynccontextmanager
    async def caller(self, sequence: int = MIDDLE) -> AsyncIterator[Phone]:
        """Somebody outside with a number of his own."""
        voice = Voice(next(self._house.hertz), sequence)
        async with open_phone(self.centre.sip_port, self.number(), voice=voice) as phone:
            yield phone

    def number(self) -> str:
        """A number outside that nobody else has."""
        number = f"139{next(self._house.numbers):08d}"
        self.outside.add(number)
        return number

    async def dial_in(self, caller: Phone, hotline: str = "8000000001") -> Leg:
        """Dial a hotline and choose a person."""
        leg = await (await caller.dial(hotline)).answered()
        await asyncio.sleep(FIRST_KEY_S)
        await leg.press("1")
        return leg

    async def reach(self, caller: Phone, desk: Desk, hotline: str = "8000000001", *, ring_s: float = 0.5) -> Talk:
        """The caller gets through to this agent, who is not ready for the next one."""
        async with self.offering_to_one:
            await desk.agent.ready()
            leg = await self.dial_in(caller, hotline)
            rung = await desk.phone.rings()
            await asyncio.sleep(ring_s)
            await rung.answer()
            await self.busy(desk)
        queue, rang, answered = HOTLINES[hotline], rung.at["rang"], rung.at["answered"]
        so_far = (
            Stretch("ivr", None, leg.at["answered"], rang, "went_on"),
            Stretch("queue", None, rang, answered, "answered", queue),
            Stretch("ring", desk.number, rang, answered, "answered", queue),
        )
        return Talk(caller, leg, desk, rung, hotline, so_far)

    async def owe(self, number: str) -> int:
        """A call that was promised to this number; its id."""
        schema.metadata()  # a callback points at other rooms' tables
        store = Store(f"sqlite+aiosqlite:///{self.centre.folder / 'centre.sqlite'}")
        try:
            return (await Callbacks(store, due_ms=3_600_000).promise(NewAsk(number, "promised"))).id
        finally:
            await store.close()

    async def busy(self, desk: Desk) -> None:
        """He wants no call after this one."""
        assert await desk.agent.post("/agent/state", state="paused", reason="break") == 204


async def left_in_flow(talk: Talk, agents_bye: int) -> Stretch:
    """The agent has hung up: the caller is back in his hotline's flow, is asked how it was and hangs up."""
    await rest(1)
    await talk.leg.hang_up()
    return Stretch("ivr", None, agents_bye, talk.leg.at["bye"], "hung_up")


def passes_on(flow: str) -> str:
    """The complaints' flow, whose queue is left for that of the orders after OVERFLOW_S."""
    head, first, rest_of = flow.partition("  complaints:\n")
    queue, blank, tail = rest_of.partition("\n\n")
    passing = queue.replace("timeout_s: 300", f"timeout_s: {OVERFLOW_S}").replace("timeout: busy", "timeout: overflow")
    overflow = re.sub(r"    prompt:\n(      .*\n)+", "", queue.replace("queue: complaints", "queue: orders"))
    return head + first + passing + "\n\n  overflow:\n" + overflow + blank + tail


def wrapup(desk: Desk, left: int) -> Stretch:
    return Stretch("wrapup", desk.number, left, left + WRAPUP_MS, "timed_out")


async def rest(seconds: float = 1.5) -> None:
    """People talk."""
    await asyncio.sleep(seconds)


async def _wrapped_up(phone: Phone) -> None:
    """An agent who leaves his seat ends his wrap-up: he stays for it."""
    last = max((at for leg in phone.legs.values() for at in leg.at.values()), default=0)
    await asyncio.sleep(max(0, last + WRAPUP_MS + 500 - now()) / 1000)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    """A centre in this folder, with a carrier of its own, that is stopped when the block is left."""
    port = free_port(socket.SOCK_DGRAM)
    flows = folder / "flows"
    shutil.copytree(FLOWS, flows)
    complaints = flows / "complaints.yaml"
    complaints.write_text(passes_on(complaints.read_text(encoding="utf-8")), encoding="utf-8")
    # It was written for the flow as it was.
    (flows / "complaints.walk.yaml").unlink()
    centre = Centre(folder, **SETTINGS, trunk_host=f"127.0.0.1:{port}", flows_dir=str(flows))
    try:
        await centre.start()
        async with AsyncExitStack() as desks, open_phone(centre.sip_port, "carrier", voice=Voice(1040.0), port=port) as carrier:
            yield House(centre, carrier, desks)
    finally:
        await centre.stop()


Scenario = Callable[..., Coroutine[Any, Any, list[TrueCall]]]
"""Takes the Stage."""
