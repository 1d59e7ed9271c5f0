"""Operations in custody: what no machine may refuse and nobody could judge, until two people let it in or refuse it."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from server.services.books import intake
from server.store.books import ops
from server.store.db import reading
from server.store.host.writer import Writer
from server.store.people import devices, people
from sync.errors import Refusal
from sync.op import Sealed, read, take_apart

DECIDERS = frozenset(("coordinator", "system_admin"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An op in custody, without what is written in it. Kind, person and book are None where they cannot be known."""

    id: str
    word: str
    kind: str | None
    person: str | None
    device: str
    book: str | None
    received_at: int


@dataclass(frozen=True, slots=True)
class Objection:
    """Why nothing could be decided: a word, and the log-in or operation it is about."""

    word: str
    about: str


def list_custody(after: str, limit: int) -> list[Waiting]:
    with reading() as conn:
        rows = ops.select_custody(conn, after, limit)
        known = devices.select_keys(conn, {row.device_id for row in rows})
    return [_waiting(row, known.get(row.device_id)) for row in rows]


def _waiting(row: ops.StoredOp, device: devices.Device | None) -> Waiting:
    sealed = take_apart(row.jws)
    op = read(sealed) if isinstance(sealed, Sealed) else sealed
    kind, book = (None, row.book_id) if isinstance(op, Refusal) else (op.kind, op.book)
    person = device.person_id if device else None
    return Waiting(row.id, row.word or "", kind, person, row.device_id, book, row.received_at)


def decide(op_id: str, decided: str, by: str, second: str, now: int, writer: Writer | None = None) -> intake.Verdict | Objection:
    """`decided` is let_in or refused; `by` and `second` are log-ins. The verdict the op has from here on."""
    with reading() as conn:
        first, other = _decider(conn, by), _decider(conn, second)
        row = ops.select_op_in_custody(conn, op_id)
    if isinstance(first, Objection):
        return first
    if isinstance(other, Objection):
        return other
    if first == other:
        return Objection("same_person", by)
    if row is None:
        return Objection("not_in_custody", op_id)
    return intake.accept([row.jws], now, ops.Decision(op_id, decided, first, other, now), writer)[op_id]


def _decider(conn: Connection, login: str) -> str | Objection:
    """The id of somebody who may decide."""
    person = people.select_person_by_login(conn, login)
    if person is None:
        return Objection("no_such_person", login)
    roles = {row[0] for row in people.select_roles(conn, person.id)}
    return person.id if roles & DECIDERS else Objection("may_not_decide", login)
