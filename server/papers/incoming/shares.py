"""Whether a plan's hours keep the shares and the total its rule set asks for. What a rule set does not say is not asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.papers.incoming.faults import Fault, fault

CATEGORIES = {"general": "通用素质", "foundation": "专业基础", "operation": "操作技能"}


def sums_of(modules: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Minutes by category, and in all."""
    sums = {category: sum(one["minutes"] for one in modules if one["category"] == category) for category in CATEGORIES}
    return {**sums, "total": sum(one["minutes"] for one in modules)}


def check_shares(modules: Sequence[Mapping[str, Any]], rules: Mapping[str, Any], limits: Mapping[str, Any], level: str, source: str) -> list[Fault]:
    """`limits`: {"shares": {category: [least, most] in percent, either may be null}, "lessons": {level: least}}."""
    sums, found = sums_of(modules), []
    total, lesson = sums["total"], rules["lesson_minutes"]
    for category, (least, most) in limits.get("shares", {}).items():
        said = {"category": CATEGORIES[category], "percent": f"{1000 * sums[category] // max(total, 1) / 10:g}", "source": source}
        if least is not None and sums[category] * 100 < least * total:
            found.append(fault("share_low", None, least=least, **said))
        if most is not None and sums[category] * 100 > most * total:
            found.append(fault("share_high", None, most=most, **said))
    least_lessons = limits.get("lessons", {}).get(level)
    if least_lessons is not None and total < least_lessons * lesson:
        found.append(fault("total_low", None, lessons=total * 10 // lesson / 10, least=least_lessons, source=source))
    return found
