"""Customers, the people there, and the numbers they ring from."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class CustomerRow(Base):
    """A retailer, company or household. `tier` is key, second, regular or mass (重要 次重要 一般 大众). `language` (zh_CN, en) is the one
    to speak with him, '' where it is not known."""

    __tablename__ = "customers"

    id: Mapped[Key]
    licence_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(200))
    district: Mapped[Short]
    account_manager: Mapped[Short]
    language: Mapped[str] = mapped_column(String(10), server_default="")
    notes: Mapped[str] = mapped_column(Text)
    created: Mapped[Millis]


class ContactRow(Base):
    """A person at a customer."""

    __tablename__ = "contacts"

    id: Mapped[Key]
    customer: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    name: Mapped[Short]
    role: Mapped[Short]


class PhoneRow(Base):
    """A number of a customer: `number` in the one form, `given` as it was written."""

    __tablename__ = "phones"
    __table_args__ = (UniqueConstraint("customer", "number"),)

    id: Mapped[Key]
    customer: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    contact: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"))
    number: Mapped[str] = mapped_column(String(40), index=True)
    given: Mapped[str] = mapped_column(String(40))
