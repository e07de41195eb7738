"""How the gradebook's table came to be as it is, step by step, for Alembic. A step that was released is never changed."""
