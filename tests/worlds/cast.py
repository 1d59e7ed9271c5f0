"""The standing cast: five people, their keys, two books, one college."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

NOW = 1_790_000_000_000
DAY_MS = 86_400_000


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(20_260_000 + number, ec.SECP256R1())


COLLEGE, FIRM = uuid(1), uuid(2)
LIN, HUANG, ZHOU, LIANG, YANG = (uuid(number) for number in range(11, 16))
PEOPLE = {LIN: "apprentice", HUANG: "apprentice", ZHOU: "mentor", LIANG: "mentor", YANG: "coordinator"}
BOOKS = {uuid(31): LIN, uuid(32): HUANG}
# phone -> its person; Lin has two
PHONES = {"lin": LIN, "lin-2": LIN, "huang": HUANG, "zhou": ZHOU, "liang": LIANG}
MEMBERS = {
    (uuid(31), LIN): "apprentice", (uuid(31), ZHOU): "mentor",
    (uuid(32), HUANG): "apprentice", (uuid(32), ZHOU): "mentor", (uuid(32), LIANG): "mentor",
}  # fmt: skip

OPENED = {
    "learner": "student_apprentice", "occupation": "6-31-07-03", "level": "三级", "enterprise": FIRM, "college": COLLEGE,
    "from": "2026-01-01", "to": "2029-12-31",
}  # fmt: skip
PLAN: dict[str, Any] = {
    "plan": "plan-1", "name": "plan", "rule_set": "sample", "source": "sample", "status": "示例",
    "modules": [{"code": "M3", "name": "M3", "category": "operation", "nature": "practice", "place": "post", "minutes": 9000}], "places": [],
    "rules": {
        "lesson_minutes": 45, "day_cap_minutes": 480, "night_from": 1320, "night_to": 360, "online_permille": 500, "base_check_in": True,
        "late_days": 7,
    }, "closed_days": [],
}  # fmt: skip
ENTRY: dict[str, Any] = {
    "day": "2026-09-01", "start": 510, "end": 600, "break": 0, "module": "M3", "nature": "practice", "place_kind": "post",
    "place": None, "text": "更换主轴轴承", "photos": [], "safety": True, "shared": False, "late_reason": None, "presence": None,
}  # fmt: skip
RESULT: dict[str, Any] = {
    "competition": "选拔赛", "year": 2026, "level": "province_2", "event": "系统操作员", "division": "student", "rank": 2,
    "award": None, "score": "90.10", "day": "2026-06-06", "photos": [],
}  # fmt: skip


def joined(person: str, role: str, number: int) -> dict[str, Any]:
    return {"member": uuid(900 + number), "person": person, "role": role, "org": None, "from": "2026-01-01", "to": None}
