"""Asterisk's CEL files are read from a time on, whatever was rotated and wherever a line was torn."""

from __future__ import annotations

import gzip
from pathlib import Path

from callcenter.telephony.cel_file import PIECE, lines, rotate
from tests.telephony.test_history import LINES, TEXT

TEXTS = TEXT.splitlines(keepends=True)


def write(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(texts), encoding="utf-8")
    return path


def test_no_file_tells_nothing(tmp_path: Path) -> None:
    assert lines(tmp_path / "cel.csv", 0) == []


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", [*TEXTS[:9], TEXTS[9][:-20]])
    assert len(lines(path, 0)) == 9


def test_rotated_files_are_read_too_and_packed_ones_are_not(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", TEXTS[100:])
    write(tmp_path / "cel.csv.1", TEXTS[40:100])
    write(tmp_path / "cel.csv-20261121", TEXTS[:40])
    (tmp_path / "cel.csv.2.gz").write_bytes(gzip.compress(TEXT.encode()))
    assert lines(path, 0) == LINES


def test_a_file_met_under_two_names_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", TEXTS)
    (tmp_path / "cel.csv.1").hardlink_to(path)
    assert lines(path, 0) == LINES


def test_a_long_file_is_read_from_a_time_on(tmp_path: Path) -> None:
    first = LINES[0].at // 1000
    days = [TEXTS[n % 5].replace(f'"{first}.', f'"{first - 100_000 + n * 10}.') for n in range(5000)]
    path = write(tmp_path / "cel.csv", [*days, "torn\n" * 20, *TEXTS])
    assert path.stat().st_size > 10 * PIECE
    since = LINES[50].at
    assert lines(path, since) == [line for line in LINES if line.at >= since]


def test_a_file_that_grew_large_is_set_aside_and_the_oldest_go(tmp_path: Path) -> None:
    path = write(tmp_path / "cel.csv", TEXTS)
    rotate(path, "20261122", most_bytes=len(TEXT) * 2)
    assert path.exists()
    for day in ("20261122", "20261123", "20261124"):
        rotate(path, day, most_bytes=100, keep=2)
        write(path, TEXTS)
    assert [one.name for one in sorted(tmp_path.iterdir())] == ["cel.csv", "cel.csv-20261123", "cel.csv-20261124"]
    assert lines(path, 0)
