"""A storm of events and a slow listener: the link stays, and no call is lost."""

from __future__ import annotations

from tests.prove.storm import rage


async def test_a_storm_of_events_behind_a_slow_listener_costs_neither_the_link_nor_a_call() -> None:
    outcome = await rage(20261122, 3, rate=4_000)
    print(outcome.line)
    assert outcome.holds, outcome.line
    assert outcome.heard.naps > 1
