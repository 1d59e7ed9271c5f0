"""Nothing of another one's at any door of the desk: every door, every role, and books that are his own, of another class, of another
enterprise, of another college, of another chain, or of nobody. What an answer must not hold are the names, texts and ids themselves,
so a door that is new is covered on the day it is built."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import pytest

from decided import decide
from server.services.books import intake
from server.services.people import roster
from server.store.db import db, writing
from server.store.people import devices
from server_desk import CONTENT, PLAN
from serving import CAST, COLLEGE, FIRM, NOW, OTHER_COLLEGE, OTHER_FIRM, Phone, Site, person_id
from sync.op import to_base64url
from sync.signing import make_jws

FAR_COLLEGE = "00000000-0000-4000-8000-000000000091"
NOBODYS = "19000000-0000-4000-8000-000000000000"
# relation -> (college, enterprise, class)
BOOKS = {
    "own": (COLLEGE, FIRM, "a"),
    "other class": (COLLEGE, FIRM, "b"),
    "other enterprise": (COLLEGE, OTHER_FIRM, "a"),
    "other college": (OTHER_COLLEGE, OTHER_FIRM, "c"),
    "other chain": (FAR_COLLEGE, OTHER_FIRM, "d"),
}
# whose books a role may see, at the organisation the cast gives it
SEES = {
    "coordinator": {"own", "other class", "other enterprise"},
    "enterprise_admin": {"own", "other class"},
    "authority": {"own", "other class", "other enterprise", "other college"},
    "other_coordinator": {"other college"},
}


@dataclass(frozen=True)
class Planted:
    """A book and what of it can be recognised in an answer."""

    book: str
    entry: str
    person: str
    group: str
    words: tuple[str, ...]


def uuid(family: int, number: int) -> str:
    return f"{family:08d}-0000-4000-8000-{number:012d}"


def plant(site: Site, number: int, relation: str) -> Planted:
    college, firm, letter = BOOKS[relation]
    mark = secrets.token_hex(6)
    book, entry, person, group = uuid(71, number), uuid(72, number), uuid(73, number), uuid(74, ord(letter))
    with site.app.app_context():
        here = site.app.extensions["jiangji"]
        assert roster.make_person(person, f"person-{mark}", f"login-{mark}", NOW) is None
        roster.give_role(person, "apprentice", firm)
        keeper = {COLLEGE: "coordinator", OTHER_COLLEGE: "other_coordinator"}.get(college, "far")
        by = uuid(75, 1) if keeper == "far" else person_id(keeper)
        with db.engine.begin() as conn:
            conn.exec_driver_sql(
                "INSERT INTO classes (id, college_id, name, from_day, to_day, created_at)"
                f" VALUES ('{group}', '{college}', 'class-{letter}', '2026-01-01', '2027-12-31', 0) ON CONFLICT DO NOTHING"
            )

        def act(kind: str, body: dict[str, Any]) -> None:
            asked = {"book": book, "kind": kind, "doc": book, "of": None, "body": body}
            done = decide(here.key.private, by, "desk", asked, NOW, site.chance)
            assert done is not None and done[1]["as"] == "accepted", (kind, done)

        act("book.opened", {
            "apprentice": person, "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": firm,
            "college": college, "from": "2026-01-01", "to": "2027-12-31", "class": group,
        })  # fmt: skip
        act("plan.set", PLAN)
        act("member.joined", {"member": uuid(76, number), "person": person, "role": "apprentice", "org": None, "from": "2026-01-01", "to": None})
        write(site, book, entry, person, f"text-{mark}")
    return Planted(book, entry, person, group, (f"person-{mark}", f"login-{mark}", f"text-{mark}", book, entry))


def write(site: Site, book: str, entry: str, person: str, text: str) -> None:
    phone = Phone()
    row = {"id": phone.id, "x": phone.jwk["x"], "y": phone.jwk["y"], "label": "", "shared": False, "status": "active"}
    with writing() as conn:
        devices.insert_device(conn, row | {"person_id": person, "now": NOW})
    payload = {
        "v": 1, "book": book, "kind": "entry.logged", "body": {"day": "2026-09-01", **CONTENT, "text": text}, "doc": entry, "of": None,
        "deps": [], "by": person, "count": 1, "at": NOW, "seen": 0, "salt": to_base64url(site.chance(16)),
    }  # fmt: skip
    verdicts = intake.accept([make_jws(phone.key, "jj-op", payload)], NOW)
    assert [one["as"] for one in verdicts.values()] == ["accepted"], verdicts


@pytest.fixture
def planted(make_site) -> tuple[Site, dict[str, Planted]]:
    site = make_site(writes_per_minute=10**6, logins_per_ten_minutes=10**6)
    with site.app.app_context():
        roster.make_org(FAR_COLLEGE, "college", "far college")
        roster.make_person(uuid(75, 1), "far coordinator", "far", NOW)
        roster.give_role(uuid(75, 1), "coordinator", FAR_COLLEGE)
        with db.engine.begin() as conn:
            conn.exec_driver_sql("INSERT INTO skill_chains (id, name) VALUES ('near', 'near'), ('far', 'far')")
            conn.exec_driver_sql(f"UPDATE orgs SET skill_chain_id = 'near' WHERE id IN ('{COLLEGE}', '{OTHER_COLLEGE}')")
            conn.exec_driver_sql(f"UPDATE orgs SET skill_chain_id = 'far' WHERE id = '{FAR_COLLEGE}'")
    return site, {relation: plant(site, number, relation) for number, relation in enumerate(BOOKS)}


def doors(site: Site) -> list[tuple[str, str]]:
    return sorted(
        (rule.rule, method) for rule in site.app.url_map.iter_rules() if rule.rule.startswith("/api/desk")
        for method in rule.methods or () if method in ("GET", "POST", "PUT", "DELETE")
    )  # fmt: skip


def path_to(rule: str, thing: Planted | None) -> str:
    """The door with this one's ids in hand, or with those of nothing there is."""
    values = {
        "book_id": thing.book if thing else NOBODYS, "entry_id": thing.entry if thing else NOBODYS,
        "person_id": thing.person if thing else NOBODYS, "class_id": thing.group if thing else NOBODYS,
    }  # fmt: skip
    for part in rule.split("<")[1:]:
        name = part.split(">")[0]
        rule = rule.replace(f"<{name}>", values.get(name.rpartition(":")[2], NOBODYS))
    return rule


def test_no_door_of_the_desk_says_anything_of_anothers(planted, record_property):
    site, things = planted
    every, cells, leaks = doors(site), 0, []
    before = [tuple(row) for row in site.rows("SELECT id, seq FROM books ORDER BY id")]
    for name in CAST:
        caller, sees = site.caller(name, "desk"), SEES.get(name, set())
        hidden = {word: relation for relation, thing in things.items() if relation not in sees for word in thing.words}
        for rule, method in every:
            for relation, thing in [*things.items(), ("deleted", None)]:
                path = path_to(rule, thing)
                answer = caller.get(path) if method == "GET" else caller.send(method, path, data="{}", content_type="application/json")
                cells += 1
                own = thing.words if thing else ()
                leaks += [
                    (name, method, rule, relation, hidden[word]) for word in hidden
                    if word in answer.text and not (word in own and word in path and answer.status_code in (400, 403, 404))
                ]  # fmt: skip
                foreign = relation not in sees and "<" in rule and any(word in path for word in own)
                if foreign and answer.status_code not in (400, 403, 404):
                    leaks.append((name, method, rule, relation, answer.status_code))
    record_property("cells", cells)
    print(f"{len(every)} doors x {len(CAST)} roles x {len(BOOKS) + 1} relations: {cells} cells, leaks {len(leaks)}")
    assert leaks == []
    assert [tuple(row) for row in site.rows("SELECT id, seq FROM books ORDER BY id")] == before, "an empty request wrote something"


def test_what_is_his_own_is_found(planted):
    """The matrix would hold for a desk that shows nothing."""
    site, things = planted
    for name, sees in SEES.items():
        caller = site.caller(name, "desk")
        books = {one["id"] for one in caller.get("/api/desk/progress").json["items"]} if name != "authority" else None
        for relation, thing in things.items():
            said = caller.get(f"/api/desk/books/{thing.book}/story").status_code
            assert said == (200 if relation in sees else 404), (name, relation)
            assert books is None or (thing.book in books) == (relation in sees), (name, relation)
