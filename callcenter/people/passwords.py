"""Passwords, kept as Argon2id hashes. The work is done in a thread, a few at a time: it costs memory and must not stop calls."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
"""Hashes computed at the same time; each takes 64 MiB."""

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not mistaken for one another."""


def invented(length: int = 12) -> str:
    """A random password that can be read out and typed: 59 bits at twelve letters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Passwords:
    """Hashing and checking. `hasher` may be a cheaper one in tests."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """A hash to be stored."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one. For None (no such account) the same work is done, and it never is."""
        if stored is None and self._nobody is None:
            self._nobody = await self.hash(secrets.token_hex())
        async with self._turns:
            return await asyncio.to_thread(self._verify, stored or self._nobody or "", password) and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
