from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.ivr.walking.place import MOST, NoPlace, Place, decode

names = st.from_regex(r"[a-z][a-z0-9_-]{0,39}", fullmatch=True)
places = st.builds(
    Place,
    flow=names,
    version=st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    step=names,
    language=st.sampled_from(["zh", "en"]),
    phase=st.sampled_from(["", "in", "told", "rec", "thanks", "number", "promised"]),
    visit=st.integers(1, 300),
    tries=st.integers(0, 9),
    outcome=st.sampled_from(["", "voicemail", "after_hours", "queue_timeout"]),
    slots=st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{0,19}", fullmatch=True), st.text(string.digits, max_size=32) | st.text(max_size=6), max_size=12
    ),
)


@given(places)
def test_a_place_survives_the_channel(place: Place) -> None:
    text = place.encode()
    assert decode(text) == place
    assert len(text.encode()) < MOST
    assert set(text) <= set(string.ascii_letters + string.digits + "-_.,/@=&")


@pytest.mark.parametrize("letters", [100, 120, 200, 300])
def test_a_long_name_costs_nobody_his_place(letters: int) -> None:
    place = Place("orders", "1a", "menu", "zh", slots={"name": "好" * letters, "order": "12"})
    kept = decode(place.encode())
    assert (kept.step, kept.slots["order"]) == ("menu", "12")
    assert kept.slots.get("name", place.slots["name"]) == place.slots["name"]


def test_what_is_too_much_for_the_channel_leaves_the_longest_out() -> None:
    slots = {"state": "配" * 150, "driver": "陈" * 150, "customer": "7", "order": "202610080012"}
    place = Place("orders", "12", "told", "zh", slots=slots)
    assert len(place.encode()) <= MOST
    assert decode(place.encode()).slots == {name: slots[name] for name in ("customer", "order", "state")}


@given(st.text())
def test_any_other_text_is_no_place_or_one_that_encodes_again(text: str) -> None:
    try:
        place = decode(text)
    except NoPlace:
        return
    assert decode(place.encode()) == place


@pytest.mark.parametrize(
    "text", ["", "fallback", "orders", "orders@1a/menu", "orders@1a/menu//zh/1/0/&x=@!", "orders@1a/menu//zh/1/0/\n", "a" * 2_000]
)
def test_no_place(text: str) -> None:
    with pytest.raises(NoPlace):
        decode(text)
