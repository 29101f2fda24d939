"""With which telephone somebody sits at a seat: the browser, or one that stands there. Who sits at a browser's seat now has the browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seat_sessions", sa.Column("phone", sa.String(10), nullable=False, server_default=""))
    of_browsers = "seat in (select name from seats where kind = 'browser')"
    op.execute(f"update seat_sessions set phone = 'browser' where until is null and {of_browsers}")


def downgrade() -> None:
    op.drop_column("seat_sessions", "phone")
