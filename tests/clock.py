"""A clock that tells what a test sets."""

from __future__ import annotations


class Time:
    """`now` in ms; it stays until a test moves it."""

    def __init__(self, now: int = 1_800_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now
