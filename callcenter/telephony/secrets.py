"""Passwords of Asterisk's users: made at random when first needed, kept readable by the owner alone."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from secrets import token_urlsafe

from callcenter.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What the server, the seats, the newcomer's phone and the trunk sign in to Asterisk with.

    seats: by seat, what a telephone there signs in with; browsers: what a page signs in with, once one did. told: by seat, the number of
    the user whose page was told it last.
    """

    ami: str
    demo_phone: str
    trunk: str
    seats: Mapping[str, str] = field(default_factory=dict)
    browsers: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)

    def of(self, seat: str, *, desk: bool) -> str:
        """What the telephone at a seat signs in with, or the page of whoever sits there."""
        return self.seats[seat] if desk else self.browsers.get(seat, self.seats[seat])


class SecretsError(Exception):
    """The file of secrets cannot be read; says which and what to do."""


def secrets(settings: Settings, seats: Iterable[str] = ()) -> Secrets:
    """The secrets of this installation, in ``data_dir/secrets.json``; seats that have none yet are given one, all others stay.

    Raises SecretsError when the file is there but is not what was written.
    """
    wanted = set(seats)
    kept = _read(_file(settings))
    if kept and wanted <= kept.seats.keys():
        return kept
    with _alone(settings):
        return _made(settings, wanted)


@contextmanager
def renewed(settings: Settings, *, telephones: Collection[str], pages: Collection[str]) -> Iterator[Secrets]:
    """The secrets with new ones for the telephones at these seats, and for the pages at those, which nobody has been told.

    They are kept once the block is left without an error. Raises SecretsError.
    """
    with _alone(settings):
        kept = _made(settings, {*telephones, *pages})
        made = replace(
            kept,
            seats={**kept.seats, **{seat: token_urlsafe(18) for seat in telephones}},
            browsers={**kept.browsers, **{seat: token_urlsafe(18) for seat in pages}},
            told={seat: who for seat, who in kept.told.items() if seat not in pages},
        )
        yield made
        _write(_file(settings), made)


def note_told(settings: Settings, seat: str, who: str) -> str:
    """Remember whose page is told what it signs in with at a seat, and return that. Raises SecretsError."""
    with _alone(settings):
        kept = _made(settings, [seat])
        if kept.told.get(seat) != who:
            _write(_file(settings), replace(kept, told={**kept.told, seat: who}))
        return kept.of(seat, desk=False)


def _made(settings: Settings, seats: Iterable[str]) -> Secrets:
    kept = _read(_file(settings))
    given = dict(kept.seats) if kept else {}
    missing = {seat: token_urlsafe(18) for seat in seats if seat not in given}
    if kept and not missing:
        return kept
    fresh = kept or Secrets(ami=token_urlsafe(24), demo_phone=token_urlsafe(18), trunk=token_urlsafe(18))
    made = replace(fresh, seats={**given, **missing})
    _write(_file(settings), made)
    return made


def _file(settings: Settings) -> Path:
    return settings.data_dir / "secrets.json"


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One process at a time: a command gives new secrets while the server runs."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(settings.data_dir / "secrets.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> Secrets | None:
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as wrong:
        raise SecretsError(f"{path}: cannot be read ({wrong}); remove it to have new secrets made") from wrong


def _write(path: Path, made: Secrets) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(made), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
