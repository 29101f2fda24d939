"""The record's tables. One writer: the ledger. Columns follow the floor's records; a call and its rows say the same."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class CallRow(Base):
    __tablename__ = "calls"
    __table_args__ = (Index(None, "began"), Index(None, "ended"), Index(None, "number"), Index(None, "customer"))

    id: Mapped[Short] = mapped_column(primary_key=True)
    direction: Mapped[str] = mapped_column(String(20))
    number: Mapped[Short]
    to: Mapped[Short]
    began: Mapped[Millis]
    hotline: Mapped[Short | None]
    answered: Mapped[Millis | None]
    ended: Mapped[Millis | None]
    exit: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    queue: Mapped[Short | None]
    customer: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    customer_name: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(20))
    keys: Mapped[str] = mapped_column(String(200))
    keyed: Mapped[Millis | None]
    callback: Mapped[int | None]
    joined: Mapped[Short | None]


class LegRow(Base):
    __tablename__ = "legs"
    __table_args__ = (Index(None, "call"),)

    id: Mapped[Short] = mapped_column(primary_key=True)
    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    n: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[Short]
    role: Mapped[str] = mapped_column(String(20))
    seat: Mapped[Short | None]
    began: Mapped[Millis]
    answered: Mapped[Millis | None]
    ended: Mapped[Millis | None]
    cause: Mapped[int | None]
    hung_up: Mapped[Millis | None]
    bridge: Mapped[Short | None]
    held: Mapped[bool]
    dial_status: Mapped[str | None] = mapped_column(String(20))
    by: Mapped[Short | None]
    handed: Mapped[bool] = mapped_column(default=False, server_default=false())
    moved: Mapped[Millis] = mapped_column(default=0, server_default="0")
    recorded: Mapped[Millis | None]


class SegmentRow(Base):
    __tablename__ = "segments"
    __table_args__ = (Index(None, "who", "began"), Index(None, "queue", "began"))

    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    leg: Mapped[Short]
    who: Mapped[Short | None]
    queue: Mapped[Short | None]
    began: Mapped[Millis]
    ended: Mapped[Millis | None]
    reason: Mapped[str | None] = mapped_column(String(20))
    left: Mapped[Millis | None]


class StepRow(Base):
    __tablename__ = "steps"

    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    flow: Mapped[Short]
    version: Mapped[Short]
    step: Mapped[Short]
    kind: Mapped[str] = mapped_column(String(20))
    began: Mapped[Millis]
    ended: Mapped[Millis | None]
    result: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(10), default="", server_default="")
    misses: Mapped[int] = mapped_column(default=0, server_default="0")


class TryRow(Base):
    """What the caller did at step `step` (its n) and what led on to nothing: `keys` as those of `Tried`."""

    __tablename__ = "step_tries"

    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Millis]
    keys: Mapped[str] = mapped_column(String(40))


class RecordingRow(Base):
    """`state`: running, whole, short (one side is silent or shorter than the talk), missing. `seconds` is the length of the sound.

    `ended` is when it was measured to have ended (ms), the sums are SHA-256 in hex of each side's file; None while it runs, or missing.
    """

    __tablename__ = "recordings"
    __table_args__ = (Index(None, "call"), Index(None, "state"))

    id: Mapped[Short] = mapped_column(primary_key=True)
    call: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    leg: Mapped[Short]
    started: Mapped[Millis]
    seconds: Mapped[float | None]
    state: Mapped[str] = mapped_column(String(20))
    ended: Mapped[Millis | None]
    agent_sha256: Mapped[str | None] = mapped_column(String(64))
    caller_sha256: Mapped[str | None] = mapped_column(String(64))


class AgentStateRow(Base):
    """One stretch of an agent's day. `ended` is None for the stretch that goes on."""

    __tablename__ = "agent_states"
    __table_args__ = (Index(None, "agent", "began"), Index(None, "ended"))

    id: Mapped[Key]
    agent: Mapped[Short]
    user: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[Short]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[Short]
    call: Mapped[Short | None]
    began: Mapped[Millis]
    ended: Mapped[Millis | None]


class LinkGapRow(Base):
    """A time in which nobody listened to Asterisk: the link or the server was down. Figures that touch it are incomplete.

    `why`: link (lost), server (ours was down), asterisk (was started again). `rebuilt` is how many calls were told afterwards from
    Asterisk's own record; None when that could not be read. `unknown`: what no record could tell, words with commas between: holds, keys,
    steps, unwritten, calls.
    """

    __tablename__ = "link_gaps"

    id: Mapped[Key]
    began: Mapped[Millis]
    ended: Mapped[Millis | None]
    rebuilt: Mapped[int | None]
    why: Mapped[str] = mapped_column(String(20), default="link", server_default="link")
    unknown: Mapped[str] = mapped_column(String(80), default="", server_default="")


class CountedDayRow(Base):
    """A day that is over and whose calls were counted; other rooms' figures of the day hang on it. `until`: the first moment after it.

    Who writes a call of the day takes it away first, and its figures with it: they are counted again from the calls.
    """

    __tablename__ = "counted_days"

    since: Mapped[Millis] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[Millis]
