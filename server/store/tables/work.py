"""What takes longer than a request: jobs, asked for at a desk and done by the worker; copies and checks of the whole."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

# `turn` counts how often somebody has taken it up; `beat_at` is when he was last heard of.
jobs = Table(
    "jobs",
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("asked_by", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger, nullable=False, server_default="0"),
    Column("unit", Text, nullable=False),
    Column("word", Text),
    Column("result", Text),
    Column("turn", sa.Integer, nullable=False, server_default="0"),
    Column("beat_at", BigInteger, nullable=False, server_default="0"),
    Column("ended_at", BigInteger),
    one_of("state", "state", "waiting", "running", "done", "failed"),
    sa.CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="ended"),
    sa.CheckConstraint("(state = 'failed') = (word IS NOT NULL)", name="failed_has_word"),
    sa.CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="done_has_result"),
    Index("ix_jobs_asked", "asked_by", "org_id", "asked_at"),
    Index("ix_jobs_served", "asked_by", "beat_at"),
    Index(
        "ix_jobs_open", "asked_at", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    ),
    Index("ix_jobs_failed", "ended_at", sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'")),
)  # fmt: skip

# When somebody or the worker made a copy or checked everything, and what came of it; the newest of each is shown to who keeps the system.
keepings = Table(
    "keepings",
    Column("id", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("counts", Text, nullable=False),
    one_of("what", "what", "backup", "verify"),
    one_of("outcome", "outcome", "good", "differs", "failed"),
    Index("ix_keepings_what", "what", "ended_at"),
)
