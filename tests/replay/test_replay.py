"""A tape tells the same calls again as were told when it was written."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.cli import main
from callcenter.floor import events as ev
from callcenter.floor.floor import Rules
from callcenter.replay.folding import replay
from callcenter.replay.reading import events
from callcenter.telephony import tape
from callcenter.telephony.facts import OWN, fact_of, written
from callcenter.telephony.wire import parse
from tests.streams import callers

SNAPSHOT = ev.Snapshot(
    5,
    legs=(ev.SeenLeg("a.1", "PJSIP/1001-00000001", "1001", "s", "cc-in", None, None, True, 4, "Queue", "b", place="menu"),),
    waiting=(ev.SeenWaiting("a.1", "orders", 1, 3),),
    members=(ev.SeenMember("orders", "1001", False, True),),
    seats=(("1001", "INUSE"),),
)


def of_tape(call: dict[str, Any]) -> dict[str, Any]:
    """What a tape can tell of a call: cases and the sound's length are the store's."""
    unheard = {"seconds": None, "state": "unknown", "ended": None, "sha256": {"agent": None, "caller": None}}
    recordings = [{**one, **unheard} for one in call["recordings"]]
    return {**call, "recordings": recordings, "cases": []}


@pytest.mark.parametrize("name", callers.NAMES)
def test_the_callers_of_the_live_tests_fold_to_the_calls_that_were_told(name: str) -> None:
    facts = callers.known(name)
    seen = replay(tape.read(callers.stream(name)), Rules(wrapup_ms=facts["wrapup_s"] * 1000))
    # Fields may have been added to the contract since a stream was recorded; what was told then is told still.
    told = [call for call in seen.told() if call["ended"]]
    wanted = [of_tape(call) for call in facts["told"]]
    assert [{field: call[field] for field in one} for call, one in zip(told, wanted, strict=True)] == wanted
    assert (seen.counts["misfits"], seen.counts["unreadable"]) == (0, 0)


def test_every_live_test_of_callers_has_its_tape() -> None:
    assert len(callers.NAMES) >= 10


@pytest.mark.parametrize("kind", ev.Event.__subclasses__(), ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=20)
def test_a_fact_comes_back_from_the_tape_as_it_was(kind: type[ev.Event], data: st.DataObject) -> None:
    fact = data.draw(st.from_type(kind))
    raw = written(fact)
    assert raw.isascii()
    assert raw.count(b"\n") == 1
    assert fact_of(parse(raw)) == fact


def test_what_came_during_a_login_waits_for_the_snapshot() -> None:
    def key(at: int) -> tuple[int, bytes]:
        stamp = b"000000000.%03d000" % at
        return at, b"Event: DTMFEnd\nPrivilege: dtmf,all\nTimestamp: %b\nUniqueid: a.1\nDigit: 5\nDirection: Received" % stamp

    noted = [(1, written(ev.LinkChanged(1, "connecting"))), key(2), (5, written(SNAPSHOT)), key(6)]
    assert [type(event) for event in events(noted, Counter(), Counter())] == [ev.LinkChanged, ev.KeyPressed, ev.Snapshot, ev.KeyPressed]
    lost = [*noted[:2], (3, written(ev.LinkChanged(3, "connecting"))), *noted[2:]]
    assert [event.at for event in events(lost, Counter(), Counter())] == [1, 3, 5, 6]


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    """Status, what was said on stdout and on stderr."""
    with pytest.raises(SystemExit) as status:
        main(["replay", *words])
    said = capsys.readouterr()
    return status.value.code, said.out, said.err


def test_the_command_tells_the_calls_and_what_it_could_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "torn.ami"
    file.write_bytes(
        b"\n\n".join(
            [OWN + b"Nothing\nValues: {}", OWN + b"Tick\nValues: {", written(ev.Tick(7)), b"Event: Hangup\nUniqueid: x", b"Event: New\n"]
        )
    )
    status, out, err = run([str(file), "--json"], capsys)
    assert (status, out) == (0, "")
    assert "5 messages; 0 calls; 1 events tell nothing of calls (New 1); 2 could not be read; 1 are not as Asterisk writes them" in err
    file.write_bytes(b"\xff\xfe nothing of the kind")
    assert run([str(file), "--json"], capsys)[0] == 1
    assert "cannot be read" in run([str(tmp_path / "nothing"), "--json"], capsys)[0]


def test_the_command_reads_several_files_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    names = callers.NAMES[:2]
    status, out, _ = run([*(str(callers.stream(name)) for name in names), "--json"], capsys)
    assert status == 0
    assert {json.loads(line)["call"] for line in out.splitlines()} >= {
        call["call"] for name in names for call in callers.known(name)["told"]
    }
