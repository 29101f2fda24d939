"""Hotlines have rules for public holidays, special days, and an emergency switch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hour_rules",
        sa.Column("hotline", sa.String(length=20), nullable=False),
        sa.Column("holidays", sa.String(length=10), nullable=False),
        sa.Column("holiday_times", sa.JSON(), nullable=False),
        sa.Column("makeup", sa.Integer(), nullable=True),
        sa.CheckConstraint("holidays in ('as_usual', 'closed', 'times')", name=op.f("ck_hour_rules_holidays")),
        sa.CheckConstraint("makeup between 0 and 6", name=op.f("ck_hour_rules_makeup")),
        sa.ForeignKeyConstraint(["hotline"], ["hotlines.number"], name=op.f("fk_hour_rules_hotline"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hotline", name=op.f("pk_hour_rules")),
    )
    op.create_table(
        "special_days",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hotline", sa.String(length=20), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_special_days_order")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_special_days_weekday")),
        sa.ForeignKeyConstraint(["hotline"], ["hotlines.number"], name=op.f("fk_special_days_hotline"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_days")),
    )
    op.create_index(op.f("ix_special_days_hotline"), "special_days", ["hotline"], unique=False)
    op.create_index(op.f("ix_special_days_last"), "special_days", ["last"], unique=False)
    op.create_table(
        "emergencies",
        sa.Column("hotline", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["hotline"], ["hotlines.number"], name=op.f("fk_emergencies_hotline"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hotline", name=op.f("pk_emergencies")),
    )


def downgrade() -> None:
    op.drop_table("emergencies")
    op.drop_index(op.f("ix_special_days_last"), table_name="special_days")
    op.drop_index(op.f("ix_special_days_hotline"), table_name="special_days")
    op.drop_table("special_days")
    op.drop_table("hour_rules")
