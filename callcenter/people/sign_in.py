"""Accounts: who may sign in, and the sessions of those who did."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.service import append
from callcenter.people.passwords import Passwords
from callcenter.people.rules import WINDOW_MS, wait_s
from callcenter.people.tables import SeatSessionRow, SessionRow, TryRow, UserRow
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store
from callcenter.web.user import BadPassword, TooManyTries, User

REMEMBER_MS = 1_000
"""How long a session that was found is believed without asking the store again: a dismissed user is out within this."""

MOST_WAITING = 50
"""Guesses that wait for others to be looked at: more than a shift, fewer than a flood."""

TOUCH_MS = 60_000
"""How exactly a session's last use is kept."""


class Accounts:
    """What the frame asks of whoever keeps the accounts (callcenter.web.user.Accounts). `idle_ms`: a session unused so long is over."""

    def __init__(self, store: Store, *, idle_ms: int, passwords: Passwords | None = None, clock: Clock = now_ms) -> None:
        self._store = store
        self._idle_ms = idle_ms
        self._passwords = passwords or Passwords()
        self._clock = clock
        self._turn = asyncio.Condition()
        self._looked_at: set[int] = set()
        self._waiting = 0
        self._found: dict[str, tuple[int, tuple[User, str]]] = {}

    async def check(self, number: str, password: str, address: str) -> User:
        """The user whose number and password these are. Raise BadPassword, or TooManyTries before the password is looked at."""
        number = number.strip()[:20]
        mine = await self._begin_try(number, address[:80])
        try:
            async with self._store.transaction() as session:
                row = await session.scalar(select(UserRow).where(UserRow.number == number))
            fits = await self._passwords.fits(password, row.password_hash if row else None)
            if row is None or not fits or not row.active:
                raise BadPassword
            async with self._store.transaction() as session:
                await session.execute(delete(TryRow).where((TryRow.number == number) | (TryRow.id == mine)))
                return await _user(session, row)
        finally:
            await self._end_try(mine)

    async def open(self, user: User, address: str) -> str:
        """Begin a session; the token is for the browser alone."""
        token, now = secrets.token_urlsafe(32), self._clock()
        async with self._store.transaction() as session:
            await session.execute(delete(SessionRow).where(SessionRow.used < now - self._idle_ms))
            csrf = secrets.token_urlsafe(32)
            session.add(SessionRow(token_hash=_hash(token), csrf=csrf, user=user.id, address=address[:80], opened=now, used=now))
            await append(session, at=now, who=user.number, act="signed_in", what="", address=address[:80])
        return token

    async def find(self, token: str) -> tuple[User, str] | None:
        """The user and the CSRF token of a living session; None when it is over or its user was dismissed."""
        key, now = _hash(token), self._clock()
        at, found = self._found.get(key, (0, None))
        if found is not None and 0 <= now - at < REMEMBER_MS:
            return found
        found = await self._look(key, now)
        self._found = {k: v for k, v in self._found.items() if now - v[0] < REMEMBER_MS and k != key}
        if found is not None:
            self._found[key] = (now, found)
        return found

    async def close(self, token: str) -> None:
        """End a session."""
        key = _hash(token)
        async with self._store.transaction() as session:
            ended = await session.scalar(delete(SessionRow).where(SessionRow.token_hash == key).returning(SessionRow.user))
            number = await session.scalar(select(UserRow.number).where(UserRow.id == ended))
            if number is not None:
                await append(session, at=self._clock(), who=number, act="signed_out", what="")
        self._found.pop(key, None)

    async def set_language(self, user: User, language: str) -> None:
        async with self._store.transaction() as session:
            await session.execute(update(UserRow).where(UserRow.id == user.id).values(language=language))
        self._found = {
            key: (at, (replace(u, language=language) if u.id == user.id else u, csrf)) for key, (at, (u, csrf)) in self._found.items()
        }

    async def _begin_try(self, number: str, address: str) -> int:
        """Wait for one's turn: wrong guesses and those that are being looked at are never more than may be wrong together.

        So guesses made at once cannot slip through, and a shift that signs in at once behind one address is not taken for them.
        """
        async with self._turn:
            while True:
                mine = await self._try(number, address)
                if mine is not None:
                    self._looked_at.add(mine)
                    return mine
                if self._waiting >= MOST_WAITING:
                    raise TooManyTries(1)
                self._waiting += 1
                try:
                    await self._turn.wait()
                finally:
                    self._waiting -= 1

    async def _try(self, number: str, address: str) -> int | None:
        """A try, counted before it is looked at; None when others have to be looked at first. Raise TooManyTries."""
        now = self._clock()
        async with self._store.transaction() as session:
            await session.execute(delete(TryRow).where(TryRow.at <= now - WINDOW_MS))
            tries = (await session.scalars(select(TryRow).where((TryRow.number == number) | (TryRow.address == address)))).all()
            wait = _wait_s([one for one in tries if one.id not in self._looked_at], number, address, now)
            if wait:
                raise TooManyTries(wait)
            if _wait_s(tries, number, address, now):
                return None
            row = TryRow(at=now, number=number, address=address)
            session.add(row)
            await session.flush()
            return row.id

    async def _end_try(self, mine: int) -> None:
        async with self._turn:
            self._looked_at.discard(mine)
            self._turn.notify_all()

    async def _look(self, key: str, now: int) -> tuple[User, str] | None:
        async with self._store.transaction() as session:
            wanted = select(SessionRow, UserRow).join(UserRow, UserRow.id == SessionRow.user).where(SessionRow.token_hash == key)
            found = (await session.execute(wanted)).first()
            if found is None or not found.UserRow.active or now - found.SessionRow.used >= self._idle_ms:
                return None
            user = await _user(session, found.UserRow)
            if now - found.SessionRow.used >= TOUCH_MS:
                found.SessionRow.used = now
            return user, found.SessionRow.csrf


async def _user(session: AsyncSession, row: UserRow) -> User:
    seat = await session.scalar(select(SeatSessionRow.seat).where(SeatSessionRow.user == row.id, SeatSessionRow.until.is_(None)))
    return User(row.id, row.number, row.name, frozenset(row.roles), row.language, seat)


def _wait_s(tries: Sequence[TryRow], number: str, address: str, now: int) -> int:
    of_account = wait_s([one.at for one in tries if one.number == number], now)
    return max(of_account, wait_s([one.at for one in tries if one.address == address], now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
