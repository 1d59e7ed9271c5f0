"""kiosks sign presence codes, a check-in may wait for its session, and documents say which shape they have"""

import sqlalchemy as sa
from alembic import op

revision = "0005_presence"
down_revision = "0004_keepers"

ROLES = "role IN ('apprentice', 'mentor', 'college_tutor', 'base_trainer', 'coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin', 'kiosk')"


def upgrade() -> None:
    with op.batch_alter_table("roles") as roles:
        roles.drop_constraint(op.f("ck_roles_role"), type_="check")
        roles.create_check_constraint(op.f("ck_roles_role"), ROLES)
    op.create_table(
        "codes_waiting",
        sa.Column("op_id", sa.Text(), nullable=False),
        sa.Column("base_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["op_id"], ["ops.id"], name="fk_codes_waiting_op_id"),
        sa.PrimaryKeyConstraint("op_id", name="pk_codes_waiting"),
    )
    op.create_index("ix_codes_waiting_since", "codes_waiting", ["since"])
    op.add_column("instance", sa.Column("shape", sa.SmallInteger(), server_default="1", nullable=False))
