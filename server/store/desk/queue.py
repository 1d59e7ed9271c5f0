"""The queue: the entries of a desk by any filter in any order, a page at a time. Each order is the end of an index that also carries what
is narrowed by (`ix_entries_…`, PostgreSQL's INCLUDE), so a page is found by walking an index alone, or, of what waits, by sorting what an
index says of it; only its own rows are read. Who is meant by a name, or by a class at an enterprise, is found among the books first. A
word in what entries say is looked for in the newest of what else is asked for: no index finds parts of Chinese words behind the second
wall."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.books.bulk import fetch_planned
from server.store.desk.scope import Scope, escape, seen
from server.store.tables.books import ALL_CLEAN, DEGREE, NOT_FLAGGED

# how far pages go: whoever wants what lies behind narrows
FURTHEST = 10_000
# in how many entries a word is looked for: a month of 400 apprentices
LOOKED_IN = 8_000
STATES = ("logged", "signed", "returned", "queried", "credited", "withdrawn")
ORDERS = {
    "first": ("triage",), "day": ("day",), "minutes": ("claimed_minutes", "day"), "moved": ("moved_at", "day"),
    "name": ("called", "day"),
}  # fmt: skip
SHOWN = (
    "book_id", "id", "person_id", "day", "state", "module", "place_kind", "place", "claimed_minutes", "confirmed_minutes",
    "counted_minutes", "credited_minutes", "reasons", "rivals", "clean", "triage", "grade", "moved_at",
)  # fmt: skip
NARROW = {
    "class_id": "e.class_id = :class_id", "enterprise_id": "e.enterprise_id = :enterprise_id", "module": "e.module = :module",
    "place": "e.place = :place", "day_from": "e.day >= :day_from", "day_to": "e.day <= :day_to", "book_id": "e.book_id = :book_id",
    "flag": f"e.triage < {NOT_FLAGGED} AND EXISTS"
    " (SELECT 1 FROM flags f WHERE f.book_id = e.book_id AND f.entry_id = e.id AND f.flag = :flag AND NOT f.settled)",
}  # fmt: skip
NEWEST = f"SELECT {{0}} FROM entries e WHERE {{1}} ORDER BY e.day DESC, e.id DESC, e.book_id DESC LIMIT {LOOKED_IN}"
# what entries are sorted by, and what says which are clean
KEYS = ", ".join(f"e.{name}" for name in sorted({"book_id", "id", "state"}.union(*ORDERS.values())))
# of some people the newest are found in an index alone, and only then read
OF_SOME = (
    "SELECT e.*, (SELECT s.text FROM entries s WHERE s.book_id = e.book_id AND s.id = e.id) AS text"
    f" FROM ({NEWEST.format(KEYS, '{0}')}) e"
)
# What is not yet credited is little and lies together at the far end of most orders: it is gathered first, and sorted.
# The limit is a fence and cuts nothing: without it a database folds this into the query around it and walks the order after all.
GATHERED = f"SELECT {KEYS} FROM entries e WHERE {{0}} LIMIT 1000000000"
# What comes first stands in eight parts, by whether it is flagged and by how clean it is, and each of them in the order of days: some days
# are eight spans, each found at once, where a walk would pass over all other days.
PARTS = range(0, 2 * NOT_FLAGGED, DEGREE)
SPAN = f"SELECT * FROM (SELECT {KEYS} FROM entries e WHERE {{0}} AND e.triage BETWEEN {{1}} AND {{2}} ORDER BY {{3}} LIMIT :last) s"
CLEAN = f" AND e.state = 'signed' AND e.triage >= {ALL_CLEAN}"
BY_BOOK = ("class_id", "enterprise_id", "name")


class Narrowed(NamedTuple):
    """A condition on entries e, and what it brings; with a word, `within` is the condition on where it is looked for. `named` are the
    first and the last of the names it leaves, where they are known: who shares a family name stands together in the order of names. `days`
    are the first and the last, where days are asked for."""

    condition: str
    values: dict[str, Any]
    within: str = ""
    named: tuple[str, str] | None = None
    state: str = "all"
    days: tuple[str, str] | None = None

    def source(self, order: str | None = None, sorted_by: str = "") -> tuple[str, str]:
        """What stands behind FROM as e, and the condition on it. What is signed has an index of its own for the first order; without an
        order there is nothing to walk in vain."""
        if self.within:
            return f"({OF_SOME.format(self.within) if self.named else NEWEST.format('e.*', self.within)}) e", self.condition
        walked = self.state in ("all", "credited") or (self.state, order) == ("signed", "first")
        if order == "first" and walked and self.days and not self.named:
            first, last = (int(day.replace("-", "")) for day in self.days)
            spans = [SPAN.format(self.condition, part + first, part + last, sorted_by) for part in PARTS]
            return f"({' UNION ALL '.join(spans)}) e", "1 = 1"
        if order is None or walked:
            return "entries e", self.condition
        return f"({GATHERED.format(self.condition)}) e", "1 = 1"


def narrow(conn: Connection, scope: Scope, wanted: dict[str, str], only: str = "") -> Narrowed:
    """What a desk may see of what is asked for. `state` is written out, so that the index of what waits for a desk is used."""
    asked, condition, values = dict(wanted), seen(scope, "e"), dict[str, Any](scope.values)
    named = None
    if "name" in asked or {"class_id", "enterprise_id"} <= asked.keys():
        books = select_books(conn, scope, {name: asked.pop(name) for name in BY_BOOK if name in asked})
        condition += f" AND e.book_id {_listed(conn)}"
        values["ids"] = _list_of(conn, [book for book, _ in books])
        names = [called for _, called in books]
        named = (min(names), max(names)) if names else None
    days = (asked.get("day_from", "0001-01-01"), asked.get("day_to", "9999-12-31")) if {"day_from", "day_to"} & asked.keys() else None
    text = asked.pop("text", None)
    state = asked.pop("state", "all")
    if state != "all":
        condition += f" AND e.state = '{STATES[STATES.index(state)]}'"
    if asked.get("flag") == "any":
        condition += f" AND e.triage < {NOT_FLAGGED}"
        del asked["flag"]
    for name, given in asked.items():
        condition += f" AND {NARROW[name]}"
        values[name] = given
    if text is None:
        return Narrowed(condition + only, values, named=named, state=state, days=days)
    return Narrowed("e.text LIKE :text ESCAPE '!'" + only, {**values, "text": f"%{escape(text)}%"}, condition, named)


def _listed(conn: Connection) -> str:
    return "= ANY(:ids)" if conn.dialect.name == "postgresql" else "IN (SELECT value FROM json_each(:ids))"


def _list_of(conn: Connection, ids: list[str]) -> Any:
    return ids if conn.dialect.name == "postgresql" else "[" + ",".join(f'"{one}"' for one in ids) + "]"


def select_books(conn: Connection, scope: Scope, wanted: dict[str, str]) -> list[tuple[str, str]]:
    """The books of this class, at this enterprise, of people whose name or log-in has this in it; each with what its entries are called."""
    conditions = {
        "class_id": " AND b.class_id = :class_id", "enterprise_id": " AND b.enterprise_id = :enterprise_id",
        "name": " AND (p.name LIKE :like ESCAPE '!' OR p.login LIKE :like ESCAPE '!')",
    }  # fmt: skip
    statement = (
        "SELECT b.id, p.sorted_as FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people p ON p.id = m.person_id"
        f" WHERE {seen(scope, 'b')}{''.join(conditions[name] for name in wanted)}"
    )
    like = f"%{escape(wanted.get('name', ''))}%"
    return [(row[0], row[1]) for row in fetch_planned(conn, statement, **{**scope.values, **wanted, "like": like})]


def select_entries(
    conn: Connection, narrowed: Narrowed, order: str, descending: bool, offset: int, limit: int
) -> list[dict[str, Any]]:
    """A page, with the names of apprentice, class and enterprise."""
    way = " DESC" if descending else ""
    if order == "name" and narrowed.named:
        within = dict(zip(("called_from", "called_to"), narrowed.named, strict=True))
        condition = f"{narrowed.condition} AND e.called >= :called_from AND e.called <= :called_to"
        narrowed = narrowed._replace(condition=condition, values={**narrowed.values, **within})
    sorted_by = ", ".join(f"e.{column}{way}" for column in (*ORDERS[order], "id", "book_id"))
    source, condition = narrowed.source(order, sorted_by)
    statement = (
        f"SELECT {', '.join(f'e.{column}' for column in SHOWN)}, p.name AS person, c.name AS class_name, o.name AS enterprise FROM"
        f" (SELECT e.book_id, e.id FROM {source} WHERE {condition} ORDER BY {sorted_by} LIMIT :limit OFFSET :offset) k"
        " JOIN entries e ON e.book_id = k.book_id AND e.id = k.id LEFT JOIN people p ON p.id = e.person_id"
        f" LEFT JOIN classes c ON c.id = e.class_id LEFT JOIN orgs o ON o.id = e.enterprise_id ORDER BY {sorted_by}"
    )
    rows = fetch_planned(conn, statement, **narrowed.values, limit=limit, offset=offset, last=offset + limit)
    return [dict(zip((*SHOWN, "person", "class_name", "enterprise"), row, strict=True)) for row in rows]


def count_entries(conn: Connection, narrowed: Narrowed) -> int:
    """How many there are; one more than FURTHEST stands for more than that."""
    source, condition = narrowed.source()
    statement = f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {condition} LIMIT {FURTHEST + 1}) found"
    return int(fetch_planned(conn, statement, **narrowed.values)[0][0])


def is_all_looked_at(conn: Connection, narrowed: Narrowed) -> bool:
    """Whether no entry was too old to be looked into for a word."""
    statement = f"SELECT count(*) FROM (SELECT 1 FROM entries e WHERE {narrowed.within} LIMIT {LOOKED_IN + 1}) found"
    return not narrowed.within or fetch_planned(conn, statement, **narrowed.values)[0][0] <= LOOKED_IN


def select_keys(conn: Connection, narrowed: Narrowed, limit: int) -> list[tuple[str, str]]:
    """(book, entry) of what matches, in the order of books, so that each is opened once."""
    source, condition = narrowed.source()
    statement = f"SELECT e.book_id, e.id FROM {source} WHERE {condition} ORDER BY e.book_id, e.day, e.id LIMIT :limit"
    return [(row[0], row[1]) for row in fetch_planned(conn, statement, **narrowed.values, limit=limit)]


def select_listed(conn: Connection, scope: Scope, keys: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """These entries as they stand now, those of the desk's among them."""
    pairs, values = _pairs(keys)
    statement = (
        f"SELECT {', '.join(f'e.{column}' for column in SHOWN)}, p.name AS person, c.name AS class_name, o.name AS enterprise"
        f" FROM {pairs} JOIN entries e ON e.book_id = v.column1 AND e.id = v.column2 LEFT JOIN people p ON p.id = e.person_id"
        f" LEFT JOIN classes c ON c.id = e.class_id LEFT JOIN orgs o ON o.id = e.enterprise_id WHERE {seen(scope, 'e')}"
    )
    rows = conn.execute(sa.text(statement), {**values, **scope.values})
    return [dict(zip((*SHOWN, "person", "class_name", "enterprise"), row, strict=True)) for row in rows]


def select_bodies(conn: Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Documents by book and id."""
    if not keys:
        return {}
    pairs, values = _pairs(sorted(keys))
    statement = f"SELECT d.book_id, d.id, d.body FROM {pairs} JOIN documents d ON d.book_id = v.column1 AND d.id = v.column2"
    return {(row[0], row[1]): row[2] for row in conn.execute(sa.text(statement), values)}


def select_flags(conn: Connection, keys: Collection[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(book, entry, flag) of what nobody has settled."""
    if not keys:
        return []
    pairs, values = _pairs(sorted(keys))
    statement = (
        f"SELECT DISTINCT f.book_id, f.entry_id, f.flag FROM {pairs} JOIN flags f ON f.book_id = v.column1 AND f.entry_id = v.column2"
        " WHERE NOT f.settled ORDER BY f.flag"
    )
    return [(row[0], row[1], row[2]) for row in conn.execute(sa.text(statement), values)]


def _pairs(keys: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """At most some hundreds; both databases call the columns of VALUES column1 and column2."""
    values = {f"{name}{number}": word for number, key in enumerate(keys) for name, word in zip("bd", key, strict=True)}
    listed = ", ".join(f"(:b{number}, :d{number})" for number in range(len(keys)))
    return f"(VALUES {listed}) v", values


def select_looked_at(conn: Connection, keys: Sequence[tuple[str, str]], version: int) -> set[tuple[str, str]]:
    """Those entries that flags have looked at as they stand: what nobody has looked at is not yet without a flag."""
    if not keys:
        return set()
    pairs, values = _pairs(keys)
    statement = (
        f"SELECT d.book_id, d.id FROM {pairs} JOIN documents d ON d.book_id = v.column1 AND d.id = v.column2"
        " JOIN flag_looks l ON l.book_id = d.book_id AND l.seq >= d.seq AND l.version = :version"
    )
    return {(row[0], row[1]) for row in conn.execute(sa.text(statement), {**values, "version": version})}


# --- what there is to choose from ----------------------------------------------------------------------------------


def select_choices(conn: Connection, scope: Scope) -> dict[str, list[tuple[Any, ...]]]:
    """Classes and enterprises of the desk's books, the plans they may follow, and the flags that were raised."""
    mine = f"FROM books b WHERE {seen(scope, 'b')}"
    asked = {
        "classes": f"SELECT id, name FROM classes WHERE id IN (SELECT b.class_id {mine}) ORDER BY name, id",
        "enterprises": f"SELECT id, name FROM orgs WHERE id IN (SELECT b.enterprise_id {mine}) ORDER BY name, id",
        "plans": f"SELECT modules, places FROM plans WHERE org_id IN (SELECT b.college_id {mine})",
    }  # fmt: skip
    return {name: [tuple(row) for row in conn.execute(sa.text(statement), scope.values)] for name, statement in asked.items()}
