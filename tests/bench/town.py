"""What the bench needs of our world before its clock starts: a college with a coordinator, books, phones that sign, sessions."""

import os

from sync.op import to_base64url

NATURE = {"theory": "theory", "practice": "practice", "drill": "practice", "inspection": "practice", "simulator": "theory"}


def entry_payload(book_id, person_id, row):
    """A record of the workload as an hours entry of ours; its id becomes the document's."""
    start = 480 + row["minutes"] % 60
    body = {
        "day": row["date"], "start": start, "end": min(start + row["minutes"], 1440), "break": 0, "module": "M3",
        "nature": NATURE[row["kind"]], "place_kind": "base", "place": row["base"], "text": row["narrative"],
        "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
    }  # fmt: skip
    return {
        "v": 1, "book": book_id, "kind": "entry.logged", "body": body, "doc": row["id"], "of": None, "deps": [],
        "by": person_id, "count": 1, "at": 1_767_000_000_000, "seen": 0, "salt": to_base64url(os.urandom(16)),
    }  # fmt: skip
