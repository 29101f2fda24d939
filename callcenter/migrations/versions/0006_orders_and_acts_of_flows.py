"""Orders; what flows did and remarked; a case says through which channel it came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=False),
        sa.Column("placed", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("delivery", sa.String(10), nullable=True),
        sa.Column("driver", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_orders_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    op.create_index("ix_orders_customer_placed", "orders", ["customer", "placed"])
    op.create_table(
        "order_lines",
        sa.Column("order", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product", sa.String(80), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("allotted", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_order_lines_order"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("order", "place", name=op.f("pk_order_lines")),
    )
    op.create_table(
        "ivr_acts",
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("call", sa.String(80), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.String(40), nullable=True),
        sa.Column("slots", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ivr_acts")),
    )
    op.create_index(op.f("ix_ivr_acts_call"), "ivr_acts", ["call"])
    op.create_index(op.f("ix_ivr_acts_began"), "ivr_acts", ["began"])
    op.create_table(
        "ivr_remarks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("call", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_ivr_remarks_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ivr_remarks")),
        sa.UniqueConstraint("key", name=op.f("uq_ivr_remarks_key")),
    )
    op.create_index(op.f("ix_ivr_remarks_call"), "ivr_remarks", ["call"])
    op.add_column("cases", sa.Column("channel", sa.String(10), nullable=False, server_default="phone"))


def downgrade() -> None:
    op.drop_column("cases", "channel")
    op.drop_table("ivr_remarks")
    op.drop_table("ivr_acts")
    op.drop_table("order_lines")
    op.drop_table("orders")
