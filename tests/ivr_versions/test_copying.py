"""A copy of a flow has its own name, and a title that is its own."""

from __future__ import annotations

import pytest

from callcenter.ivr.language.load import load
from callcenter.ivr.language.words import MOST_TITLE
from callcenter.ivr.published.copying import copied
from tests.ivr_versions.flows import flow

CALLED = {"zh": "%(title)s（副本）", "en": "%(title)s (copy)"}


def titled(title: str) -> str:
    return flow().replace("languages:", f"title: {title}\nlanguages:")


@pytest.mark.parametrize(
    "title",
    [
        "{zh: 订货, en: Orders}  # as it is called",
        "{en: 'Orders', zh: \"订货\"}",
        "\n  zh: 订货\n  en: Orders",
        "\n  zh: |\n    订货\n\n  en: >-\n    Orders",
        "{zh: 订货,\n  en: Orders}",
    ],
)
def test_its_title_says_that_it_is_a_copy(title: str) -> None:
    loaded = load(copied(titled(title), "gift", CALLED), "gift.yaml")
    assert loaded.findings == ()
    assert loaded.flow is not None
    assert (loaded.flow.name, loaded.flow.title) == ("gift", ("订货（副本）", "Orders (copy)"))


def test_the_rest_stays_as_it_was_typed() -> None:
    text = titled('{zh: 订货\U0001f600, en: "Bob\'s \\"100%\\""}  # 名') + "# the end\n"
    there = '{zh: "订货\U0001f600（副本）", en: "Bob\'s \\"100%\\" (copy)"}  # 名'
    assert copied(text, "gift", CALLED) == flow("gift").replace("languages:", f"title: {there}\nlanguages:") + "# the end\n"


def test_a_long_title_is_still_one() -> None:
    flow = load(copied(titled(f"{{zh: {'订' * MOST_TITLE}, en: {'O' * MOST_TITLE}}}"), "gift", CALLED), "gift.yaml").flow
    assert flow is not None
    assert flow.title == ("订" * (MOST_TITLE - 4) + "（副本）", "O" * (MOST_TITLE - 7) + " (copy)")


@pytest.mark.parametrize(
    "text", [flow(), titled("Orders"), titled("{zh: , en: [Orders]}"), titled("{zh: 订货"), titled("&a {zh: 订货}"), ""]
)
def test_where_there_is_no_title_to_be_read_only_the_name_is_another(text: str) -> None:
    assert copied(text, "gift", CALLED) == text.replace("name: orders", "name: gift")
