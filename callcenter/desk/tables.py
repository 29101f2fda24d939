"""What an agent wrote about a call in the wrap-up."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Millis


class CallNoteRow(Base):
    """One agent's note on one call; a transferred call may have several."""

    __tablename__ = "call_notes"

    call: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(String(20), ForeignKey("dispositions.code"))
    saved: Mapped[Millis]
