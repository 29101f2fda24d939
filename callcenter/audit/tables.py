"""The audit trail's lines, and its end."""

from __future__ import annotations

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Millis, Short


class AuditRow(Base):
    """One line. `who` is a user's number ('' for the server itself), `act` a word, `what` the thing and its new value.

    `hash` is SHA-256 over the line and `prev`, the hash of the line before.
    """

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[Millis]
    who: Mapped[Short]
    act: Mapped[Short]
    what: Mapped[str] = mapped_column(Text)
    address: Mapped[Short]
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditEndRow(Base):
    """The last line's place and hash: one row. Whoever appends takes its lock first; lines cut off the end are missed by it."""

    __tablename__ = "audit_end"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
