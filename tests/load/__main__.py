"""Record a busy stream: `python -m tests.load FOLDER [MINUTES]`. On a real Asterisk, from the first caller to the last.

Leaves `everything.ami` in the folder: what a manager user is told who reads every class and has no filter.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from tests.load.listening import listening
from tests.prove import load


async def main(folder: Path, minutes: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    busy = replace(load.LONG, minutes=minutes)
    outcome = await load.run(folder, busy, beside=lambda centre: listening(centre, folder / "everything.ami"))
    print(outcome.line, *outcome.differences, sep="\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(next(iter(sys.argv[2:]), "7.5"))))
