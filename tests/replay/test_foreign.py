"""Streams of Asterisks that are not ours, without marks and agents, are folded to what was done there."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.floor.floor import Rules
from callcenter.replay.folding import Replayed, replay
from callcenter.telephony import tape
from callcenter.telephony.wire import event_name, parse
from tests.streams import foreign

NEAR_MS = 1_000
BEGAN_MS = 8_000
"""A call rings a first time at most so long after it came, in these streams."""


def ms(moment: str | None) -> int:
    assert moment is not None
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


def of(done: dict[str, Any], seen: Replayed) -> dict[str, Any]:
    """The call that was told of what was done."""
    first = min(began for *_, began, _ in done["segments"])
    told = [one for one in seen.told() if (one["from"], one["to"]) == (done["number"], done["to"])]
    near = [one for one in told if abs(ms(one["started"]) - first) < BEGAN_MS]
    assert len(near) == 1, f"{done['number']} → {done['to']} is told {len(near)} times"
    return near[0]


def kinds(call: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    return sorted(((one["kind"], one["who"], one["reason"]) for one in call["segments"]), key=str)


def check(done: dict[str, Any], call: dict[str, Any]) -> None:
    """The same call, each segment within a second."""
    assert {name: call[name] for name in ("to", "exit", "direction", "agents")} == {
        name: done[name] for name in ("to", "exit", "direction", "agents")
    }
    assert kinds(call) == sorted(((kind, who, reason) for kind, who, reason, *_ in done["segments"]), key=str)
    for kind, who, reason, began, ended in done["segments"]:
        one = next(one for one in call["segments"] if (one["kind"], one["who"], one["reason"]) == (kind, who, reason))
        assert abs(ms(one["started"]) - began) <= NEAR_MS, (kind, who, one)
        assert abs(ms(one["ended"]) - ended) <= NEAR_MS, (kind, who, one)


@pytest.mark.parametrize("name", foreign.NAMES)
def test_what_was_done_on_a_foreign_asterisk_is_told(name: str) -> None:
    seen = replay(tape.read(foreign.stream(name)), Rules())
    for done in foreign.done(name):
        check(done, of(done, seen))
    assert len(seen.calls) == len(foreign.done(name)), "and no call that was none"
    assert (seen.counts["misfits"], seen.counts["unreadable"]) == (0, 0)


LACKING = {
    "hang-up requests": frozenset({b"HangupRequest", b"SoftHangupRequest"}),
    "beginnings of channels": frozenset({b"Newchannel"}),
    "states": frozenset({b"Newstate", b"DialState", b"DeviceStateChange", b"QueueMemberStatus"}),
}


@pytest.mark.parametrize("what", LACKING)
@pytest.mark.parametrize("name", foreign.NAMES)
def test_a_manager_user_who_hears_less_tells_the_same_calls(name: str, what: str) -> None:
    heard = [one for one in tape.read(foreign.stream(name)) if event_name(one[1]) not in LACKING[what]]
    seen = replay(heard, Rules())
    for done in foreign.done(name):
        call = of(done, seen)
        if what == "beginnings of channels":
            assert (call["exit"], kinds(call)) == (done["exit"], sorted(((k, who, why) for k, who, why, *_ in done["segments"]), key=str))
        else:
            check(done, call)


@pytest.mark.parametrize("name", foreign.NAMES)
def test_without_stamps_the_channels_tell_the_second(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bare.ami"
    bare = (re.sub(rb"\nTimestamp: [^\n]*", b"", raw) for _, raw in tape.read(foreign.stream(name)))
    path.write_bytes(b"Asterisk Call Manager/11.0.0\r\n" + b"".join(one.replace(b"\n", b"\r\n") + b"\r\n\r\n" for one in bare))
    seen = replay(tape.read(path), Rules())
    for done in foreign.done(name):
        call = of(done, seen)
        assert (call["exit"], call["direction"]) == (done["exit"], done["direction"])
        assert kinds(call) == sorted(((kind, who, why) for kind, who, why, *_ in done["segments"]), key=str)


@pytest.mark.parametrize("name", foreign.NAMES)
def test_what_comes_twice_and_what_nobody_knows_changes_nothing(name: str) -> None:
    noise = b"Event: Invented\nChannel: PJSIP/1001-00000000\nUniqueid: 1.1\nCallerIDName: \xff\xfe\xc0"
    noted = [one for at, raw in tape.read(foreign.stream(name)) for one in ((at, raw), (at, raw), (at, noise), (at, b"\x00\xff"))]
    seen = replay(noted, Rules())
    for done in foreign.done(name):
        check(done, of(done, seen))
    assert len(seen.calls) == len(foreign.done(name))
    assert seen.passed["Invented"] == len(noted) // 4
    assert seen.counts["unreadable"] == len(noted) // 4


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_part_of_a_stream_tells_the_calls_that_are_whole_in_it(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(foreign.NAMES))
    noted = list(tape.read(foreign.stream(name)))
    first = data.draw(st.integers(0, len(noted)))
    last = data.draw(st.integers(first, len(noted)))
    seen = replay(noted[first:last], Rules())
    if first == last:
        return
    began, ended = noted[first][0] + NEAR_MS, noted[last - 1][0] - NEAR_MS
    for done in foreign.done(name):
        if min(since for *_, since, _ in done["segments"]) - BEGAN_MS > began and max(until for *_, until in done["segments"]) < ended:
            check(done, of(done, seen))


def boots(at: int, *lists: bytes) -> list[tuple[int, bytes]]:
    return [(at, b"Event: FullyBooted\nUptime: 1"), *((at, one) for one in lists)]


def test_a_boot_is_only_a_mark_unless_a_picture_follows() -> None:
    """In the middle of a first call's talk: nothing, a picture with both legs, a picture without any."""
    noted = list(tape.read(foreign.stream("plain")))
    done = foreign.done("plain")[0]
    up, bye = done["segments"][-1][3:]
    middle = next(n for n, (at, _) in enumerate(noted) if at > (up + bye) / 2)
    at = noted[middle][0]
    enters = [parse(raw) for _, raw in noted[:middle] if event_name(raw) == b"BridgeEnter"]
    names = ("Channel", "ChannelState", "CallerIDNum", "Context", "Exten", "Uniqueid", "Linkedid")
    listed = [
        "\n".join(["Event: CoreShowChannel", *(f"{one}: {m.get(one.lower(), '')}" for one in names), "Duration: 00:00:01"])
        + f"\nBridgeId: {m['bridgeuniqueid']}"
        for m in enters
    ]
    end = b"Event: CoreShowChannelsComplete\nEventList: Complete"
    for lists in ((), (*(one.encode() for one in listed), end)):
        check(done, of(done, replay([*noted[:middle], *boots(at, *lists), *noted[middle:]], Rules())))
    lost = of(done, replay([*noted[:middle], *boots(at, end)], Rules()))
    assert (lost["segments"][-1]["reason"], ms(lost["ended"])) == ("lost_sight", at)


def test_a_foreign_dialplan_that_hangs_up_after_the_queue_is_no_abandoning_caller() -> None:
    leg = "\nChannel: SIP/carrier-1\nChannelState: 6\nCallerIDNum: 13900000001\nContext: from-trunk\nExten: 600"
    leg += "\nUniqueid: 1795000000.1\nLinkedid: 1795000000.1"
    waits = f"{leg}\nQueue: sales\nPosition: 1"
    told = (
        ("Newchannel", 0.0, leg),
        ("QueueCallerJoin", 1.0, waits),
        ("QueueCallerLeave", 31.0, waits),
        ("Hangup", 31.2, f"{leg}\nCause: 16"),
    )
    stream = [(0, f"Event: {name}\nPrivilege: call,all\nTimestamp: {1_795_000_000 + at:f}{rest}".encode()) for name, at, rest in told]
    (call,) = replay(stream, Rules()).told()
    assert (call["exit"], [one["reason"] for one in call["segments"]]) == ("queue_timeout", ["timeout"])
