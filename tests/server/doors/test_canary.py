"""Checklist no. 59: what people entrust to the product is found nowhere but where it belongs. Recognisable data goes in by the doors;
then everything the server keeps, writes down, sends and answers is swept for it."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
import pyotp
import pytest
import sqlalchemy as sa
from PIL import Image

import rosters
from canaries import Sweep
from colleges import set_up
from demoland import place_of, silent
from hands import Hand, entry_id, tell
from leaving import fetch
from pushservice import Browser, PushService
from server.commands.jobs import do_waiting
from server.log import LOG, JsonLines
from server.nudge.post import Post
from server.nudge.seal import Seal
from server.services.keeping import copies
from server.services.setup import slips as printing
from server.services.telling import nudging
from server.services.telling.nudging import Nudger
from server.store.db import writing
from server_desk import CONTENT
from serving import BOOK, CAST, COLLEGE, PASSWORD, Caller, Phone, Site
from sync.op import to_base64url

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME, TEXT, EXIF, NEW_PASSWORD = "金丝雀甲", "canary diary 9d41f7", "canary-exif-5b20c4", "canary password 71ac03"
NUMBER = rosters.identity(17, "20060317")
PHONE, GUARDIAN_PHONE = "13955501234", "13955505678"
# what the coordinator herself may carry away, shown again that it is she; and who has nothing to do with the college's people
HERS = {
    *(("coordinator /api/desk/exports/<export_id>/file", name) for name in ("number", "phone")),
    *(("coordinator /api/desk/imports/<import_id>/bad", name) for name in ("number", "phone", "guardian's phone")),
}  # fmt: skip
STRANGERS = ("other_coordinator", "other_apprentice", "system_admin", "kiosk")


@dataclass
class World:
    """Where it all went in, and what is to be found nowhere (`sealed`) or nowhere but in the book and the register (`told`)."""

    site: Site
    sealed: dict[str, str]
    told: dict[str, str]
    lines: list[str]
    errors: list[str]
    service: PushService
    ids: dict[str, str]

    def sweep(self, *both: str) -> Sweep:
        return Sweep(self.sealed | (self.told if both else {}))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything the log writes, as it is written."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(JsonLines().format(record))

    handler = Kept()
    LOG.addHandler(handler)
    yield written
    LOG.removeHandler(handler)


@pytest.fixture
def world(town: Site, service: PushService, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> World:
    set_up(town.app, COLLEGE)
    town.open_book()
    world = World(town, {"number": NUMBER, "phone": PHONE, "guardian's phone": GUARDIAN_PHONE, "EXIF": EXIF, "password": NEW_PASSWORD,
                         "coordinator's password": PASSWORD}, {"name": NAME, "text": TEXT}, lines, [], service, {})  # fmt: skip
    desk = come_in(world)
    take_in(world, desk)
    activate(world, desk, monkeypatch)
    work(world)
    export(world, desk)
    go_wrong(world, desk)
    return world


def come_in(world: World) -> Caller:
    """With a password and a second factor."""
    world.site.set_password("coordinator")
    desk = world.site.caller()
    assert desk.log_in("coordinator", PASSWORD, "desk").status_code == 200
    secret = desk.post("/api/desk/factor/start").json["secret"]
    made = desk.post("/api/desk/factor/confirm", {"code": pyotp.TOTP(secret).at(world.site.at // 1000)})
    world.sealed |= {"TOTP secret": secret, "session": desk.cookie}
    world.sealed |= {f"recovery code {n}": code for n, code in enumerate(made.json["codes"])}
    return desk


def take_in(world: World, desk: Caller) -> None:
    """One of a roster, and a row that is bad."""
    row = rosters.person(0)
    values = {
        "姓名": NAME, "身份证号码": NUMBER, "联系电话": PHONE, "监护人": "监护人", "监护人电话": GUARDIAN_PHONE, "所在班级": "金丝雀班",
        "企业名称": row["enterprise"], "职业（工种）": row["occupation"], "培训等级": row["level"], "培训起止日期": "2026-01-01至2026-12-31",
    }  # fmt: skip
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in (list(values), list(values.values()), [NAME, NUMBER, PHONE, "", GUARDIAN_PHONE, "", "", "", "", "x"]):
        book.active.append(line)
    book.save(out)
    report = desk.post("/api/desk/imports?kind=roster&name=a.xlsx", data=out.getvalue(), content_type=XLSX).json["report"]
    assert report["counts"]["good"] == 1, report
    world.ids["import_id"] = report["id"]
    world.ids["job_id"] = desk.post(f"/api/desk/imports/{report['id']}/write").json["job"]
    do_waiting(world.site.app, world.site.clock)
    [(world.ids["class_id"],)] = world.site.rows("SELECT id FROM classes")
    [(world.ids["person_id"], world.ids["book_id"])] = world.site.rows(
        "SELECT p.id, b.id FROM people p JOIN members m ON m.person_id = p.id JOIN books b ON b.id = m.book_id"
        " WHERE p.name = :name AND b.college_id IS NOT NULL", name=NAME,
    )


def activate(world: World, desk: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """His slip, and his own password by it."""
    slips, drawn = [], printing.draw_slips
    monkeypatch.setattr(printing, "draw_slips", lambda sheet, got: slips.extend(got) or drawn(sheet, got))
    assert desk.proven("/api/desk/slips", {"class": world.ids["class_id"]}).status_code == 200
    [slip] = slips
    world.sealed["code"] = slip.code
    phone, caller = Phone(), world.site.caller()
    asked = {"login": slip.login, "password": NEW_PASSWORD, "proof": phone.proof(slip.login), "label": "", "shared": False}
    world.errors.append(caller.post("/api/activation", asked | {"code": slip.code[:-1] + "?"}).text)
    assert caller.post("/api/activation", asked | {"code": slip.code}).status_code == 200
    world.sealed["his session"] = caller.cookie


def work(world: World) -> None:
    """An entry with a photo that says where it was taken, signed; who waits for it is pushed."""
    site, exif, out = world.site, Image.Exif(), io.BytesIO()
    exif[0x010E] = EXIF
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, "JPEG", exif=exif)
    raw = out.getvalue()
    assert EXIF.encode() in raw
    digest = to_base64url(hashlib.sha256(raw).digest())
    browser = Browser(world.service.origin)
    assert site.caller("mentor").send("PUT", "/api/push", json=browser.asked()).status_code == 204
    hand = Hand(site, "apprentice")
    body = {"day": "2026-09-01", **CONTENT, "text": TEXT, "photos": [digest]}
    assert hand.send(hand.write("entry.logged", entry_id(1), body)) == ["accepted"]
    assert site.caller("apprentice").send("PUT", f"/api/blobs/{digest}", data=raw, content_type="image/jpeg").status_code == 204
    world.ids |= {"entry_id": entry_id(1), "sha256": digest}
    tell(site)
    here = site.app.extensions["jiangji"]
    with site.app.app_context():
        nudging.nudge_people(Nudger(Seal(here.push_key.private, here.config.push_contact), Post()), site.config, site.at)
    assert world.service.came, "nobody was pushed"
    world.ids["pushed"] = "\n".join(browser.open(one.body).decode("latin-1") for one in world.service.came)


def export(world: World, desk: Caller) -> None:
    """Masked, and whole under seal."""
    asked = {"form": "roster", "aim": "look", "class_id": world.ids["class_id"]}
    for format_ in ("xlsx", "csv"):
        made = desk.proven("/api/desk/exports", asked | {"format": format_})
        assert made.status_code == 200, made.text
        world.ids[f"export {format_}"] = made.json["id"]
    whole = desk.proven("/api/desk/exports", asked | {"format": "xlsx", "full_ids": True, "reason": "canary"})
    assert whole.status_code == 200, whole.text
    world.ids["export_id"] = whole.json["id"]
    do_waiting(world.site.app, world.site.clock)


def go_wrong(world: World, desk: Caller) -> None:
    """What a server might say back or write down."""
    caller = world.site.caller()
    asked = (
        lambda: caller.log_in(NUMBER, NEW_PASSWORD),
        lambda: caller.post("/api/login", {"login": NUMBER, "password": NEW_PASSWORD, PHONE: 1}),
        lambda: caller.post("/api/activation", {"login": NUMBER, "code": world.sealed["code"], "password": NEW_PASSWORD}),
        lambda: desk.post("/api/desk/proof", {"password": NEW_PASSWORD}),
        lambda: desk.post("/api/desk/factor/show", {"code": PHONE}),
        lambda: desk.get(f"/api/desk/queue?text={NUMBER}&state={PHONE}"),
        lambda: desk.get(f"/api/desk/{NUMBER}/{TEXT}"),
        lambda: desk.post("/api/desk/acts", {"book": NUMBER, "kind": TEXT, "doc": PHONE, "of": NAME, "body": {NUMBER: PHONE}}),
        lambda: desk.post("/api/desk/imports?kind=roster&name=b.csv", data=f"{NAME},{NUMBER}\n".encode(), content_type="text/csv"),
        lambda: caller.post("/api/sync", data=f'{{"v":1,"{NUMBER}'.encode(), content_type="application/json"),
    )
    world.errors += [ask().text for ask in asked]


# --- sweeping ------------------------------------------------------------------------------------------------------


def places_of(world: World, tmp_path) -> Sweep:
    """Whatever lies on a disk."""
    sweep, site = world.sweep(), world.site
    sweep.look_at_database(site)
    if not site.config.database_url.startswith("postgresql"):
        sweep.look("the database's bytes", (site.config.home / "jiangji.db").read_bytes())
    sweep.look_at_files(site.config.home)
    with site.app.app_context():
        copies.back_up(tmp_path / "copy.zip", place_of(site.config.home), False, site.at, silent)
    with zipfile.ZipFile(tmp_path / "copy.zip") as packed:
        packed.extractall(tmp_path / "copy")
    sweep.look_at_files(tmp_path / "copy")
    return sweep


def words_of(world: World) -> Sweep:
    """Whatever is written down or sent besides: not even who it is about."""
    sweep = world.sweep("told")
    sweep.look("log", "\n".join(world.lines))
    for at, text in enumerate(world.errors):
        sweep.look(f"error {at}", text)
    for at, request in enumerate(world.service.came):
        sweep.look(f"push {at}", request.target.encode() + repr(request.headers).encode() + request.body)
    sweep.look("push, unsealed", world.ids["pushed"])
    sweep.look("jobs", "\n".join(str(value) for row in world.site.rows("SELECT * FROM jobs") for value in row))
    return sweep


def answers_of(world: World) -> Sweep:
    """Every door that is asked with GET, by everybody, with the ids of what there is."""
    sweep, told = world.sweep(), Sweep(world.told)
    rules = world.site.app.url_map.iter_rules()
    doors = sorted({rule.rule for rule in rules if "GET" in (rule.methods or ()) and rule.rule.startswith("/api")})
    for name in CAST:
        for rule in doors:
            path = rule
            for part in rule.split("<")[1:]:
                field = part.split(">")[0]
                path = path.replace(f"<{field}>", world.ids.get(field.rpartition(":")[2], BOOK))
            answer = world.site.caller(name, "desk" if rule.startswith("/api/desk") else "phone").get(path)
            sweep.look(f"{name} {rule}", answer.data)
            if name in STRANGERS:
                told.look(f"{name} {rule}", answer.data)
    sweep.hits |= told.hits
    return sweep


def test_what_was_entrusted_is_found_nowhere_but_where_it_belongs(world, tmp_path):
    lying, said = places_of(world, tmp_path), words_of(world)
    assert lying.looked_at > 150 and lying.hits == set()
    assert len(world.lines) > 20 and len(world.errors) > 8 and said.hits == set()
    answered = answers_of(world)
    assert answered.looked_at > 400 and answered.hits == HERS, "whole numbers are hers alone: what she handed in, what she exported with a reason"
    masked = world.sweep()
    for format_ in ("xlsx", "csv"):
        masked.look(format_, fetch(world.site, {"id": world.ids[f"export {format_}"]}))
    assert masked.looked_at == 2 and masked.hits == set()


def test_the_sweep_sees_a_leak_in_each_place(world, tmp_path):
    """The same sweeps, with one word let out in every place."""
    site, hand = world.site, Hand(world.site, "apprentice")
    body = {"day": "2026-09-02", **CONTENT, "text": f"call {PHONE}"}
    assert hand.send(hand.write("entry.logged", entry_id(2), body)) == ["accepted"]
    with site.app.app_context(), writing() as conn:
        conn.execute(sa.text("UPDATE enrolled SET remark = :leak"), {"leak": f"see {NUMBER}"})
        conn.execute(sa.text("UPDATE jobs SET result = :leak"), {"leak": json.dumps({"of": NAME})})
        conn.execute(sa.text("UPDATE orgs SET name = :leak"), {"leak": NAME})
    (site.config.home / "exports" / "left.tmp").write_text(world.sealed["code"])
    logging.getLogger("jiangji").info("%s came", NAME)
    lying, said, answered = places_of(world, tmp_path), words_of(world), answers_of(world)
    assert {("enrolled.remark", "number"), ("ops.jws", "phone"), ("exports/left.tmp", "code")} <= lying.hits
    assert {("log", "name"), ("jobs", "name")} <= said.hits
    assert {name.partition(" ")[0] for name, what in answered.hits if what == "name"} >= {"other_coordinator", "system_admin"}
