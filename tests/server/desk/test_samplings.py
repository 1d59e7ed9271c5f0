"""Sampling: drawn by a seed that is written down, the same again for everybody, out of one's own chain, and nothing written into books."""

from __future__ import annotations

import hashlib
import io

import openpyxl
import pytest
import sqlalchemy as sa

from server.services.desk.samplings import rank_of
from server.store.copies import columns_of
from server.store.db import writing
from serving import BOOK, COLLEGE, OTHER_COLLEGE, Site

DRAW = {"what": "entries", "wanted": 3, "day_from": "2026-01-01", "day_to": "2026-12-31", "seed": "7 12 19 23 31 35"}
FAR = BOOK.replace("1", "6")


@pytest.fixture
def chained(both: Site) -> Site:
    """Eight entries in a book of the chain's college, the same in one of another chain's."""
    both.open_book()
    both.log_hours(8)
    with both.app.app_context(), writing() as conn:
        conn.execute(sa.text("INSERT INTO skill_chains (id, name) VALUES ('near', 'near'), ('far', 'far')"))
        conn.execute(sa.text(f"UPDATE orgs SET skill_chain_id = 'near', kind = 'college' WHERE id = '{COLLEGE}'"))
        conn.execute(sa.text(f"UPDATE orgs SET skill_chain_id = 'far', kind = 'college' WHERE id = '{OTHER_COLLEGE}'"))
        conn.execute(sa.text(f"INSERT INTO books (id, seq, chain, college_id) VALUES ('{FAR}', 1, 'c', '{OTHER_COLLEGE}')"))
        names = columns_of("entries")
        changed = {"book_id": f"'{FAR}'", "college_id": f"'{OTHER_COLLEGE}'"}
        chosen = ", ".join(changed.get(name, name) for name in names)
        conn.execute(sa.text(f"INSERT INTO entries ({', '.join(names)}) SELECT {chosen} FROM entries WHERE book_id = '{BOOK}'"))
    return both


def test_it_is_drawn_by_the_seed_and_anybody_can_draw_it_again(chained):
    desk = chained.caller("authority", "desk")
    before = [tuple(row) for row in chained.rows("SELECT id, seq FROM books ORDER BY id")]
    drawn = [desk.get(f"/api/desk/samplings/{desk.post('/api/desk/samplings', DRAW).json['id']}").json for _ in range(2)]
    keys = [[(one["book_id"], one["entry_id"]) for one in sampling["items"]] for sampling in drawn]
    there = sorted((row[0], row[1]) for row in chained.rows("SELECT book_id, id FROM entries WHERE book_id = :book", book=BOOK))
    assert keys[0] == keys[1] == sorted(there, key=lambda key: rank_of(DRAW["seed"], key))[:3]
    assert (drawn[0]["pool"], drawn[0]["seed"]) == (8, DRAW["seed"])
    assert drawn[0]["pool_hash"] == hashlib.sha256("".join(f"{book} {entry}\n" for book, entry in there).encode()).hexdigest()
    other = desk.post("/api/desk/samplings", {**DRAW, "seed": None}).json["id"]
    assert len(desk.get(f"/api/desk/samplings/{other}").json["seed"]) == 16, "chance gives one, and it is written down as well"
    assert [tuple(row) for row in chained.rows("SELECT id, seq FROM books ORDER BY id")] == before
    rows = desk.get("/api/desk/samplings").json
    assert rows["total"] == 3 and rows["items"][0]["drawn"] == 3


def test_people_are_drawn_as_well_and_more_than_there_are_is_all_of_them(chained):
    desk = chained.caller("authority", "desk")
    done = desk.post("/api/desk/samplings", {**DRAW, "what": "people", "wanted": 20}).json["id"]
    [item] = desk.get(f"/api/desk/samplings/{done}").json["items"]
    assert (item["book_id"], item["entry_id"], item["person"]) == (BOOK, "", "name of apprentice")
    assert desk.post("/api/desk/samplings", {**DRAW, "day_from": "2031-01-01", "day_to": "2031-02-01"}).json["word"] == "nothing_to_draw"
    assert desk.post("/api/desk/samplings", {**DRAW, "day_from": "2027-01-01"}).json["word"] == "days_crossed"


def test_what_was_found_is_noted_and_printed(chained):
    desk = chained.caller("authority", "desk")
    done = desk.post("/api/desk/samplings", DRAW).json["id"]
    path = f"/api/desk/samplings/{done}"
    assert desk.post(f"{path}/findings", {"place": 2, "outcome": "doubtful", "note": "=门禁没有记录"}).status_code == 204
    assert desk.post(f"{path}/findings", {"place": 4, "outcome": "wrong", "note": ""}).status_code == 404
    assert desk.post(f"{path}/findings", {"place": 2, "outcome": "credited", "note": ""}).json["word"] == "bad_request"
    items = desk.get(path).json["items"]
    assert [(one["outcome"], one["found_by"]) for one in items] == [(None, None), ("doubtful", "name of authority"), (None, None)]
    assert [(row["looked_at"], row["odd"]) for row in desk.get("/api/desk/samplings").json["items"]] == [(1, 1)]
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{path}/protocol").data))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    texts = " ".join(str(cell.value) for cell in cells)
    assert DRAW["seed"] in texts and "存疑" in texts and "=门禁没有记录" in texts and "总数：8" in texts
    assert all(cell.data_type != "f" for cell in cells)


def test_it_is_its_authoritys_alone(chained):
    desk = chained.caller("authority", "desk")
    done = desk.post("/api/desk/samplings", DRAW).json["id"]
    for name in ("coordinator", "enterprise_admin", "system_admin", "base_admin"):
        assert chained.caller(name, "desk").get("/api/desk/samplings").status_code == 403
    with chained.app.app_context(), writing() as conn:
        conn.execute(sa.text(f"UPDATE samplings SET org_id = '{OTHER_COLLEGE}'"))
    for path in ("", "/protocol"):
        assert desk.get(f"/api/desk/samplings/{done}{path}").status_code == 404
    assert desk.post(f"/api/desk/samplings/{done}/findings", {"place": 1, "outcome": "wrong", "note": ""}).status_code == 404
