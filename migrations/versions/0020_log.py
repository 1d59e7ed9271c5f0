"""in which role a register was changed, and the log found by what, by who and by day"""

import sqlalchemy as sa
from alembic import op

revision = "0020_log"
down_revision = "0019_rules"


def upgrade() -> None:
    op.add_column("register_log", sa.Column("role", sa.Text(), nullable=True))
    # What nobody can say any more is nobody's to read at a college.
    for role in ("coordinator", "enterprise_admin", "system_admin"):
        held = (
            "UPDATE register_log SET role = :role WHERE EXISTS (SELECT 1 FROM roles r WHERE r.person_id = register_log.by_person"
            " AND r.org_id = register_log.org_id AND r.role = :role)"
        )
        op.execute(sa.text(held).bindparams(role=role))
    op.create_index("ix_register_log_kind", "register_log", ["subject", "at", "id"])
    op.create_index("ix_register_log_org_kind", "register_log", ["org_id", "subject", "at", "id"])
    op.create_index("ix_register_log_who", "register_log", ["org_id", "by_person", "at", "id"])
