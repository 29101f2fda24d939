"""The call whose customer an agent who had both connected with this one's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("joined", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "joined")
