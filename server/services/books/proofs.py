"""Presence, proven: what a check-in's code is worth. A kiosk of the base has signed it, for one session and half a minute; the server
looks whether that fits the operation that brought it, and writes what it found into the book. Nothing is refused for it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.store.books import books, presences
from server.store.host.writer import Writer
from server.store.people import devices, people
from sync.book import members_of, serves_on
from sync.errors import Refusal
from sync.evidence import PARAMS, day_number
from sync.kinds import is_id
from sync.op import Op, Sealed, take_apart
from sync.signing import public_key, read_statement

MINUTE, DAY = 60_000, 86_400_000
WINDOW = PARAMS["window_seconds"] * 1000
TOLERANCE = PARAMS["code_seconds"] * 1000
WAIT = 14 * DAY
SIDES = {"presence.checked_in": "in", "presence.checked_out": "out"}


class Code(NamedTuple):
    """What a kiosk has signed, and which one."""

    kiosk: str
    base: str
    session: str
    window: int


def prove(conn: Connection, taken: Iterable[Op], docs: dict[str, Any], writer: Writer, now: int) -> list[str]:
    """What there is to be said of the codes in these accepted operations of one book. A session may arrive after those who came to it:
    its codes wait."""
    said = []
    for op in taken:
        code = (op.fields or {}).get("code") if op.kind in SIDES else None
        if code is not None and (found := _look(conn, op, docs[op.doc], code, now)):
            presences.delete_waiting(conn, op.id)
            said.append(_write(op, *found, writer, now))
    return said


def _look(conn: Connection, op: Op, presence: dict[str, Any], jws: str, now: int) -> tuple[str, str | None] | None:
    """A word and the session it speaks of; None while the session is not known."""
    code = read_code(conn, jws)
    if isinstance(code, str):
        return code, None
    if presence["base"] != code.base:
        return "other_base", code.session
    if not is_in_time(op, presence, code):
        return "out_of_time", code.session
    there = books.select_documents(conn, code.base, {code.base, code.session})
    base, session = there.get(code.base), there.get(code.session)
    if base is not None and not is_its_kiosk(base, code.kiosk, presence["day"]):
        return "kiosk_ended", code.session
    if session is None and now - presences.upsert_waiting(conn, op.id, code.base, code.session, now) < WAIT:
        return None
    fits = session is not None and is_within(session, presence, SIDES[op.kind])
    return "good" if fits else "outside_session", code.session


def read_code(conn: Connection, jws: str) -> Code | str:
    """The code, or the word why it is none of a kiosk that may sign for this base."""
    sealed = take_apart(jws, "jj-code")
    if not isinstance(sealed, Sealed):
        return "unreadable"
    device = devices.select_keys(conn, {sealed.kid}).get(sealed.kid)
    if device is None or device.person_id is None:
        return "unknown_kiosk"
    given = read_statement(jws, "jj-code", public_key(device.x, device.y))
    if isinstance(given, Refusal):
        return "bad_signature" if given.word == "bad_signature" else "unreadable"
    base, session, window = (given.get(name) for name in ("base", "session", "window"))
    if given.get("v") != 1 or not is_id("uuid", base) or not is_id("uuid", session) or type(window) is not int:
        return "unreadable"
    bases = people.select_orgs_of_role(conn, device.person_id, "kiosk")
    if not bases:
        return "unknown_kiosk"
    if device.status != "active":
        return "kiosk_ended"
    return Code(device.person_id, base, session, window) if base in bases else "other_base"


def is_its_kiosk(base: dict[str, Any], person: str, day: str) -> bool:
    """Whether it stood there that day."""
    return any(member["role"] == "kiosk" and serves_on(member, day) for member in members_of(base, person))


def is_in_time(op: Op, presence: dict[str, Any], code: Code) -> bool:
    """Whether the code was on the screen when the operation says it was written, and the hours it claims do not reach beyond that.
    A clock that was set back to an old code is given away by the server's time the phone had heard before."""
    shown = code.window * WINDOW
    over = shown + WINDOW + TOLERANCE
    if not shown - TOLERANCE <= op.at <= over or op.seen > over:
        return False
    midnight = day_number(presence["day"]) * DAY - PARAMS["zone_minutes"] * MINUTE
    if SIDES[op.kind] == "in":
        return bool(op.at - midnight - presence["start"] * MINUTE <= TOLERANCE + MINUTE)
    return bool(midnight + presence["end"] * MINUTE - op.at <= TOLERANCE + MINUTE)


def is_within(session: dict[str, Any], presence: dict[str, Any], side: str) -> bool:
    """One may come a little early and go a little late. A code may name anything of the base's: only a session has hours."""
    if session["kind"] != "session":
        return False
    minute = presence["start"] if side == "in" else presence["end"]
    early, late = session["start"] - PARAMS["session_minutes"], session["end"] + PARAMS["session_minutes"]
    return bool(session["day"] == presence["day"] and early <= minute <= late)


def _write(op: Op, word: str, session: str | None, writer: Writer, now: int) -> str:
    body = {"side": SIDES[op.kind], "about": op.id, "word": word} | ({"session": session} if session else {})
    return writer.write(op.book, "presence.proven", op.doc, body, op.by, now)
