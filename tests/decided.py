"""What the books of a test begin with. A coordinator's own decisions go through her desk; what she orders by a file, for a whole class
or with a second person stands in the book as it does after that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from server.services.books import desk, intake
from server.services.books.orders import ALONE
from server.store.host.writer import Writer
from sync.op import op_id


def decide(
    key: EllipticCurvePrivateKey, person_id: str, session_id: str, asked: dict[str, Any], now: int, chance: Callable[[int], bytes]
) -> tuple[str, intake.Verdict] | None:
    """As desk.act: the op's id and verdict."""
    if asked["kind"] in ALONE:
        return desk.act(key, person_id, session_id, asked, now, chance)
    writer, body = Writer(key, chance), {**asked["body"], "session": session_id}
    jws = writer.write(asked["book"], asked["kind"], asked["doc"], body, person_id, now, asked["of"])
    found = op_id(jws.rpartition(".")[0].encode("ascii"))
    return found, intake.accept([jws], now, writer=writer)[found]
