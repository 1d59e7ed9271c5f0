"""At which desk somebody sits: with several, he says at which organisation."""

from collections.abc import Collection

from server.store.db import reading, sitting
from server.store.desk.scope import Scope, select_scopes

__all__ = ["Scope", "stand_up", "take_seat"]


def take_seat(person_id: str, roles: Collection[str], org_id: str | None) -> Scope | None:
    """The first of these roles he has, at the organisation he named or at any; None when he has none. From here on his request reads
    what this seat may see."""
    with reading() as conn:
        scopes = select_scopes(conn, person_id)
    found = [scope for scope in scopes if org_id in (None, scope.org_id)]
    taken = next((scope for role in roles for scope in found if scope.role == role), None)
    sitting.set((taken.role, taken.org_id) if taken else None)
    return taken


def stand_up() -> None:
    """Before and after every request: the next one in this thread is somebody else's."""
    sitting.set(None)
