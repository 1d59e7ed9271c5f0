"""Rules and plans."""

import sqlalchemy as sa

from server.store.tables.words import Column, Table, Text

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

plans = Table(
    "plans",
    Column("id", Text, primary_key=True),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False, index=True),
    Column("rule_set_id", Text, sa.ForeignKey("rule_sets.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("occupation", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("version", sa.Integer, nullable=False),
    Column("modules", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("closed_days", Text, nullable=False),
    Column("filed_on", Text),
)
