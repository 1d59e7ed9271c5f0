"""from which day to which an organisation was in a chain"""

import sqlalchemy as sa
from alembic import op

revision = "0023_chains"
down_revision = "0022_keeping"


def upgrade() -> None:
    op.add_column("skill_chains", sa.Column("ended_on", sa.Text(), nullable=True))
    op.create_table(
        "chain_members",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("to_day", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("to_day IS NULL OR from_day <= to_day", name=op.f("ck_chain_members_days")),
        sa.ForeignKeyConstraint(["chain_id"], ["skill_chains.id"], name="fk_chain_members_chain_id"),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_chain_members_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chain_members"),
    )
    op.create_index("ix_chain_members_chain", "chain_members", ["chain_id", "from_day", "id"])
    op.create_index("ix_chain_members_org", "chain_members", ["org_id", "from_day"])
    # Since when they have been there nobody wrote down.
    op.execute(
        "INSERT INTO chain_members (id, chain_id, org_id, from_day, reason)"
        " SELECT id, skill_chain_id, id, '2000-01-01', '' FROM orgs WHERE skill_chain_id IS NOT NULL"
    )
