"""What a coordinator sees of her colleges, page by page."""

from typing import Any

from server.store.books.facts import select_entries
from server.store.db import reading
from server.store.people.people import select_orgs_of_role

START = ("", "", "")


def list_entries(
    person_id: str, after: str, limit: int, wanted: dict[str, str]
) -> tuple[list[dict[str, Any]], str | None] | None:
    """A page over all her colleges, one after the other, and where it goes on; None when `after` is no place of ours."""
    place = after.split("/") if after else ["", *START]
    if len(place) != 4:
        return None
    found: list[dict[str, Any]] = []
    with reading() as conn:
        for college in select_orgs_of_role(conn, person_id, "coordinator"):
            if college < place[0]:
                continue
            start = (place[1], place[2], place[3]) if college == place[0] else START
            rows = select_entries(conn, college, start, limit + 1 - len(found), wanted)
            found += [{**row._mapping, "college": college} for row in rows]
            if len(found) > limit:
                break
    shown = [{name: row[name] for name in row if name != "college"} for row in found[:limit]]
    if len(found) <= limit:
        return shown, None
    last = found[limit - 1]
    return shown, "/".join((last["college"], last["book_id"], last["day"], last["id"]))
