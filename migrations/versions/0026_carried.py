"""indexes of entries that carry what a desk narrows by, so that a page is found without a look at the rows it passes over"""

import sqlalchemy as sa
from alembic import op

revision = "0026_carried"
down_revision = "0025_occupations"

NARROWED_BY = ("college_id", "enterprise_id", "class_id", "module", "place", "state", "unflagged", "book_id")
SORTED_BY = ("clean", "claimed_minutes", "moved_at", "called")
END = ("day", "id", "book_id")
INDEXES = {
    "book_day": ("book_id", "day", "id"), "first": ("college_id", "unflagged", "clean", *END), "day": ("college_id", *END),
    "minutes": ("college_id", "claimed_minutes", *END), "moved": ("college_id", "moved_at", *END), "called": ("college_id", "called", *END),
    "module_first": ("college_id", "module", "unflagged", "clean", *END), "module_moved": ("college_id", "module", "moved_at", *END),
    "state": ("college_id", "state", *END), "module": ("college_id", "module", *END), "place": ("college_id", "place", *END),
    "class": ("class_id", *END), "enterprise": ("enterprise_id", *END), "inbox": ("college_id", "unflagged", "clean", *END),
}  # fmt: skip
FILTERS = ("book_day", "day", "state", "module", "place", "class", "enterprise")
NEW = ("module_first", "module_moved")


def upgrade() -> None:
    here = op.get_bind().dialect.name == "postgresql"
    for name, columns in INDEXES.items():
        if not here and name not in NEW:
            continue
        carried = [*NARROWED_BY, *(SORTED_BY if name in FILTERS else ())]
        if name not in NEW:
            op.drop_index(f"ix_entries_{name}", "entries")
        op.create_index(
            f"ix_entries_{name}", "entries", list(columns), postgresql_include=[column for column in carried if column not in columns],
            postgresql_where=sa.text("state = 'signed'") if name == "inbox" else None,
        )  # fmt: skip
