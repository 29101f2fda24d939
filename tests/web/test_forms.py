"""What a user typed is read or told why not."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from callcenter.web import clock
from callcenter.web.forms import Form, FormError

ZONE = ZoneInfo("Asia/Shanghai")


def form(**values: str) -> Form:
    return Form(values, "en", ZONE)


def test_good_fields_are_read() -> None:
    good = form(note="  two\nlines ", kind="complaint", seats=" 12 ", due="2026-11-22T10:30")
    assert good.text("note") == "two\nlines"
    assert good.choice("kind", {"complaint", "order"}) == "complaint"
    assert good.whole("seats", low=1, high=12) == 12
    assert good.moment("due") == 1795314600000
    assert good.moment("later", required=False) is None
    assert good.choice("other", {"a"}, required=False) == ""
    good.check()


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "1970-01-01T00:00", "9999-12-31T23:59", "2026-13-01T00:00", "-2026-01-01T00:00"])
def test_a_time_at_the_ends_of_the_calendar_cannot_be_typed(typed: str) -> None:
    bad = form(due=typed)
    assert bad.moment("due") is None
    assert list(bad.errors) == ["due"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    bad = form(long="x" * 11, kind="theft", seats="13", due="tomorrow", bell="a\x07b")
    bad.text("note")
    bad.text("long", max_length=10)
    bad.text("bell")
    bad.choice("kind", {"complaint"})
    bad.whole("seats", low=1, high=12)
    bad.moment("due")
    with pytest.raises(FormError) as caught:
        bad.check()
    assert caught.value.errors == {
        "note": "Please fill this in.",
        "long": "At most 10 characters; these are 11.",
        "bell": "This holds a character that cannot be shown.",
        "kind": "Please choose one of the list.",
        "seats": "A whole number from 1 to 12 was expected.",
        "due": "A date and time such as 2026-11-22 10:30 was expected.",
    }


def test_times_are_shown_on_the_sites_clock() -> None:
    at = 1795314605123
    assert clock.time(at, ZONE) == "10:30:05"
    assert clock.date_time(at, ZONE) == "2026-11-22 10:30:05"
    assert clock.input_value(at, ZONE) == "2026-11-22T10:30"
    assert clock.time(None, ZONE) == clock.date(None, ZONE) == clock.duration(None) == "—"


@pytest.mark.parametrize(("ms", "shown"), [(0, "0:00"), (7999, "0:07"), (725_000, "12:05"), (3_723_000, "1:02:03"), (-5, "0:00")])
def test_durations(ms: int, shown: str) -> None:
    assert clock.duration(ms) == shown
