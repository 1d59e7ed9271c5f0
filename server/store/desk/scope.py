"""Whose books somebody at a desk may see, within the border that `border` draws. No statement of the desk reads books without it."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.store.border import colleges_bound_to


class Scope(NamedTuple):
    """Where somebody sits: one role, at one organisation."""

    person_id: str
    role: str
    org_id: str

    @property
    def values(self) -> dict[str, str]:
        """What every statement with `seen` in it brings."""
        return {"scope_org": self.org_id}


# The alias stands for books, or for another table that has the columns college_id and enterprise_id.
SEEN = {
    "coordinator": "{0}.college_id = :scope_org",
    "enterprise_admin": "{0}.enterprise_id = :scope_org",
    "authority": f"{{0}}.college_id IN ({colleges_bound_to(':scope_org')})",
}
NOTHING = "CAST(:scope_org AS TEXT) IS NULL"


def seen(scope: Scope, alias: str) -> str:
    """The condition under which a row belongs to what this desk may see; a base and the system see no books."""
    return SEEN.get(scope.role, NOTHING).format(alias)


def select_scopes(conn: Connection, person_id: str) -> list[Scope]:
    """Every desk this person may sit at; none once the account is shut."""
    rows = conn.execute(
        sa.text(
            "SELECT r.person_id, r.role, r.org_id FROM roles r JOIN people p ON p.id = r.person_id"
            " WHERE r.person_id = :person AND NOT p.disabled AND r.role IN"
            " ('coordinator', 'enterprise_admin', 'base_admin', 'authority', 'system_admin') ORDER BY r.role, r.org_id"
        ),
        {"person": person_id},
    )
    return [Scope(*row) for row in rows]


def escape(text: str) -> str:
    """As part of a LIKE … ESCAPE '!'."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
