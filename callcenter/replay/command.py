"""`callcenter replay`: what it reads, what it prints, what it writes."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from callcenter.floor.floor import Rules
from callcenter.replay.folding import Replayed, replay
from callcenter.replay.rewriting import CallsGoOn, rewrite
from callcenter.settings import Settings
from callcenter.store.engine import Store
from callcenter.telephony import tape
from callcenter.telephony.tape import Noted

DAY_MS = 86_400_000
SAID = ("changed", "added", "goes on", "not on the tape")
"""What became of a call, where it is worth a line."""


class CannotReplay(Exception):
    """Why nothing can be folded or written, and what to do about it."""


def tell(settings: Settings, files: Sequence[Path], since: int | None, until: int | None) -> int:
    """Print the calls of files, those that began in the period (ms) if one is given; 1 when there was nothing to read."""
    seen = _folded(settings, files)
    for call in seen.told():
        if (since is None or seen.calls[call["call"]].began >= since) and (until is None or seen.calls[call["call"]].began < until):
            print(json.dumps(call, ensure_ascii=False))
    print(seen.summary(), file=sys.stderr)
    return int(seen.counts["messages"] == seen.counts["unreadable"])


async def write(settings: Settings, files: Sequence[Path], since: int | None, until: int | None, *, served: bool, dry_run: bool) -> int:
    """Make the record of a period (ms) anew, one line for each call that is not as it was. Raises CannotReplay."""
    if not files and since is None:
        raise CannotReplay("replay --write wants a period (--since) or files")
    # The day before tells who sat where when the period began, the day after how its last calls ended.
    around = (None if since is None else since - DAY_MS, None if until is None else until + DAY_MS)
    paths = files or tape.of_days(settings.tapes, *around)
    if not paths:
        raise CannotReplay(f"no tape of this period is in {settings.tapes}")
    seen = _folded(settings, paths)
    if seen.counts["foreign"] and seen.calls:
        raise CannotReplay("these are no tapes of ours: their calls belong to another Asterisk, and are only told (--json)")
    counts, store = Counter[str](), Store(settings.database_url)
    try:
        began = [call.began for call in seen.calls.values()]
        # Of calls that were there before the tapes begin the record knows more.
        first = max(since if since is not None else min(began, default=0), seen.began or 0)
        last = until if until is not None else max(began, default=0) + 1
        wanted = rewrite(store, seen.calls.values(), first, last, serving=served, dry_run=dry_run)
        async for one in wanted:
            counts[one.what] += 1
            if one.what in SAID:
                print(one)
    except CallsGoOn as why:
        raise CannotReplay(f"{why}; wait for their end, or choose a period before (--until)") from None
    finally:
        await store.close()
    print(f"{seen.summary()}; {_counted(counts)}{' (nothing was written)' if dry_run else ''}", file=sys.stderr)
    return 0


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "no call in this period"


def _folded(settings: Settings, files: Sequence[Path]) -> Replayed:
    try:
        return replay(_noted(files), Rules(wrapup_ms=settings.wrapup_s * 1000))
    except OSError as wrong:
        raise CannotReplay(f"{wrong.filename} cannot be read: {wrong.strerror}") from None


def _noted(files: Sequence[Path]) -> Iterator[Noted]:
    return chain.from_iterable(map(tape.read, files))
