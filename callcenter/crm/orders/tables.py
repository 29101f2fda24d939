"""Orders and their lines, as the order system tells them."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.store.base import Base, Key, Millis, Short


class OrderRow(Base):
    """One order. `number` is digits, as a caller keys it in; `amount` is in fen; `delivery` is the day it comes, or came.

    `state` is received, approved, picked, on_the_way, delivered or cancelled.
    """

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_customer_placed", "customer", "placed"),)

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    customer: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    placed: Mapped[Millis]
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    delivery: Mapped[str | None] = mapped_column(String(10))
    driver: Mapped[Short]


class OrderLineRow(Base):
    """One product of an order: how many were `asked` for and `allotted`; `price` of one, in fen."""

    __tablename__ = "order_lines"

    order: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[Short]
    unit: Mapped[str] = mapped_column(String(20))
    asked: Mapped[int]
    allotted: Mapped[int]
    price: Mapped[int] = mapped_column(BigInteger)
