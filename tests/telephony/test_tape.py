"""The tape gives back what was noted, whatever tore it, and a disk that is full stops nothing."""

from __future__ import annotations

import gzip
import resource
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.telephony import tape
from callcenter.telephony.tape import Tape

DAY = 86_400_000
AT = 20_000 * DAY


def batches(n: int) -> list[list[tuple[int, bytes]]]:
    return [[(AT + 10 * b + i, f"Event: Hold\nUniqueid: {b}.{i}\nCallerIDName: 王".encode()) for i in range(3)] for b in range(n)]


def test_what_was_noted_is_read_back_by_day(tmp_path: Path) -> None:
    written = Tape(tmp_path, days=14)
    noted = [(AT + n, f"Event: X\nN: {n}".encode()) for n in range(100)] + [(AT + DAY, b"Response: Success\nLast: ")]
    for at, message in noted:
        written.note(at, message)
    written.close()
    paths = sorted(tmp_path.iterdir())
    assert [path.name for path in paths] == ["2024-10-04.ami.gz", "2024-10-05.ami.gz"]
    assert [one for path in paths for one in tape.read(path)] == noted
    assert written.lost == 0


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_tape_torn_anywhere_loses_only_the_torn_batch(data: st.DataObject) -> None:
    parts = [gzip.compress(b"".join(b"Read: %d\n%b\n\n" % one for one in batch)) for batch in batches(4)]
    torn = data.draw(st.integers(0, 3))
    parts[torn] = parts[torn][: data.draw(st.integers(0, len(parts[torn]) - 1))]
    whole = list(tape.members(b"".join(parts)))
    assert whole == [gzip.decompress(part) for n, part in enumerate(parts) if n != torn]


def test_a_raw_stream_is_read_with_the_times_it_carries(tmp_path: Path) -> None:
    path = tmp_path / "raw.ami"
    path.write_bytes(
        b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\nEvent: X\r\nTimestamp: 1732240000.5\r\n\r\nEvent: Y\r\n\r\n"
    )
    assert [(at, message.splitlines()[-1]) for at, message in tape.read(path)] == [
        (0, b"Response: Success"),
        (1_732_240_000_500, b"Timestamp: 1732240000.5"),
        (1_732_240_000_500, b"Event: Y"),
    ]


def test_old_tapes_are_deleted(tmp_path: Path) -> None:
    for day in ("2024-09-19", "2024-09-20", "2024-10-03"):
        (tmp_path / f"{day}.ami.gz").touch()
    written = Tape(tmp_path, days=14)
    written.note(AT, b"Event: X")
    written.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2024-09-20.ami.gz", "2024-10-03.ami.gz", "2024-10-04.ami.gz"]


def test_a_disk_that_cannot_be_written_is_said_once_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "tape").write_text("a file where the folder should be")
    written = Tape(tmp_path / "tape", days=14)
    written.note(AT, b"Event: X")
    written.note(AT + DAY, b"Event: Y")
    written.close()
    assert written.lost == 2
    assert written.trouble
    assert len(caplog.records) == 1


def test_a_full_disk_takes_the_half_written_batch_off_again(tmp_path: Path) -> None:
    path = tmp_path / "day.ami.gz"
    tape.append(path, batches(1)[0])
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        with pytest.raises(OSError, match="only 10 of"):
            tape.append(path, batches(1)[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before


def test_too_much_that_waits_is_counted_and_what_fits_is_kept(tmp_path: Path) -> None:
    written = Tape(tmp_path, days=14, most_waiting=20)
    for n in range(3):
        written.note(AT, b"Event: %d890123" % n)
    written.close()
    assert written.lost >= 1
    assert sum(1 for path in tmp_path.iterdir() for _ in tape.read(path)) + written.lost == 3
