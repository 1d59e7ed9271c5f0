"""What happens beside the hours: notes, a mentor's access made anew, and operations that found no way in."""

from typing import Any

from server.services.demo import texts
from server.services.demo.days import Date, moment, plus
from server.services.demo.pens import Pen, Written, uuid
from server.services.demo.planted import plant
from server.services.demo.results import tell_results
from server.services.demo.story import ONLINE, Story, Told, describe


def tell_asides(story: Story) -> None:
    tell_results(story)
    write_notes(story)
    plant(story)
    if story.number == 3:
        sign_unseen(story)
    elif story.number == 4:
        log_from_lost_phone(story)
    elif story.number == 5:
        log_in_locked_month(story)


def write_notes(story: Story) -> None:
    for pen in (story.hands.apprentice, story.hands.mentor):
        if story.rng.randrange(3):
            at = moment(plus(story.months[story.rng.randrange(3)], story.rng.randrange(3, 27)), 20 * 60 + 30)
            about = story.rng.choice(story.entries).doc if story.entries and story.rng.randrange(4) == 0 else None
            body = {"text": story.rng.choice(texts.NOTES), "about": about}
            story.add(pen.write(story.book, "note.added", uuid(story.rng), body, at + story.rng.randrange(60_000)))
    if story.number % 4 == 0:
        body = {"text": story.rng.choice(texts.DESK_NOTES), "about": None}
        story.desk("note.added", uuid(story.rng), body, moment(plus(story.months[2], 20), 11 * 60))


def reset_access(story: Story, mentor: str, second: str) -> None:
    body = {"person": mentor, "second": second, "reason": texts.RESET_REASON}
    story.desk("access.reset", uuid(story.rng), body, moment(plus(story.months[2], 14), 11 * 60) + story.number)


# --- what waits, and what was turned away --------------------------------------------------------------------------


def _unsent(story: Story, pen: Pen, day: Date, at: int, said: str) -> tuple[Written, Told]:
    content: dict[str, Any] = {
        "day": day.isoformat(), "start": 1170, "end": 1230, "break": 0, "module": ONLINE[1], "nature": "theory",
        "place_kind": "online", "place": "online", "text": describe(story, "online", ONLINE[1]), "photos": [],
        "safety": True, "shared": False, "late_reason": None, "presence": None,
    }  # fmt: skip
    doc = uuid(story.rng)
    op = pen.write(story.book, "entry.logged", doc, content, at, said=said)
    return op, Told(doc, op.id, content, day)


def _day_before(story: Story, days: int) -> Date:
    return plus(Date.fromisoformat(story.entries[-1].content["day"]), -days)


def sign_unseen(story: Story) -> None:
    """A tutor signed by scanning; the apprentice's phone has not been online since, so the sign-off waits for its entry."""
    day = _day_before(story, 2)
    at = moment(day, 1290)
    op, told = _unsent(story, story.hands.apprentice, day, at, "never sent")
    body = {"minutes": 60, "how": "scan", "note": None, "scores": []}
    story.add(story.hands.tutor.write(story.book, "entry.signed", told.doc, body, at + 90_000, op.id, said="held"))


def log_from_lost_phone(story: Story) -> None:
    day = _day_before(story, 3)
    story.add(_unsent(story, story.hands.lost, day, moment(day, 1275), "quarantined")[0])


def log_in_locked_month(story: Story) -> None:
    day = plus(story.months[0], 12)
    at = moment(plus(story.months[2], 16), 20 * 60)
    story.add(_unsent(story, story.hands.apprentice, day, at, "refused")[0])
