"""What the bundled voice has said for one test's centre need not be said again for the next: its files are kept in the user's cache."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

KEPT = Path.home() / ".cache/callcenter/test-prompts"
LANGUAGES = ("zh_CN", "en")
NAMED_BY_CONTENT = re.compile(r"[0-9a-f]{32}\.wav")


def bring(folder: Path) -> None:
    """Put what is kept into a centre's folder of prompts."""
    _copy(KEPT, folder)


def keep(folder: Path) -> None:
    """Keep what is new in a centre's folder of prompts."""
    _copy(folder, KEPT)


def _copy(source: Path, target: Path) -> None:
    """Files named by text and voice alone: those cannot be outdated. Each appears whole or not at all, for tests run beside each other."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for language in LANGUAGES:
        (target / language).mkdir(mode=0o700, exist_ok=True)
        for file in (source / language).glob("*.wav"):
            place = target / language / file.name
            if NAMED_BY_CONTENT.fullmatch(file.name) and not place.exists():
                beside = place.with_name(f"{place.name}.{target.parent.name}")
                shutil.copyfile(file, beside)
                beside.chmod(0o600)
                beside.replace(place)
