"""Alembic's entrance. The connection, and its transaction, are given by server.store.migrations."""

from alembic import context

from server.store import tables
from server.store.db import db

given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=db.metadata,
    transactional_ddl=True,
    on_version_apply=lambda step, **_: given["progress"](f"{step.up_revision_id}: {step.up_revision.doc}"),
)
assert tables.who.instance.metadata is db.metadata
with context.begin_transaction():
    context.run_migrations()
