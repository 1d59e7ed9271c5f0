"""Competition results: what apprentices claimed and what the college made of it. A result never counts as hours."""

from typing import Any

from server.services.demo import texts
from server.services.demo.days import moment, plus
from server.services.demo.pens import Pen, uuid
from server.services.demo.story import Story

# book -> its results, each by what happened to it after it was claimed; the first apprentice has one in every state
FATES: dict[int, tuple[tuple[str, ...], ...]] = {
    0: (("verified",), ("rejected",), ("rejected", "claimed"), ("rival",), ()),
    1: ((),), 6: ((),), 2: (("verified",),), 9: (("verified",),), 16: (("verified", "rejected"),), 3: (("rejected",),),
    7: (("rejected", "claimed", "verified"),), 12: (("rival",),),
}  # fmt: skip


def tell_results(story: Story) -> None:
    for number, fate in enumerate(FATES.get(story.number, ())):
        _tell(story, number, fate)


def _tell(story: Story, number: int, fate: tuple[str, ...]) -> None:
    """A second claim after a rejection brings what was missing; a rival is the same claim mended on two phones."""
    doc, rng, hands = uuid(story.rng), story.rng, story.hands
    day = plus(story.months[1], 3 + 5 * number)

    def write(pen: Pen, days: int, of: str | None = None, **change: Any) -> str:
        at = moment(plus(day, days), 20 * 60) + rng.randrange(60_000)
        return story.add(pen.write(story.book, "result.claimed", doc, {**body, **change}, at, of))

    body = _content(story, number, day.isoformat(), day.year)
    version = write(hands.apprentice, 3)
    for after, step in enumerate(fate, start=1):
        at = moment(plus(day, 3 + 4 * after), 15 * 60) + rng.randrange(60_000)
        if step == "verified":
            story.desk("result.verified", doc, {"note": texts.VERIFIED}, at, version)
        elif step == "rejected":
            story.desk("result.rejected", doc, {"reason": texts.REJECTED}, at, version)
        elif step == "claimed":
            version = write(hands.apprentice, 4 + 4 * after, version, certificate_no=f"SL-{day.year}-{rng.randrange(100, 999)}")
        else:
            seen = version
            version = write(hands.apprentice, 4, seen, **texts.READINGS[0])
            write(hands.tablet, 5, seen, **texts.READINGS[1])


def _content(story: Story, number: int, day: str, year: int) -> dict[str, Any]:
    competition, level, event, award, rank, score = texts.COMPETITIONS[(story.number + number) % len(texts.COMPETITIONS)]
    content: dict[str, Any] = {
        "competition": competition, "year": year, "level": level, "event": event, "division": "student", "rank": rank,
        "award": award, "score": score, "day": day, "photos": [],
    }  # fmt: skip
    if number % 2:
        return content
    return content | {
        "team": "single", "contestants": 30 + 3 * story.rng.randrange(12), "organiser": texts.ORGANISER,
        "document_no": texts.DOCUMENT_NO.format(year=year), "represents": texts.REPRESENTS, "coach": texts.COACH,
    }  # fmt: skip
