"""What can be asked of the record, and how it is told to other programs."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from callcenter.calls.measure import Measured, measure
from callcenter.calls.rows import store_call
from callcenter.calls.service import CallFilter, Calls
from callcenter.calls.tables import LinkGapRow
from callcenter.calls.told import iso, told
from callcenter.floor import events as ev
from callcenter.floor.call import Call, Tried
from callcenter.store.engine import Store
from tests.floor import stories as tell
from tests.floor.stories import AGENT, CALLER, OUT, T, folded


def wav(path: Path, seconds: float, loud: bool = True) -> None:
    samples = np.full(int(seconds * 8000), 1000 if loud else 0, dtype="<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())


def both(folder: Path, leg: str, seconds: float) -> None:
    for side in ("agent", "caller"):
        wav(folder / f"{leg}-{side}.wav", seconds)


async def put(store: Store, *calls: Call) -> None:
    async with store.transaction() as session:
        for call in calls:
            await store_call(session, None, call)


def another(n: int, at: int, events: Sequence[ev.Event] = ()) -> Call:
    leg = f"a1-{n}00.1"
    return folded([*tell.arrives(at, leg), *events, *tell.goes(at + 900, leg)]).calls[leg]


def test_times_are_iso_with_milliseconds() -> None:
    assert iso(1_795_309_323_456) == "2026-11-22T01:02:03.456Z"
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(None) is None


def test_the_contract() -> None:
    call = folded([*tell.PLAIN, ev.CallerKnown(T + 50, CALLER, 7, "长安烟酒店")]).calls[CALLER]
    [menu, people] = call.steps
    call = replace(call, steps=(replace(menu, misses=2, tried=(Tried(T + 900, "7"), Tried(T + 1500, ""))), people))
    assert told(call, ["C1"]) == {
        "call": CALLER,
        "direction": "inbound",
        "hotline": "8000000001",
        "from": "13900000001",
        "to": "8000000001",
        "customer": {"id": 7, "name": "长安烟酒店"},
        "started": iso(T),
        "answered": iso(T + 4002),
        "ended": iso(T + 9003),
        "exit": "answered",
        "queue": "orders",
        "flows": [{"name": "orders", "version": "v1"}],
        "steps": [
            {
                "flow": "orders",
                "step": "menu",
                "kind": "menu",
                "started": iso(T + 10),
                "ended": iso(T + 2000),
                "result": "1",
                "tried": [{"at": iso(T + 900), "keys": "7"}, {"at": iso(T + 1500), "keys": ""}],
            },
            {
                "flow": "orders",
                "step": "people",
                "kind": "queue",
                "started": iso(T + 2500),
                "ended": iso(T + 9003),
                "result": "hung_up",
                "tried": [],
            },
        ],
        "agents": ["2001"],
        "joined": None,
        "segments": [
            {"kind": "ivr", "who": None, "queue": None, "started": iso(T + 10), "ended": iso(T + 2500), "reason": "went_on"},
            {"kind": "queue", "who": None, "queue": "orders", "started": iso(T + 2500), "ended": iso(T + 4002), "reason": "answered"},
            {"kind": "ring", "who": "2001", "queue": "orders", "started": iso(T + 2600), "ended": iso(T + 4002), "reason": "answered"},
            {
                "kind": "talk",
                "who": "2001",
                "queue": "orders",
                "started": iso(T + 4002),
                "ended": iso(T + 9000),
                "reason": "caller_hung_up",
            },
            {"kind": "wrapup", "who": "2001", "queue": None, "started": iso(T + 9000), "ended": None, "reason": None},
        ],
        "recordings": [],
        "cases": ["C1"],
        "gaps": [],
    }


def test_a_number_keyed_in_is_not_told_to_other_programs() -> None:
    call = folded(tell.PLAIN).calls[CALLER]
    asked = [replace(call.steps[0], kind="ask", result=result) for result in ("310115100077", "timeout", None)]
    assert [one["result"] for one in told(replace(call, steps=tuple(asked)))["steps"]] == ["given", "timeout", None]


async def test_calls_are_told_oldest_first_with_their_cases_and_sound(store: Store, tmp_path: Path) -> None:
    call, later = folded(tell.PLAIN).calls[CALLER], another(2, 50_000)
    await put(store, later, call)
    both(tmp_path, AGENT, 5)

    async def cases_of(calls: Sequence[str]) -> dict[str, list[str]]:
        return {id: ["C20261122-0001"] for id in calls if id == CALLER}

    calls = Calls(store, tmp_path)
    lines = [line async for line in calls.told(cases_of=cases_of)]
    assert [line["call"] for line in lines] == [CALLER, later.id]
    assert [line["cases"] for line in lines] == [["C20261122-0001"], []]
    [recording] = lines[0]["recordings"]
    assert recording == {
        "id": AGENT,
        "leg": AGENT,
        "started": iso(T + 4002),
        "ended": iso(T + 9000),
        "seconds": 5.0,
        "state": "whole",
        "sha256": {side: hashlib.sha256((tmp_path / f"{AGENT}-{side}.wav").read_bytes()).hexdigest() for side in ("agent", "caller")},
        "segments": [3],
    }
    assert lines[0]["segments"][3]["kind"] == "talk"
    assert [line["call"] async for line in calls.told(since=T + 1)] == [later.id]
    assert [line["call"] async for line in calls.told(until=T + 1)] == [CALLER]


async def test_a_call_says_which_gaps_it_touches_and_what_of_it_stays_unknown(store: Store, tmp_path: Path) -> None:
    await put(store, folded(tell.PLAIN).calls[CALLER], another(2, 50_000))
    async with store.transaction() as session:
        for gap in (
            LinkGapRow(began=T - 99, ended=T, rebuilt=None, why="server", unknown="calls"),
            LinkGapRow(began=T + 8000, ended=T + 20_000, rebuilt=1, why="link", unknown="holds,steps"),
            LinkGapRow(began=T + 50_100, ended=None, rebuilt=None, why="link", unknown=""),
        ):
            session.add(gap)
    calls = Calls(store, tmp_path)
    assert [line["gaps"] async for line in calls.told()] == [
        [{"started": iso(T + 8000), "ended": iso(T + 20_000), "why": "link", "unknown": ["holds", "steps"]}],
        [{"started": iso(T + 50_100), "ended": None, "why": "link", "unknown": []}],
    ]
    assert [gap.began - T for gap in await calls.gaps(T + 1, T + 50_000)] == [8000]
    assert len(await calls.gaps()) == 3


async def test_more_than_a_page_is_told_each_once(store: Store, tmp_path: Path) -> None:
    many = [another(n, n // 3) for n in range(450)]
    await put(store, *many)
    lines = [line["call"] async for line in Calls(store, tmp_path).told()]
    assert sorted(lines) == sorted(call.id for call in many)


async def test_find(store: Store, tmp_path: Path) -> None:
    plain, placed, gone = folded(tell.PLAIN).calls[CALLER], folded(tell.REACHED).calls[OUT], another(3, 70_000)
    await put(store, plain, placed, gone)
    calls = Calls(store, tmp_path)

    async def found(**wanted: object) -> set[str]:
        return {call.id for call in await calls.find(CallFilter(**wanted))}  # type: ignore[arg-type]

    assert [call.id for call in await calls.find(CallFilter())] == [gone.id, OUT, CALLER]
    assert await found(hotline="8000000001") == {CALLER, gone.id}
    assert await found(queue="orders") == {CALLER}
    assert await found(agent="2001") == {CALLER, OUT}
    assert await found(number="900000002") == {OUT}
    assert await found(number="%") == set()
    assert await found(exit="abandoned_ivr") == {gone.id}
    assert await found(since=T + 50, until=T + 200) == {OUT}
    assert [call.id for call in await calls.find(CallFilter(limit=1, before=gone.id))] == [OUT]
    assert await found(before="nobody") == set()
    assert await calls.one(CALLER) == plain
    assert await calls.one("nobody") is None
    assert [call.id for call in await calls.of_number("13900000002")] == [OUT]


async def test_a_start_finds_what_went_on(store: Store, tmp_path: Path) -> None:
    over = folded([*tell.PLAIN, ev.WrapUpSaved(T + 15_000, "2001", CALLER)]).calls[CALLER]
    going = folded(tell.arrives(0, "a1-6.1")).calls["a1-6.1"]
    await put(store, over, going)
    assert await Calls(store, tmp_path).open_calls() == [going]
    await put(store, folded(tell.PLAIN).calls[CALLER])
    assert {call.id for call in await Calls(store, tmp_path).open_calls()} == {CALLER, going.id}


async def test_recordings_are_measured_when_their_leg_is_gone(store: Store, tmp_path: Path) -> None:
    calls = Calls(store, tmp_path)
    await put(store, folded(tell.PLAIN[:-6]).calls[CALLER])
    both(tmp_path, AGENT, 1)
    assert await calls.measure_ended(T + 100_000) == 0
    assert (await calls.recordings(CALLER))[0].state == "running"
    both(tmp_path, AGENT, 5)
    await put(store, folded(tell.PLAIN).calls[CALLER])
    assert await calls.measure_ended(T + 100_000) == 1
    sound = await calls.recording(AGENT)
    assert sound is not None
    assert (sound.state, sound.seconds, sound.call, sound.ended) == ("whole", 5.0, CALLER, T + 9000)
    assert sound.agent_sha256 == hashlib.sha256((tmp_path / f"{AGENT}-agent.wav").read_bytes()).hexdigest()
    assert await calls.measure_ended(T + 100_000) == 0


@pytest.mark.parametrize(
    ("agent", "caller", "expected"),
    [
        ((5, True), (5, True), (5.0, "whole")),
        ((5, True), (3.5, True), (5.0, "whole")),
        ((5, True), (2, True), (5.0, "short")),
        ((5, True), (5, False), (5.0, "short")),
        ((5, True), None, (5.0, "short")),
        (None, None, (None, "missing")),
    ],
)
def test_measure(
    tmp_path: Path, agent: tuple[float, bool] | None, caller: tuple[float, bool] | None, expected: tuple[float | None, str]
) -> None:
    for name, side in (("agent", agent), ("caller", caller)):
        if side is not None:
            wav(tmp_path / f"x-{name}.wav", *side)
    found = measure(tmp_path, "x", 5000)
    assert (found.seconds, found.state) == expected
    assert [bool(one) for one in (found.agent_sha256, found.caller_sha256)] == [agent is not None, caller is not None]


def test_what_is_no_sound_is_missing(tmp_path: Path) -> None:
    (tmp_path / "x-agent.wav").write_bytes(b"RIFF")
    (tmp_path / "x-caller.wav").write_bytes(b"\0" * 5000)
    assert measure(tmp_path, "x", 5000) == Measured(None, "missing")


async def test_which_legs_are_in_the_record_is_known_by_leg(store: Store) -> None:
    await put(store, folded(tell.PLAIN).calls[CALLER])
    assert await Calls(store, Path()).recorded([CALLER, AGENT, OUT]) == {CALLER, AGENT}
