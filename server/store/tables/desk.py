"""What a desk keeps: its classes. Who belongs to one is said by his book."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text

classes = Table(
    "classes",
    Column("id", Text, primary_key=True),
    Column("college_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("plan_id", Text, sa.ForeignKey("plans.id")),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    sa.CheckConstraint("from_day <= to_day", name="days"),
    Index("uq_classes_college_name", "college_id", "name", unique=True),
)
