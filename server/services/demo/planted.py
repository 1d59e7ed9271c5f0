"""What the warnings are there for: two apprentices who wrote three weeks in one evening, one of them off the other's diary, and a master
who signed it all in a minute. Nothing here is refused; a person at the desk finds it under 预警 and settles it with a reason."""

from server.services.demo import texts
from server.services.demo.days import Date, moment, plus
from server.services.demo.pens import uuid
from server.services.demo.story import Story

# by the number of the book; the desk settles the third month of odd ones later, so that all of it still waits
WROTE_AT_ONCE, COPIED = 17, 19
DAYS = 22
EIGHT_IN_THE_EVENING = 20 * 60


def plant(story: Story) -> None:
    if story.number not in (WROTE_AT_ONCE, COPIED):
        return
    evening = plus(story.months[3], -1)
    written = [_write(story, plus(story.months[2], back), back, evening) for back in range(DAYS)]
    for place, (doc, version, minutes) in enumerate(written):
        body = {"minutes": minutes, "how": "list", "scores": [], "note": None}
        at = moment(evening, EIGHT_IN_THE_EVENING + 45) + story.number * 60_000 + place * 2000
        story.add(story.hands.mentor.write(story.book, "entry.signed", doc, body, at, version))


def _write(story: Story, day: Date, back: int, evening: Date) -> tuple[str, str, int]:
    content = {
        "day": day.isoformat(), "start": 420, "end": 505, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
        "place": "workshop-2", "text": texts.COPIED[back % len(texts.COPIED)].format(n=back + 3), "photos": [], "safety": True,
        "shared": False, "late_reason": texts.LATE[0], "presence": None,
    }  # fmt: skip
    doc = uuid(story.rng)
    at = moment(evening, EIGHT_IN_THE_EVENING) + story.number * 20_000 + back * 45_000
    version = story.add(story.hands.apprentice.write(story.book, "entry.logged", doc, content, at))
    return doc, version, content["end"] - content["start"]
