"""What Alembic runs: on the connection that `run` opened, inside its transaction."""

from __future__ import annotations

from alembic import context

from callcenter.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata(), compare_type=True)
context.run_migrations()
