"""Waking the phones of people who have something new. The nudges are the truth: one stays until every living browser of its
person has heard of it, so a crash at any point costs at most a push that comes twice. A person is pushed at most once in ten
minutes; that he may be is written down before anything is sent, so two workers never push the same person side by side.

What a push service says: 2xx told · 404 and 410 the browser is gone, and so is its subscription · anything else, or nothing, is tried
again later: after ten minutes, doubling to six hours, or as long as the service asks. After ten failures in a row, about a
day and a half, the subscription goes; the app brings it again when it is opened. A notice of three days ago wakes nobody."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sqlalchemy.engine import Connection

from server.config import Config
from server.nudge.places import Place, read_place
from server.nudge.post import NOBODY, Answer, Post
from server.nudge.seal import Seal
from server.store.db import reading, writing
from server.store.telling import nudges, push
from server.store.telling.nudges import Nudge
from server.store.telling.push import Ages, Subscription

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
EVERY = 10 * MINUTE
LONGEST_REST = 6 * 60 * MINUTE
LONGEST_ASKED_REST = DAY
TOO_OLD = 3 * DAY
MOST_FAILURES = 10
MOST_AT_ONCE = 200
LINES = 8
DEAD_AFTER = 3


class Errand(NamedTuple):
    """One browser to be told of one nudge."""

    nudge: Nudge
    to: Subscription


class Nudger(NamedTuple):
    """What sending needs, made once."""

    seal: Seal
    post: Post


def nudge_people(nudger: Nudger, config: Config, now: int) -> Counter[str]:
    """One turn: how many browsers were told, are gone, or have to be tried again."""
    ages = Ages(now - config.phone_days * DAY, now - config.phone_idle_days * DAY, now - EVERY, now)
    with reading() as conn:
        waiting = push.select_waiting(conn, ages, MOST_AT_ONCE)
    if not waiting:
        return Counter()
    errands = _claim(waiting, ages)
    answers = _send(nudger, config, errands)
    with writing() as conn:
        counts = Counter(_note(conn, errand, answer, now) for errand, answer in zip(errands, answers, strict=True))
        for nudge in {errand.nudge for errand in errands}:
            if not push.select_untold(conn, nudge, ages):
                nudges.delete_nudge(conn, nudge)
    return counts


def _claim(waiting: list[Nudge], ages: Ages) -> list[Errand]:
    errands: list[Errand] = []
    with writing() as conn:
        for nudge in waiting:
            untold = push.select_untold(conn, nudge, ages)
            if not untold or nudge.since < ages.now - TOO_OLD:
                nudges.delete_nudge(conn, nudge)
            elif push.claim(conn, nudge.person_id, ages):
                errands += [Errand(nudge, one) for one in untold if one.rest_until <= ages.now]
    return errands


def _send(nudger: Nudger, config: Config, errands: list[Errand]) -> list[Answer]:
    """A few at once. A service that was silent three times in this turn is left alone for the rest of it: where one cannot be
    reached at all, as some from some countries, the others must not wait for it."""
    silent: Counter[str] = Counter()

    def send(errand: Errand, place: Place | None) -> Answer:
        if place is None or silent[place.host] >= DEAD_AFTER:
            return NOBODY
        sealed = nudger.seal.seal(errand.to.endpoint, errand.to.p256dh, errand.to.auth)
        answer = nudger.post.send(place, sealed.headers, sealed.body)
        silent[place.host] = silent[place.host] + 1 if answer == NOBODY else 0
        return answer

    places = [read_place(errand.to.endpoint, config.push_origins) for errand in errands]
    with ThreadPoolExecutor(LINES) as lines:
        return list(lines.map(send, errands, places))


def _note(conn: Connection, errand: Errand, answer: Answer, now: int) -> str:
    if 200 <= answer.status < 300:
        push.update_told(conn, errand.to, errand.nudge.since)
        return "told"
    if answer.status in (404, 410) or errand.to.failures + 1 >= MOST_FAILURES:
        push.delete_endpoint(conn, errand.to.endpoint)
        return "gone"
    rest = max(
        min(EVERY << errand.to.failures, LONGEST_REST), min(answer.retry_after * 1000, LONGEST_ASKED_REST)
    )  # fmt: skip
    push.update_failed(conn, errand.to, now + rest)
    return "later"
