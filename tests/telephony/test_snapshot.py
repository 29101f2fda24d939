"""The picture that a login brings, out of what a real Asterisk answered."""

from __future__ import annotations

import gzip

import pytest

from callcenter.telephony.lines import in_flow
from callcenter.telephony.snapshot import picture, seconds
from callcenter.telephony.wire import Message, Splitter, parse
from tests.streams import FOLDER

AT = 1_795_318_247_000


def recorded() -> list[Message]:
    return [parse(raw) for raw in Splitter().feed(gzip.decompress((FOLDER / "link.raw.gz").read_bytes()))]


def test_a_talk_and_a_waiting_caller_are_seen() -> None:
    told = recorded()
    seen = picture(AT, told, told, told, AT - 60_000)
    assert seen.odd == ()
    bridged = [leg for leg in seen.legs if leg.bridge]
    assert len(seen.legs) == 3
    assert len({leg.bridge for leg in bridged}) == 1
    assert len({leg.call for leg in bridged}) == 1
    (waiting,) = seen.waiting
    assert waiting.leg in {leg.leg for leg in seen.legs if not leg.bridge}
    assert 0 <= AT - waiting.since < 60_000
    assert dict(seen.seats)["1012"] == "UNAVAILABLE"
    assert all(leg.up and leg.hotline for leg in seen.legs)


def test_who_is_in_the_fallback_is_not_in_a_flow() -> None:
    told = recorded()
    assert in_flow(picture(AT, told, told, told, None).legs) == []


def test_what_cannot_be_read_is_named_and_the_rest_is_kept() -> None:
    told = recorded()
    broken = [parse(b"Event: CoreShowChannel\nUniqueid: 1.1"), parse(b"Event: QueueEntry\nUniqueid: 1\nQueue: q\nPosition: x\nWait: 1")]
    seen = picture(AT, [*broken, *told], [*broken, *told], told, None)
    assert len(seen.odd) == 2
    assert len(seen.legs) == 3
    assert len(seen.waiting) == 1


@pytest.mark.parametrize(("clock", "told"), [("00:00:00", 0), ("01:02:03", 3723), ("100:00:01", 360_001)])
def test_a_duration_is_read(clock: str, told: int) -> None:
    assert seconds(clock) == told
