"""Photos: taken in only when an operation names them, shown only to who may see its book, never as they came."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image

from server.papers.photos import clean_photo
from server.services.books import photos
from serving import BOOK, COLLEGE, FIRM, NOW, Phone, Site, person_id
from sync.op import to_base64url
from sync.signing import make_jws


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def with_position(turned: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "canary description", turned
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 0.0)
    return picture(exif=exif, icc_profile=b"canary profile")


def bomb() -> bytes:
    """A small PNG of 30,000 x 30,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 4_000_000))
        + chunk(b"IEND", b"")
    )


def digest(raw: bytes) -> str:
    return to_base64url(hashlib.sha256(raw).digest())


def name_in_book(site: Site, *raws: bytes) -> None:
    """The apprentice's phone logs an entry that names these photos."""
    site.open_book()
    site.log_hours(1, tuple(digest(raw) for raw in raws))


def put(
    site: Site, raw: bytes, name: str = "apprentice", kind: str = "image/jpeg", sha256: str = ""
) -> tuple[int, str]:
    answer = site.caller(name).send("PUT", f"/api/blobs/{sha256 or digest(raw)}", data=raw, content_type=kind)
    return answer.status_code, answer.json["word"] if answer.data else ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_named_photo_is_kept_and_shown(both, kind):
    raw = picture(kind)
    name_in_book(both, raw)
    path = f"/api/blobs/{digest(raw)}"
    assert both.caller("apprentice").send("HEAD", path).status_code == 404
    assert put(both, raw, kind=f"image/{kind.lower()}") == (204, "")
    assert put(both, raw, kind=f"image/{kind.lower()}") == (204, "")
    for name in ("apprentice", "mentor", "coordinator", "enterprise_admin"):
        assert both.caller(name).send("HEAD", path).status_code == 204
        shown = both.caller(name).get(path)
        assert (shown.status_code, shown.mimetype, shown.headers["Content-Disposition"]) == (
            200,
            "image/jpeg",
            "attachment",
        )
        assert Image.open(io.BytesIO(shown.data)).size == (40, 30)


def test_a_photo_of_another_book_is_none(both):
    """The same answer as for one that does not exist."""
    raw = picture()
    name_in_book(both, raw)
    put(both, raw)
    path = f"/api/blobs/{digest(raw)}"
    for name in ("other_apprentice", "other_coordinator", "authority", "system_admin", "base_admin"):
        for method in ("GET", "HEAD"):
            assert both.caller(name).send(method, path).status_code == 404
        assert put(both, raw, name) == (404, "not_found")


def test_whoever_has_left_a_book_brings_its_photos_and_sees_none(both):
    raw = picture()
    name_in_book(both, raw)
    put(both, raw)
    path = f"/api/blobs/{digest(raw)}"
    left = {"member": "30000000-0000-4000-8000-000000000001", "to": "2026-09-20", "reason": "转岗"}
    assert both.caller("mentor").get(path).status_code == 200
    assert both.caller("coordinator", "desk").act("member.left", left)["as"] == "accepted"
    for method in ("GET", "HEAD"):
        assert both.caller("mentor").send(method, path).status_code == 404
    assert put(both, raw, "mentor") == (204, "")
    assert both.caller("apprentice").get(path).status_code == 200


def test_a_photo_no_operation_names_is_refused(site):
    name_in_book(site, picture())
    assert put(site, picture(size=(50, 50))) == (404, "not_found")


def test_the_name_must_be_the_digest(site):
    """Checked before a decoder sees a byte."""
    raw = picture()
    name_in_book(site, raw)
    assert put(site, raw + b"x", sha256=digest(raw)) == (400, "hash_differs")


def test_nothing_beside_the_pixels_is_shown_and_the_original_never(site):
    """Position, description and profile are gone; the file has a name of ours."""
    raw = with_position(turned=6)
    name_in_book(site, raw)
    put(site, raw)
    shown = site.caller("mentor").get(f"/api/blobs/{digest(raw)}").data
    image = Image.open(io.BytesIO(shown))
    assert b"canary" in raw and b"canary" not in shown
    assert dict(image.getexif()) == {} and "icc_profile" not in image.info
    assert image.size == (30, 40)
    kept = sorted(path.name for path in site.config.blobs.iterdir())
    assert len(kept) == 2 and kept[1] == kept[0] + ".orig" and digest(raw) not in kept[0]
    assert (site.config.blobs / kept[1]).read_bytes() == raw
    assert {path.stat().st_mode & 0o777 for path in site.config.blobs.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("raw", "taken"),
    [
        (picture("PNG", (6000, 4000)), True),
        (picture("PNG", (6001, 4000)), False),
        (bomb(), False),
        (picture("GIF"), False),
        (picture("BMP"), False),
        (picture("TIFF"), False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", False),
        (picture()[:-200], False),
        (b"", False),
    ],
    ids=["24 MP", "more than 24 MP", "bomb", "gif", "bmp", "tiff", "svg", "cut off", "empty"],
)
def test_only_pictures_of_three_kinds_and_24_megapixels_are_taken(raw, taken):
    assert (clean_photo(raw) is not None) is taken


def test_a_picture_that_is_none_leaves_nothing_behind(site):
    raw = bomb()
    name_in_book(site, raw)
    assert put(site, raw, kind="image/png") == (400, "not_a_photo")
    assert not site.config.blobs.exists()
    assert site.rows("SELECT sha256 FROM photos") == []


@pytest.mark.parametrize("quota", [photos.Quota(bytes=1000), photos.Quota(per_day=1)])
def test_a_person_has_a_quota(both, quota):
    first, second = picture(), picture(size=(41, 30))
    name_in_book(both, first, second)
    here, said = both.app.extensions["jiangji"], []
    for raw in (first, second, first):
        with both.app.app_context():
            denial = photos.keep_photo(
                here.pictures,
                both.config.blobs,
                person_id("apprentice"),
                digest(raw),
                raw,
                both.chance(16).hex(),
                NOW,
                quota,
            )
        said.append(denial.word if denial else "kept")
    assert said == ["kept", "quota_used_up", "kept"]


def test_a_photo_whose_file_was_lost_is_taken_again(both):
    raw = picture()
    name_in_book(both, raw)
    put(both, raw)
    for path in both.config.blobs.iterdir():
        path.unlink()
    path = f"/api/blobs/{digest(raw)}"
    assert both.caller("mentor").send("HEAD", path).status_code == 404
    assert put(both, raw) == (204, "")
    assert both.caller("mentor").get(path).status_code == 200


@pytest.mark.parametrize(
    "name", ["..%2f..%2fsecret", "A" * 42, "A" * 44, "../secret", "%00" * 43, "A" * 42 + "%0a", "/etc/passwd"]
)
def test_a_name_that_is_no_digest_is_no_address(site, name):
    assert site.caller("apprentice").get(f"/api/blobs/{name}").status_code in (308, 404)


def name_in_another_book(site: Site, raw: bytes) -> str:
    """Another apprentice of the same firm and mentor writes the digest down in a book of his own."""
    other, book = "other_apprentice", BOOK[:-1] + "9"
    opened = {
        "apprentice": person_id(other), "learner": "student_apprentice", "occupation": "钳工", "level": "中级", "enterprise": FIRM,
        "college": COLLEGE, "from": "2026-01-01", "to": "2027-12-31",
    }  # fmt: skip
    acts = [("book.opened", opened)] + [
        ("member.joined", {"member": f"30000000-0000-4000-8000-00000000009{n}", "person": person_id(name), "role": role, "org": None,
                           "from": "2026-01-01", "to": None})
        for n, (name, role) in enumerate(((other, "apprentice"), ("base_trainer", "mentor")))
    ]  # fmt: skip
    for kind, body in acts:
        assert site.decide(kind, body, book, book=book)["as"] == "accepted"
    phone, caller = Phone(), site.caller(other)
    caller.post("/api/devices", {"proof": phone.proof(other), "label": "", "shared": False})
    body = {
        "day": "2026-09-01", "start": 480, "end": 720, "break": 0, "module": "m1", "nature": "practice", "place_kind": "post", "place": None,
        "text": "x", "photos": [digest(raw)], "safety": True, "shared": False, "late_reason": None, "presence": None,
    }  # fmt: skip
    payload = {
        "v": 1, "book": book, "kind": "entry.logged", "body": body, "doc": "40000000-0000-4000-8000-000000000099", "of": None, "deps": [],
        "by": person_id(other), "count": 1, "at": NOW, "seen": 0, "salt": to_base64url(site.chance(16)),
    }  # fmt: skip
    asked = {"v": 1, "build": "t", "epoch": "", "have": {}, "ops": [make_jws(phone.key, "jj-op", payload)], "limit": 0}
    assert [verdict["as"] for verdict in caller.post("/api/sync", asked).json["verdicts"].values()] == ["accepted"]
    return book


def test_to_name_the_digest_of_anothers_photo_does_not_open_it(both):
    """Neither for him nor for anybody of his book; who has the photo itself may bring it there, too."""
    raw = picture()
    path = f"/api/blobs/{digest(raw)}"
    name_in_book(both, raw)
    assert put(both, raw) == (204, "")
    name_in_another_book(both, raw)
    thief = both.caller("other_apprentice")
    assert (thief.get(path).status_code, thief.send("HEAD", path).status_code) == (404, 404)
    assert both.caller("apprentice").get(path).status_code == 200
    assert put(both, raw + b"x", "other_apprentice", sha256=digest(raw)) == (400, "hash_differs")
    assert thief.get(path).status_code == 404
    assert put(both, raw, "other_apprentice") == (204, "")
    assert (thief.get(path).status_code, thief.send("HEAD", path).status_code) == (200, 204)


def test_who_is_in_both_books_is_told_to_bring_the_photo_to_the_second(both):
    """Whoever sees it in one book does not make it seen in the other by that."""
    raw = picture()
    path = f"/api/blobs/{digest(raw)}"
    name_in_book(both, raw)
    put(both, raw)
    assert both.caller("base_trainer").send("HEAD", path).status_code == 204
    name_in_another_book(both, raw)
    assert both.caller("base_trainer").send("HEAD", path).status_code == 404
    assert both.caller("base_trainer").get(path).status_code == 200
