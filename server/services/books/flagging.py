"""Looking for what is odd, book after book as they change. A look reads the one book that has changed; with others it is compared by
traces, which are rows found by an index. Whatever happens halfway, the book is looked at again."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.engine import Connection

from server.store.books import books
from server.store.days import DAY, day_of, midnight_of
from server.store.db import reading, writing
from server.store.flags import cases, traces
from server.store.people import devices
from sync.book import Doc
from sync.errors import Refusal
from sync.flags import between, own, roster, signing
from sync.flags.between import Trace
from sync.flags.prints import Print, likeness, print_of, shingles
from sync.flags.table import VERSION, Params, params_of
from sync.flags.values import Found, Given, Line, lines_of, seals_of
from sync.op import Op, Sealed, read, take_apart

AT_ONCE = 200
# so many pairs of entries that might be alike are looked at; more means a phrase everybody writes
MOST_ALIKE = 20_000
Sources = dict[str, list[Found]]


@dataclass(frozen=True, slots=True)
class Look:
    """A book as flags see it."""

    id: str
    seq: int
    college: str
    head: Doc
    docs: Mapping[str, Any]
    sessions: Mapping[str, Doc]
    lines: list[Line]
    seals: list[Given]
    prints: dict[str, Print]
    edits: list[roster.Edit]
    locks: list[int]
    terms: list[own.Term]
    params: Params


def look_at_changed(now: int, most: int = AT_ONCE) -> int:
    """How many books were looked at; fewer than `most` when none is left."""
    with reading() as conn:
        waiting = traces.select_unlooked(conn, VERSION, most)
    for book_id in waiting:
        look_at(book_id, now)
    return len(waiting)


def look_at_all(now: int) -> int:
    done = 0
    while looked := look_at_changed(now):
        done += looked
    return done


def forget_looks() -> None:
    """The next look is at every book."""
    with writing() as conn:
        traces.delete_looks(conn)


def count_waiting() -> dict[str, tuple[int, int]]:
    """Per flag, the cases nobody has settled yet, and the entries they concern."""
    with reading() as conn:
        return cases.count_open(conn)


def look_at(book_id: str, now: int) -> None:
    """What was found goes in with the traces, in one transaction."""
    with reading() as conn:
        look = _read(conn, book_id)
    found = _own_flags(look)
    with writing() as conn:
        traces.lock_looking(conn)
        changed = {table: traces.replace_traces(conn, table, book_id, rows) for table, rows in _traces_of(look).items()}
        sources = {f"book:{book_id}": found, **_signing(conn, look, changed["flag_seals"], now), **_crossing(conn, look, changed)}
        _keep(conn, look, sources, now)
        traces.upsert_look(conn, book_id, look.seq, VERSION)


# --- reading -------------------------------------------------------------------------------------------------------


def _read(conn: Connection, book_id: str) -> Look:
    head = books.select_head(conn, book_id)
    rows = books.select_all_documents(conn, book_id)
    docs = {doc_id: json.loads(body) for doc_id, (_, body) in rows.items()}
    book = docs[book_id]
    params = params_of(traces.select_params(conn, book["college"]))
    sent = traces.select_sent(conn, book_id)
    lines = lines_of(book_id, docs, {row.id: row.received_at for row in sent})
    prints = {line.entry: found for line in lines if (found := print_of(line.text, params["copy_letters"]))}
    ops = [op for jws in traces.select_own_jws(conn, book_id) if (op := _op(jws))]
    return Look(
        book_id, head.seq if head else 0, book["college"], book, docs, _sessions(conn, docs), lines,
        seals_of(book_id, docs, {row.id: row.device_id for row in sent}), prints, _edits(book, ops),
        [op.at for op in ops if op.kind == "month.locked"], [own.Term(*row) for row in traces.select_terms(conn, book_id)], params,
    )  # fmt: skip


def _op(jws: str) -> Op | None:
    sealed = take_apart(jws)
    op = read(sealed) if isinstance(sealed, Sealed) else sealed
    return None if isinstance(op, Refusal) or op.fields is None else op


def _edits(book: Doc, ops: Iterable[Op]) -> list[roster.Edit]:
    members = {member["id"]: member for member in book["members"]}
    found = []
    for op in ops:
        fields = op.fields or {}
        if op.kind == "member.joined":
            found.append(roster.Edit(op.id, "joined", fields["person"], fields["role"], fields["from"], op.at))
        elif op.kind == "member.left" and (member := members.get(fields["member"])):
            found.append(roster.Edit(op.id, "left", member["person"], member["role"], fields["to"], op.at))
    return found


def _sessions(conn: Connection, docs: Mapping[str, Any]) -> dict[str, Any]:
    """The sessions of bases that good codes spoke of."""
    named: dict[str, set[str]] = {}
    for doc in docs.values():
        if doc["kind"] == "presence" and (session := own.session_of(doc)):
            named.setdefault(doc["base"], set()).add(session)
    found: dict[str, Any] = {}
    for base, sessions in named.items():
        found |= {key: doc for key, doc in books.select_documents(conn, base, sessions).items() if doc["kind"] == "session"}
    return found


def _traces_of(look: Look) -> dict[str, traces.Rows]:
    lines, seals = look.lines, look.seals
    return {
        "flag_entries": {(x.book, x.entry, x.person, x.day, x.start, x.end, x.shared, x.written_at) for x in lines},
        "flag_seals": {(s.op, s.book, s.entry, s.by, s.at, s.device, s.day, s.minutes, s.standing) for s in seals},
        "flag_photos": {(sha256, x.book, x.entry, x.person, x.day) for x in lines for sha256 in x.photos},
        "flag_prints": {(band, look.id, entry, look.college) for entry, found in look.prints.items() for band in found.bands},
    }  # fmt: skip


# --- finding -------------------------------------------------------------------------------------------------------


def _own_flags(look: Look) -> list[Found]:
    plan, lines, params = look.head.get("plan") or {}, look.lines, look.params
    closed, rules = frozenset(plan.get("closed_days", ())), plan.get("rules", {})
    return [
        *own.find_same_minutes(lines, params), *own.find_no_absence(lines, closed, params),
        *own.find_nights(lines, rules.get("night_from", 0), rules.get("night_to", 0)), *own.find_closed_days(lines, closed),
        *own.find_outside(lines, look.terms), *own.find_late_written(lines, params), *own.find_late_sent(lines, params),
        *own.find_clock_back(lines, params),
        *own.find_own_copies(lines, look.prints, params), *own.find_unlisted(lines, look.docs, look.sessions, params),
        *own.find_after_reset(look.docs, look.seals, params),
        *roster.find_roster_edits(look.id, look.edits, look.locks, lines, look.seals, params),
    ]  # fmt: skip


def _signing(conn: Connection, look: Look, changed: traces.Rows, now: int) -> Sources:
    """What concerns signers: their days, keys and months in which something has changed, and how many they have today."""
    found: Sources = {}
    rows = [Given(*row) for row in changed]
    for signer, midnight in sorted({(row.by, midnight_of(row.at)) for row in rows}):
        seals = [Given(*row) for row in traces.select_seals_between(conn, look.college, signer, midnight, midnight + DAY)]
        source = f"signs:{look.college}:{signer}:{midnight}"
        found[source] = [*signing.find_bursts(seals, look.params), *signing.find_fast(seals, look.params)]
    keys = devices.select_keys(conn, {row.device for row in rows})
    for device_id, signer in sorted({(row.device, row.by) for row in rows if row.device in keys}):
        found[f"key:{look.college}:{device_id}"] = _young(conn, look, device_id, signer)
    mentors = sorted({member["person"] for member in look.head["members"] if member["role"] == "mentor"})
    today = day_of(now)
    for mentor in mentors:
        mine = traces.select_mentored(conn, look.college, mentor, today)
        found[f"load:{look.college}:{mentor}"] = signing.find_load(mentor, mine, today, look.params)
    for month in sorted({row.day[:7] for row in rows if row.by in mentors}):
        touched = {row.by for row in rows if row.by in mentors and row.day[:7] == month}
        found[f"peers:{look.college}:{month}"] = _peers(conn, look, month, touched)
    return found


def _young(conn: Connection, look: Look, device_id: str, signer: str) -> list[Found]:
    enrolled_at = devices.select_enrolled_at(conn, device_id)
    first = traces.select_first_seal(conn, look.college, signer, device_id)
    if enrolled_at is None or first is None:
        return []
    until = enrolled_at + look.params["young_days"] * DAY
    seals = [Given(*row) for row in traces.select_seals_between(conn, look.college, signer, enrolled_at, until)]
    return signing.find_young_keys([seal for seal in seals if seal.device == device_id], enrolled_at, first, look.params)


def _peers(conn: Connection, look: Look, month: str, touched: Iterable[str]) -> list[Found]:
    """A mentor's hours a head beside those of the college's other mentors."""
    sums = [(look.college, month, signer, *traces.sum_month(conn, look.college, signer, month)) for signer in sorted(touched)]
    traces.upsert_months(conn, sums)
    found = []
    for signer, (mine, theirs, tenths) in signing.outlying(traces.select_month(conn, look.college, month), look.params).items():
        signed = traces.select_books_signed(conn, look.college, signer, month)
        detail = {"mine": mine, "theirs": theirs, "tenths": tenths}
        entries = tuple((book, "") for book in signed)
        found.append(Found("mentor_hours", signer, signer, entries, (f"{month}-01", f"{month}-31"), mine * len(signed), None, detail))
    return found


def _crossing(conn: Connection, look: Look, changed: Mapping[str, traces.Rows]) -> Sources:
    """What concerns this book and others. Each is filed under every college it concerns, and settled there."""
    found: Sources = {}
    for person in sorted({row[2] for row in changed["flag_entries"]}):
        found[f"two:{person}"] = between.find_overlaps(Trace(*row) for row in traces.select_days_of(conn, person))
    digests = {row[0] for row in changed["flag_photos"]}
    uses = traces.select_photo_uses(conn, digests)
    for sha256 in sorted(digests):
        found[f"photo:{sha256}"] = between.find_same_photo(sha256, [Trace(*use) for use in uses.get(sha256, ())])
    if changed["flag_prints"]:
        found |= _copies(conn, look, {row[2] for row in changed["flag_prints"]})
    if changed["flag_entries"]:
        found |= _sittings(conn, look)
    return found


def _copies(conn: Connection, look: Look, changed: set[str]) -> Sources:
    """With whom the changed entries share bands, and how alike all their entries then are."""
    found: Sources = {source: [] for source in cases.select_sources(conn, look.id, ["copy_other"])}
    near: dict[str, list[tuple[str, str]]] = {}
    for mine, book, theirs in traces.select_alike(conn, look.id, look.college, changed, MOST_ALIKE):
        near.setdefault(book, []).append((mine, theirs))
    known = {part for source in found for part in source.split(":")[1:]} - {look.id}
    whole = len(changed) >= len(look.prints)
    least = look.params["other_least"]
    lines = {line.entry: line for line in look.lines}
    for book in sorted(near.keys() | known):
        pairs = near.get(book, []) if whole and book not in known else traces.select_alike_in(conn, look.id, book)
        if min(len({mine for mine, _ in pairs}), len({theirs for _, theirs in pairs})) >= least:
            found[_pair("copies", look.id, book)] = between.find_copies(_likened(conn, look, book, pairs, lines), look.params)
    return found


def _likened(
    conn: Connection, look: Look, book: str, pairs: Sequence[tuple[str, str]], lines: Mapping[str, Line]
) -> list[tuple[Trace, Trace, int]]:
    docs = books.select_documents(conn, book, {theirs for _, theirs in pairs})
    grams = {doc_id: shingles(doc["content"]["text"]) for doc_id, doc in docs.items()}
    return [
        (_trace(lines[mine]), Trace(book, theirs, docs[theirs]["by"], docs[theirs]["content"]["day"]),
         likeness(look.prints[mine].grams, grams[theirs]))
        for mine, theirs in pairs if theirs in grams and mine in lines
    ]  # fmt: skip


def _sittings(conn: Connection, look: Look) -> Sources:
    found: Sources = {source: [] for source in cases.select_sources(conn, look.id, ["one_sitting"])}
    pairs: dict[str, list[tuple[Trace, Trace]]] = {}
    for mine, other in traces.select_sittings(conn, look.id, look.params["sitting_seconds"] * 1000):
        pairs.setdefault(other[0], []).append((Trace(*mine), Trace(*other)))
    shared = traces.count_shared_days(conn, {look.id, *pairs}) if pairs else {}
    for book, rows in sorted(pairs.items()):
        found[_pair("sitting", look.id, book)] = between.find_one_sitting(rows, shared, look.params)
    return found


def _trace(line: Line) -> Trace:
    return Trace(line.book, line.entry, line.person, line.day)


def _pair(word: str, one: str, other: str) -> str:
    return ":".join((word, *sorted((one, other))))


# --- keeping -------------------------------------------------------------------------------------------------------


def _keep(conn: Connection, look: Look, sources: Sources, now: int) -> None:
    named = {book for rows in sources.values() for found in rows for book, _ in found.entries}
    whose = traces.select_whose(conn, named)
    apprentices = traces.select_apprentices(conn, named) if len({one.college_id for one in whose.values()}) > 1 else {}
    wanted: dict[str, tuple[cases.Case, Sequence[tuple[str, str]]]] = {}
    for source, rows in sources.items():
        for found in rows:
            for college in sorted({whose[book].college_id for book, _ in found.entries if book in whose}):
                entries = [entry for entry in found.entries if entry[0] in whose and whose[entry[0]].college_id == college]
                there = _shown(found, {book for book, _ in found.entries}, {book for book, _ in entries}, apprentices)
                case = _case(source, there, college, {whose[book].enterprise_id for book, _ in entries}, len(entries), now)
                wanted[case.id] = case, entries
    cases.replace_cases(conn, list(sources), wanted)


def _shown(found: Found, books_named: set[str], mine: set[str], apprentices: Mapping[str, str]) -> Found:
    """A case of several colleges names to each its own people only."""
    if books_named == mine:
        return found
    own = {apprentices[book] for book in mine if book in apprentices}
    named = [person for person in (found.person, found.about) if person in own] or sorted(own) or [""]
    return replace(found, person=named[0], about=named[1] if len(named) > 1 and found.person == named[0] else None)


def _case(source: str, found: Found, college: str, enterprises: set[str | None], entries: int, now: int) -> cases.Case:
    name = "\n".join((source, found.flag, found.key, college)).encode()
    enterprise = next(iter(enterprises)) if len(enterprises) == 1 else None
    return cases.Case(
        hashlib.sha256(name).hexdigest()[:40], source, found.flag, college, enterprise, found.person, found.about, *found.days,
        entries, found.minutes, json.dumps(found.detail or {}, sort_keys=True), now,
    )  # fmt: skip
