"""Lists of a college's registers: its classes, who is in them, the plans they follow."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.desk.scope import Scope, escape, seen

CLASS_SORTS = {"name": "c.name", "from_day": "c.from_day, c.name", "people": "people, c.name", "newcomers": "newcomers, c.name"}
ROSTER_SORTS = {"name": "p.sorted_as", "student_no": "e.student_no", "class": "c.name, e.student_no", "enterprise": "o.name, p.sorted_as"}
STATES = {
    "new": "p.password_hash IS NULL AND NOT p.disabled", "in": "p.password_hash IS NOT NULL AND NOT p.disabled", "disabled": "p.disabled",
}  # fmt: skip
CLASSES = """
SELECT c.id, c.name, c.from_day, c.to_day, c.plan_id, pl.name AS plan_name,
  (SELECT count(*) FROM books b WHERE b.class_id = c.id) AS people,
  (SELECT count(*) FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people x ON x.id = m.person_id
    WHERE b.class_id = c.id AND x.password_hash IS NULL AND NOT x.disabled) AS newcomers,
  (SELECT count(*) FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people x ON x.id = m.person_id
    WHERE b.class_id = c.id AND x.password_hash IS NULL AND NOT x.disabled AND EXISTS (
      SELECT 1 FROM activations a WHERE a.person_id = x.id AND a.used_at IS NULL AND a.expires_at > :now)) AS holding
FROM classes c LEFT JOIN plans pl ON pl.id = c.plan_id WHERE c.college_id = :org
"""
ROSTER = """
FROM books b JOIN members m ON m.book_id = b.id AND m.role = 'apprentice' JOIN people p ON p.id = m.person_id
LEFT JOIN enrolled e ON e.book_id = b.id LEFT JOIN classes c ON c.id = b.class_id LEFT JOIN orgs o ON o.id = b.enterprise_id WHERE
"""
SHOWN = (
    "b.id AS id, p.id AS person_id, p.name AS name, p.login AS login, e.student_no AS student_no, b.class_id AS class_id,"
    " c.name AS class_name, o.name AS enterprise, e.post AS post,"
    " CASE WHEN p.disabled THEN 'disabled' WHEN p.password_hash IS NULL THEN 'new' ELSE 'in' END AS state"
)


def order_of(sorts: dict[str, str], sort: str, last: str) -> str:
    """`-name` is the other way round; what is no sort of ours is the first one."""
    chosen = sorts.get(sort.removeprefix("-"), next(iter(sorts.values())))
    way = " DESC" if sort.startswith("-") else ""
    return ", ".join(f"{column}{way}" for column in (*chosen.split(", "), last))


def select_classes(
    conn: Connection, scope: Scope, text: str, sort: str, place: tuple[int, int], now: int
) -> tuple[list[dict[str, Any]], int]:
    """A page (`place` is offset and limit), and how many there are. Holding: who has never been in and has a slip that still opens."""
    narrow = " AND c.name LIKE :like ESCAPE '!'" if text else ""
    values = {"org": scope.org_id, "like": f"%{escape(text)}%", "offset": place[0], "limit": place[1], "now": now}
    total = conn.execute(sa.text(f"SELECT count(*) FROM classes c WHERE c.college_id = :org{narrow}"), values).scalar_one()
    statement = f"{CLASSES}{narrow} ORDER BY {order_of(CLASS_SORTS, sort, 'c.id')} LIMIT :limit OFFSET :offset"
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def update_class(conn: Connection, scope: Scope, class_id: str, row: dict[str, Any]) -> bool:
    done = conn.execute(
        sa.text("UPDATE classes SET name = :name, plan_id = :plan, from_day = :from, to_day = :to WHERE id = :id AND college_id = :org"),
        {**row, "id": class_id, "org": scope.org_id},
    )
    return done.rowcount == 1


def select_class(conn: Connection, scope: Scope, class_id: str) -> dict[str, Any] | None:
    found = conn.execute(
        sa.text("SELECT name, plan_id AS plan, from_day AS \"from\", to_day AS \"to\" FROM classes WHERE id = :id AND college_id = :org"),
        {"id": class_id, "org": scope.org_id},
    ).first()
    return dict(found._mapping) if found else None


def select_class_named(conn: Connection, scope: Scope, name: str) -> str | None:
    statement = "SELECT id FROM classes WHERE college_id = :org AND name = :name"
    return conn.execute(sa.text(statement), {"org": scope.org_id, "name": name}).scalar()


def select_plans(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Every plan of the college with its modules and the rules it stands under."""
    rows = conn.execute(
        sa.text(
            "SELECT p.id, p.name, p.occupation, p.occupation_id, p.level, p.version, p.modules, p.filed_on,"
            " r.name AS rule_set, r.source, r.status, r.rules,"
            " r.limits, r.valid_to, (SELECT count(*) FROM classes c WHERE c.plan_id = p.id) AS classes"
            " FROM plans p JOIN rule_sets r ON r.id = p.rule_set_id WHERE p.org_id = :org ORDER BY p.name, p.version DESC"
        ),
        {"org": scope.org_id},
    )
    found = []
    for row in rows:
        whole = dict(row._mapping)
        found.append({**whole, "modules": json.loads(row.modules), "rules": json.loads(row.rules), "limits": json.loads(row.limits or "{}")})
    return found


def is_plan_of(conn: Connection, scope: Scope, plan_id: str) -> bool:
    statement = "SELECT 1 FROM plans WHERE id = :id AND org_id = :org"
    return conn.execute(sa.text(statement), {"id": plan_id, "org": scope.org_id}).first() is not None


def select_roster(
    conn: Connection, scope: Scope, wanted: dict[str, str], sort: str, place: tuple[int, int]
) -> tuple[list[dict[str, Any]], int]:
    """Apprentices with their handbooks, one row a handbook."""
    where = [seen(scope, "b")]
    values: dict[str, Any] = {**scope.values, "offset": place[0], "limit": place[1], **wanted}
    if wanted.get("class"):
        where.append("b.class_id = :class")
    if wanted.get("state") in STATES:
        where.append(STATES[wanted["state"]])
    if wanted.get("text"):
        values["like"] = f"%{escape(wanted['text'])}%"
        where.append("(" + " OR ".join(f"{column} LIKE :like ESCAPE '!'" for column in ("p.name", "p.login", "e.student_no", "o.name")) + ")")
    condition = ROSTER + " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) {condition}"), values).scalar_one()
    statement = f"SELECT {SHOWN} {condition} ORDER BY {order_of(ROSTER_SORTS, sort, 'b.id')} LIMIT :limit OFFSET :offset"
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), values)], int(total)


def select_roster_row(conn: Connection, scope: Scope, book_id: str) -> dict[str, Any] | None:
    """One handbook with all the roster says, its head and its agreements."""
    statement = (
        f"SELECT {SHOWN}, e.schooling, e.school, e.major, e.graduates, e.occupation_code, e.insured_at, e.remark, d.body"
        f" {ROSTER} {seen(scope, 'b')} AND b.id = :book"
    ).replace(" WHERE", " LEFT JOIN documents d ON d.book_id = b.id AND d.id = b.id WHERE", 1)
    found = conn.execute(sa.text(statement), {**scope.values, "book": book_id}).first()
    if found is None:
        return None
    agreed = conn.execute(
        sa.text(
            "SELECT id, kind, number, from_day, to_day, insurance, insured_from, insured_to, ended_on FROM agreements"
            " WHERE book_id = :book ORDER BY from_day, id"
        ),
        {"book": book_id},
    )
    head = json.loads(found.body) if found.body else {}
    row = {name: given for name, given in found._mapping.items() if name != "body"}
    return {**row, "head": head, "agreements": [dict(one._mapping) for one in agreed]}
