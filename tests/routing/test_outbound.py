"""Only ordinary numbers of the countries that were allowed are dialled."""

from __future__ import annotations

import pytest

from callcenter.routing.outbound import may_dial
from callcenter.settings import Home

HOME = Home()


@pytest.mark.parametrize("number", ["13800138000", "+8613800138000", "02161234567", "+862161234567"])
def test_ordinary_numbers_of_the_country(number: str) -> None:
    assert may_dial(number, HOME)


@pytest.mark.parametrize(
    "number",
    ["", "110", "16812345", "0044 20 7946 0958", "+442079460958", "+19005551234", "1001", "13800138000;x", "*43"],
)
def test_no_others(number: str) -> None:
    assert not may_dial(number, HOME)


def test_another_country_is_allowed_by_name() -> None:
    assert may_dial("+442079460958", HOME, ["GB"])
    assert not may_dial("+449098790000", HOME, ["GB"]), "a premium rate stays refused"


def test_no_number_goes_over_a_carrier_that_its_dialler_chose() -> None:
    assert may_dial("1088888888", HOME)
    assert not may_dial("179511088888888", HOME)


def test_a_local_number_may_be_dialled_where_its_area_is_known() -> None:
    assert may_dial("61234567", Home("CN", "021"))
    assert not may_dial("61234567", HOME)
    assert not may_dial("16812345", Home("CN", "021"))
