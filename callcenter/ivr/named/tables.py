"""Prompts by name, what they said and say now, and their sounds."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class PromptRow(Base):
    """One prompt. `title` says what it is for; `changed` is when anything about it was."""

    __tablename__ = "prompts"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[Short]
    changed: Mapped[Millis]


class PromptSoundRow(Base):
    """A sound, never changed: a WAV of 8 kHz, mono, 16 bit, named by the SHA-256 of its bytes.

    `unused`: since when nothing refers to it, None while something does, as far as it was last looked at.
    """

    __tablename__ = "prompt_sounds"

    sha: Mapped[str] = mapped_column(String(64), primary_key=True)
    wav: Mapped[bytes] = mapped_column(LargeBinary)
    ms: Mapped[int]
    unused: Mapped[Millis | None]


class PromptVersionRow(Base):
    """What a prompt said in one language from `at` on; the newest is what it says now.

    `sound` None: the voice speaks the text. `source` is spoken, uploaded or recorded; `file` what the uploaded file was called. `who` is a
    user's number, or the command's.
    """

    __tablename__ = "prompt_versions"
    __table_args__ = (Index(None, "prompt", "language"),)

    id: Mapped[Key]
    prompt: Mapped[str] = mapped_column(ForeignKey("prompts.name", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    sound: Mapped[str | None] = mapped_column(ForeignKey("prompt_sounds.sha"))
    source: Mapped[str] = mapped_column(String(10))
    file: Mapped[Short]
    at: Mapped[Millis]
    who: Mapped[Short]


class PromptImportRow(Base):
    """What a file said of a prompt when it was last imported: `sum` is the SHA-256 of its texts."""

    __tablename__ = "prompt_imports"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sum: Mapped[str] = mapped_column(String(64))
