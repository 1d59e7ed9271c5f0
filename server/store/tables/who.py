"""This instance, and who somebody is: people, organisations, roles, and how they get in."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text, one_of

instance = Table(
    "instance",
    Column("id", sa.SmallInteger, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("restored_at", BigInteger, nullable=False, server_default="0"),
    Column("shape", sa.SmallInteger, nullable=False, server_default="1"),
    Column("worker_at", BigInteger, nullable=False, server_default="0"),
    sa.CheckConstraint("id = 1", name="one_row"),
)

people = Table(
    "people",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sorted_as", Text, nullable=False, server_default=""),
    Column("login", Text, nullable=False, unique=True),
    Column("password_hash", Text),
    Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("failures", sa.Integer, nullable=False, server_default="0"),
    Column("failed_at", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
)

skill_chains = Table(
    "skill_chains",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("ended_on", Text),
)

orgs = Table(
    "orgs",
    Column("id", Text, primary_key=True),
    Column("skill_chain_id", Text, sa.ForeignKey("skill_chains.id"), index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("credit_code", Text),
    Column("division_code", Text),
    one_of("kind", "kind", "chain_leader", "enterprise", "college", "base", "authority"),
)

# From which day to which an organisation was in a chain, at most one on any day. `orgs.skill_chain_id` is drawn from it.
chain_members = Table(
    "chain_members",
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, sa.ForeignKey("skill_chains.id"), nullable=False),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), nullable=False),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Column("reason", Text, nullable=False),
    Column("left_reason", Text),
    sa.CheckConstraint("to_day IS NULL OR from_day <= to_day", name="days"),
    Index("ix_chain_members_chain", "chain_id", "from_day", "id"),
    Index("ix_chain_members_org", "org_id", "from_day"),
)

roles = Table(
    "roles",
    Column("person_id", Text, sa.ForeignKey("people.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("org_id", Text, sa.ForeignKey("orgs.id"), primary_key=True),
    one_of(
        "role", "role", "apprentice", "mentor", "college_tutor", "base_trainer", "coordinator", "enterprise_admin",
        "base_admin", "authority", "system_admin", "kiosk",
    ),
    Index("ix_roles_org_role", "org_id", "role"),
)  # fmt: skip

activations = Table(
    "activations",
    Column("id", Text, primary_key=True),
    Column("person_id", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("code_hash", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("tries", sa.Integer, nullable=False, server_default="0"),
    Column("used_at", BigInteger),
    Column("printed_by", Text, sa.ForeignKey("people.id")),
    Index("ix_activations_person", "person_id", "issued_at"),
)

sessions = Table(
    "sessions",
    Column("id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("person_id", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("proved_at", BigInteger, nullable=False, server_default="0"),
    Column("factor_at", BigInteger, nullable=False, server_default="0"),
    one_of("kind", "kind", "phone", "desk"),
    Index("ix_sessions_person", "person_id", "id"),
)

devices = Table(
    "devices",
    Column("id", Text, primary_key=True),
    Column("person_id", Text, sa.ForeignKey("people.id")),
    Column("x", Text, nullable=False),
    Column("y", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("shared", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("status", Text, nullable=False, server_default="active"),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("certified_at", BigInteger, nullable=False),
    one_of("status", "status", "active", "retired", "lost", "server"),
    sa.CheckConstraint("(person_id IS NULL) = (status = 'server')", name="person_or_server"),
    Index("ix_devices_person", "person_id", "id"),
)

# One's access made anew: asked for by one person, confirmed by another unless who forgot his password signs nothing.
resets = Table(
    "resets",
    Column("id", Text, primary_key=True),
    Column("person_id", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("asked_by", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("alone", sa.Boolean, nullable=False),
    Column("second_person", Text, sa.ForeignKey("people.id")),
    Column("outcome", Text),
    Column("ended_at", BigInteger),
    one_of("outcome", "outcome", "done", "withdrawn", "objected", "lapsed"),
    sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
    sa.CheckConstraint("asked_by <> person_id AND second_person <> person_id AND second_person <> asked_by", name="other_people"),
    sa.CheckConstraint("alone OR outcome IS NULL OR outcome <> 'done' OR second_person IS NOT NULL", name="two_people"),
    Index("ix_resets_person", "person_id", "asked_at"),
    Index(
        "uq_resets_open", "person_id", unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    ),
)  # fmt: skip
