"""Cases and what was done about them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class CaseRow(Base):
    """One case. `key` names the act that opened it, so that the same act opens it once; `owner` answers for it until it is closed.

    `channel` is phone, where `opened_by` took it, or ivr, where a flow opened it for the caller in the owner's name.
    """

    __tablename__ = "cases"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    customer: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    call: Mapped[str | None] = mapped_column(ForeignKey("calls.id"), index=True)
    owner: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    opened_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opened: Mapped[Millis] = mapped_column(index=True)
    due: Mapped[Millis] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10))
    closed: Mapped[Millis | None]
    result: Mapped[str] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    channel: Mapped[str] = mapped_column(String(10), server_default="phone")


class CaseEventRow(Base):
    """One thing done about a case: `act` is opened, noted, reassigned or closed."""

    __tablename__ = "case_events"

    id: Mapped[Key]
    case: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[Millis]
    who: Mapped[int] = mapped_column(ForeignKey("users.id"))
    act: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)


class CaseDayRow(Base):
    """The last number given on a day (YYYYMMDD in the site's zone)."""

    __tablename__ = "case_days"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int]
