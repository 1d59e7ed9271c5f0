"""when whoever sits at a desk last showed that it is he"""

import sqlalchemy as sa
from alembic import op

revision = "0012_proof"
down_revision = "0011_queue"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("proved_at", sa.BigInteger(), nullable=False, server_default="0"))
