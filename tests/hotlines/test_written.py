"""Times as people write them."""

from __future__ import annotations

import pytest

from callcenter.hotlines.opening import Times
from callcenter.hotlines.written import Hole, NotTimes, Overlap, read_times, write_times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("", ()),
        ("08:30-12:00", ((510, 720),)),
        ("13:30-17:30, 8:30-12:00", ((510, 720), (810, 1050))),
        ("8：30—12：00、13：30～17：30", ((510, 720), (810, 1050))),
        ("9:00 至 17:00", ((540, 1020),)),
        ("22:00-06:00", ((1320, 1800),)),
        ("00:00-24:00", ((0, 1440),)),
        ("08:00-08:00", ((480, 1920),)),
        ("8:00-12:00;12:00-14:00", ((480, 720), (720, 840))),
    ],
)
def test_what_is_read(text: str, times: tuple[tuple[int, int], ...]) -> None:
    read = read_times(text)
    assert read == tuple(Times(*one) for one in times)
    assert read_times(write_times(read)) == read


@pytest.mark.parametrize(
    "text", ["8-12", "08:30", "25:00-26:00", "08:60-09:00", "24:00-06:00", "08:00-24:01", "morning", "08:30-12:00-13:00", "-"]
)
def test_what_are_no_times(text: str) -> None:
    with pytest.raises(NotTimes):
        read_times(text)


def test_slips_are_told() -> None:
    with pytest.raises(Overlap, match="11:00-13:00"):
        read_times("08:00-12:00 11:00-13:00")
    with pytest.raises(Hole, match="11:59-12:00"):
        read_times("08:00-11:59 12:00-17:00")
