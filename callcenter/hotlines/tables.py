"""Hotlines, their opening hours, and the queues."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


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


class HourRulesRow(Base):
    """What a hotline does on public holidays (as_usual, closed, or times: `holiday_times` holds [opens, closes] in minutes) and on
    make-up workdays (they go by the plan of weekday `makeup`; NULL: of the day it is). Without a row the hotline goes by its week.
    """

    __tablename__ = "hour_rules"
    __table_args__ = (
        CheckConstraint("holidays in ('as_usual', 'closed', 'times')", name="holidays"),
        CheckConstraint("makeup between 0 and 6", name="makeup"),
    )

    hotline: Mapped[str] = mapped_column(String(20), ForeignKey("hotlines.number", ondelete="CASCADE"), primary_key=True)
    holidays: Mapped[str] = mapped_column(String(10))
    holiday_times: Mapped[list[list[int]]] = mapped_column(JSON)
    makeup: Mapped[int | None]


class SpecialDayRow(Base):
    """Days, both included, that do not go by the week: `times` holds [opens, closes] in minutes, or they go by the plan of `weekday`; with
    neither the hotline is closed. `hotline` NULL: all of them. `zh` and `en` are said to callers on these days.
    """

    __tablename__ = "special_days"
    __table_args__ = (CheckConstraint("first <= last", name="order"), CheckConstraint("weekday between 0 and 6", name="weekday"))

    id: Mapped[Key]
    hotline: Mapped[str | None] = mapped_column(String(20), ForeignKey("hotlines.number", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date] = mapped_column(index=True)
    name: Mapped[Short]
    times: Mapped[list[list[int]]] = mapped_column(JSON)
    weekday: Mapped[int | None]
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)


class EmergencyRow(Base):
    """A hotline's emergency switch. While `on` and before `until` (NULL: until it is switched off) callers hear `zh` or `en` first of
    all; with `closed` the hotline takes no callers. The texts stay when it is off, ready for the next time.
    """

    __tablename__ = "emergencies"

    hotline: Mapped[str] = mapped_column(String(20), ForeignKey("hotlines.number", ondelete="CASCADE"), primary_key=True)
    on: Mapped[bool]
    closed: Mapped[bool]
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    since: Mapped[Millis | None]
    until: Mapped[Millis | None]
    by: Mapped[Short]
