"""An operator opens a base, lets people serve there, and sets up and ends the tablet at its door."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from hands import SYNC, pull
from server import clock
from server.cli import main
from server.services.keeping import upkeep
from server.store.people.passwords import read_code
from serving import PASSWORD, WORKS, Phone, Site, person_id

NAME, SLIP = "org-05", re.compile(r"/activate#([a-z0-9-]+)\.([0-9A-Z]{10})")
Run = Callable[..., str]


@pytest.fixture
def town(both: Site) -> Site:
    both.at = clock()
    return both


@pytest.fixture
def run(town: Site) -> Run:
    env = {
        "JIANGJI_HOME": str(town.config.home),
        "JIANGJI_DATABASE": town.config.database_url,
        "JIANGJI_HASH_MEMORY_KIB": "256",
    }

    def run(command: str, *words: str, name: str = NAME, by: str = "base_admin") -> str:
        return CliRunner().invoke(main, ["base", command, name, "--by", by, *words], env=env).output

    return run


def members(site: Site) -> list[tuple[str, str, str | None]]:
    [[body]] = site.rows("SELECT body FROM documents WHERE book_id = :id AND id = :id", id=WORKS)
    return [(member["person"], member["role"], member["to"]) for member in json.loads(body)["members"]]


def test_a_base_is_opened_staffed_and_left(town, run):
    assert "with 2 workstations" in run("open", "--workstation", "W-01", "--workstation", "W-02")
    assert "with 1 workstations" in run("open", "--workstation", "W-01", by="system_admin"), "again: as it is from now on"
    assert "may hold sessions" in run("staff", "--login", "base_trainer")
    assert "serves there already" in run("staff", "--login", "base_trainer")
    assert "as mentor" in run("staff", "--login", "mentor", "--role", "mentor", "--to", "2099-12-31")
    assert WORKS in pull(town, "mentor")
    assert "no longer serves" in run("leave", "--login", "mentor", "--reason", "moved", "--to", "2026-01-01")
    assert "base_trainer  base_trainer" in run("show") and "name of mentor" in run("show")
    assert "has no place there" in run("leave", "--login", "apprentice", "--reason", "moved")
    today = members(town)
    assert [(person, role) for person, role, _ in today] == [(person_id("base_trainer"), "base_trainer"), (person_id("mentor"), "mentor")]
    assert today[0][2] is None and today[1][2] is not None
    held = town.rows("SELECT role FROM roles WHERE person_id = :id AND org_id = :org", id=person_id("base_trainer"), org=WORKS)
    assert [row[0] for row in held] == ["base_trainer"]
    with town.app.app_context():
        assert upkeep.verify(lambda done, total: None).differences == ()


def test_every_mistake_is_answered_in_a_sentence(town, run):
    for by in ("base_admin", "coordinator"):
        assert "There is no base called nowhere;" in run("open", name="nowhere", by=by)
    assert "There is no base called nowhere;" in run("staff", "--login", "mentor", name="nowhere", by="system_admin")
    assert town.rows("SELECT id FROM orgs WHERE name = 'nowhere'") == [], "and nobody has made it by trying"
    assert "There is no base called org-01;" in run("open", name="org-01"), "a college is none"
    assert "may not decide" in run("open", by="coordinator")
    assert "Nobody has the log-in nobody." in run("open", by="nobody")
    assert "no book yet" in run("staff", "--login", "mentor")
    assert "A base's name has 1 to 60" in run("open", "--workstation", "W" * 41)
    run("open")
    assert run("show") == "Nobody serves there.\n"
    assert "Nobody has the log-in nobody." in run("staff", "--login", "nobody")
    assert "a day is written like" in run("staff", "--login", "mentor", "--from", "1.9.2026")
    assert "The last day lies before" in run("staff", "--login", "mentor", "--from", "2026-09-02", "--to", "2026-09-01")
    assert "is no kiosk of this base" in run("end-kiosk", "--login", "mentor")
    assert members(town) == []


def test_a_tablet_comes_by_its_slip_and_goes_at_once(town, run):
    run("open")
    output = run("kiosk", "--login", "kiosk-3", "--title", "3 号楼签到屏")
    first = SLIP.search(output)
    assert first and first[1] == "kiosk-3", output
    second = SLIP.search(run("kiosk", "--login", "kiosk-3", "--title", "3 号楼签到屏"))
    assert second and second[2] != first[2], "while it has not been in it may have another slip"
    assert [role for _, role, _ in members(town)] == ["kiosk"], "and stands there once"
    tablet, phone = town.caller(), Phone()
    asked = {"login": "kiosk-3", "password": PASSWORD, "label": "tablet", "shared": False, "proof": phone.proof("kiosk-3")}
    assert tablet.post("/api/activation", asked | {"code": read_code(first[2])}).status_code != 200
    assert tablet.post("/api/activation", asked | {"code": read_code(second[2])}).status_code == 200
    assert [role["role"] for role in tablet.get("/api/me").json["person"]["roles"]] == ["kiosk"]
    clock_said = {"device": phone.id, "at": town.at - 90_000}
    assert tablet.post("/api/sync", SYNC | {"clock": clock_said}).status_code == 200
    assert "kiosk         kiosk-3" in run("show") and "clock -90 s, heard 20" in run("show")
    assert "somebody's already" in run("kiosk", "--login", "kiosk-3", "--title", "3 号楼签到屏")
    assert "with 1 key." in run("end-kiosk", "--login", "kiosk-3", "--lost")
    assert tablet.get("/api/me").status_code == 401 and tablet.log_in("kiosk-3").status_code != 200
    assert town.rows("SELECT status FROM devices WHERE id = :id", id=phone.id)[0][0] == "lost"
    assert members(town)[0][2] is not None


def test_the_systems_administrator_makes_a_new_base(town, run):
    assert "is open" in run("open", name="Works two", by="system_admin")
    assert town.rows("SELECT kind FROM orgs WHERE name = 'Works two'")[0][0] == "base"
    assert "may not decide" in run("open", name="Works two", by="base_admin"), "of another base"


def test_nobody_who_serves_there_becomes_a_kiosk(town, run):
    run("open")
    run("kiosk", "--login", "kiosk-3", "--title", "3 号楼签到屏")
    assert "is no kiosk" in run("staff", "--login", "kiosk-3")
