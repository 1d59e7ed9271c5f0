"""A college that is set up: enterprises of its chain, a rule set, and plans for the trades of tests/rosters.py."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from rosters import ENTERPRISES, OCCUPATIONS
from server.services.demo.cast import MODULES, PLACES, RULES
from server.store.db import writing
from server.store.people import orgs


def fixed(group: int, number: int) -> str:
    return str(UUID(int=(group << 64) | (4 << 76) | (2 << 62) | number))


def set_up(app: Flask, college: str) -> dict[str, str]:
    """The ids of the enterprises by name."""
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
