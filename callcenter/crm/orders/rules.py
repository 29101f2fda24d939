"""The states of an order, and what an order must be. Pure."""

from __future__ import annotations

from datetime import date

STATES = ("received", "approved", "picked", "on_the_way", "delivered", "cancelled")
"""In the order they come; a cancelled one goes no further."""

MOST_DIGITS = 20


class BadOrder(ValueError):
    """Something that is no order; says what was expected."""


def check(number: str, state: str, delivery: date | None) -> None:
    """Raise BadOrder for a number that no caller could key in, an unknown state, or an order that is under way to no day."""
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise BadOrder(f"expected a number of at most {MOST_DIGITS} digits, got {number[:40]!r}")
    if state not in STATES:
        raise BadOrder(f"{state!r} is none of {', '.join(STATES)}")
    if delivery is None and state in ("on_the_way", "delivered"):
        raise BadOrder(f"an order that is {state} has a day of delivery")
