"""Two hundred requests to dial, with the link cut among them: nobody is dialled twice, and each has a fate."""

from __future__ import annotations

from tests.prove.dialled import dial


async def test_nobody_is_dialled_twice_wherever_the_link_is_cut() -> None:
    outcome = await dial(20261122, 200)
    print(outcome.line)
    assert outcome.holds, outcome.line
    assert {"answered", "LinkLost"} <= outcome.fates.keys()
