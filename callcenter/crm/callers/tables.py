"""Who may not call for a while, what agents said of callers, and numbers keyed in wrong."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class BarredRow(Base):
    """A number on the blacklist: from `since` until `until` (NULL: for good), or until it was `lifted`. `by` and `lifted_by` are users'
    numbers. Rows stay.
    """

    __tablename__ = "barred_callers"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(40), index=True)
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[Millis]
    until: Mapped[Millis | None]
    by: Mapped[Short]
    lifted: Mapped[Millis | None]
    lifted_by: Mapped[Short]


class MarkRow(Base):
    """What an agent said of a call by its disposition: `kind` is nuisance or silent."""

    __tablename__ = "caller_marks"

    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[Millis]


class PardonRow(Base):
    """What came before `at` counts no more against a number; `by` is the number of the user who decided it."""

    __tablename__ = "caller_pardons"

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[Millis]
    by: Mapped[Short]


class KeyTryRow(Base):
    """A customer's number keyed in that was wrong, or is being looked up. `number` is the caller's, '' when it is withheld."""

    __tablename__ = "key_tries"

    id: Mapped[Key]
    at: Mapped[Millis] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    call: Mapped[Short]
