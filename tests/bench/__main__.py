"""`python -m tests.bench [TAPE]`: one line a figure. The messages are those of recorded busy times, or of a tape."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.bench.busy import RECORDED, recorded
from tests.bench.figures import HEAD
from tests.bench.run import Size, measured


async def main(tape: str | None) -> None:
    streams = {"the tape": partial(recorded, Path(tape))} if tape else RECORDED
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        async for figure in measured(Path(folder), Size(), streams):
            print(figure.line, flush=True)


if __name__ == "__main__":
    asyncio.run(main(next(iter(sys.argv[1:]), None)))
