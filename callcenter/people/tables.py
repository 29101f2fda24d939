"""Accounts and sessions; seats and who sits at them; the words agents choose from."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short

OPEN_SEAT = text("until IS NULL")


class UserRow(Base):
    """A person who may sign in. `number` is the 工号; `roles` of agent, supervisor, qa, admin."""

    __tablename__ = "users"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[Short]
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool]


class SessionRow(Base):
    """A sign-in that lasts. The token itself is only in the browser; here is its SHA-256."""

    __tablename__ = "sessions"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    user: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    address: Mapped[Short]
    opened: Mapped[Millis]
    used: Mapped[Millis] = mapped_column(index=True)


class TryRow(Base):
    """A guess at a password that was wrong, or is being looked at."""

    __tablename__ = "sign_in_tries"

    id: Mapped[Key]
    at: Mapped[Millis] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(String(20), index=True)
    address: Mapped[Short] = mapped_column(index=True)


class AgentQueueRow(Base):
    """An agent serves a queue whenever he is signed in."""

    __tablename__ = "agent_queues"

    user: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    queue: Mapped[str] = mapped_column(String(40), ForeignKey("queues.name"), primary_key=True)


class SeatRow(Base):
    """A SIP endpoint that takes one agent: `kind`, browser or desk, is the telephone of whoever does not say which one he has."""

    __tablename__ = "seats"
    __table_args__ = (CheckConstraint("kind in ('browser', 'desk')", name="kind"),)

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))


class SeatSessionRow(Base):
    """Who sits where, and what he asked to be. `until` is None while he sits there; `reason` says why he is paused.

    `phone`: browser, desk, or '' while it is not decided.
    """

    __tablename__ = "seat_sessions"
    __table_args__ = (
        Index("uq_seat_sessions_seat_open", "seat", unique=True, sqlite_where=OPEN_SEAT, postgresql_where=OPEN_SEAT),
        Index("uq_seat_sessions_user_open", "user", unique=True, sqlite_where=OPEN_SEAT, postgresql_where=OPEN_SEAT),
    )

    id: Mapped[Key]
    user: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[str] = mapped_column(String(20), ForeignKey("seats.name"))
    since: Mapped[Millis]
    until: Mapped[Millis | None]
    ready: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(10), server_default="")


class PauseReasonRow(Base):
    """A reason to be paused, in the order it is offered."""

    __tablename__ = "pause_reasons"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    zh: Mapped[Short]
    en: Mapped[Short]
    place: Mapped[int]


class DispositionRow(Base):
    """What became of a call, as the agent says in the wrap-up; in the order it is offered."""

    __tablename__ = "dispositions"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    zh: Mapped[Short]
    en: Mapped[Short]
    place: Mapped[int]
