"""Books, ops and bytes by chance, out of small pools so that they meet: mostly what could be true, then stale, wrong and nasty."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from sync.book import Doc
from sync.kinds import KINDS
from sync.op import Op
from sync.reduce import reduce
from sync.rules import Facts, check
from vectors.bytes_in import raw
from vectors.cast import (
    APPRENTICE,
    AT,
    BASE,
    BODIES,
    BOOK,
    COORDINATOR,
    DOC_OF,
    KIOSK,
    ME,
    MENTOR,
    MENTOR2,
    STRANGER,
    TUTOR,
    base,
    digest,
    is_desk,
    parse,
    payload,
    staffed,
    uuid,
)
from vectors.evidenced import EVENING
from vectors.evidenced import cases as evidence_examples

EXAMPLES = evidence_examples()
PEOPLE = (APPRENTICE, MENTOR, MENTOR2, TUTOR, COORDINATOR, STRANGER, KIOSK)
DOCS = {kind: tuple(uuid(100 * at + n) for n in (1, 2, 3)) for at, kind in
        enumerate(("entry", "presence", "result", "note", "reset", "notice", "session", "kiosk"), start=1)}  # fmt: skip
DAYS = ("2026-03-18", "2026-03-18", "2026-03-18", "2026-03-19", "2028-02-29")
NASTY_TEXTS = (
    "", "é", "e\u0301", "🔧" * 200, "🔧" * 501, "\u2028", "\u202eabc", "\ud83d", "a\0b", "a\rb", "\x7f", "x" * 200, "x" * 201,
    "__proto__", "toString", "中" * 40, "中" * 41,
)  # fmt: skip
NASTY = (*NASTY_TEXTS, -1, 0, 1, 59, 60, 1440, 1441, 2**31, 2**53 - 1, 2**53, 1.5, True, False, None, [], {}, [1], {"a": 1},
         "2026-02-29", "2100-02-29", "2026-13-01", digest("x"), uuid(1), [digest("x")], [digest("x")] * 2)  # fmt: skip
TOKENS = ("1e2", "1.0", "-0", "NaN", "Infinity", "\\ud83d", "\\udd27", "\\u0041", "\\u0301", "\u0301", "\ufeff", "\u00a0", "\u2028",
          '"', "\\", "{", "}", "[", "]", ",", ":", "null", "true", "9007199254740993", "0", " ", "\n", "\t", "\0", '"v":2,',
          '"v":1,', '"__proto__":{},', "/", "'", "é", "😀")  # fmt: skip
QUALITIES = ("valid",) * 14 + ("stale", "stale", "wrong", "wrong", "nasty", "unknown")


# entries are what the trade is about
OFTEN = (*KINDS, *[kind for kind in KINDS if kind.startswith(("entry.", "presence.", "session."))] * 3)


@dataclass
class Step:
    """One op on its way into a book: what the book was, what came, what is known."""

    docs: dict[str, Doc]
    jws: str
    facts: Facts


def change_of(draw: Any, kind: str, doc: Doc | None) -> dict[str, Any]:
    """Fields that may well be true for this document."""
    if kind in ("entry.logged", "entry.revised"):
        start = draw(st.sampled_from((480, 480, 500, 1300)))
        return {"day": draw(st.sampled_from(DAYS)), "start": start, "end": start + draw(st.sampled_from((1, 59, 60, 90))),
                "place_kind": draw(st.sampled_from(("post", "base"))),
                "photos": draw(st.sampled_from(([], [digest("x")]))), "shared": draw(st.sampled_from((False, False, True))),
            "presence": draw(st.sampled_from((None, *DOCS["presence"])))}  # fmt: skip
    if kind in ("entry.signed", "entry.credited"):
        most = doc["versions"][-1]["minutes"] if doc else 60
        minutes = {"minutes": draw(st.sampled_from((0, 1, most, most - 1 if most else 0)))}
        return minutes if kind == "entry.credited" else {**minutes, "how": draw(st.sampled_from(("list", "scan")))}
    if kind == "entry.reversed":
        return {"minutes": draw(st.sampled_from((0, -1, -59, 1)))}
    if kind == "member.joined":
        return {
            "member": draw(st.sampled_from((uuid(31), uuid(32), uuid(33)))),
            "person": draw(st.sampled_from(PEOPLE[1:])),
        }
    if kind == "result.claimed":
        return {"team": draw(st.sampled_from((None, "pair"))), "coach": draw(st.sampled_from((None, "周国强")))}
    if kind == "month.locked":
        return {"month": draw(st.sampled_from(DAYS))[:7]}
    if kind == "notices.read":
        return {"until": AT + draw(st.sampled_from((-1, 0, 1)))}
    if kind == "notice.given":
        return {"count": draw(st.sampled_from((1, 2))), "about": draw(st.sampled_from((None, *DOCS["entry"])))}
    if kind == "presence.checked_in":
        return {"day": draw(st.sampled_from(DAYS))}
    if kind in ("presence.seen", "session.opened"):
        return {"day": draw(st.sampled_from(DAYS)), "end": draw(st.sampled_from((480, 481, 690)))}
    if kind == "session.closed":
        people = draw(st.lists(st.sampled_from(PEOPLE), max_size=2))
        return {"end": draw(st.sampled_from((480, 600))), "seen": [{"book": BOOK, "person": person} for person in people]}
    if kind == "staff.joined":
        return {
            "member": draw(st.sampled_from((uuid(51), uuid(52)))), "person": draw(st.sampled_from(PEOPLE)),
            "role": draw(st.sampled_from(("base_trainer", "kiosk"))),
        }  # fmt: skip
    if kind == "kiosk.heard":
        return {"seconds": draw(st.sampled_from((0, -40, 3600)))}
    if kind == "presence.proven":
        return {
            "side": draw(st.sampled_from(("in", "out"))),
            "word": draw(st.sampled_from(("good", "good", "out_of_time"))),
        }
    if kind == "presence.checked_out":
        return {"end": draw(st.sampled_from((481, 539, 540, 590, 1080)))}
    return {}


def fitting(docs: dict[str, Doc], kind: str) -> list[str]:
    """The documents this kind could speak of now."""
    row = KINDS[kind]
    if row.concerns == row.head:
        return [DOC_OF[row.head]]
    return [
        doc for doc in DOCS[row.concerns]
        if ("none" in row.states if doc not in docs else docs[doc]["state"] in row.states)
    ]  # fmt: skip


def author_of(draw: Any, kind: str) -> str:
    if KINDS[kind].head == "base" and not is_desk(kind):
        return draw(st.sampled_from((MENTOR, MENTOR, MENTOR, MENTOR2)))
    if "mentor" in KINDS[kind].by:
        return draw(st.sampled_from((MENTOR, MENTOR2, TUTOR)))
    if kind == "result.claimed":
        return draw(st.sampled_from((APPRENTICE, APPRENTICE, COORDINATOR)))
    return APPRENTICE if KINDS[kind].by & {"apprentice", "author", "owner"} else COORDINATOR


def make_payload(draw: Any, docs: dict[str, Doc], kind: str, number: int) -> dict[str, Any]:
    doc_id = draw(st.sampled_from(fitting(docs, kind)))
    doc = docs.get(doc_id)
    of = None if doc is None or KINDS[kind].of == "none" else doc.get("version")
    at = AT + draw(st.integers(0, 1)) + draw(st.sampled_from((0, 0, 0, 36_000_000, 172_800_000)))
    seen = draw(st.sampled_from((at, at, at, at - 259_200_000, at - 259_200_001, at + 600_001, 0)))
    return payload(
        kind,
        str(number),
        doc=doc_id,
        by=author_of(draw, kind),
        of=of,
        at=at,
        seen=seen,
        change=change_of(draw, kind, doc),
    )


def worsen(draw: Any, given: dict[str, Any], quality: str, docs: dict[str, Doc]) -> dict[str, Any]:
    if quality == "stale":
        versions = [version["op"] for version in docs.get(given["doc"], {}).get("versions", ())]
        return given | {"of": draw(st.sampled_from((*versions, None, digest("unseen"))))}
    if quality == "wrong":
        anywhere = (BOOK, ME, BASE, uuid(9), *(doc for several in DOCS.values() for doc in several))
        return given | draw(st.sampled_from((
            {"by": draw(st.sampled_from(PEOPLE))}, {"doc": draw(st.sampled_from(anywhere))},
            {"book": draw(st.sampled_from(anywhere))}, {"deps": [digest("gone")]}, {"deps": [digest("refused")]},
        )))  # fmt: skip
    if quality == "unknown":
        return given | draw(
            st.sampled_from(({"kind": "entry.sung"}, {"v": 2}, {"v": 0}, {"future": [1]}, {"kind": "__proto__.x"}))
        )
    names = sorted(given["body"]) or ["text"]
    wrong = {draw(st.sampled_from((*names, "extra"))): draw(st.sampled_from(NASTY))}
    return given | draw(
        st.sampled_from(({"body": {**given["body"], **wrong}}, {"count": draw(st.sampled_from(NASTY))}))
    )


@st.composite
def steps(draw: Any, length: int = 20) -> list[Step]:
    """A book's way, and sometimes the apprentice's own or a base's beside it: what is good takes effect, the rest is only asked about."""
    story = staffed()
    if draw(st.booleans()):
        story.tell("me.opened")
    if draw(st.booleans()):
        there = base()
        story.docs |= there.docs
        story.known += there.known
    docs, known, found = story.docs, list(story.known), []
    for number in range(length):
        possible = [kind for kind in OFTEN if fitting(docs, kind)]
        kind = draw(st.sampled_from(possible))
        quality = draw(st.sampled_from(QUALITIES))
        given = make_payload(draw, docs, kind, number)
        if quality != "valid":
            given = worsen(draw, given, quality, docs)
        jws = raw(json.dumps(given, ensure_ascii=draw(st.booleans()), separators=(",", ":")))
        of_a_desk = is_desk(kind) or (kind == "result.claimed" and given["by"] == COORDINATOR)
        desk = of_a_desk if quality != "wrong" else draw(st.booleans())
        facts = Facts(desk, frozenset(known), frozenset((digest("refused"),)), False)
        found.append(Step(dict(docs), jws, facts))
        op = parse(jws)
        if isinstance(op, Op) and check(docs, op, facts) is None:
            docs.update(reduce(docs, op))
            known.append(op.id)
    return found


@st.composite
def broken_jws(draw: Any) -> str:
    """A good op with something done to its JSON, its bytes or its text."""
    kind = draw(st.sampled_from(sorted(BODIES)))
    text = json.dumps(payload(kind, "broken"), ensure_ascii=draw(st.booleans()), separators=(",", ":"))
    inside = text.index('"text":"') + len('"text":"') if '"text":"' in text else 0
    for _ in range(draw(st.integers(0, 2))):
        at = inside if inside and draw(st.booleans()) else draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(TOKENS)) + text[at + draw(st.sampled_from((0, 0, 1, 2))) :]
    body = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(body) - 1))
        body = body[:at] + bytes((draw(st.integers(0, 255)),)) + body[at + 1 :]
    jws = raw(body)
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(jws) - 1))
        jws = jws[:at] + draw(st.sampled_from("AB=.-_+/ \né😀")) + jws[at + 1 :]
    return jws


MOMENTS = [
    EVENING + shift for shift in (-64_800_001, -64_800_000, -1, 0, 3_600_000, 21_600_000, 108_000_000, 108_000_001)
]
SEEN = (0, 1, *[moment + shift for moment in MOMENTS for shift in (-259_200_001, -259_200_000, 600_000, 600_001)])


@st.composite
def evidence_cases(draw: Any) -> dict[str, Any]:
    """An entry of the worked examples with something else about its times, its seals, its presence or its signers."""
    case = draw(st.sampled_from(EXAMPLES))
    entry, book, presences = case["entry"], case["book"], case["presences"]
    if draw(st.booleans()):
        times = {"at": draw(st.sampled_from(MOMENTS)), "seen": draw(st.sampled_from(SEEN))}
        entry = {**entry, "versions": [{**version, **times} for version in entry["versions"]]}
    if entry["seals"] and draw(st.booleans()):
        change = draw(st.sampled_from((
            {"at": draw(st.sampled_from(MOMENTS))}, {"seen": draw(st.sampled_from(SEEN))}, {"struck": True}, {"how": "scan"},
            {"by": draw(st.sampled_from(PEOPLE))},
        )))  # fmt: skip
        entry = {**entry, "seals": [{**entry["seals"][0], **change}, *entry["seals"][1:]]}
    if draw(st.booleans()):
        change = draw(
            st.sampled_from(
                ({"photos": []}, {"photos": [digest("x")]}, {"shared": True}, {"day": "2026-03-17"}, {"start": 470})
            )
        )
        entry = {**entry, "content": {**entry["content"], **change}}
    if draw(st.booleans()):
        change = draw(st.sampled_from(({"org": None}, {"to": "2026-03-17"}, {"role": "apprentice"}, {"org": uuid(3)})))
        book = {**book, "members": [{**m, **change} if draw(st.booleans()) else m for m in book["members"]]}
    if presences and draw(st.booleans()):
        change = draw(st.sampled_from((
            {"proofs": []}, {"end": 590}, {"code": None}, {"id": uuid(9)},
            {"session": uuid(400), "by": MENTOR}, {"session": uuid(400), "by": TUTOR},
        )))  # fmt: skip
        presences = [{**presence, **change} for presence in presences]
    return {"entry": entry, "book": book, "presences": presences}
