"""Flows: a draft each, the versions that were published, and which one was in use when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class FlowRow(Base):
    """One flow. `text` and `walks` are its draft; `revision` counts the draft's changes, so that of two who change it the second is told.

    `number` is the version in use, None when there is none. `imported` is the SHA-256 of the files it was last made from, '' for none.
    """

    __tablename__ = "flows"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    walks: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    changed: Mapped[Millis]
    changed_by: Mapped[Short]
    imported: Mapped[str] = mapped_column(String(64))
    number: Mapped[int | None]


class FlowVersionRow(Base):
    """What was published, never changed. `hash` is the SHA-256 of text, walks and prompts: what is published again is the same version.

    `prompts`: by name, its texts by language and its sounds (SHA-256 of their bytes) by language.
    """

    __tablename__ = "flow_versions"
    __table_args__ = (UniqueConstraint("flow", "hash"),)

    flow: Mapped[str] = mapped_column(String(40), ForeignKey("flows.name"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    walks: Mapped[str] = mapped_column(Text)
    prompts: Mapped[dict[str, dict[str, dict[str, Any]]]] = mapped_column(JSON)
    made: Mapped[Millis]
    made_by: Mapped[Short]


class FlowUseRow(Base):
    """A version came into use. `act` is published or rolled_back; the newest row's id tells a running server that something is new."""

    __tablename__ = "flow_uses"
    __table_args__ = (Index(None, "flow"),)

    id: Mapped[Key]
    flow: Mapped[str] = mapped_column(String(40), ForeignKey("flows.name"))
    number: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    at: Mapped[Millis]
    who: Mapped[Short]
    note: Mapped[str] = mapped_column(String(400))
