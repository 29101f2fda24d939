"""Callers who are handed over, asked about, parked and picked up while nobody listens are told from Asterisk's own record.

`tests/streams/gaps/NAME.cel.gz` and `.queue_log.gz` are what a real Asterisk wrote, `NAME.json` what its manager told of the same calls,
folded live. Holds that a telephone says are in the second alone.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from callcenter.calls.told import told as as_told
from callcenter.floor import events as ev
from callcenter.floor.call import Call
from callcenter.floor.changes import Misfit
from callcenter.floor.floor import Floor, Rules, advance, restore
from callcenter.telephony import cel, queue_log
from callcenter.telephony.history import Heard, heard, told, unheard
from callcenter.telephony.past import BEFORE_END_MS
from callcenter.telephony.unclear import explained, unclear
from tests.streams import FOLDER

NAMES = sorted(path.name.removesuffix(".json") for path in (FOLDER / "gaps").glob("*.json"))
CUTS = 12
"""Moments of each stream at which the link is lost."""


def lines(name: str) -> list[cel.Line]:
    return sorted(cel.read(unpacked(name, "cel")), key=lambda line: line.at)


def entries(name: str) -> list[queue_log.Entry]:
    return list(queue_log.read(unpacked(name, "queue_log")))


def unpacked(name: str, kind: str) -> list[str]:
    return gzip.decompress((FOLDER / "gaps" / f"{name}.{kind}.gz").read_bytes()).decode().splitlines(keepends=True)


def known(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "gaps" / f"{name}.json").read_text())
    return found


def fold(events: list[ev.Event], floor: Floor) -> tuple[Floor, list[Misfit]]:
    misfits: list[Misfit] = []
    for event in events:
        floor, changes = advance(floor, event)
        misfits += [one for one in changes if isinstance(one, Misfit)]
    return floor, misfits


def empty(name: str) -> Floor:
    seats = known(name)["seats"]
    return Floor(rules=Rules(wrapup_ms=0), seats=seats, devices=dict.fromkeys(seats, "NOT_INUSE"))


def everything(name: str) -> list[ev.Event]:
    return told(lines(name), Heard(0, {}), lines(name)[-1].at + 1, entries=entries(name))


@pytest.mark.parametrize("name", NAMES)
def test_asterisks_own_record_tells_what_its_manager_told(name: str) -> None:
    floor, misfits = fold(everything(name), empty(name))
    assert misfits == []
    assert floor.calls.keys() == {call["call"] for call in known(name)["told"]}
    for live in known(name)["told"]:
        past = as_told(floor.calls[live["call"]])
        assert {key: past[key] for key in live if key != "segments"} == {key: live[key] for key in live if key != "segments"}
        mine, theirs = by_leg(past), by_leg(live)
        assert [one[:4] for one in mine] == [one[:4] for one in theirs]
        for (*what, began, ended), (*_, theirs_began, theirs_ended) in zip(mine, theirs, strict=True):
            assert (began, ended) == pytest.approx((theirs_began, theirs_ended), abs=0.3), what


@pytest.mark.parametrize("name", NAMES)
def test_a_link_lost_in_the_midst_of_it_changes_nothing(name: str) -> None:
    written, queued = lines(name), entries(name)
    end = written[-1].at + 1
    whole, _ = fold(everything(name), empty(name))
    for cut in range(1, len(written), max(1, len(written) // CUTS)):
        at = written[cut].at
        before, _ = fold(told(written, Heard(0, {}), at, entries=queued), empty(name))
        after, misfits = fold(told(written, heard(before, at - 1), end, entries=queued), before)
        assert misfits == [], cut
        assert {id: plain(call) for id, call in after.calls.items()} == {id: plain(call) for id, call in whole.calls.items()}, cut


@pytest.mark.parametrize("name", NAMES)
def test_what_asterisk_shows_and_tells_only_later_is_told_from_its_record(name: str) -> None:
    written, queued = lines(name), entries(name)
    for cut in range(1, len(written), max(1, len(written) // CUTS)):
        at = written[cut].at
        then = max(line.at for line in written if line.at <= at + 3000) + 1
        before, _ = fold(told(written, Heard(0, {}), at, entries=queued), empty(name))
        whole, _ = fold(told(written, Heard(0, {}), then, entries=queued), empty(name))
        calls, seen = unclear(before, shown(whole, then)), shown(whole, then)
        after, misfits = fold(explained(before, seen, [line for line in written if line.at < then], queued), before)
        assert not unclear(after, seen), cut
        assert misfits == [], cut
        assert {id: customers(after.calls[id]) for id in calls} == {id: customers(whole.calls[id]) for id in calls}, cut
    assert not unclear(whole, shown(whole, then))


def customers(call: Call) -> tuple[Any, ...]:
    """What the customer was in; who rings for him bears the call's mark only later."""
    kinds = ("queue", "talk", "hold", "conference", "park")
    return call.exit, [(one.kind, one.who, one.reason, one.began, one.ended) for one in call.segments if one.kind in kinds]


def shown(floor: Floor, at: int) -> ev.Snapshot:
    """What Asterisk shows of itself when this is so."""
    legs = [leg for call in floor.calls.values() for leg in call.legs.values() if leg.ended is None]
    seen = [ev.SeenLeg(one.id, one.name, "", "", "", None, None, one.answered is not None, one.began, "", one.bridge) for one in legs]
    queued = [one for call in floor.calls.values() for one in call.open if one.kind == "queue" and one.left is None]
    waiting = [ev.SeenWaiting(one.leg, one.queue or "", n, one.began) for n, one in enumerate(queued, 1)]
    return ev.Snapshot(at, legs=tuple(seen), waiting=tuple(waiting))


@pytest.mark.parametrize("late_ms", [0, 1000], ids=["stored", "stored a second before"])
@pytest.mark.parametrize("name", NAMES)
def test_a_server_killed_in_the_midst_of_it_tells_every_call_once_and_as_it_was(name: str, late_ms: int) -> None:
    written, queued = lines(name), entries(name)
    end = written[-1].at + 1
    whole, _ = fold(everything(name), empty(name))
    for cut in range(1, len(written), max(1, len(written) // (4 * CUTS))):
        at = written[cut].at
        before, _ = fold(told(written, Heard(0, {}), at - late_ms, entries=queued), empty(name))
        again = restore(empty(name), [call for call in before.calls.values() if not call.complete])
        known_then = heard(again, at - BEFORE_END_MS)
        recorded = unheard(written, known_then) & before.legs.keys()
        after, misfits = fold(told(written, known_then, end, recorded, queued), again)
        assert misfits == [], cut
        told_so = {**before.calls, **after.calls}
        assert {id: plain(call) for id, call in told_so.items()} == {id: plain(call) for id, call in whole.calls.items()}, cut


def plain(call: Call) -> tuple[Any, ...]:
    return (call.exit, call.agents, [(one.kind, one.who, one.queue, one.reason, one.began, one.ended) for one in call.segments])


def by_leg(call: dict[str, Any]) -> list[tuple[str, str | None, str | None, str, float, float]]:
    """The segments but the menu, by who and time; a talk and the holds in it are one, as holds are not in the record."""
    found: list[tuple[str, str | None, str | None, str, float, float]] = []
    for one in sorted(call["segments"], key=lambda one: (one["who"] or "", one["kind"] in ("talk", "hold"), one["started"])):
        kind = "talk" if one["kind"] == "hold" else one["kind"]
        now = (kind, one["who"], one["queue"], one["reason"], seconds(one["started"]), seconds(one["ended"]))
        last = found[-1] if found else None
        if last is not None and kind == "talk" and last[:2] == now[:2] and last[3] in ("held", "resumed"):
            found[-1] = (kind, last[1], last[2], now[3], last[4], now[5])
        elif kind not in ("ivr", "wrapup"):
            found.append(now)
    return found


def seconds(text: str) -> float:
    hours, minutes, rest = text.partition("T")[2].removesuffix("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)
