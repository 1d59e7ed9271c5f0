"""Every state a book's documents can be in, each by the shortest story that leads there."""

from __future__ import annotations

from vectors.cast import AT, COORDINATOR, MENTOR2, Story, base, opened, personal, staffed


def rival() -> Story:
    story = staffed().then("entry.logged")
    first = story.version("entry.revised", {})["of"]
    story.tell("entry.revised", "phone")
    story.tell("entry.revised", "tablet", of=first, change={"end": 585})
    return story


def two_seals() -> Story:
    story = staffed().then("entry.logged", "entry.signed")
    story.tell("entry.signed", "second", by=MENTOR2, change={"minutes": 70})
    return story


def struck() -> Story:
    return staffed().then("entry.logged", "entry.signed", "entry.revised")


def signed_anew() -> Story:
    """The first signer's seal was struck by a revision; another has signed what stands now."""
    story = struck()
    story.tell("entry.signed", "second", by=MENTOR2)
    return story


def locked() -> Story:
    return staffed().then("entry.logged", "entry.signed", "entry.credited", "month.locked")


def result_rival() -> Story:
    story = staffed().then("result.claimed")
    first = story.version("result.claimed", {})["of"]
    story.tell("result.claimed", "again", change={"rank": 3})
    story.tell("result.claimed", "other", of=first, change={"rank": 4})
    return story


def entered() -> Story:
    """A result that the college claimed for the apprentice."""
    story = staffed()
    story.tell("result.claimed", by=COORDINATOR, desk=True)
    return story


def left() -> Story:
    return staffed().then("entry.logged", "member.left")


def full() -> Story:
    """An entry and a result that may not have one version more."""
    return staffed().then(
        "entry.logged", *["entry.revised"] * 199, "result.claimed", *["result.claimed"] * 199
    )  # fmt: skip


def left_early() -> Story:
    story = staffed().then("entry.logged")
    story.tell("member.left", "early", change={"to": "2026-03-17"})
    return story


def set_aside() -> Story:
    """Nobody signed it, and the college counts nothing of it."""
    story = staffed().then("entry.logged")
    story.tell("entry.credited", change={"minutes": 0, "note": "left unsigned"})
    return story


def rival_signed() -> Story:
    return rival().then("entry.signed")


def read_twice() -> Story:
    """Once up to a moment, and then by the other phone, which had seen less."""
    story = personal().then("notice.given", "notices.read")
    story.tell("notices.read", "other phone", change={"until": AT - 1})
    return story


def states() -> dict[str, Story]:
    logged = staffed().then("entry.logged")
    claimed = staffed().then("result.claimed")
    inside = staffed().then("presence.checked_in")
    return {
        "nothing": Story(),
        "opened": opened(),
        "staffed": staffed(),
        "left": left(),
        "logged": logged,
        "signed": logged.then("entry.signed"),
        "two_seals": two_seals(),
        "struck": struck(),
        "signed_anew": signed_anew(),
        "returned": logged.then("entry.returned"),
        "signed_returned": logged.then("entry.signed", "entry.returned"),
        "rival": rival(),
        "queried": logged.then("entry.signed", "entry.queried"),
        "credited": logged.then("entry.signed", "entry.credited"),
        "set_aside": set_aside(),
        "withdrawn": logged.then("entry.withdrawn"),
        "locked": locked(),
        "reversed": locked().then("entry.reversed"),
        "checked_in": inside,
        "checked_out": inside.then("presence.checked_out"),
        "proven": inside.then("presence.proven", "presence.checked_out"),
        "claimed": claimed,
        "result_rival": result_rival(),
        "entered": entered(),
        "verified": claimed.then("result.verified"),
        "rejected": claimed.then("result.rejected"),
        "noted": staffed().then("note.added"),
        "reset": staffed().then("access.reset"),
        "left_early": left_early(),
        "rival_signed": rival_signed(),
        "seen": staffed().then("presence.seen"),
        "base_opened": Story().then("base.opened"),
        "base": base(),
        "session": base().then("session.opened"),
        "session_closed": base().then("session.opened", "session.closed"),
        "kiosk_heard": base().then("kiosk.heard"),
        "base_left": base().then("session.opened", "staff.left"),
        "personal": personal(),
        "noticed": personal().then("notice.given"),
        "read": read_twice(),
    }
