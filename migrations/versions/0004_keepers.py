"""a photo is shown in the books whose people brought it, not in every book that names its digest"""

import sqlalchemy as sa
from alembic import op

revision = "0004_keepers"
down_revision = "0003_doors"


def upgrade() -> None:
    op.create_table(
        "photo_keepers",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("book_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_photo_keepers_book_id"),
        sa.ForeignKeyConstraint(["sha256"], ["photos.sha256"], name="fk_photo_keepers_sha256"),
        sa.PrimaryKeyConstraint("sha256", "book_id", name="pk_photo_keepers"),
    )
    # what is here already was brought by somebody of the book
    op.execute(
        "INSERT INTO photo_keepers (sha256, book_id) SELECT DISTINCT n.sha256, n.book_id FROM photo_names n"
        " JOIN photos p ON p.sha256 = n.sha256 JOIN members m ON m.book_id = n.book_id AND m.person_id = p.by_person"
    )
