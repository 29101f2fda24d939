"""Hotlines, their opening hours, and the queues."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Short


class QueueRow(Base):
    """A queue. `name` is what Asterisk calls it; `strategy` is one of its queue strategies."""

    __tablename__ = "queues"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    zh: Mapped[Short]
    en: Mapped[Short]
    strategy: Mapped[str] = mapped_column(String(20))


class HotlineRow(Base):
    """A number callers dial. `flow` names a file in ivr_flows/; `queue` takes its callers when no flow runs."""

    __tablename__ = "hotlines"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    zh: Mapped[Short]
    en: Mapped[Short]
    language: Mapped[str] = mapped_column(String(10))
    flow: Mapped[Short]
    queue: Mapped[str] = mapped_column(String(40), ForeignKey("queues.name"))


class HoursRow(Base):
    """One stretch of a hotline's week: weekday 0 is Monday, minutes since that day's midnight
    in the site's zone; `closes` is excluded and may lie beyond midnight (1560 is two o'clock of the next day).
    """

    __tablename__ = "hotline_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("opens between 0 and 1439 and opens < closes and closes <= opens + 1440", name="minutes"),
    )

    id: Mapped[Key]
    hotline: Mapped[str] = mapped_column(String(20), ForeignKey("hotlines.number", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]
