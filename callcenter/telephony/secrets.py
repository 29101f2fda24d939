"""Passwords of Asterisk's users: made at random when first needed, kept readable by the owner alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import token_urlsafe

from callcenter.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What the server, the seats, the newcomer's phone and the trunk sign in to Asterisk with."""

    ami: str
    demo_phone: str
    trunk: str
    seats: Mapping[str, str] = field(default_factory=dict)


class SecretsError(Exception):
    """The file of secrets cannot be read; says which and what to do."""


def secrets(settings: Settings, seats: Iterable[str] = ()) -> Secrets:
    """The secrets of this installation, in ``data_dir/secrets.json``; seats that have none yet are given one, all others stay.

    Raises SecretsError when the file is there but is not what was written.
    """
    path = settings.data_dir / "secrets.json"
    kept = _read(path)
    given = dict(kept.seats) if kept else {}
    wanted = {seat: given.get(seat) or token_urlsafe(18) for seat in seats}
    if kept and wanted.keys() <= given.keys():
        return kept
    made = Secrets(
        ami=kept.ami if kept else token_urlsafe(24),
        demo_phone=kept.demo_phone if kept else token_urlsafe(18),
        trunk=kept.trunk if kept else token_urlsafe(18),
        seats={**given, **wanted},
    )
    _write(path, made)
    return made


def _read(path: Path) -> Secrets | None:
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as wrong:
        raise SecretsError(f"{path}: cannot be read ({wrong}); remove it to have new secrets made") from wrong


def _write(path: Path, made: Secrets) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(made), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
