"""What Asterisk writes line by line is read from a time on, whatever was rotated and wherever a line was torn."""

from __future__ import annotations

import gzip
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from callcenter.telephony.log_files import PIECE, cel_lines, queue_entries, set_aside
from callcenter.telephony.queue_log import moment, read
from callcenter.telephony.record import Files
from tests.telephony.test_history import LINES, TEXT

TEXTS = TEXT.splitlines(keepends=True)


def write(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(texts), encoding="utf-8")
    return path


def test_no_file_tells_nothing(tmp_path: Path) -> None:
    assert cel_lines(tmp_path / "cel.csv", 0) == []


async def test_a_record_that_was_never_begun_is_another_thing_than_one_that_has_nothing_to_tell(tmp_path: Path) -> None:
    record = Files(tmp_path / "cel.csv", tmp_path / "queue_log")
    assert await record.channels(0) is None
    write(tmp_path / "cel.csv-20261122", [])
    assert await record.channels(0) == []


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", [*TEXTS[:9], TEXTS[9][:-20]])
    assert len(cel_lines(path, 0)) == 9


def test_rotated_files_are_read_too_and_packed_ones_are_not(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", TEXTS[100:])
    write(tmp_path / "cel.csv.1", TEXTS[40:100])
    write(tmp_path / "cel.csv-20261121", TEXTS[:40])
    (tmp_path / "cel.csv.2.gz").write_bytes(gzip.compress(TEXT.encode()))
    assert cel_lines(path, 0) == LINES


def test_a_file_met_under_two_names_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", TEXTS)
    (tmp_path / "cel.csv.1").hardlink_to(path)
    assert cel_lines(path, 0) == LINES


def test_a_long_file_is_read_from_a_time_on(tmp_path: Path) -> None:
    first = LINES[0].at // 1000
    days = [TEXTS[n % 5].replace(f'"{first}.', f'"{first - 100_000 + n * 10}.') for n in range(5000)]
    path = write(tmp_path / "cel.csv", [*days, "torn\n" * 20, *TEXTS])
    assert path.stat().st_size > 10 * PIECE
    since = LINES[50].at
    assert cel_lines(path, since) == [line for line in LINES if line.at >= since]


def test_a_file_that_grew_large_is_set_aside_and_the_oldest_go(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", TEXTS)
    set_aside(path, "20261122", most_bytes=len(TEXT) * 2)
    assert path.exists()
    for day in ("20261122", "20261123", "20261124"):
        set_aside(path, day, most_bytes=100, keep=2)
        write(path, TEXTS)
    assert [one.name for one in sorted(tmp_path.iterdir())] == ["cel.csv", "cel.csv-20261123", "cel.csv-20261124"]
    assert cel_lines(path, 0)


QUEUE = """\
1795320700|NONE|NONE|NONE|QUEUESTART|
1795320806|a1-1795320805.0|orders|NONE|ENTERQUEUE||13911110001|1
1795320807|a1-1795320805.0|orders|2001|CONNECT|1|a1-1795320806.5|0
this line is not Asterisk's
1795320809|a1-1795320805.1|orders|NONE|ABANDON|1|1|3
1795320809|a1-1795320805.0|orders|2001|COMPLETECALLER|1|2|1
"""


def test_the_record_of_queues_goes_on_in_a_new_file_after_rotation(tmp_path: Path) -> None:
    texts = QUEUE.splitlines(keepends=True)
    path = write(tmp_path / "queue_log", texts[:5])
    path.rename(tmp_path / "queue_log.0")
    write(path, [texts[5], "1795320810|a1-17953"])
    assert [(one.at, one.event, one.call, one.member) for one in queue_entries(path, 1795320806_500)] == [
        (1795320806_000, "ENTERQUEUE", "a1-1795320805.0", ""),
        (1795320807_000, "CONNECT", "a1-1795320805.0", "2001"),
        (1795320809_000, "ABANDON", "a1-1795320805.1", ""),
        (1795320809_000, "COMPLETECALLER", "a1-1795320805.0", "2001"),
    ]


def test_a_line_of_no_call_and_no_member_says_so_and_numbers_are_read() -> None:
    started, joined, connected, *_ = read(QUEUE.splitlines(keepends=True))
    assert (started.call, started.queue, started.member) == ("", "", "")
    assert (joined.value(-1), joined.seconds(1), joined.value(7)) == ("1", 0, "")
    assert (connected.seconds(0), connected.value(1)) == (1, "a1-1795320806.5")


@given(st.text(alphabet="0179|aAQ\r\n客-.", max_size=60))
def test_no_line_stops_the_reading(text: str) -> None:
    for line in (*read([text]), *read([text + "\n"])):
        assert line.at % 1000 == 0
    assert moment(text) is None or moment(text) in [line.at for line in read([text])]
