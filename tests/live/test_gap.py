"""The server is gone from one moment to the next and comes back: what its callers did meanwhile is in the record, each call once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from callcenter.calls.service import CallFilter, Calls
from callcenter.calls.tables import LinkGapRow
from callcenter.store.engine import Store
from callcenter.telephony.line import LEASE_S
from tests.live import sip_log
from tests.live.centre import Centre, until
from tests.live.console import in_fallback
from tests.live.people import desk, dial, left, recorded
from tests.live.person import Person, signed_in
from tests.live.phone.leg import Leg
from tests.live.phone.phone import Phone, open_phone
from tests.live.record import kinds, moment, of_kind
from tests.live.sipp import Key, Telephone, caller

pytestmark = [pytest.mark.live, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

TALKS, WAITS, COMES, STAYS = "13911110041", "13911110042", "13911110043", "13911110044"
HANDED, PARKED, TIRED = "13911110045", "13911110046", "13911110047"
QUEUE_S = 9
"""The longest wait in a queue."""
AWAY_S = 4.0
"""After this time without the server new callers take the plain way to a person."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="2", queue_timeout_s=str(QUEUE_S))
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


async def test_calls_that_ended_came_and_went_while_the_server_was_gone(centre: Centre, tmp_path: Path) -> None:
    async with (
        desk(centre, "2001", "1001", tmp_path, hang_up_after_s=8) as seat,
        caller(centre.sip_port, "8000000001", tmp_path, calling_from=TALKS, keys=[Key(1.5, "1")]) as talks,
        caller(centre.sip_port, "8000000001", tmp_path, calling_from=WAITS, keys=[Key(3, "1")]) as waits,
    ):
        await until("one talks and one waits", lambda: are(centre, {TALKS: "talk", WAITS: "queue"}), 20)
        gone = time.time()
        await centre.kill()
        talks.hang_up()
        waits.hang_up()
        await asyncio.sleep(AWAY_S)
        async with caller(centre.sip_port, "8000000003", tmp_path, calling_from=STAYS) as stays:
            comes = await dial(centre, "8000000001", tmp_path, COMES)
            await centre.start()
            back = time.time()
            async with desk(centre, "2009", "1009", tmp_path):
                await until("who stayed is served", lambda: are(centre, {STAYS: "talk"}))
                stays.hang_up()
                calls = await recorded(centre, [TALKS, WAITS, COMES, STAYS])
    check_exits(calls)
    check_moments(calls, {TALKS: talks, WAITS: waits, COMES: comes, STAYS: stays}, seat.phone)
    assert len(await centre.calls()) == 4
    [gap] = await gaps(centre)
    assert gone - 4 < gap.began / 1000 < gone + 0.1
    assert gap.ended is not None
    assert gone + AWAY_S < gap.ended / 1000 < back
    assert gap.rebuilt == 4


def check_exits(calls: dict[str, dict[str, Any]]) -> None:
    assert {number: call["exit"] for number, call in calls.items()} == {
        TALKS: "answered",
        WAITS: "abandoned_queue",
        COMES: "answered",
        STAYS: "answered",
    }
    assert kinds(calls[TALKS])[2:] == [("ring", "answered"), ("talk", "caller_hung_up"), ("wrapup", "timed_out")]
    assert kinds(calls[WAITS]) == [("ivr", "went_on"), ("queue", "abandoned")]
    assert kinds(calls[COMES]) == [
        ("queue", "answered"),
        ("ring", "answered"),
        ("talk", "agent_hung_up"),
        ("wrapup", "timed_out"),
    ]
    assert ("talk", "caller_hung_up") in kinds(calls[STAYS])
    assert (calls[TALKS]["agents"], calls[COMES]["agents"]) == (["2001"], ["2001"])
    assert (calls[STAYS]["agents"], calls[STAYS]["queue"], calls[COMES]["hotline"]) == (["2009"], "english", "8000000001")


def check_moments(calls: dict[str, dict[str, Any]], phones: dict[str, Telephone], seat: Telephone) -> None:
    """Within a second of what the telephones themselves saw."""
    for number, phone in phones.items():
        assert moment(calls[number]["started"]) == pytest.approx(sip_log.first(phone, "INVITE"), abs=1)
        assert moment(calls[number]["ended"]) == pytest.approx(sip_log.first(phone, "BYE"), abs=1)
    for number in (TALKS, COMES):
        [talk] = of_kind(calls[number], "talk")
        began, ended = moment(talk["started"]), moment(talk["ended"])
        assert began == pytest.approx(sip_log.first(seat, "ACK", began - 1), abs=1)
        assert ended == pytest.approx(sip_log.first(phones[number], "BYE"), abs=1)
        [recording] = calls[number]["recordings"]
        assert recording["seconds"] == pytest.approx(ended - began, abs=1)


async def test_callers_who_were_handed_over_and_parked_while_the_server_was_gone(centre: Centre) -> None:
    async with (
        seat(centre, "2002", "1002") as hands_over,
        seat(centre, "2003", "1003") as parks,
        seat(centre, "2004", "1004") as takes,
        open_phone(centre.sip_port, HANDED) as handed,
        open_phone(centre.sip_port, PARKED) as parked,
        open_phone(centre.sip_port, TIRED) as tired,
    ):
        first, at_first = await reach(handed, hands_over)
        second, at_second = await reach(parked, parks)
        waits = await dial_in(tired)
        await until("one waits, two talk", lambda: are(centre, {TIRED: "queue", HANDED: "talk", PARKED: "talk"}), 20)
        await centre.kill()
        assert await at_first.refer("1004") == 202
        got = await (await takes.phone.rings()).answer()
        await at_first.hang_up()
        assert await at_second.refer("700") == 202
        await at_second.hang_up()
        await asyncio.sleep(1)
        taken = await (await parks.phone.dial("701")).answered()
        await asyncio.sleep(1)
        await got.hang_up()
        await second.hang_up()
        await asyncio.sleep(QUEUE_S)
        await waits.hang_up()
        await until("whom his second agent has left is in the queue all the same", lambda: in_fallback(centre, HANDED), LEASE_S + 3)
        await first.hang_up()
        await centre.start()
        calls = await recorded(centre, [HANDED, PARKED, TIRED])
    talked = {number: [one for one in kinds(call) if one[0] in ("talk", "park", "wrapup")] for number, call in calls.items()}
    wrapped_up = ("wrapup", "timed_out")
    assert sorted(talked[HANDED]) == [("talk", "agent_hung_up"), ("talk", "transferred"), wrapped_up, wrapped_up]
    assert [one for one in kinds(calls[HANDED]) if one[0] == "queue"] == [("queue", "answered"), ("queue", "abandoned")]
    assert [one for one in talked[PARKED] if one != wrapped_up] == [
        ("talk", "transferred"),
        ("park", "resumed"),
        ("talk", "caller_hung_up"),
    ]
    assert ("queue", "timeout") in kinds(calls[TIRED])
    assert (calls[HANDED]["agents"], calls[PARKED]["agents"]) == (["2002", "2004"], ["2003"])
    told = [moment(one["started"]) for call in (HANDED, PARKED) for one in of_kind(calls[call], "talk")]
    assert told == pytest.approx([leg.at["answered"] / 1000 for leg in (at_first, got, at_second, taken)], abs=1)
    assert [call["gaps"][0]["unknown"] for call in calls.values()] == [["holds", "steps"]] * 3


async def are(centre: Centre, wanted: dict[str, str]) -> bool:
    """Whether the last stretch of each of these callers is of this kind and goes on."""
    async with opened(centre) as store:
        calls = await Calls(store, centre.folder).find(CallFilter())
    last = {call.number: call.segments[-1] for call in calls if call.segments}
    return all(number in last and (last[number].kind, last[number].ended) == (kind, None) for number, kind in wanted.items())


async def gaps(centre: Centre) -> Sequence[LinkGapRow]:
    async with opened(centre) as store, store.transaction() as session:
        return (await session.scalars(select(LinkGapRow))).all()


@dataclass(frozen=True)
class Seat:
    agent: Person
    phone: Phone


@asynccontextmanager
async def seat(centre: Centre, number: str, name: str) -> AsyncIterator[Seat]:
    """An agent with a telephone, not ready yet, who leaves at the end."""
    async with signed_in(centre, number, name) as agent, open_phone(centre.sip_port, name, centre.seat_secret(name)) as phone:
        yield Seat(agent, phone)
        await until(f"{number} may leave", lambda: left(agent), 20)


async def reach(caller: Phone, one: Seat) -> tuple[Leg, Leg]:
    """The caller's leg and the agent's, who is not ready for anybody else."""
    await one.agent.ready()
    leg = await dial_in(caller)
    rung = await one.phone.rings()
    await rung.answer()
    return leg, rung


async def dial_in(caller: Phone) -> Leg:
    leg = await (await caller.dial("8000000001")).answered()
    await asyncio.sleep(1.5)
    await leg.press("1")
    return leg


@asynccontextmanager
async def opened(centre: Centre) -> AsyncIterator[Store]:
    store = Store(f"sqlite+aiosqlite:///{centre.folder / 'centre.sqlite'}")
    try:
        yield store
    finally:
        await store.close()
