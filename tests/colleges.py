"""A college that is set up: enterprises of its chain, a rule set, and plans for the trades of tests/rosters.py."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask

from rosters import ENTERPRISES, OCCUPATIONS
from server.services.demo.cast import GRADED, MODULES, PLACES, RULES
from server.store.db import writing
from server.store.people import orgs
from server.store.setup import occupations


def fixed(group: int, number: int) -> str:
    return str(UUID(int=(group << 64) | (4 << 76) | (2 << 62) | number))


def register(app: Flask, *names: str) -> None:
    """Everybody's occupations; the id of each is its name."""
    rows = [
        {"id": name, "code": f"6-31-99-{number:02d}", "name": name, "edition": 2022, "source": "示例", "levels": GRADED}
        for number, name in enumerate(names)
    ]  # fmt: skip
    with app.app_context(), writing() as conn:
        occupations.insert_occupations(conn, rows)


def meet(monkeypatch: Any, module: Any, writer: str, change: Callable[[], Any], beside: Callable[[], Any]) -> tuple[list[bool], tuple[Any, Any]]:
    """Somebody else comes while a change is about to be written by this function: whether he was through before it was, for each time
    it was called, and what both were told."""
    write, there, done = getattr(module, writer), threading.Event(), threading.Event()
    early, got = [], []

    def slowly(*given: Any) -> None:
        there.set()
        early.append(done.wait(2))
        write(*given)

    def come() -> None:
        there.wait(10)
        got.append(beside())
        done.set()

    monkeypatch.setattr(module, writer, slowly)
    other = threading.Thread(target=come)
    other.start()
    changed = change()
    other.join()
    return early, (changed, got[0])


def set_up(app: Flask, college: str) -> dict[str, str]:
    """The ids of the enterprises by name."""
    register(app, *(occupation for occupation, _ in OCCUPATIONS))
    with app.app_context(), writing() as conn:
        orgs.insert_rule_set(conn, {
            "id": "rules-1", "region": "示例", "name": "示例参数", "valid_from": "2025-01-01", "valid_to": None, "source": "示例参数，非广东省规定",
            "status": "示例", "rules": RULES,
        })  # fmt: skip
        for number, (occupation, level) in enumerate(OCCUPATIONS):
            orgs.insert_plan(conn, {
                "id": f"plan-{number}", "org_id": college, "rule_set_id": "rules-1", "name": f"{occupation} 600 学时", "occupation": occupation,
                "level": level, "version": 1, "modules": MODULES["student_apprentice"], "places": PLACES, "closed_days": ["2025-10-01", "2026-01-01"],
            })  # fmt: skip
        found = {}
        for number, enterprise in enumerate(ENTERPRISES):
            found[enterprise.name] = fixed(91, number)
            orgs.insert_org(conn, {
                "id": found[enterprise.name], "skill_chain_id": None, "kind": "enterprise", "name": enterprise.name,
                "credit_code": enterprise.code, "division_code": "440800",
            })  # fmt: skip
    return found
