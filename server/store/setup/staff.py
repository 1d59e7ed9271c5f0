"""Who sits at which desk: seats that are held, seats that were asked for, and how far somebody's say about them goes."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.border import BOUND
from server.store.desk.scope import Scope, escape
from server.store.setup.registers import order_of

DESK_ROLES = "('coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin')"
# what nobody gives in this time is over
OPEN_FOR = 7 * 24 * 60 * 60 * 1000
# which kinds of organisations have such a seat
FITS: dict[str, frozenset[str]] = {
    "coordinator": frozenset(("college",)),
    "enterprise_admin": frozenset(("enterprise", "chain_leader")),
    "base_admin": frozenset(("base",)),
    "authority": frozenset(("authority",)),
    "system_admin": frozenset(("authority", "college", "chain_leader")),
}
# A coordinator's say: her own college; enterprises and bases of its chain; enterprises of its books. {0} has role and org_id.
REACH = {
    "system_admin": "CAST(:scope_org AS TEXT) IS NOT NULL",
    "coordinator": "({0}.role = 'coordinator' AND {0}.org_id = :scope_org"
    " OR {0}.role IN ('enterprise_admin', 'base_admin') AND {0}.org_id IN (SELECT o.id FROM orgs me JOIN orgs o"
    f" ON {BOUND} WHERE me.id = :scope_org AND o.kind <> 'college' AND NOT EXISTS (SELECT 1 FROM books b JOIN orgs c ON c.id = b.college_id"
    " WHERE b.enterprise_id = o.id AND COALESCE(c.skill_chain_id, '') <> me.skill_chain_id))"
    " OR {0}.role = 'enterprise_admin' AND {0}.org_id IN (SELECT b.enterprise_id FROM books b WHERE b.college_id = :scope_org))",
}
NOTHING = "CAST(:scope_org AS TEXT) IS NULL"
SORTS = {"name": "s.name", "org": "o.name, s.role, s.name", "role": "s.role, o.name, s.name", "login": "s.login"}
SEATS = f"""
FROM (
  SELECT r.person_id || '.' || r.role || '.' || r.org_id AS id, 'held' AS state, r.person_id AS person_id, p.name AS name,
    p.login AS login, r.role AS role, r.org_id AS org_id, CAST(NULL AS TEXT) AS asked_by, CAST(NULL AS BIGINT) AS asked_at,
    p.disabled AS disabled, p.password_hash IS NULL AS newcomer
    FROM roles r JOIN people p ON p.id = r.person_id WHERE r.role IN {DESK_ROLES}
  UNION ALL SELECT q.id, 'asked', NULL, q.name, q.login, q.role, q.org_id, a.name, q.asked_at, FALSE, FALSE
    FROM seat_requests q JOIN people a ON a.id = q.asked_by WHERE q.ended_at IS NULL AND q.asked_at >= :since
) s JOIN orgs o ON o.id = s.org_id WHERE
"""
SHOWN = (
    "s.id, s.state, s.person_id, s.name, s.login, s.role, s.org_id, o.name AS org_name, s.asked_by, s.asked_at, s.disabled, s.newcomer,"
    " EXISTS (SELECT 1 FROM factors f WHERE f.person_id = s.person_id AND f.sealed IS NOT NULL) AS factor,"
    " (SELECT max(t.last_seen_at) FROM sessions t WHERE t.person_id = s.person_id AND t.kind = 'desk') AS seen_at"
)
YES_NO = ("disabled", "newcomer", "factor")


class Asked(NamedTuple):
    """A seat that was asked for."""

    id: str
    name: str
    login: str
    role: str
    org_id: str
    asked_by: str
    asked_at: int
    outcome: str | None


COLUMNS = ", ".join(Asked._fields)


def reaches(scope: Scope, alias: str) -> str:
    """The condition under which a seat is one this desk has a say about."""
    return REACH.get(scope.role, NOTHING).format(alias)


def select_seats(
    conn: Connection, scope: Scope, wanted: dict[str, str], sort: str, place: tuple[int, int], now: int
) -> tuple[list[dict[str, Any]], int]:
    """A page of the seats held and asked for, and how many there are. What waits comes first."""
    where = [reaches(scope, "s")]
    values: dict[str, Any] = {**scope.values, **wanted, "since": now - OPEN_FOR, "offset": place[0], "limit": place[1]}
    where += [f"s.{name} = :{name}" for name in ("role", "state") if wanted.get(name)]
    if wanted.get("text"):
        values["like"] = f"%{escape(wanted['text'])}%"
        where.append("(" + " OR ".join(f"{column} LIKE :like ESCAPE '!'" for column in ("s.name", "s.login", "o.name")) + ")")
    condition = SEATS + " AND ".join(where)
    total = conn.execute(sa.text(f"SELECT count(*) {condition}"), values).scalar_one()
    order = f"CASE s.state WHEN 'asked' THEN 0 ELSE 1 END, {order_of(SORTS, sort, 's.id')}"
    rows = conn.execute(sa.text(f"SELECT {SHOWN} {condition} ORDER BY {order} LIMIT :limit OFFSET :offset"), values)
    return [_shown(row._mapping) for row in rows], int(total)


def _shown(row: Any) -> dict[str, Any]:
    """SQLite says 1 where it means yes."""
    return {**row, **{name: bool(row[name]) for name in YES_NO}}


def select_choices(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Every seat there could be and that this desk has a say about: (role, organisation)."""
    kinds = " UNION ALL ".join(f"SELECT '{role}' AS role, '{kind}' AS kind" for role, fits in FITS.items() for kind in sorted(fits))
    statement = (
        f"SELECT s.role, s.org_id, s.org_name FROM (SELECT f.role AS role, o.id AS org_id, o.name AS org_name FROM orgs o"
        f" JOIN ({kinds}) f ON f.kind = o.kind) s WHERE {reaches(scope, 's')} ORDER BY s.role, s.org_name, s.org_id"
    )
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), scope.values)]


def may_say(conn: Connection, scope: Scope, role: str, org_id: str) -> bool:
    """Whether there is such a seat, and this desk has a say about it."""
    kind = conn.execute(sa.text("SELECT kind FROM orgs WHERE id = :org"), {"org": org_id}).scalar()
    if kind not in FITS[role]:
        return False
    statement = f"SELECT 1 FROM (SELECT CAST(:role AS TEXT) AS role, CAST(:org AS TEXT) AS org_id) s WHERE {reaches(scope, 's')}"
    return conn.execute(sa.text(statement), {**scope.values, "role": role, "org": org_id}).first() is not None


def select_held(conn: Connection, scope: Scope, person_id: str) -> list[dict[str, Any]]:
    """The seats of one person that this desk has a say about."""
    statement = (
        f"SELECT r.role, r.org_id, o.name AS org_name FROM roles r JOIN orgs o ON o.id = r.org_id WHERE r.person_id = :person"
        f" AND r.role IN {DESK_ROLES} AND {reaches(scope, 'r')} ORDER BY r.role, o.name"
    )
    return [dict(row._mapping) for row in conn.execute(sa.text(statement), {**scope.values, "person": person_id})]


def is_all_hers(conn: Connection, scope: Scope, person_id: str) -> bool:
    """Whether nobody else has this person as well: every role of his is within her say or at her own organisation."""
    if scope.role == "system_admin":
        return True
    statement = f"SELECT 1 FROM roles r WHERE r.person_id = :person AND r.org_id <> :scope_org AND NOT {reaches(scope, 'r')}"
    return conn.execute(sa.text(statement), {**scope.values, "person": person_id}).first() is None


def has_seat(conn: Connection, person_id: str, role: str, org_id: str) -> bool:
    statement = "SELECT 1 FROM roles WHERE person_id = :person AND role = :role AND org_id = :org"
    return conn.execute(sa.text(statement), {"person": person_id, "role": role, "org": org_id}).first() is not None


def end_lapsed(conn: Connection, now: int) -> None:
    """What nobody gave in time makes room for a new request."""
    statement = "UPDATE seat_requests SET outcome = 'lapsed', ended_at = :now WHERE ended_at IS NULL AND asked_at < :since"
    conn.execute(sa.text(statement), {"now": now, "since": now - OPEN_FOR})


def insert_request(conn: Connection, row: Asked) -> bool:
    """False when the same seat was asked for already."""
    done = conn.execute(
        sa.text(
            "INSERT INTO seat_requests (id, name, login, role, org_id, asked_by, asked_at)"
            " VALUES (:id, :name, :login, :role, :org_id, :asked_by, :asked_at) ON CONFLICT DO NOTHING"
        ),
        row._asdict(),
    )
    return done.rowcount == 1


def lock_request(conn: Connection, request_id: str) -> Asked | None:
    """A second one who gives it at the same moment waits here, and then finds it done."""
    lock = " FOR UPDATE" if conn.dialect.name == "postgresql" else ""
    found = conn.execute(sa.text(f"SELECT {COLUMNS} FROM seat_requests WHERE id = :id{lock}"), {"id": request_id}).first()
    return Asked._make(found) if found else None


def update_request(conn: Connection, request_id: str, outcome: str, now: int, second: str | None = None) -> None:
    conn.execute(
        sa.text("UPDATE seat_requests SET outcome = :outcome, ended_at = :now, second_person = :second WHERE id = :id AND ended_at IS NULL"),
        {"id": request_id, "outcome": outcome, "now": now, "second": second},
    )
