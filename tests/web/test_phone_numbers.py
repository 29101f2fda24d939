"""Numbers as people read them."""

from __future__ import annotations

import pytest

from callcenter.settings import Home
from callcenter.web.phone_numbers import shown


@pytest.mark.parametrize(
    ("number", "region", "read"),
    [
        ("+8613800138000", "CN", "138 0013 8000"),
        ("013800138000", "CN", "138 0013 8000"),
        ("008613800138000", "CN", "138 0013 8000"),
        ("02160019999", "CN", "021 6001 9999"),
        ("+442079460958", "CN", "+44 20 7946 0958"),
        ("+442079460958", "GB", "020 7946 0958"),
        ("1001", "CN", "1001"),
        ("110", "CN", "110"),
        ("anonymous", "CN", "anonymous"),
        ("—", "CN", "—"),
        ("", "CN", ""),
        (None, "CN", ""),
    ],
)
def test_a_number_is_shown_as_people_read_it(number: str | None, region: str, read: str) -> None:
    assert shown(number, Home(region)) == read


def test_a_local_number_is_shown_with_its_area_code() -> None:
    assert shown("61234567", Home("CN", "021")) == "021 6123 4567"
    assert shown("61234567", Home()) == "61234567"
    assert shown("95598", Home("CN", "021")) == "95598"
