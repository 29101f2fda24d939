"""Whatever the order in which Asterisk tells of different channels, the same calls come of it."""

from __future__ import annotations

import pytest

from tests.floor.recorded import NAMES, recorded
from tests.floor.reordering import differences, folded, reordered

SEEDS = 50
LONG = 400
"""Streams of more events than this are folded with fewer seeds, so that each costs about the same."""


@pytest.mark.parametrize("name", NAMES)
def test_any_legal_order_tells_the_same_calls(name: str) -> None:
    stream = recorded(name)
    as_it_was = folded(stream.events, stream.rules)
    for seed in range(SEEDS if len(stream.events) <= LONG else SEEDS * LONG // len(stream.events)):
        found = differences(as_it_was, folded(reordered(stream.events, seed), stream.rules))
        assert found == [], f"seed {seed}"


def test_the_orders_differ() -> None:
    stream = recorded("held")
    orders = {tuple(type(one).__name__ for one in reordered(stream.events, seed)) for seed in range(SEEDS)}
    assert len(orders) > SEEDS // 2
