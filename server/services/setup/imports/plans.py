"""Plans 培养方案: every row is a module, rows of one name make one plan. Judging only; a plan comes in whole or not at all."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from server.papers.incoming import checks
from server.papers.incoming.levels import read_level
from server.papers.incoming.shares import CATEGORIES, check_shares
from server.services.setup.imports.lines import Line, find_copies, limit
from server.store.setup.versions import is_too_large

CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
# an occupation by its code and its name
MOST = {"plan": 60, "occupation": 31, "module": 40, "code": 64, "rule_set": 60}
CATEGORY = {name: word for word, name in CATEGORIES.items()} | {"通用": "general", "基础": "foundation", "操作": "operation", "技能": "operation"}
NATURE = {"理论": "theory", "实操": "practice", "实训": "practice", "实践": "practice", "技能": "practice"}
PLACE = {
    "企业岗位": "post", "企业": "post", "岗位": "post", "公共实训基地": "base", "实训基地": "base", "基地": "base", "院校": "college",
    "学校": "college", "学院": "college", "线上": "online", "网上": "online", "在线": "online",
}  # fmt: skip
MODULES, MINUTES = 20, 1_000_000
# 铣工 is no slip of 车工
LEAST_NEAR = 4


class Rules(NamedTuple):
    """A rule set a plan may stand under."""

    id: str
    name: str
    source: str
    rules: dict[str, Any]
    limits: dict[str, Any]


class Occupation(NamedTuple):
    """An occupation or trade in use, with its levels as they are written."""

    id: str
    code: str
    name: str
    edition: int
    levels: tuple[str, ...]


class Kept(NamedTuple):
    """The newest version there is of a plan."""

    occupation: str
    occupation_id: str | None
    level: str
    version: int
    rule_set: str
    modules: list[dict[str, Any]]


@dataclass(slots=True)
class Shelf:
    """What the registers say: rule sets, the one to take where a row names none, the plans there are by name, and occupations. `newest`:
    those plans with their places and closed days; `first_places`: what a college's first plan has."""

    rule_sets: list[Rules]
    usual: Rules | None
    plans: dict[str, Kept]
    occupations: list[Occupation]
    newest: Mapping[str, Mapping[str, Any]]
    first_places: list[dict[str, str]]


def taken_over(name: str, newest: Mapping[str, Mapping[str, Any]], first_places: list[dict[str, str]]) -> dict[str, Any]:
    """Places and closed days of the version before, or of the plan that has been changed most."""
    before = newest.get(name) or max(newest.values(), key=lambda one: one["version"], default={"places": first_places, "closed_days": []})
    return {part: before[part] for part in ("places", "closed_days")}


def is_too_heavy(name: str, modules: list[dict[str, Any]], newest: Mapping[str, Mapping[str, Any]], first_places: list[dict[str, str]]) -> bool:
    return is_too_large({"name": name, "modules": modules, **taken_over(name, newest, first_places)})


def judge(lines: Sequence[Line], shelf: Shelf) -> None:
    find_copies(lines)
    groups: dict[str, list[Line]] = {}
    for line in lines:
        limit(line, MOST)
        line.need("plan", "occupation", "level", "code", "module", "category", "nature", "place", "lessons")
        groups.setdefault(checks.tidy(line.text("plan")), []).append(line)
    for name, group in groups.items():
        _judge_plan(name, group, shelf)


def _judge_plan(name: str, group: Sequence[Line], shelf: Shelf) -> None:
    first, rules = group[0], _rules(group[0], shelf)
    level = read_level(first.text("level"))
    occupation = _occupation(first, level, shelf)
    codes: dict[str, int] = {}
    modules = []
    for line in group:
        if line.text("level") and read_level(line.text("level")) is None:
            line.blame("level_unknown", "level", value=line.text("level"))
        heads = [(checks.packed(one.text("occupation")), read_level(one.text("level")), checks.packed(one.text("rule_set"))) for one in (line, first)]
        if heads[0] != heads[1]:
            line.blame("plan_mixed", "occupation", row=first.row)
        modules.append(_module(line, codes, rules))
    if len(group) > MODULES:
        group[MODULES].blame("plan_too_long", "code")
    stopped = [line for line in group if line.is_stopped]
    if stopped or rules is None or level is None or occupation is None or not name:
        for line in group:
            if not line.is_stopped:
                line.blame("plan_broken", "plan")
        return
    whole = [one for one in modules if one]
    first.faults += check_shares(whole, rules.rules, rules.limits, level, rules.source)
    _settle(name, group, whole, rules, (occupation, level), shelf)


def _settle(name: str, group: Sequence[Line], modules: list[dict[str, Any]], rules: Rules, aim: tuple[Occupation, str], shelf: Shelf) -> None:
    first, kept = group[0], shelf.plans.get(name)
    occupation, level = aim
    linked = kept is not None and kept.occupation_id in (None, occupation.id)
    same = linked and kept is not None and (kept.occupation, kept.level, kept.rule_set, kept.modules) == (occupation.name, level, rules.id, modules)
    if not same and is_too_heavy(name, modules, shelf.newest, shelf.first_places):
        first.blame("plan_too_large", "plan")
        for line in group[1:]:
            line.blame("plan_broken", "plan")
        return
    if kept and not same:
        first.blame("plan_new_version", "plan", value=name, version=kept.version + 1)
    for line in group:
        line.same = same
        line.write = {
            "plan": name, "occupation": occupation.name, "occupation_id": occupation.id, "level": level, "rule_set": rules.id, "modules": modules,
            "version": kept.version + 1 if kept else 1,
        }  # fmt: skip


def _rules(line: Line, shelf: Shelf) -> Rules | None:
    said = checks.packed(line.text("rule_set"))
    found = next((one for one in shelf.rule_sets if checks.packed(one.name) == said), None) if said else shelf.usual
    if found is None:
        line.blame("rule_set_unknown", "rule_set", value=line.text("rule_set") or "示例参数")
    return found


def _occupation(line: Line, level: str | None, shelf: Shelf) -> Occupation | None:
    """By its name, or by code and name where several are called so. Of several editions the newest that has the level, and of those the
    college's own, which comes last."""
    said = checks.packed(line.text("occupation"))
    called = [one for one in shelf.occupations if said in (checks.packed(one.name), one.code + checks.packed(one.name))]
    fitting = {one.code: one for one in sorted(called, key=lambda one: (level in one.levels, one.edition))}
    if not said:
        return None
    if not fitting:
        near = [one.name for one in shelf.occupations if len(said) >= LEAST_NEAR and checks.is_near(said, checks.packed(one.name))]
        line.blame("occupation_near" if near else "occupation_unknown", "occupation", value=said, other=near[0] if near else "")
        return None
    if len(fitting) > 1:
        line.blame("occupation_unclear", "occupation", value=said, other="、".join(fitting))
        return None
    [found] = fitting.values()
    if level is not None and level not in found.levels:
        line.blame("level_not_of_it", "level", value=level, other=found.name)
        return None
    return found


def _module(line: Line, codes: dict[str, int], rules: Rules | None) -> dict[str, Any] | None:
    code, found = checks.packed(line.text("code")), {}
    if code and not CODE.fullmatch(code):
        line.blame("code_odd", "code", value=code)
    elif code in codes:
        line.blame("code_twice", "code", value=code, row=codes[code])
    codes.setdefault(code, line.row)
    for name, table in (("category", CATEGORY), ("nature", NATURE), ("place", PLACE)):
        said = checks.packed(line.text(name))
        found[name] = table.get(said)
        if said and found[name] is None:
            line.blame(f"{name}_unknown", name, value=said)
    minutes = _minutes(line, rules.rules["lesson_minutes"] if rules else 45)
    if line.is_stopped or minutes is None:
        return None
    return {"code": code, "name": line.text("module"), **found, "minutes": minutes}


def _minutes(line: Line, lesson: int) -> int | None:
    """Lessons as a positive number of whole minutes."""
    text = checks.packed(line.text("lessons")).removesuffix("学时").removesuffix("课时")
    try:
        minutes = float(text or "nan") * lesson
    except ValueError:
        minutes = math.nan
    if not (math.isfinite(minutes) and 0 < minutes <= MINUTES and abs(minutes - round(minutes)) < 1e-6):
        if line.text("lessons"):
            line.blame("lessons_odd", "lessons", value=line.text("lessons"))
        return None
    return round(minutes)
