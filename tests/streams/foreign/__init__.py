"""AMI streams recorded from Asterisks that are not ours, as their managers wrote them, with what was done there.

`NAME.ami.gz` is one stream, every event class in it; `NAME.json` the calls: number, to, exit, direction, agents, and segments of kind, who,
reason, began, ended (ms, as the telephones took them). They are recorded anew by `python -m tests.live.foreign`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAMES = sorted(path.name.removesuffix(".ami.gz") for path in FOLDER.glob("*.ami.gz"))


def stream(name: str) -> Path:
    return FOLDER / f"{name}.ami.gz"


def done(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found
