"""Days that are over are counted once: which, and what their calls did in the flows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_days",
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_counted_days")),
    )
    _create(
        "day_visits",
        sa.Column("step", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("to", sa.String(80), nullable=False),
        sa.Column("to_flow", sa.String(80), nullable=False),
        sa.Column("result", sa.String(80), nullable=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("callers", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
    )
    _create(
        "day_callers",
        sa.Column("exit", sa.String(20), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
    )


def _create(name: str, *figures: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("hotline", sa.String(80), nullable=True),
        sa.Column("flow", sa.String(80), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        *figures,
        sa.ForeignKeyConstraint(["day"], ["counted_days.since"], name=op.f(f"fk_{name}_day"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_flow_day", name, ["flow", "day"])
    op.create_index(op.f(f"ix_{name}_day"), name, ["day"])


def downgrade() -> None:
    for name in ("day_callers", "day_visits"):
        op.drop_table(name)
    op.drop_table("counted_days")
