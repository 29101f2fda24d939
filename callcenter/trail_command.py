"""`callcenter trail`: who did what that matters, and whether the trail is as it was written."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from callcenter.audit.service import lines, verify
from callcenter.settings import Settings
from callcenter.store.engine import Store
from callcenter.web import clock


async def tell(settings: Settings, since: int | None, until: int | None, *, as_json: bool) -> int:
    """Print the lines of [since, until) in ms. 1 when the trail is not as it was written, wherever in it that may be."""
    store = Store(settings.database_url)
    try:
        async for line in lines(store, since, until):
            if as_json:
                at = clock.local(line.at, settings.zone).isoformat(timespec="milliseconds")
                print(json.dumps({**asdict(line), "at": at}, ensure_ascii=False))
            else:
                when = clock.date_time(line.at, settings.zone)
                print("  ".join(part for part in (when, line.who or "server", line.act, _shown(line.what), line.address) if part))
        broken = await verify(store)
    finally:
        await store.close()
    if broken:
        print(f"line {broken.seq} of the trail: {broken.why}", file=sys.stderr)
    return int(broken is not None)


def _shown(text: str) -> str:
    """On one line, and nothing that a terminal would obey: some of it was typed by people."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
