"""Alembic migrations of the gradebook's table; a released migration is never changed."""
