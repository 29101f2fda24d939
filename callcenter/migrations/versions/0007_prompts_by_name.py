"""Prompts have names, versions and sounds of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prompts",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_prompts")),
    )
    op.create_table(
        "prompt_sounds",
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("wav", sa.LargeBinary(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_prompt_sounds")),
    )
    op.create_table(
        "prompt_versions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("prompt", sa.String(40), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sound", sa.String(64), nullable=True),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["prompt"], ["prompts.name"], name=op.f("fk_prompt_versions_prompt"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sound"], ["prompt_sounds.sha"], name=op.f("fk_prompt_versions_sound")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_versions")),
    )
    op.create_index(op.f("ix_prompt_versions_prompt_language"), "prompt_versions", ["prompt", "language"])
    op.create_table(
        "prompt_imports",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("sum", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_prompt_imports")),
    )


def downgrade() -> None:
    for table in ("prompt_imports", "prompt_versions", "prompt_sounds", "prompts"):
        op.drop_table(table)
