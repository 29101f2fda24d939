"""What actions with an effect leave behind: that they were begun and what came of them, and the remarks that flows make on calls."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis


class ActRow(Base):
    """One act that changes something. `result` is None from its begin until its answer is known."""

    __tablename__ = "ivr_acts"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    action: Mapped[str] = mapped_column(String(40))
    call: Mapped[str] = mapped_column(String(80), index=True)
    began: Mapped[Millis] = mapped_column(index=True)
    result: Mapped[str | None] = mapped_column(String(40))
    slots: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class RemarkRow(Base):
    """What a flow noted about a call. `key` names the act, which counts once."""

    __tablename__ = "ivr_remarks"

    id: Mapped[Key]
    call: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    at: Mapped[Millis]
    text: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(160), unique=True)
