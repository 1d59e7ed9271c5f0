"""what the ids of an export were called when it was made"""

import sqlalchemy as sa
from alembic import op

revision = "0021_words"
down_revision = "0020_log"


def upgrade() -> None:
    op.add_column("exports", sa.Column("words", sa.Text(), nullable=True))
