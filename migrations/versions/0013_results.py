"""competition results as facts for the desk"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0013_results"
down_revision = "0012_proof"

COLUMNS = ("book_id", "id", "person_id", "state", "day", "level", "competition", "event", "rank", "claimed_at", "rivals")


def upgrade() -> None:
    table = op.create_table(
        "results",
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("competition", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("rivals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_results_book_id"),
        sa.PrimaryKeyConstraint("book_id", "id", name="pk_results"),
    )
    op.create_index("ix_results_state", "results", ["state", "claimed_at"])
    there = op.get_bind().execute(sa.text("SELECT book_id, body FROM documents WHERE body LIKE :kind"), {"kind": '%"kind":"result"%'})
    rows = [row for book_id, body in there for row in _row(book_id, json.loads(body))]
    if rows:
        op.bulk_insert(table, rows)


def _row(book_id: str, doc: dict) -> list[dict]:
    if doc["kind"] != "result":
        return []
    content = doc["content"]
    said = (
        book_id, doc["id"], doc["by"], doc["state"], content["day"], content["level"], content["competition"], content["event"],
        content["rank"], doc["at"], len(doc["rivals"]),
    )  # fmt: skip
    return [dict(zip(COLUMNS, said, strict=True))]
