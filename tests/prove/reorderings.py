"""Every recorded stream in a thousand other orders: the same calls."""

from __future__ import annotations

from pathlib import Path

from tests.floor.recorded import NAMES, recorded
from tests.floor.reordering import differences, folded, reordered

ORDERS = 1000


async def prove(folder: Path, seed: int, rounds: int) -> bool:
    """Fold each stream under a hundred orders a round, beginning with `seed`; tell what is not the same."""
    del folder
    orders = ORDERS // 10 * rounds
    held = True
    for name in NAMES:
        stream = recorded(name)
        as_it_was = folded(stream.events, stream.rules)
        wrong = 0
        for one in range(seed, seed + orders):
            found = differences(as_it_was, folded(reordered(stream.events, one), stream.rules))
            if found and not wrong:
                print(f"{name}, seed {one}:", *found, sep="\n  ", flush=True)
            wrong += bool(found)
        print(f"{name}: {len(stream.events)} events, {orders} orders, {wrong} told something else", flush=True)
        held &= wrong == 0
    return held
