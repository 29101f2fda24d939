"""`python -m tests.prove [WHAT] [--rounds N] [--seed S]`: WHAT is kills, load, restart …, or all of them."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tests.prove import crashes, cuts, dialled, kills, load, picture, reorderings, restart, scenarios, storm

PROOFS = {
    "crashes": crashes.prove,
    "cuts": cuts.prove,
    "kills": kills.prove,
    "storm": storm.prove,
    "picture": picture.prove,
    "dialled": dialled.prove,
    "load": load.prove,
    "reorderings": reorderings.prove,
    "restart": restart.prove,
    "scenarios": scenarios.prove,
}
ROUNDS = {"cuts": 100, "dialled": 10_000, "kills": 200, "picture": 30, "storm": 60}
"""How many rounds when nobody says: ten of the others."""


def main() -> int:
    asking = argparse.ArgumentParser(prog="prove")
    asking.add_argument("what", nargs="?", default="all", choices=["all", *PROOFS])
    asking.add_argument("--rounds", type=int)
    asking.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    asked = asking.parse_args()
    wanted = list(PROOFS) if asked.what == "all" else [asked.what]
    held = True
    for what in wanted:
        held &= proved(what, asked.seed, asked.rounds or ROUNDS.get(what, 10))
    return 0 if held else 1


def proved(what: str, seed: int, rounds: int) -> bool:
    """Whether it holds. What is left of one that does not is kept to be looked at."""
    folder = Path(tempfile.mkdtemp(prefix=f"prove-{what}-"))
    if asyncio.run(PROOFS[what](folder, seed, rounds)):
        shutil.rmtree(folder)
        return True
    print(f"{what} does not hold; what is left of it: {folder}", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
