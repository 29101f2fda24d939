"""Calls moved by clicks, on the real Asterisk with desk phones: what was done is what the record tells, and everybody is heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.live import console
from tests.live.centre import Centre, until
from tests.live.kept import kept
from tests.live.people import Desk, desk, recorded
from tests.live.record import kinds, of_kind, talked
from tests.live.sipp import Key, Telephone, caller, tone
from tests.live.sound import samples, share

__all__ = ["kept"]
pytestmark = [pytest.mark.live, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

FIRST_HZ, SECOND_HZ, CUSTOMER_HZ = 600, 900, 400


@dataclass(frozen=True)
class Place:
    """A hotline, and two agents of its queue at their seats."""

    hotline: str
    first: tuple[str, str]
    second: tuple[str, str]


ORDERS = Place("8000000001", ("2001", "1001"), ("2002", "1002"))
ENGLISH = Place("8000000003", ("2009", "1009"), ("2010", "1010"))


@dataclass(frozen=True)
class Talk:
    """A customer who talks to the first agent; the second one sits there too."""

    first: Desk
    second: Desk
    customer: Telephone


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    one = Centre(tmp_path_factory.mktemp("centre"), wrapup_s="2")
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


@asynccontextmanager
async def talking(centre: Centre, place: Place, number: str, folder: Path, **second: Any) -> AsyncIterator[Talk]:
    """second: how the second telephone answers, see desk_phone."""
    own = folder / number
    async with (
        desk(centre, *place.first, own, sound=tone(own / "first.al", FIRST_HZ)) as one,
        desk(centre, *place.second, own, ready=False, sound=tone(own / "second.al", SECOND_HZ), **second) as other,
        caller(
            centre.sip_port,
            place.hotline,
            own,
            calling_from=number,
            keys=[Key(1.5, "1")],
            sound=tone(own / "customer.al", CUSTOMER_HZ),
        ) as customer,
    ):
        await until("the two talk", lambda: in_segment(centre, number, place.first[0], "talk"), 30)
        await talked(centre, number, 1.5)
        yield Talk(one, other, customer)


async def in_segment(centre: Centre, number: str, who: str | None, kind: str) -> bool:
    call = next((one for one in await centre.calls() if one["from"] == number), None)
    return call is not None and any((s["kind"], s["who"], s["ended"]) == (kind, who, None) for s in call["segments"])


async def does(who: Desk, path: str, **fields: str) -> None:
    assert await who.agent.post(path, **fields) == 204, (path, fields)


async def asks(centre: Centre, talk: Talk, place: Place, number: str) -> None:
    """The first agent asks the second one, and the two talk."""
    await does(talk.first, "/desk/move", act="ask", target=f"agent:{place.second[0]}")
    await talk.second.agent.sees("/desk", place.first[0])
    await until("the two consult", lambda: in_segment(centre, number, place.second[0], "consult"))


def hears(centre: Centre, call: dict[str, Any], leg: int, agent_hz: float) -> None:
    """Both voices are in the recording."""
    name = call["recordings"][leg]["leg"]
    assert share(samples(centre.folder / "recordings" / f"{name}-agent.wav"), agent_hz) > 0.8
    assert share(samples(centre.folder / "recordings" / f"{name}-caller.wav"), CUSTOMER_HZ) > 0.8


def of(call: dict[str, Any], who: str | None) -> list[tuple[str, str | None]]:
    """What happened to one of them, without the wrap-up."""
    return [(one["kind"], one["reason"]) for one in call["segments"] if one["who"] == who and one["kind"] != "wrapup"]


async def test_a_customer_is_handed_over_and_another_is_taken_back(centre: Centre, tmp_path: Path) -> None:
    async def handed_over(number: str, place: Place) -> None:
        async with talking(centre, place, number, tmp_path) as talk:
            await asks(centre, talk, place, number)
            await does(talk.first, "/desk/consult", do="hand_over")
            await until("the second has the customer", lambda: in_segment(centre, number, place.second[0], "talk"))
            await talked(centre, number, 2)
            talk.second.phone.hang_up()
            await until("the customer goes on in the flow", lambda: in_segment(centre, number, None, "ivr"))

    async def taken_back(number: str, place: Place) -> None:
        async with talking(centre, place, number, tmp_path) as talk:
            await asks(centre, talk, place, number)
            await does(talk.first, "/desk/consult", do="take_back")
            await until("the first has the customer again", lambda: in_segment(centre, number, place.first[0], "talk"))
            await talked(centre, number, 2)
            talk.customer.hang_up()

    await asyncio.gather(handed_over("13911120001", ORDERS), taken_back("13911120002", ENGLISH))
    calls = await recorded(centre, ["13911120001", "13911120002"])
    handed, back = calls["13911120001"], calls["13911120002"]
    assert handed["agents"] == ["2001", "2002"]
    assert of(handed, "2001") == [
        ("ring", "answered"),
        ("talk", "held"),
        ("hold", "transferred"),
        ("consult", "transferred"),
    ]
    assert of(handed, "2002") == [("ring", "answered"), ("consult", "resumed"), ("talk", "agent_hung_up")]
    assert kinds(handed)[0] == ("ivr", "went_on")
    assert of(handed, None)[-1][0] == "ivr", "the survey comes after the second agent"
    assert [one["state"] for one in handed["recordings"]] == ["whole", "whole"]
    hears(centre, handed, 0, FIRST_HZ)
    hears(centre, handed, 1, SECOND_HZ)
    assert back["agents"] == ["2009"]
    assert of(back, "2009") == [
        ("ring", "answered"),
        ("talk", "held"),
        ("hold", "resumed"),
        ("consult", "agent_hung_up"),
        ("talk", "caller_hung_up"),
    ]
    [recording] = [one for one in back["recordings"] if one["state"] != "missing"]
    assert recording["state"] == "whole"
    hears(centre, back, 0, FIRST_HZ)


async def test_a_conference_and_a_transfer_while_it_rings(centre: Centre, tmp_path: Path) -> None:
    async def three(number: str, place: Place) -> None:
        async with talking(centre, place, number, tmp_path) as talk:
            await asks(centre, talk, place, number)
            await does(talk.first, "/desk/consult", do="together")
            await until("all three talk", lambda: in_segment(centre, number, place.first[0], "conference"))
            talk.first.phone.hang_up()
            await until("the other two go on", lambda: in_segment(centre, number, place.second[0], "talk"))
            talk.customer.hang_up()

    async def early(number: str, place: Place) -> None:
        async with talking(centre, place, number, tmp_path, answer_after_s=3.0) as talk:
            await does(talk.first, "/desk/move", act="ask", target=f"agent:{place.second[0]}")
            await until("it rings", lambda: in_segment(centre, number, place.second[0], "ring"))
            await does(talk.first, "/desk/consult", do="hand_over")
            await until("the second has the customer", lambda: in_segment(centre, number, place.second[0], "talk"))
            talk.customer.hang_up()

    await asyncio.gather(three("13911120011", ORDERS), early("13911120012", ENGLISH))
    calls = await recorded(centre, ["13911120011", "13911120012"])
    conference, rang = calls["13911120011"], calls["13911120012"]
    assert of(conference, "2001")[2:] == [("hold", "resumed"), ("consult", "resumed"), ("conference", "agent_hung_up")]
    assert of(conference, "2002") == [
        ("ring", "answered"),
        ("consult", "resumed"),
        ("conference", "resumed"),
        ("talk", "caller_hung_up"),
    ]
    assert of(rang, "2009") == [("ring", "answered"), ("talk", "held"), ("hold", "transferred")]
    assert of(rang, "2010") == [("ring", "answered"), ("talk", "caller_hung_up")]


async def test_a_customer_is_sent_to_a_queue_and_another_is_parked(centre: Centre, tmp_path: Path) -> None:
    async def sent(number: str, place: Place) -> None:
        async with talking(centre, place, number, tmp_path) as talk:
            await talk.second.agent.ready()
            await does(talk.first, "/desk/move", act="send", target="queue:complaints")
            await until("the second has the customer", lambda: in_segment(centre, number, place.second[0], "talk"))
            talk.customer.hang_up()

    async def parked(number: str, place: Place) -> None:
        async with talking(centre, place, number, tmp_path) as talk:
            call = next(one["call"] for one in await centre.calls() if one["from"] == number)
            await does(talk.first, "/desk/park")
            await talk.second.agent.sees("/desk", call)
            await does(talk.second, "/desk/pick-up", call=call)
            await until("the second has the customer", lambda: in_segment(centre, number, place.second[0], "talk"))
            assert await talk.first.agent.post("/desk/pick-up", call=call) == 409
            talk.customer.hang_up()

    await asyncio.gather(sent("13911120021", ORDERS), parked("13911120022", ENGLISH))
    calls = await recorded(centre, ["13911120021", "13911120022"])
    one, other = calls["13911120021"], calls["13911120022"]
    assert [(s["kind"], s["queue"], s["reason"]) for s in one["segments"] if s["kind"] == "queue"] == [
        ("queue", "orders", "answered"),
        ("queue", "complaints", "answered"),
    ]
    assert of(one, "2001")[-1] == ("talk", "transferred")
    assert of(one, "2002") == [("ring", "answered"), ("talk", "caller_hung_up")]
    assert [reason for kind, reason in of(other, None) if kind == "park"] == ["resumed"]
    assert of(other, "2009")[-1] == ("talk", "transferred")
    assert of(other, "2010") == [("ring", "answered"), ("talk", "caller_hung_up")]


async def test_nobody_is_lost_when_the_server_dies_while_a_colleague_is_asked(centre: Centre, tmp_path: Path) -> None:
    """Without the server: one agent hangs up while he consults, another while nobody answers him."""
    consults, rings = "13911120031", "13911120032"
    async with (
        talking(centre, ORDERS, consults, tmp_path) as talk,
        talking(centre, ENGLISH, rings, tmp_path, answer_after_s=None) as other,
    ):
        await asks(centre, talk, ORDERS, consults)
        await does(other.first, "/desk/move", act="ask", target="agent:2010")
        await until("it rings", lambda: in_segment(centre, rings, "2010", "ring"))
        await does(other.first, "/agent/state", state="paused", reason="meal")  # or he would take the customer again as soon as he is free
        await until("Asterisk offers him nobody", lambda: console.pauses(centre, "1009"))
        await centre.kill()
        talk.first.phone.hang_up()
        await until("who was asked has the customer", lambda: joined(centre, consults, "1002"))
        other.first.phone.hang_up()
        await until("it rings on", lambda: channel_of(centre, "1010"))
        await console.console(centre, f"channel request hangup {await channel_of(centre, '1010')}")
        await until("the other customer is in the queue", lambda: console.waits(centre, rings))
        await centre.start()
        talk.customer.hang_up()
        other.customer.hang_up()
        calls = await recorded(centre, [consults, rings])
    assert calls[consults]["exit"] == calls[rings]["exit"] == "answered"
    assert calls[consults]["agents"] == ["2001", "2002"]
    assert of_kind(calls[rings], "queue")[-1]["reason"] == "abandoned"


async def channel_of(centre: Centre, seat: str) -> str:
    """The channel at this seat; '' when there is none."""
    lines = (await console.console(centre, "core show channels concise")).splitlines()
    return next((line.split("!")[0] for line in lines if line.startswith(f"PJSIP/{seat}-")), "")


async def joined(centre: Centre, number: str, seat: str) -> bool:
    """The customer is in a bridge with this seat."""
    lines = [line.split("!") for line in (await console.console(centre, "core show channels concise")).splitlines()]
    bridges = {line[7]: line[12] for line in lines if len(line) > 12 and not line[0].startswith("Local/")}
    seats = {line[0].removeprefix("PJSIP/").rpartition("-")[0]: line[12] for line in lines if len(line) > 12}
    return bridges.get(number, "") != "" and bridges.get(number) == seats.get(seat)
