"""A training base beside the college and the firm: its book, a trainer, and a tablet that shows the check-in code."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from e2e.handbooks import Writer
from e2e.site import CODE, DAY_MS, MENTOR, Site, day, new_id, now
from server.services.books import bases, latecomers
from server.services.people import roster
from server.store.host import writer as hand

NAME = "海滨市高技能人才公共实训基地（示例）"
WORKSTATIONS = ["六轴机器人 1 号工位", "六轴机器人 2 号工位", "钳工区"]
KIOSK = ("一号签到屏", "kiosk-1")


@dataclass
class Base:
    """Opened when it is made, with the mentor on its staff and a slip for its kiosk."""

    site: Site
    id: str = field(default_factory=new_id)
    kiosk: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        since = day(now() - 30 * DAY_MS)
        with self.site.app.app_context():
            roster.make_org(self.id, "base", NAME)
            roster.make_person(self.kiosk, *KIOSK, now())
            order = bases.Order(self._writer, self.id, self.site.coordinator, now())
            done = [bases.open_base(order, NAME, WORKSTATIONS)]
            done += [bases.take_in(order, login, role, since, None) for login, role in ((MENTOR[1], "base_trainer"), (KIOSK[1], "kiosk"))]
            roster.issue_code(self.site.hasher, self.kiosk, CODE, new_id(), now())
        assert [verdict["as"] for verdict in done] == ["accepted"] * 3, done

    @property
    def _writer(self) -> hand.Writer:
        return hand.Writer(self.site.key.private, secrets.token_bytes)

    def prove(self) -> None:
        """As the worker does: the codes of those who were online before their session was."""
        with self.site.app.app_context():
            latecomers.prove_latecomers(self._writer, now())

    def hold(self) -> dict[str, str]:
        """The mentor's sessions: one that runs, to which the apprentice has come, and those of three days before, closed. What
        addresses need."""
        trainer = Writer(self.site, "mentor", self.id)
        runs, *over = (new_id() for _ in range(4))
        lesson = {"workstation": WORKSTATIONS[1], "module": "M3", "topic": "六轴机器人示教与零点校准", "day": day(now()), "start": 0, "end": 1440}
        trainer.write([("session.opened", runs, None, lesson)])
        seen = [{"book": self.site.book, "person": self.site.people["apprentice"]}]
        for ago, doc in enumerate(over, 1):
            held = {"day": day(now() - ago * DAY_MS), "start": 480, "end": 660}
            trainer.write([("session.opened", doc, None, lesson | held), ("session.closed", doc, None, {"end": 655, "seen": seen[: ago % 2]})])
        here = {"base": self.id, "workstation": WORKSTATIONS[1], "day": day(now()), "start": 5, "code": None}
        Writer(self.site, "apprentice").write([("presence.checked_in", new_id(), None, here)])
        return {"base": self.id, "session": runs, "closed": over[0]}

    def documents(self, book: str, kind: str) -> list[dict[str, Any]]:
        """As the server has them."""
        rows = self.site.rows("SELECT body FROM documents WHERE book_id = :book ORDER BY seq", book=book)
        return [body for body in (json.loads(row[0]) for row in rows) if body["kind"] == kind]
