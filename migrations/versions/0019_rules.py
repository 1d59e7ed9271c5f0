"""whose a rule set is: a college's own, or everybody's"""

import sqlalchemy as sa
from alembic import op

revision = "0019_rules"
down_revision = "0018_samplings"


def upgrade() -> None:
    op.add_column("rule_sets", sa.Column("org_id", sa.Text(), nullable=True))
