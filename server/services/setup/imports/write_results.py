"""Good rows of a results list become claims in the handbooks, in the coordinator's name: somebody else says whether they hold."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from server.services.books import intake
from server.services.setup.imports.load import load_claims
from server.services.setup.imports.results import Claim, key_of
from server.services.setup.imports.write_roster import Hand
from server.store.books import books


def results_have_moved(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether one of them has been claimed since the file was judged, or mended or verified. The books are locked from here on, so that
    nobody's phone brings the same between the look and the writing."""
    return len(_select_fresh(conn, rows)) < len(rows)


def write_results(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    """What somebody else has claimed in the meantime is there by now."""
    fresh = _select_fresh(conn, rows)
    written = [hand.op(row["book"], "result.claimed", row["doc"] or hand.uuid(), row["content"], row["of"]) for row in fresh]
    intake.accept_own(conn, written, hand.now)


def _select_fresh(conn: Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    books.lock_books(conn, {row["book"] for row in rows})
    claims = load_claims(conn, {book for row in rows for book in row["books"]})
    return [row for row in rows if _is_fresh(row, [one for book in row["books"] for one in claims.get(book, ())])]


def _is_fresh(row: dict[str, Any], there: Sequence[Claim]) -> bool:
    if row["doc"] is None:
        return all(key_of(one.content) != key_of(row["content"]) for one in there)
    return any((one.id, one.version, one.state) == (row["doc"], row["of"], "rejected") for one in there)
