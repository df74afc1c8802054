"""Runs the migrations on the connection that desk/database.py holds, inside its transaction."""

from alembic import context

from qa_checker.desk.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
)
context.run_migrations()
