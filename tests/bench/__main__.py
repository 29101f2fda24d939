"""`python -m tests.bench [TAPE]`: one line a figure. The messages are those of the recorded busy half hour, or of a tape."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bench.busy import half_hour, recorded
from tests.bench.figures import HEAD
from tests.bench.run import Size, measured


async def main(tape: str | None) -> None:
    stream = recorded(Path(tape)) if tape else half_hour()
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        async for figure in measured(Path(folder), Size(), stream):
            print(figure.line, flush=True)


if __name__ == "__main__":
    asyncio.run(main(next(iter(sys.argv[1:]), None)))
