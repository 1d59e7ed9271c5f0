"""The worked examples of evidence: one entry each, told op by op, with its grade and the reasons said by hand."""

from __future__ import annotations

from typing import Any

from sync.book import Doc
from vectors.cast import (
    APPRENTICE,
    BOOK,
    COLLEGE,
    COORDINATOR,
    ENTERPRISE,
    ENTRY,
    MENTOR,
    MENTOR2,
    PRESENCE,
    TUTOR,
    Story,
    digest,
    opened,
    uuid,
)

Case = dict[str, Any]
MINUTE, HOUR = 60_000, 3_600_000
MIDNIGHT = 1_773_763_200_000  # of DAY in Shanghai
EVENING = MIDNIGHT + 18 * HOUR
BEST = ["sealed", "written_in_time", "server_time_known"]
PHOTO = {"photos": [digest("photo")]}
SIGNED = ["signed_in_time", "signer_time_known"]


def crew() -> Story:
    """Two mentors of the enterprise and a tutor of the college, each known to come from there."""
    story = opened().then("plan.set")
    people = (
        ("apprentice", APPRENTICE, ENTERPRISE), ("mentor", MENTOR, ENTERPRISE), ("mentor", MENTOR2, ENTERPRISE),
        ("college_tutor", TUTOR, COLLEGE), ("coordinator", COORDINATOR, COLLEGE),
    )  # fmt: skip
    for number, (role, person, org) in enumerate(people, start=21):
        story.tell(
            "member.joined", role + person, change={"member": uuid(number), "person": person, "role": role, "org": org}
        )
    return story


def entry(
    at: int = EVENING,
    seen: int | None = None,
    seals: tuple[dict[str, Any], ...] = (),
    presence: tuple[Any, ...] | None = None,
    **content: Any,
) -> dict[str, Doc]:
    """An entry written at `at` with its seals. `presence`: (start, end, code, words of its proofs)."""
    story = crew()
    if presence:
        _check_in(story, *presence)
        content["presence"] = PRESENCE
    story.tell("entry.logged", "evidence", at=at, seen=at - HOUR if seen is None else seen, change=content)
    for seal in seals:
        _sign(story, **seal)
    return story.docs


def _sign(story: Story, by: str = MENTOR, at: int = EVENING + HOUR, seen: int | None = None, how: str = "list") -> None:
    known = at - HOUR if seen is None else seen
    story.tell("entry.signed", by + how, by=by, at=at, seen=known, change={"how": how})


def _check_in(story: Story, start: int, end: int | None, code: str | None, *proofs: tuple[str, str]) -> None:
    story.tell("presence.checked_in", "evidence", change={"start": start, "code": code})
    if end is not None:
        story.tell("presence.checked_out", "evidence", change={"end": end})
    for number, (side, word) in enumerate(proofs):
        story.tell("presence.proven", str(number), change={"side": side, "word": word})


def revised(at: int) -> dict[str, Doc]:
    """Written in time and signed, but with another content later."""
    story = crew()
    story.tell("entry.logged", "evidence", at=EVENING, seen=EVENING - HOUR, change=PHOTO)
    story.tell("entry.revised", "evidence", at=at, seen=at - HOUR, change={**PHOTO, "end": 600})
    _sign(story, at=at + HOUR)
    return story.docs


def returned() -> dict[str, Doc]:
    story = crew()
    story.tell("entry.logged", "evidence", at=EVENING, seen=EVENING - HOUR, change=PHOTO)
    _sign(story)
    story.tell("entry.returned", "evidence", at=EVENING + 2 * HOUR)
    return story.docs


def before_its_time_was_kept() -> dict[str, Doc]:
    docs = dict(entry(seals=({},), **PHOTO))
    old = docs[ENTRY]
    versions = [{"op": version["op"], "minutes": version["minutes"]} for version in old["versions"]]
    seals = [{name: given for name, given in seal.items() if name != "seen"} for seal in old["seals"]]
    docs[ENTRY] = {**old, "versions": versions, "seals": seals}
    return docs


def moved() -> dict[str, Doc]:
    """The second mentor came to the college for one day only: on the day worked he signed for the enterprise."""
    story = crew()
    story.tell(
        "member.joined",
        "moved",
        change={"member": uuid(31), "person": MENTOR2, "role": "mentor", "org": COLLEGE, "from": "2026-03-19"},
    )
    story.tell("entry.logged", "evidence", at=EVENING, seen=EVENING - HOUR)
    _sign(story)
    _sign(story, by=MENTOR2)
    return story.docs


def case(name: str, docs: dict[str, Doc], grade: str, has: list[str], lacks: list[list[str]]) -> Case:
    following = {"D": "C", "C": "B", "B": "A", "A": None}[grade]
    present = [doc for doc in docs.values() if doc["kind"] == "presence"]
    return {
        "name": name, "entry": docs[ENTRY], "book": docs[BOOK], "presences": present,
        "evidence": {"grade": grade, "has": has, "next": following, "lacks": lacks},
    }  # fmt: skip


def cases() -> list[Case]:
    seal, both = ({},), ({}, {"by": TUTOR})
    scan = ({"how": "scan"},)
    late, day_after = EVENING + 48 * HOUR, MIDNIGHT + 48 * HOUR - 1
    soft = [["no_photo", "not_scanned", "no_presence", "not_seen", "one_organisation"]]
    good = (480, 1080, "code", ("in", "good"))
    need_a = [["no_presence", "not_seen", "one_organisation"]]
    rows: list[tuple[str, dict[str, Doc], str, list[str], list[list[str]]]] = [
        ("nobody has signed", entry(**PHOTO), "D", ["written_in_time", "server_time_known", "photo", "own_device"], [["no_seal"]]),
        ("a seal and nothing else", entry(seals=seal), "C", [*BEST, "own_device", *SIGNED], soft),
        ("with a photo", entry(seals=seal, **PHOTO), "B", [*BEST, "photo", "own_device", *SIGNED], need_a),
        ("signed face to face", entry(seals=scan), "B", [*BEST, "scanned", "own_device", *SIGNED], need_a),
        ("written at the last moment of the next day", entry(at=day_after, seals=scan), "B", [*BEST, "scanned", "own_device", *SIGNED], need_a),
        ("written a millisecond after", entry(at=day_after + 1, seals=scan), "C",
         ["sealed", "server_time_known", "scanned", "own_device", *SIGNED], [["written_late"]]),
        ("written the day before", entry(at=MIDNIGHT - 1, seals=scan), "C", ["sealed", "server_time_known", "scanned", "own_device", *SIGNED],
         [["written_early"]]),
        ("server heard of 72 hours before", entry(seen=EVENING - 72 * HOUR, seals=scan), "B", [*BEST, "scanned", "own_device", *SIGNED], need_a),
        ("server heard of before that", entry(seen=EVENING - 72 * HOUR - 1, seals=scan), "C",
         ["sealed", "written_in_time", "scanned", "own_device", *SIGNED], [["server_time_stale"]]),
        ("server never heard of", entry(seen=0, seals=seal), "C", ["sealed", "written_in_time", "own_device", *SIGNED],
         [["server_time_never"], *soft]),
        ("a clock ten minutes behind", entry(seen=EVENING + 10 * MINUTE, seals=scan), "B", [*BEST, "scanned", "own_device", *SIGNED], need_a),
        ("a clock further behind", entry(seen=EVENING + 10 * MINUTE + 1, seals=scan), "C",
         ["sealed", "written_in_time", "scanned", "own_device", *SIGNED], [["clock_behind"]]),
        ("two of different organisations", entry(seals=both), "A", [*BEST, "two_signers", "own_device", *SIGNED], []),
        ("two of one organisation", entry(seals=({}, {"by": MENTOR2}), **PHOTO), "B", [*BEST, "photo", "own_device", *SIGNED], need_a),
        ("the other organisation from tomorrow on", moved(), "C", [*BEST, "own_device", *SIGNED], soft),
        ("presence proven", entry(seals=seal, presence=good), "A", [*BEST, "presence_proven", "own_device", *SIGNED], []),
        ("presence proven, never checked out", entry(seals=seal, presence=(480, None, "code", ("in", "good"))), "A",
         [*BEST, "presence_proven", "own_device", *SIGNED], []),
        ("proven after all", entry(seals=seal, presence=(480, 1080, "code", ("in", "out_of_time"), ("in", "good"))), "A",
         [*BEST, "presence_proven", "own_device", *SIGNED], []),
        ("the code has yet to reach the server", entry(seals=seal, presence=(480, 1080, "code")), "C", [*BEST, "own_device", *SIGNED],
         [["no_photo", "not_scanned", "presence_waiting", "not_seen", "one_organisation"]]),
        ("checked in without a code", entry(seals=seal, presence=(480, 1080, None)), "C", [*BEST, "own_device", *SIGNED],
         [["no_photo", "not_scanned", "presence_unproven", "not_seen", "one_organisation"]]),
        ("the code was no good", entry(seals=seal, presence=(480, 1080, "code", ("in", "out_of_time"))), "C", [*BEST, "own_device", *SIGNED],
         [["no_photo", "not_scanned", "presence_unproven", "not_seen", "one_organisation"]]),
        ("only the check-out was proven", entry(seals=seal, presence=(480, 1080, "code", ("in", "out_of_time"), ("out", "good"))), "C",
         [*BEST, "own_device", *SIGNED], [["no_photo", "not_scanned", "presence_unproven", "not_seen", "one_organisation"]]),
        ("checked in too late for it", entry(seals=seal, presence=(511, 1080, "code", ("in", "good"))), "C", [*BEST, "own_device", *SIGNED], soft),
        ("on a shared device", entry(seals=both, shared=True), "B", [*BEST, "two_signers", *SIGNED], [["shared_device"]]),
        ("signed two days later", entry(seals=({"at": late, "how": "scan"}, {"by": TUTOR, "at": late})), "B",
         [*BEST, "scanned", "two_signers", "own_device", "signer_time_known"], [["signed_late"]]),
        ("one of two signed in time", entry(seals=({}, {"by": TUTOR, "at": late})), "A", [*BEST, "two_signers", "own_device", *SIGNED], []),
        ("signed by a phone long without network", entry(seals=({"seen": 0}, {"by": TUTOR, "seen": 1})), "B",
         [*BEST, "two_signers", "own_device", "signed_in_time"], [["signer_time_stale"]]),
        ("signed before the day", entry(seals=({"at": MIDNIGHT - 1}, {"by": TUTOR, "at": MIDNIGHT - 1})), "B",
         [*BEST, "two_signers", "own_device", "signer_time_known"], [["signed_early"]]),
        ("everything against it", entry(at=late, seen=0, seals=({"at": late, "seen": 0},), shared=True), "C", ["sealed"],
         [["written_late"], ["server_time_never"], *soft]),
        ("changed and signed late", revised(late), "C", ["sealed", "server_time_known", "photo", "own_device", "signer_time_known"],
         [["written_late"]]),
        ("changed the same evening", revised(EVENING + HOUR), "B", [*BEST, "photo", "own_device", *SIGNED], need_a),
        ("returned by its signer", returned(), "D", ["written_in_time", "server_time_known", "photo", "own_device"], [["no_seal"]]),
        ("reduced before its time was kept", before_its_time_was_kept(), "C", ["sealed", "photo", "own_device", "signed_in_time"],
         [["written_unknown"], ["server_time_unknown"]]),
    ]  # fmt: skip
    return [case(*row) for row in (*rows, *_witnessed())]


def _witnessed() -> list[tuple[str, dict[str, Doc], str, list[str], list[list[str]]]]:
    """A trainer says he saw the person: at the whole of it, at a part, or the signer himself."""
    plain, need = [*BEST, "own_device", *SIGNED], ["no_photo", "not_scanned", "no_presence"]
    return [
        ("a trainer saw him", _seen(TUTOR, ({},)), "A", [*BEST, "presence_seen", "own_device", *SIGNED], []),
        ("the trainer who saw him alone has signed", _seen(MENTOR, ({},)), "C", plain, [[*need, "seen_by_signer", "one_organisation"]]),
        ("the trainer who saw him signed, another as well", _seen(MENTOR, ({}, {"by": MENTOR2})), "A",
         [*BEST, "presence_seen", "own_device", *SIGNED], []),
        ("seen only at the end of it", _seen(TUTOR, ({},), start=511), "C", plain, [[*need, "not_seen", "one_organisation"]]),
        ("seen, and checked in without a code", _seen(TUTOR, ({},), presence=(480, 1080, None)), "A",
         [*BEST, "presence_seen", "own_device", *SIGNED], []),
    ]  # fmt: skip


def _seen(by: str, seals: tuple[dict[str, Any], ...], start: int = 480, **content: Any) -> dict[str, Doc]:
    story = Story(entry(seals=seals, **content))
    story.tell("presence.seen", "evidence", doc=uuid(301), by=by, change={"start": start})
    return story.docs


# a day and how many there are from 1970 until it
DAYS = [
    ["2000-01-01", 10957], ["2000-02-28", 11015], ["2000-02-29", 11016], ["2000-03-01", 11017], ["2026-03-18", 20530],
    ["2027-12-31", 21183], ["2028-01-01", 21184], ["2028-02-29", 21243], ["2028-03-01", 21244], ["2099-12-31", 47481],
]  # fmt: skip
