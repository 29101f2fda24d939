"""A number has one form, however it came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.hotlines.numbers import LONGEST, WITHHELD, completed, normalise, to_dial, writings
from callcenter.settings import Home

SHANGHAI = Home("CN", "021")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("13800138000", "+8613800138000"),
        ("013800138000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("021-61234567", "+862161234567"),
        ("(021) 6123 4567", "+862161234567"),
        ("+44 20 7946 0958", "+442079460958"),
        ("1001", "1001"),
        ("10086", "10086"),
        ("95598", "95598"),
    ],
)
def test_one_form(given: str, expected: str) -> None:
    assert normalise(given) == expected


@pytest.mark.parametrize(
    ("stored", "dialled"),
    [
        ("+8613800138000", "13800138000"),
        ("+862161234567", "02161234567"),
        ("+442079460958", "00442079460958"),
        ("95598", "95598"),
        ("1001", "1001"),
    ],
)
def test_a_number_is_dialled_as_the_carrier_takes_it(stored: str, dialled: str) -> None:
    assert to_dial(stored) == dialled
    assert normalise(dialled) == stored


def test_another_country_reads_its_own_plan() -> None:
    assert normalise("020 7946 0958", Home("GB")) == "+442079460958"


@pytest.mark.parametrize(
    "given", [None, "", "  ", "Anonymous", "unknown", "<unknown>", "sip:x@y", "++86138", "1" * 21, "138a", "13800138000;x"]
)
def test_no_number(given: str | None) -> None:
    assert normalise(given) is None


@pytest.mark.parametrize(
    "given",
    [
        "02161234567-801",
        "021-6123 4567-8",
        "021-61234567转801",
        "021-61234567 转 801",
        "021 61234567，801",
        "02161234567,801",
        "021-61234567 ext. 801",
        "021-61234567分机801",
        "021-61234567*801",
        "+86 21 61234567;ext=801",
        "0086-21-61234567-801",
        "9,02161234567",
        "9-021-61234567",
    ],
)
def test_an_extension_and_an_outside_line_are_no_part_of_it(given: str) -> None:
    assert normalise(given) == "+862161234567"


@pytest.mark.parametrize("given", ["802-61234567", "8001-2", "801", "919812345678"])
def test_what_only_looks_like_one_stays_as_it_is(given: str) -> None:
    assert normalise(given) == given.replace("-", "")


def test_a_carrier_of_choice_makes_no_other_number_of_it() -> None:
    assert normalise("110001095000") == "110001095000"


@pytest.mark.parametrize("name", sorted(WITHHELD))
def test_withheld_is_no_number(name: str) -> None:
    assert normalise(name.upper()) is None


WRITTEN = st.text(alphabet="0123456789+-() /.０１２abc", max_size=24)


@given(WRITTEN, st.sampled_from(["CN", "GB", "US", "IT"]), st.sampled_from(["", "021", "20", "0573", "06", "212"]))
def test_twice_is_once(text: str, region: str, area: str) -> None:
    home = Home(region, area)
    once = normalise(text, home)
    assert once is None or normalise(once, home) == once


@given(WRITTEN)
def test_only_digits_and_at_most_one_plus(text: str) -> None:
    number = normalise(text)
    assert number is None or (number.removeprefix("+").isascii() and number.removeprefix("+").isdigit() and len(number) <= LONGEST + 1)


@given(st.from_regex(r"1[38][0-9]{9}", fullmatch=True), st.sampled_from(["", "0", "+86", "0086"]))
def test_every_way_to_write_a_mobile_number_is_one_number(mobile: str, prefix: str) -> None:
    assert normalise(prefix + mobile) == normalise(mobile)


@given(st.from_regex(r"(11|31|44|51)[0-9]{10}", fullmatch=True))
def test_a_licence_number_is_no_public_telephone_number(licence: str) -> None:
    assert normalise(licence) == licence


@pytest.mark.parametrize("number", ["+8613800138000", "+862161234567", "801"])
def test_every_writing_is_that_number(number: str) -> None:
    assert number in writings(number)
    assert {normalise(one) for one in writings(number)} == {number}


def test_a_number_is_looked_for_as_networks_write_it() -> None:
    assert writings("+862161234567") >= {"+862161234567", "862161234567", "00862161234567", "02161234567"}
    assert writings("+442079460958") >= {"442079460958", "00442079460958"}


@pytest.mark.parametrize(
    "given", ["61234567", "6123 4567", "6123-4567", "61234567-801", "61234567转801", "9,61234567", "021-61234567", "+862161234567"]
)
def test_a_local_number_gets_the_area_code_of_the_line(given: str) -> None:
    assert normalise(given, SHANGHAI) == "+862161234567"


@pytest.mark.parametrize("given", ["1001", "95598", "955981", "12345", "110", "801", "612345", "12345678", "3101", "912345678"])
def test_what_is_no_number_of_the_area_stays_as_it_is(given: str) -> None:
    assert normalise(given, SHANGHAI) == given
    assert completed(given, SHANGHAI) == given


def test_areas_with_seven_digits_and_other_countries() -> None:
    assert normalise("6123456", Home("CN", "0891")) == "+868916123456"
    assert normalise("5550123", Home("US", "212")) == "+12125550123"
    assert normalise("79460958", Home("GB", "020")) == "+442079460958"
    assert normalise("61234567") == "61234567"


def test_a_local_number_is_dialled_with_its_area_code_and_looked_for_without_it() -> None:
    assert to_dial("+862161234567", SHANGHAI) == "02161234567"
    assert {"61234567", "02161234567", "2161234567"} <= writings("+862161234567", SHANGHAI)
    assert "61234567" not in writings("+861061234567", SHANGHAI)
    assert {normalise(one, SHANGHAI) for one in writings("+862161234567", SHANGHAI)} == {"+862161234567"}
    assert {normalise(one, SHANGHAI) for one in writings("+8613800138000", SHANGHAI)} == {"+8613800138000"}
