"""Figures of days that are over: what the record tells of their calls, counted once. They go when their day is to be counted again."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class DayVisitsRow(Base):
    """So many visits of a step on a day that ended alike (`seen.visits.Tally`)."""

    __tablename__ = "day_visits"
    __table_args__ = (Index(None, "flow", "day"), Index(None, "day"))

    id: Mapped[Key]
    day: Mapped[int] = mapped_column(ForeignKey("counted_days.since", ondelete="CASCADE"))
    hotline: Mapped[Short | None]
    flow: Mapped[Short]
    version: Mapped[Short]
    step: Mapped[Short]
    kind: Mapped[str] = mapped_column(String(20))
    to: Mapped[Short]
    to_flow: Mapped[Short]
    result: Mapped[str] = mapped_column(String(80))
    fate: Mapped[str] = mapped_column(String(20))
    ms: Mapped[Millis | None]
    visits: Mapped[int]
    callers: Mapped[int]
    misses: Mapped[int]


class DayCallersRow(Base):
    """So many calls of a day that came to a flow and ended alike (`seen.visits.Came`)."""

    __tablename__ = "day_callers"
    __table_args__ = (Index(None, "flow", "day"), Index(None, "day"))

    id: Mapped[Key]
    day: Mapped[int] = mapped_column(ForeignKey("counted_days.since", ondelete="CASCADE"))
    hotline: Mapped[Short | None]
    flow: Mapped[Short]
    version: Mapped[Short]
    exit: Mapped[str | None] = mapped_column(String(20))
    calls: Mapped[int]
    last: Mapped[Millis]


class DayTriesRow(Base):
    """So often callers did the same in vain at a step on a day (`seen.visits.Missed`)."""

    __tablename__ = "day_tries"
    __table_args__ = (Index(None, "flow", "day"), Index(None, "day"))

    id: Mapped[Key]
    day: Mapped[int] = mapped_column(ForeignKey("counted_days.since", ondelete="CASCADE"))
    hotline: Mapped[Short | None]
    flow: Mapped[Short]
    version: Mapped[Short]
    step: Mapped[Short]
    keys: Mapped[str] = mapped_column(String(40))
    times: Mapped[int]
