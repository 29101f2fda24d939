"""What a restart amid a transfer must know of a leg: who dialled it, whether it handed its customer over, when it last moved, its sound."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("legs", sa.Column("by", sa.String(length=80), nullable=True))
    op.add_column("legs", sa.Column("handed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("legs", sa.Column("moved", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("legs", sa.Column("recorded", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("legs", "recorded")
    op.drop_column("legs", "moved")
    op.drop_column("legs", "handed")
    op.drop_column("legs", "by")
