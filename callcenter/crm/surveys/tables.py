"""What callers are asked after the call, and what they answered."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class QuestionRow(Base):
    """A question that callers of a queue are asked, in the order of `place`. `keys` are the answers there are, `unhappy` those of them
    that somebody must follow up. One that is `retired` is asked no more; its answers stay.
    """

    __tablename__ = "survey_questions"

    id: Mapped[Key]
    queue: Mapped[str] = mapped_column(String(40), ForeignKey("queues.name", ondelete="CASCADE"), index=True)
    place: Mapped[int]
    name: Mapped[Short]
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    keys: Mapped[str] = mapped_column(String(10))
    unhappy: Mapped[str] = mapped_column(String(10))
    retired: Mapped[Millis | None]


class AnswerRow(Base):
    """The answer to one question of one call. `answer` is None when the caller was asked and pressed nothing.

    `question` is a queue's, NULL for the flow's own; `unhappy` says that somebody must follow it up.
    """

    __tablename__ = "survey_answers"
    __table_args__ = (Index(None, "question"),)

    id: Mapped[Key]
    call: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    step: Mapped[Short]
    answer: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[Millis] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    question: Mapped[int | None] = mapped_column(ForeignKey("survey_questions.id"))
    unhappy: Mapped[bool] = mapped_column(server_default=false())
