"""Fixed people, keys and bodies the vectors and the tests of sync/ are made of, and a Story that tells a book op by op."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from sync.book import Doc
from sync.errors import Refusal
from sync.kinds import KINDS
from sync.op import Op, op_id, read, signing_input, take_apart, to_base64url, with_signature
from sync.reduce import reduce
from sync.rules import Facts, check
from sync.signing import jwk_of, thumbprint

AT = 1_773_800_000_000
NO_SIGNATURE = bytes(64)


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def digest(name: str) -> str:
    return to_base64url(hashlib.sha256(name.encode()).digest())


def salt(name: str) -> str:
    return to_base64url(hashlib.sha256(name.encode()).digest()[:16])


def key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number, ec.SECP256R1())


KEY = key(20260318)
KID = thumbprint(jwk_of(KEY.public_key()))

BOOK, ENTERPRISE, COLLEGE = uuid(1), uuid(2), uuid(3)
APPRENTICE, MENTOR, MENTOR2, TUTOR, COORDINATOR, STRANGER = (uuid(number) for number in range(11, 17))
ENTRY, ENTRY2, ENTRY3, PRESENCE, RESULT, NOTE, RESET, NOTICE = (uuid(number) for number in range(101, 109))
BASE, SESSION, KIOSK = uuid(4), uuid(400), uuid(17)
ME = APPRENTICE  # a personal book has its person's id
DAY = "2026-03-18"

RULES = {
    "lesson_minutes": 45, "day_cap_minutes": 480, "night_from": 1320, "night_to": 360,
    "online_permille": 500, "base_check_in": True, "late_days": 7,
}  # fmt: skip


def module(code: str, category: str, place: str, lessons: int) -> dict[str, Any]:
    nature = "practice" if category == "operation" else "theory"
    return {
        "code": code, "name": f"模块 {code}", "category": category, "nature": nature, "place": place, "minutes": lessons * 45
    }  # fmt: skip


PLAN: dict[str, Any] = {
    "plan": "P600", "name": "工业机器人系统操作员 三级 600 学时", "rule_set": "gd-2026", "source": "示例", "status": "filed",
    "modules": [
        module("M1", "general", "post", 72), module("M2", "foundation", "college", 138),
        module("M3", "operation", "post", 260), module("M4", "operation", "base", 130),
    ],
    "places": [{"id": "base-1", "name": "示例公共实训基地", "kind": "base"}],
    "rules": RULES,
    "closed_days": ["2026-01-01", "2026-05-01"],
}  # fmt: skip

ENTRY_BODY: dict[str, Any] = {
    "day": DAY, "start": 510, "end": 600, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
    "place": None, "text": "更换 CX-200 主轴轴承 🔧", "photos": [], "safety": True, "shared": False,
    "late_reason": None, "presence": None,
}  # fmt: skip

RESULT_BODY: dict[str, Any] = {
    "competition": "2026 湛江选拔赛", "year": 2026, "level": "province_2", "event": "工业机器人系统操作员", "division": "student",
    "rank": 2, "award": "一等奖", "score": "90.10", "day": "2026-06-06", "photos": [digest("photo")],
}  # fmt: skip

BODIES: dict[str, dict[str, Any]] = {
    "book.opened": {
        "apprentice": APPRENTICE, "learner": "student_apprentice", "occupation": "6-31-07-03", "level": "三级",
        "enterprise": ENTERPRISE, "college": COLLEGE, "from": "2025-09-01", "to": "2026-08-31",
    },
    "plan.set": PLAN,
    "member.joined": {
        "member": uuid(29), "person": uuid(19), "role": "mentor", "org": ENTERPRISE, "from": "2025-09-01", "to": None
    },
    "member.left": {"member": uuid(22), "to": "2026-03-31", "reason": "换岗"},
    "entry.logged": ENTRY_BODY,
    "entry.revised": {**ENTRY_BODY, "end": 590},
    "entry.withdrawn": {"reason": "重复填写"},
    "entry.signed": {"minutes": 80, "how": "list", "note": None, "scores": [{"skill": "装配", "score": 85}]},
    "entry.returned": {"reason": "时间不对"},
    "entry.credited": {"minutes": 80, "note": None},
    "entry.queried": {"reason": "请补照片"},
    "entry.reversed": {"minutes": -45, "reason": "误记"},
    "month.locked": {"month": "2026-03"},
    "presence.checked_in": {"base": "base-1", "workstation": "W-07", "day": DAY, "start": 480, "code": None},
    "presence.checked_out": {"end": 1080, "code": None},
    "presence.proven": {"side": "in", "about": digest("check-in"), "session": uuid(400), "word": "good"},
    "result.claimed": RESULT_BODY,
    "result.verified": {"note": None},
    "result.rejected": {"reason": "无证书"},
    "note.added": {"text": "第一周", "about": None},
    "access.reset": {"person": uuid(11), "second": uuid(18), "reason": "手机遗失"},
    "me.opened": {"owner": APPRENTICE, "from": "2025-09-01"},
    "notice.given": {"word": "entry_signed", "book": BOOK, "about": ENTRY, "count": 3},
    "notices.read": {"until": AT},
    "presence.seen": {
        "base": BASE, "session": SESSION, "workstation": None, "day": DAY, "start": 480, "end": 690
    },
    "base.opened": {"name": "示例公共实训基地", "workstations": ["W-07", "W-08"]},
    "base.changed": {"name": "示例公共实训基地", "workstations": []},
    "staff.joined": {"member": uuid(49), "person": uuid(19), "role": "base_trainer", "from": "2025-09-01", "to": None},
    "staff.left": {"member": uuid(42), "to": "2026-03-31", "reason": "调离"},
    "session.opened": {
        "workstation": "W-07", "module": "M4", "topic": "机器人本体拆装", "day": DAY, "start": 480, "end": 700
    },
    "session.closed": {"end": 690, "seen": [{"book": BOOK, "person": APPRENTICE}]},
    "kiosk.heard": {"person": KIOSK, "device": digest("kiosk"), "seconds": -40},
}  # fmt: skip

DOC_OF = {
    "book": BOOK, "entry": ENTRY, "presence": PRESENCE, "result": RESULT, "note": NOTE, "reset": RESET, "me": ME, "notice": NOTICE,
    "base": BASE, "session": SESSION, "kiosk": KIOSK,
}  # fmt: skip


def usual_author(kind: str) -> str:
    by = KINDS[kind].by
    if kind == "session.closed":
        return MENTOR
    if by & {"apprentice", "author", "owner"}:
        return APPRENTICE
    return MENTOR if "mentor" in by or "member" in by else COORDINATOR


def is_desk(kind: str) -> bool:
    return KINDS[kind].by == {"desk"}


def payload(kind: str, name: str = "", **given: Any) -> dict[str, Any]:
    """A payload whose every member can be told; the rest is what this kind usually has. `name` makes it a different op."""
    body = given.pop("body", None)
    change = given.pop("change", {})
    doc = DOC_OF[KINDS[kind].concerns] if kind in KINDS else ENTRY
    book = DOC_OF[KINDS[kind].head] if kind in KINDS else BOOK
    usual = {
        "v": 1, "book": book, "kind": kind, "body": {**BODIES.get(kind, {}), **change} if body is None else body,
        "doc": doc, "of": None, "deps": [], "by": usual_author(kind) if kind in KINDS else APPRENTICE,
        "count": 1, "at": AT, "seen": 0, "salt": salt(f"{kind} {name}"),
    }  # fmt: skip
    return usual | given


def jws_of(given: Mapping[str, Any], kid: str = KID) -> str:
    return with_signature(signing_input(kid, dict(given)), NO_SIGNATURE)


def parse(jws: str) -> Op | Refusal:
    sealed = take_apart(jws)
    return sealed if isinstance(sealed, Refusal) else read(sealed)


def op_of(given: Mapping[str, Any]) -> Op:
    op = parse(jws_of(given))
    assert isinstance(op, Op), op
    return op


def id_of(given: Mapping[str, Any]) -> str:
    return op_id(signing_input(KID, dict(given)))


class Story:
    """A book told op by op: every op is judged first, so a story is always one that can happen."""

    def __init__(self, docs: Mapping[str, Doc] | None = None, known: tuple[str, ...] = ()) -> None:
        self.docs: dict[str, Doc] = dict(docs or {})
        self.known = list(known)

    def facts(self, desk: bool) -> Facts:
        return Facts(desk=desk, accepted=frozenset(self.known))

    def tell(self, kind: str, name: str = "", **given: Any) -> str:
        """The op's id. Without `of` it speaks of the document's present version; what a phone may write as well is a desk's if said so."""
        desk = given.pop("desk", is_desk(kind))
        op = op_of(payload(kind, name, **self.version(kind, given)))
        word = check(self.docs, op, self.facts(desk))
        assert word is None, (kind, word)
        self.docs.update(reduce(self.docs, op))
        self.known.append(op.id)
        return op.id

    def version(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        doc = self.docs.get(given.get("doc", DOC_OF[KINDS[kind].concerns]))
        if "of" in given or doc is None or KINDS[kind].of == "none":
            return given
        return {"of": doc.get("version"), **given}

    def then(self, *kinds: str) -> Story:
        """A new story that goes on from here; the told one stays."""
        story = Story(self.docs, tuple(self.known))
        for kind in kinds:
            story.tell(kind, str(len(story.known)))
        return story


def personal() -> Story:
    """The apprentice's personal book, opened."""
    return Story().then("me.opened")


def base() -> Story:
    """A base's book with a mentor who holds sessions there and its kiosk."""
    story = Story().then("base.opened")
    for member, person, role in ((uuid(42), MENTOR, "mentor"), (uuid(43), KIOSK, "kiosk")):
        story.tell("staff.joined", role, change={"member": member, "person": person, "role": role})
    return story


def opened() -> Story:
    return Story().then("book.opened")


def staffed() -> Story:
    """A book with a plan, the apprentice, two mentors, a tutor and a coordinator."""
    story = opened().then("plan.set")
    people = ("apprentice", APPRENTICE), ("mentor", MENTOR), ("mentor", MENTOR2), ("college_tutor", TUTOR)
    for number, (role, person) in enumerate((*people, ("coordinator", COORDINATOR)), start=21):
        joined = {"member": uuid(number), "person": person, "role": role, "org": None}
        story.tell("member.joined", role + person, change=joined)
    return story
