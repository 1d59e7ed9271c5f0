"""What a coordinator decides becomes an operation like any other, signed by the server, with her in `by` and her session in the body."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from server.services.books import intake
from server.services.books.orders import ALONE
from server.store.books import books
from server.store.db import reading
from server.store.host.writer import Writer
from sync.book import Doc
from sync.op import op_id


def act(
    key: EllipticCurvePrivateKey, person_id: str, session_id: str, asked: dict[str, Any], now: int, chance: Callable[[int], bytes]
) -> tuple[str, intake.Verdict] | None:
    """`asked` has book, kind, doc, of and body. The op's id and verdict; None when this book is none of hers, or nobody
    decides such a thing alone."""
    if asked["kind"] not in ALONE:
        return None
    with reading() as conn:
        college = books.select_college(conn, asked["book"])
        if college is None or not books.is_coordinator(conn, person_id, college):
            return None
        if asked["kind"] == "member.left" and _lasts_longer(books.select_documents(conn, asked["book"], {asked["book"]}), asked):
            return None
    writer, body = Writer(key, chance), {**asked["body"], "session": session_id}
    jws = writer.write(asked["book"], asked["kind"], asked["doc"], body, person_id, now, asked["of"])
    found = op_id(jws.rpartition(".")[0].encode("ascii"))
    return found, intake.accept([jws], now, writer=writer)[found]


def _lasts_longer(docs: dict[str, Doc], asked: dict[str, Any]) -> bool:
    """Longer than it was to last nobody signs by an order of this kind: that is pairing, and has a door of its own."""
    members = docs[asked["book"]]["members"] if asked["book"] in docs else []
    was = next((member["to"] for member in members if member["id"] == asked["body"].get("member")), None)
    return was is not None and str(asked["body"].get("to")) > was
