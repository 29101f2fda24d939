"""What a real Asterisk shows of itself to a link that comes late: one caller talks, one waits."""

from __future__ import annotations

import gzip

from callcenter.floor import events as ev
from callcenter.floor.floor import Floor
from callcenter.telephony.snapshot import picture
from callcenter.telephony.translate import Marks, translate
from callcenter.telephony.wire import parse
from tests.floor.stories import folded
from tests.floor.test_properties import check
from tests.streams import FOLDER, messages

TALKS, WAITS, AGENT = "a1-1795318832.141", "a1-1795318832.142", "a1-1795318833.143"
ASKED = 1_795_318_834_077


def read(name: str) -> list[bytes]:
    return list(messages(gzip.decompress((FOLDER / f"{name}.raw.gz").read_bytes())))


def snapshot() -> ev.Snapshot:
    answers = [parse(one) for one in read("link")]
    return picture(ASKED, answers, answers, answers, None)


def seen_before() -> list[ev.Event]:
    marks: Marks = {}
    return [event for one in read("before_link") for event in translate(parse(one), 0, marks) if event.at < ASKED]


def test_nothing_was_known() -> None:
    floor = folded([snapshot()])
    talks, waits = floor.calls[TALKS], floor.calls[WAITS]
    assert [(s.kind, s.who) for s in talks.open] == [("talk", "1002")]
    assert [(s.kind, s.queue) for s in waits.open] == [("queue", "orders")]
    assert (talks.hotline, talks.direction, waits.hotline) == ("8000000002", "inbound", "8000000001")
    assert [one.call for one in floor.queues["orders"].waiting] == [WAITS]
    assert floor.queues["complaints"].members == {"1002"}


def test_what_we_had_seen_ourselves_is_not_changed_by_it() -> None:
    floor = folded(seen_before())
    assert set(floor.calls) == {TALKS, WAITS}
    after = folded([snapshot()], floor)
    assert after.calls == floor.calls


def test_a_link_lost_at_any_moment_before_agrees_again() -> None:
    before = seen_before()
    for cut in range(len(before) + 1):
        floor = check([*before[:cut], snapshot()])
        assert [(s.kind, s.who, s.reason) for s in floor.calls[TALKS].open] == [("talk", "1002", None)]
        assert [(s.kind, s.queue, s.reason) for s in floor.calls[WAITS].open] == [("queue", "orders", None)]
        assert floor.agents == Floor().agents
