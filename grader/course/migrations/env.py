"""Run by Alembic to upgrade a gradebook, on the given connection and in the given transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
