"""Callbacks: whom we owe a call, why, and what came of it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis

OPEN = text("state = 'open' AND number <> ''")


class CallbackRow(Base):
    """One owed call; at most one is open for a number. `number` is '' where a message was left by a caller without one.

    `kind` is the first ask's. `result` is '' while it is open, then reached, no_answer, busy, refused, wrong_number, not_needed or
    by_himself (he got through first).
    """

    __tablename__ = "callbacks"
    __table_args__ = (Index("uq_callbacks_number_open", "number", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),)

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(40), index=True)
    customer: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    call: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))
    hotline: Mapped[str | None] = mapped_column(String(20))
    queue: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    opened: Mapped[Millis]
    due: Mapped[Millis] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    attempts: Mapped[int]
    closed: Mapped[Millis | None]
    result: Mapped[str] = mapped_column(String(20))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_call: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))
    note: Mapped[str] = mapped_column(Text)


class AskRow(Base):
    """One reason to call back: `kind` is asked, voicemail, after_hours, abandoned or promised.

    `recording` names the message that was left; `by` is who promised it, None for the caller himself; `key` names the act, which
    counts once.
    """

    __tablename__ = "callback_asks"

    id: Mapped[Key]
    callback: Mapped[int] = mapped_column(ForeignKey("callbacks.id", ondelete="CASCADE"), index=True)
    at: Mapped[Millis]
    kind: Mapped[str] = mapped_column(String(20))
    call: Mapped[str | None] = mapped_column(ForeignKey("calls.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    recording: Mapped[str | None] = mapped_column(String(200))
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str | None] = mapped_column(String(120), unique=True)


class AttemptRow(Base):
    """One call that was made to keep the promise. Not a foreign key: it is noted before the call's own row is there."""

    __tablename__ = "callback_attempts"
    __table_args__ = (UniqueConstraint("callback", "call"),)

    id: Mapped[Key]
    callback: Mapped[int] = mapped_column(ForeignKey("callbacks.id", ondelete="CASCADE"))
    call: Mapped[str] = mapped_column(String(80))
    at: Mapped[Millis]
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
