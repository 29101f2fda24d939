"""Since when a recorded sound has been played by nothing: after a while it goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("prompt_sounds", sa.Column("unused", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("prompt_sounds", "unused")
