"""Every table. Operations and decisions are the truth; documents, members, entries and photo_names can be rebuilt from them."""

import sqlalchemy as sa

from server.store.db import db

Column, Table, Text, BigInteger, Index = sa.Column, db.Table, sa.Text, sa.BigInteger, sa.Index


def one_of(name: str, column: str, *words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=name)


instance = Table(
    "instance",
    Column("id", sa.SmallInteger, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("restored_at", BigInteger, nullable=False, server_default="0"),
    Column("shape", sa.SmallInteger, nullable=False, server_default="1"),
    sa.CheckConstraint("id = 1", name="one_row"),
)

# --- who ---------------------------------------------------------------------------------------------------------

people = Table(
    "people",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("login", Text, nullable=False, unique=True),
    Column("password_hash", Text),
    Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("failures", sa.Integer, nullable=False, server_default="0"),
    Column("failed_at", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
)

skill_chains = Table("skill_chains", Column("id", Text, primary_key=True), Column("name", Text, nullable=False))

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

codes_waiting = Table(
    "codes_waiting",
    Column("op_id", Text, sa.ForeignKey("ops.id"), primary_key=True),
    Column("base_id", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("since", BigInteger, nullable=False, index=True),
)

short_codes = Table(
    "short_codes",
    Column("code_hash", Text, primary_key=True),
    Column("person_id", Text, sa.ForeignKey("people.id"), nullable=False, unique=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), nullable=False),
    Column("entries", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

# One browser has one endpoint, whoever uses it: several sessions may name the same.
push_subscriptions = Table(
    "push_subscriptions",
    Column("session_id", Text, sa.ForeignKey("sessions.id"), primary_key=True),
    Column("person_id", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("endpoint", Text, nullable=False, index=True),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("told", BigInteger, nullable=False, server_default="0"),
    Column("failures", sa.Integer, nullable=False, server_default="0"),
    Column("rest_until", BigInteger, nullable=False, server_default="0"),
    Index("ix_push_subscriptions_person", "person_id", "created_at"),
)

pushed = Table(
    "pushed",
    Column("person_id", Text, sa.ForeignKey("people.id"), primary_key=True),
    Column("sent_at", BigInteger, nullable=False),
)

# --- rules and plans ---------------------------------------------------------------------------------------------

rule_sets = Table(
    "rule_sets",
    Column("id", Text, primary_key=True),
    Column("region", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="示例"),
    Column("rules", Text, nullable=False),
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
)

# --- books: the truth and what it amounts to ---------------------------------------------------------------------

books = Table(
    "books",
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("chain", Text, nullable=False),
    Column("held", sa.Integer, nullable=False, server_default="0"),
    Column("college_id", Text, index=True),
    Column("enterprise_id", Text, index=True),
    sa.CheckConstraint("seq >= 0 AND held >= 0", name="counts"),
)

ops = Table(
    "ops",
    Column("id", Text, primary_key=True),
    Column("book_id", Text),
    Column("seq", BigInteger),
    Column("chain", Text),
    Column("verdict", Text, nullable=False),
    Column("word", Text),
    Column("device_id", Text, nullable=False),
    Column("jws", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    one_of("verdict", "verdict", "accepted", "refused", "held", "quarantined"),
    sa.CheckConstraint("(verdict = 'accepted') = (seq IS NOT NULL)", name="accepted_has_seq"),
    sa.CheckConstraint("(verdict = 'accepted') = (word IS NULL)", name="others_have_word"),
    Index("uq_ops_book_seq", "book_id", "seq", unique=True),
    Index("ix_ops_device", "device_id", "received_at"),
    Index(
        "ix_ops_waiting", "book_id", "verdict", "received_at",
        sqlite_where=sa.text("verdict IN ('held', 'quarantined')"),
        postgresql_where=sa.text("verdict IN ('held', 'quarantined')"),
    ),
)  # fmt: skip

decisions = Table(
    "decisions",
    Column("op_id", Text, sa.ForeignKey("ops.id"), primary_key=True),
    Column("decided", Text, nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("second_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    one_of("decided", "decided", "let_in", "refused"),
    sa.CheckConstraint("by_person <> second_person", name="two_people"),
)

documents = Table(
    "documents",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("uq_documents_book_seq", "book_id", "seq", unique=True),
)

# --- facts for the desk, all derived from documents ---------------------------------------------------------------

members = Table(
    "members",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text),
    Index("ix_members_person", "person_id", "book_id"),
)

entries = Table(
    "entries",
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("module", Text, nullable=False),
    Column("place_kind", Text, nullable=False),
    Column("claimed_minutes", sa.Integer, nullable=False),
    Column("confirmed_minutes", sa.Integer, nullable=False),
    Column("credited_minutes", sa.Integer, nullable=False),
    Column("rivals", sa.Integer, nullable=False),
    Index("ix_entries_book_day", "book_id", "day", "id"),
)

photo_names = Table(
    "photo_names",
    Column("sha256", Text, primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
)

photos = Table(
    "photos",
    Column("sha256", Text, primary_key=True),
    Column("file", Text, nullable=False, unique=True),
    Column("bytes", sa.Integer, nullable=False),
    Column("by_person", Text, sa.ForeignKey("people.id"), nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Index("ix_photos_person", "by_person", "stored_at"),
)

# In which books a photo may be looked at: those that name it and one of whose people has brought the photo itself. To write
# down the digest of another's photo is not enough.
photo_keepers = Table(
    "photo_keepers",
    Column("sha256", Text, sa.ForeignKey("photos.sha256"), primary_key=True),
    Column("book_id", Text, sa.ForeignKey("books.id"), primary_key=True),
)

# --- what people are to be told ------------------------------------------------------------------------------------

# Written with the effect it tells of, taken out with the notice it becomes. Who is to be told need not be anybody we know:
# documents name people by id only.
news = Table(
    "news",
    Column("cause", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("word", Text, nullable=False),
    Column("book_id", Text),
    Column("about", Text),
    Column("by_person", Text, nullable=False),
    Column("told_at", BigInteger, nullable=False),
    Index("ix_news_told_at", "told_at"),
)

# Whoever has something new that no push has spoken of yet: a notice, or the first entry of the day that waits for his sign-off.
# Written with it, taken out by whoever has sent the push.
nudges = Table(
    "nudges",
    Column("person_id", Text, sa.ForeignKey("people.id"), primary_key=True),
    Column("since", BigInteger, nullable=False),
)
