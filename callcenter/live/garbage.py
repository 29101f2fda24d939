"""How often Python looks for what keeps only itself alive: everything stops meanwhile."""

from __future__ import annotations

import gc

YOUNG = 10_000
"""New objects before the next look. A read of a busy socket makes thousands, and nearly all of them are gone when it is folded."""


def look_seldom() -> None:
    """Called when everything is built: that stays, and no look need walk through it."""
    gc.freeze()
    gc.set_threshold(YOUNG)
