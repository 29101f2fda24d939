"""A gap says how many calls were told afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link_gaps", sa.Column("rebuilt", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("link_gaps", "rebuilt")
