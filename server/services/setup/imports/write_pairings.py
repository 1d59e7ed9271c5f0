"""Good rows of a pairing list become mentors and pairings, so many in one transaction: all of it or none."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from server.services.books import intake
from server.services.setup.imports.write_roster import Hand
from server.store.setup import mentors, pairings, rosters

ENDED = "按导入的师徒结对表"
Key = tuple[str, str, str]


def pairings_have_moved(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether one of these mentors is there or was let in by this hand by now, or one of these pairings is another than it was."""
    if hand.has_let_in(conn, (row["person"] for row in rows if row["person"] and _gives(row))):
        return True
    there = {(row[1], row[3], row[4]) for row in mentors.select_staff(conn, hand.scope.org_id)}
    if any(row["person"] is None and (row["name"], row["role"], row["org"]) in there for row in rows):
        return True
    paired = {(one["book"], one["person_id"], one["role"]) for one in pairings.select_pairs(conn, {row["book"] for row in rows})}
    return any((row["book"], row["person"], row["role"]) in paired and not row["paired"] for row in rows)


def _gives(row: dict[str, Any]) -> bool:
    """Whether this gives him somebody, or for longer. Files of an earlier release say only whether they are paired."""
    return bool(row.get("longer", not row["paired"]))


def write_pairings(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    _take_in(conn, hand, rows)
    _qualify(conn, hand, rows)
    written, paired = [], []
    for row in rows:
        if row["ends"]:
            left = {"member": row["ends"], "to": row["to"], "reason": ENDED}
            written.append(hand.op(row["book"], "member.left", row["book"], left))
        elif not row["paired"]:
            joined = {"member": hand.uuid(), "person": row["person"], "role": row["role"], "org": row["org"], "from": row["from"], "to": row["to"]}
            written.append(hand.op(row["book"], "member.joined", row["book"], joined))
        if _gives(row):
            paired.append(row["person"])
    intake.accept_own(conn, written, hand.now)
    rosters.insert_log(conn, hand.log_paired(paired))


def _take_in(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    """New mentors, each once; one who came with an earlier part of the file is there by now."""
    there: dict[Key, str] = {(row[1], row[3], row[4]): row[0] for row in mentors.select_staff(conn, hand.scope.org_id)}
    fresh: dict[Key, str] = {}
    for row in rows:
        key = (row["name"], row["role"], row["org"])
        if row["person"] is None:
            row["person"] = there.get(key) or fresh.setdefault(key, hand.uuid())
    logins = _logins(conn, hand, len(fresh))
    rosters.insert_people(conn, [(person, key[0], login, hand.now) for (key, person), login in zip(fresh.items(), logins, strict=True)])
    rosters.insert_roles(conn, [(person, role, org) for (_, role, org), person in fresh.items()])
    rosters.insert_log(conn, [
        hand.log("mentor", person, "made", {"role": role, "org": org, "by": "import"}) for (_, role, org), person in fresh.items()
    ])  # fmt: skip


def _logins(conn: Connection, hand: Hand, many: int) -> list[str]:
    found: list[str] = []
    while len(found) < many:
        tried = {f"sf{int.from_bytes(hand.writer.chance(5), 'big') % 10**7:07d}" for _ in range(many - len(found))} - set(found)
        found += sorted(tried - rosters.select_logins(conn, tried))
    return found


def _qualify(conn: Connection, hand: Hand, rows: Sequence[dict[str, Any]]) -> None:
    """What a row says of a mentor holds; where rows say different things the last one does. Of one on whom others rest too nothing does."""
    others = mentors.select_others(conn, hand.scope.org_id, {row["person"] for row in rows if row["facts"]})
    known = mentors.select_qualified(conn, {row["person"] for row in rows if row["facts"]})
    changed: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["facts"] and row["person"] not in others:
            before = changed.get(row["person"]) or known.get(row["person"]) or {"person_id": row["person"]}
            changed[row["person"]] = {**before, **row["facts"], "changed_at": hand.now}
    mentors.upsert_qualified(conn, list(changed.values()))
    rosters.insert_log(conn, [
        hand.log("mentor", person, "changed", {name: [known[person].get(name), given.get(name)] for name in given
                                               if name not in ("person_id", "changed_at") and known[person].get(name) != given.get(name)})
        for person, given in changed.items() if person in known
    ])  # fmt: skip
