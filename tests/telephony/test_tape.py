"""The tape gives back what was noted, whatever tore it, and a disk that is full stops nothing."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import tempfile
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
def test_a_packed_tape_torn_anywhere_loses_nothing_but_what_was_torn_off(data: st.DataObject) -> None:
    parts = [gzip.compress(tape.text_of(batch)) for batch in batches(4)]
    torn = data.draw(st.integers(0, 3))
    parts[torn] = parts[torn][: data.draw(st.integers(0, len(parts[torn]) - 1))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "torn.gz"
        path.write_bytes(b"".join(parts))
        told = list(tape.read(path))
    of_others = [one for n, batch in enumerate(batches(4)) if n != torn for one in batch]
    assert [one for one in told if one in of_others] == of_others
    assert [one for one in told if one not in of_others] == batches(4)[torn][: len(told) - len(of_others)]


@pytest.mark.parametrize("compressed", [True, False])
def test_a_stream_cut_at_any_byte_is_read_up_to_there(tmp_path: Path, compressed: bool) -> None:
    noted = [one for batch in batches(3) for one in batch]
    text, path = tape.text_of(noted), tmp_path / "cut"
    whole = gzip.compress(text) if compressed else text
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        told = list(tape.read(path))
        sure = told if compressed else told[:-1]
        assert sure == noted[: len(sure)]
        if not compressed:
            assert len(told) >= whole[:end].count(b"\n\n")


def test_what_was_noted_is_on_disk_at_once_though_the_program_is_killed(tmp_path: Path) -> None:
    """And when it begins again, what was left open is packed."""
    noting = (
        "import sys, time; from pathlib import Path; from callcenter.telephony.tape import Tape\n"
        "tape = Tape(Path(sys.argv[1]), days=14)\n"
        "for n in range(10**6):\n"
        f"    tape.note({AT} + n, b'Event: X' + bytes(400)); print(n, flush=True); time.sleep(0.001)\n"
    )
    for _ in range(3):
        before = len(read_all(tmp_path))
        with subprocess.Popen([sys.executable, "-c", noting, str(tmp_path)], stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            said = [int(program.stdout.readline()) for _ in range(200)]
            program.kill()
            said += [int(line) for line in program.stdout.read().split() if line.isdigit()]
        times = [at - AT for at, _ in read_all(tmp_path)[before:]]
        assert times == list(range(len(times)))
        assert len(times) >= said[-1], "what was noted is there"
    Tape(tmp_path, days=14).close()


def read_all(folder: Path) -> list[tuple[int, bytes]]:
    return [one for path in tape.of_days(folder, None, None) for one in tape.read(path)]


@pytest.mark.parametrize("crash", ["before", "half", "after"])
def test_a_crash_while_packing_neither_loses_nor_doubles(tmp_path: Path, crash: str) -> None:
    first, second, third = batches(3)
    tape.append(tmp_path / "2024-10-04.ami.gz", first)
    aside = tmp_path / f"2024-10-04.{(tmp_path / '2024-10-04.ami.gz').stat().st_size}.ami"
    aside.write_bytes(tape.text_of(second))
    (tmp_path / "2024-10-04.ami").write_bytes(tape.text_of(third))
    member = gzip.compress(tape.text_of(second), compresslevel=1)
    written = {"before": b"", "half": member[: len(member) // 2], "after": member}[crash]
    with (tmp_path / "2024-10-04.ami.gz").open("ab") as file:
        file.write(written)
    assert read_all(tmp_path) == first + second + third
    tape.pack(aside)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2024-10-04.ami", "2024-10-04.ami.gz"]
    assert read_all(tmp_path) == first + second + third
    again = Tape(tmp_path, days=14)
    again.note(*batches(4)[3][0])
    again.close()
    assert [path.name for path in tmp_path.iterdir()] == ["2024-10-04.ami.gz"]
    assert read_all(tmp_path) == first + second + third + batches(4)[3][:1]


def test_a_long_day_is_packed_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "PACK_AT", 2_000)
    written = Tape(tmp_path, days=14)
    noted = [(AT + n, b"Event: X\nN: %d" % n) for n in range(1_000)]
    for at, message in noted:
        written.note(at, message)
    written.close()
    assert read_all(tmp_path) == noted
    assert [path.name for path in tmp_path.iterdir()] == ["2024-10-04.ami.gz"]


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


def test_a_stream_without_any_stamps_has_the_seconds_of_its_channels(tmp_path: Path) -> None:
    path = tmp_path / "raw.ami"
    path.write_bytes(b"Event: FullyBooted\n\nEvent: Newchannel\nUniqueid: pbx-1732240000.7\nLinkedid: x\n\nEvent: Hold\n\n")
    assert [at for at, _ in tape.read(path)] == [0, 1_732_240_000_000, 1_732_240_000_000]


def test_a_channel_whose_end_is_missing_is_nobodys_call(tmp_path: Path) -> None:
    path = tmp_path / "raw.ami"
    path.write_bytes(b"Event: Hold\n\nEvent: Newchannel\nUniqueid: 1732240000.7\nLinke")
    assert [message for _, message in tape.read(path)] == [b"Event: Hold"]


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


def test_a_slow_disk_is_written_by_a_thread_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "SLOW_S", 0.0)
    written = Tape(tmp_path, days=14)
    noted = [(AT + n, b"Event: X\nN: %d" % n) for n in range(1_000)]
    for at, message in noted:
        written.note(at, message)
    written.close()
    assert read_all(tmp_path) == noted


def test_too_much_that_waits_is_counted_and_what_fits_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "SLOW_S", 0.0)
    written = Tape(tmp_path, days=14, most_waiting=20)
    for n in range(2_000):
        written.note(AT, b"Event: %d890123" % n)
    written.close()
    assert written.lost >= 1
    assert len(read_all(tmp_path)) + written.lost == 2_000
