"""Callbacks: whom we owe a call, why, and what came of it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis

OPEN = text("state = 'open'")


class CallbackRow(Base):
    """One owed call; at most one is open for a number.

    `kind` is asked, voicemail, after_hours, abandoned or promised; `recording` names the message left; `key` names the act that
    promised it. `result` is reached, no_answer, busy, refused, wrong_number, not_needed or by_himself once it is closed.
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
    reason: Mapped[str] = mapped_column(Text)
    recording: Mapped[str | None] = mapped_column(String(200))
    promised_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    opened: Mapped[Millis]
    due: Mapped[Millis] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    attempts: Mapped[int]
    last_attempt: Mapped[Millis | None]
    closed: Mapped[Millis | None]
    result: Mapped[str] = mapped_column(String(20))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_call: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))
    note: Mapped[str] = mapped_column(Text)


class CallbackKeyRow(Base):
    """An act that was done to a callback once: promised it, added to it, or tried it."""

    __tablename__ = "callback_keys"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    callback: Mapped[int] = mapped_column(ForeignKey("callbacks.id", ondelete="CASCADE"), index=True)
    at: Mapped[Millis]
