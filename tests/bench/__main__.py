"""`python -m tests.bench`: one line a figure, in less than four minutes."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.bench.figures import HEAD
from tests.bench.run import Size, measured


async def main() -> None:
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        async for figure in measured(Path(folder), Size()):
            print(figure.line, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
