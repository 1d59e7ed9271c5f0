"""What people are to be told, and by which browser."""

import sqlalchemy as sa

from server.store.tables.words import BigInteger, Column, Index, Table, Text

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
