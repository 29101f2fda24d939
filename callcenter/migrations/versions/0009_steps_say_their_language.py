"""What the caller heard a step in, and how often he pressed nothing, or nothing that can be chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("steps", sa.Column("language", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("steps", sa.Column("misses", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("steps", "misses")
    op.drop_column("steps", "language")
