"""A gap says why it was and what stays unknown; a recording keeps its end and its checksums."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OF_RECORDINGS = (("ended", sa.BigInteger()), ("agent_sha256", sa.String(64)), ("caller_sha256", sa.String(64)))


def upgrade() -> None:
    op.add_column("link_gaps", sa.Column("why", sa.String(20), nullable=False, server_default="link"))
    op.add_column("link_gaps", sa.Column("unknown", sa.String(80), nullable=False, server_default=""))
    for name, kind in OF_RECORDINGS:
        op.add_column("recordings", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _ in reversed(OF_RECORDINGS):
        op.drop_column("recordings", name)
    op.drop_column("link_gaps", "unknown")
    op.drop_column("link_gaps", "why")
