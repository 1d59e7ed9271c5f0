"""Rules, occupations and plans."""

import sqlalchemy as sa

from server.store.tables.words import Column, Index, Table, Text

# Without an organisation it is everybody's.
rule_sets = Table(
    "rule_sets",
    Column("id", Text, primary_key=True),
    Column("org_id", Text),
    Column("region", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="示例"),
    Column("rules", Text, nullable=False),
    Column("limits", Text),
)

# Several trades may share the code of their occupation and are told apart by name. Without an organisation it is everybody's.
IN_USE, OF_ALL = "ended_on IS NULL", "ended_on IS NULL AND org_id IS NULL"
occupations = Table(
    "occupations",
    Column("id", Text, primary_key=True),
    Column("org_id", Text, sa.ForeignKey("orgs.id")),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("edition", sa.Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("levels", Text, nullable=False),
    Column("ended_on", Text),
    Index(
        "uq_occupations_own", "org_id", "code", "name", "edition", unique=True, sqlite_where=sa.text(IN_USE), postgresql_where=sa.text(IN_USE),
    ),
    Index("uq_occupations_all", "code", "name", "edition", unique=True, sqlite_where=sa.text(OF_ALL), postgresql_where=sa.text(OF_ALL)),
)

# `occupation` and `level` stay as they were written; the row they were chosen from is missing where nobody had registered it.
plans = Table(
    "plans",
    Column("id", Text, primary_key=True),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False, index=True),
    Column("rule_set_id", Text, sa.ForeignKey("rule_sets.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("occupation", Text, nullable=False),
    Column("occupation_id", Text, sa.ForeignKey("occupations.id"), index=True),
    Column("level", Text, nullable=False),
    Column("version", sa.Integer, nullable=False),
    Column("modules", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("closed_days", Text, nullable=False),
    Column("filed_on", Text),
)
