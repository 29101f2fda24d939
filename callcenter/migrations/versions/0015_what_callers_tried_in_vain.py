"""What callers tried in vain at a step, each time with its keys; counted for the days that are over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_tries",
        sa.Column("call", sa.String(80), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_step_tries_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", "step", "n", name=op.f("pk_step_tries")),
    )
    op.create_table(
        "day_tries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("hotline", sa.String(80), nullable=True),
        sa.Column("flow", sa.String(80), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("step", sa.String(80), nullable=False),
        sa.Column("keys", sa.String(40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["day"], ["counted_days.since"], name=op.f("fk_day_tries_day"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_tries")),
    )
    op.create_index("ix_day_tries_flow_day", "day_tries", ["flow", "day"])
    op.create_index(op.f("ix_day_tries_day"), "day_tries", ["day"])


def downgrade() -> None:
    op.drop_table("day_tries")
    op.drop_table("step_tries")
