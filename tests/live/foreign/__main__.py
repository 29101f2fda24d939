"""Record the foreign streams anew: `python -m tests.live.foreign [NAME]`."""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from tests.live.foreign import pbx_calls, plain_calls
from tests.live.foreign.stage import Stage, stage
from tests.live.scenarios.stage import rest
from tests.streams.foreign import FOLDER

Scene = Callable[[Stage], Awaitable[None]]
SITES: dict[str, Sequence[Scene]] = {"plain": plain_calls.ALL, "pbx": pbx_calls.ALL}


async def record(name: str, into: Path, only: str = "") -> None:
    """Play every scene of a site, one after the other, and keep its stream and what was done."""
    with tempfile.TemporaryDirectory(prefix=f"foreign-{name}-") as folder:
        async with stage(name, Path(folder)) as on:
            try:
                for scene in SITES[name]:
                    if only in _name(scene):
                        await scene(on)
                        await rest(0.3)
                        print(name, _name(scene), flush=True)
            finally:
                done = [one.told() for one in on.done]
                (into / f"{name}.ami.gz").write_bytes(gzip.compress(bytes(on.site.stream), mtime=0))
                (into / f"{name}.json").write_text(json.dumps(done, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _name(scene: Scene) -> str:
    return str(scene.func.__name__) if isinstance(scene, partial) else scene.__name__


def main() -> int:
    asking = argparse.ArgumentParser(prog="foreign")
    asking.add_argument("name", nargs="?", choices=[*SITES])
    asking.add_argument("--only", default="", help="part of a scene's name")
    asking.add_argument("--into", type=Path, default=FOLDER, help="another folder than the fixtures'")
    asked = asking.parse_args()
    for name in [asked.name] if asked.name else SITES:
        asyncio.run(record(name, asked.into, asked.only))
    return 0


if __name__ == "__main__":
    sys.exit(main())
