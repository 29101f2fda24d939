"""What callers answered after the call."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class AnswerRow(Base):
    """The answer to one question of one call. `answer` is None when the caller was asked and pressed nothing."""

    __tablename__ = "survey_answers"

    id: Mapped[Key]
    call: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    step: Mapped[Short]
    answer: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[Millis] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
