"""学时台账: a row for each entry the college has decided about; 学时汇总表: a row for each apprentice; 模块明细: a row for each module of his."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from server.papers.forms.credited import Account, Line, Told, lessons, percent, verdict
from server.papers.forms.form import SAMPLE, Form, Row, columns
from sync.book import Doc, is_witnessed, standing_seals
from sync.op import from_base64url

CATEGORY = {"general": "通用素质", "foundation": "专业基础", "operation": "操作技能"}
NATURE = {"theory": "理论", "practice": "实操"}
WAY = {"post": "岗位", "base": "线下", "college": "线下", "online": "线上"}
PLACE = {"post": "企业岗位", "base": "公共实训基地", "college": "院校", "online": "线上"}
CODES = {
    "returned": "被退回", "waiting": "待签认或待审核", "reviewed": "院校审核核减", "LOWERED": "签认时降低", "OVERLAP": "时间重叠",
    "NIGHT": "夜间不计", "DAY_CAP": "超日上限", "NO_CHECK_IN": "基地未签到", "CLOSED_DAY": "休息日不计", "OUTSIDE": "超出培养期限",
    "NO_MODULE": "方案外模块", "REVERSED": "冲正", "ONLINE_CAP": "超线上比例",
}  # fmt: skip
ROUNDED = "学时按分钟合计后换算，舍去不足 0.1 的部分；逐行学时仅供查看。"

LEDGER = Form(
    "ledger", "学徒培训学时台账", "month",
    columns(
        ("number", "序号", 6, "number"), ("day", "日期", 11), ("start", "起", 6), ("end", "止", 6), ("break", "休息(分钟)", 6, "number"),
        ("apprentice", "学徒", 9), ("class", "班级", 14), ("module", "模块编号", 7), ("module_name", "模块名称", 12),
        ("category", "课程类别", 9), ("nature", "性质", 6), ("way", "培训方式", 6), ("place_kind", "地点类别", 9), ("place", "地点名称/工位", 14),
        ("text", "培训内容", 24), ("claimed", "申报分钟", 6, "number"), ("confirmed", "签认分钟", 6, "number"),
        ("credited", "认可分钟", 6, "number"), ("lessons", "认可学时", 6, "number"), ("signer", "企业导师/授课教师", 10),
        ("signed_at", "签认时间", 15), ("how", "签认方式", 7), ("reviewer", "院校审核人", 9), ("reviewed_at", "审核时间", 15),
        ("codes", "异常代码", 11), ("voucher", "凭证编号", 15),
    ),
    ("企业(盖章)　　经办人　　　　　　　　日期", "院校(盖章)　　审核人　　　　　　　　日期"), ROUNDED,
    frozenset(("day", "start", "end", "apprentice", "credited", "voucher")),
)  # fmt: skip

SUMMARY = Form(
    "summary", "学徒培训学时汇总表", "month",
    columns(
        ("number", "序号", 5, "number"), ("apprentice", "姓名", 9), ("identity", "证件号(掩码)", 20),
        ("general_plan", "通用素质 计划", 8, "number"), ("general", "通用素质 认可", 8, "number"),
        ("foundation_plan", "专业基础 计划", 8, "number"), ("foundation", "专业基础 认可", 8, "number"), ("online", "专业基础 其中线上", 8, "number"),
        ("post_plan", "操作技能—企业 计划", 9, "number"), ("post", "操作技能—企业 认可", 9, "number"),
        ("base_plan", "操作技能—公共实训基地 计划", 10, "number"), ("base", "操作技能—公共实训基地 认可", 10, "number"),
        ("plan", "合计 计划", 8, "number"), ("credited", "合计 认可", 8, "number"), ("share", "完成率", 8), ("verdict", "是否达标", 24),
        ("remark", "备注", 20),
    ),
    ("企业(盖章)　　经办人　　　　　　　　日期", "院校(盖章)　　审核人　　　　　　　　日期"), "单位：学时。" + ROUNDED,
    frozenset(("apprentice", "credited")),
)  # fmt: skip

MODULES = Form(
    "modules", "模块明细", "month",
    columns(
        ("number", "序号", 5, "number"), ("apprentice", "姓名", 9), ("module", "模块编号", 8), ("module_name", "模块名称", 16),
        ("category", "课程类别", 9), ("plan", "计划分钟", 9, "number"), ("claimed", "申报分钟", 9, "number"),
        *((name, f"{said}(分钟)", 9, "number") for name, said in CODES.items()), ("credited", "认可分钟", 9, "number"),
        ("missing", "差(分钟)", 8, "number"),
    ),
    (), "申报包括被退回后撤回的记录；认可 = 申报 − 各项未认可。",
)  # fmt: skip


class Words(NamedTuple):
    """What ids stand for, and how a moment is written."""

    people: Mapping[str, str]
    bases: Mapping[str, str]
    moment: Callable[[int], str]
    class_name: str


def voucher(entry: Doc) -> str:
    """The operation that credited it, short enough to be read out."""
    text = from_base64url(entry["recognised"]["op"]).hex().upper()
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}"


def ledger_rows(account: Account, told: Told, words: Words, month: str | None) -> Iterator[dict[str, str | int | float]]:
    """Of one month, or of all there are. Numbers are given by whoever prints several apprentices one after the other."""
    plan = told.head["plan"] or {"modules": [], "places": []}
    modules = {module["code"]: module for module in plan["modules"]}
    places = {place["id"]: place["name"] for place in plan["places"]} | dict(words.bases)
    stations = _stations(told)
    for line in account.lines:
        content = line.entry["content"]
        if line.entry["state"] != "credited" or (month and content["day"][:7] != month):
            continue
        module = modules.get(content["module"], {"name": "", "category": ""})
        where, station = places.get(content["place"] or "", ""), _station(stations, content)
        yield {
            "number": 0, "day": content["day"], "start": clock(content["start"]), "end": clock(content["end"]), "break": content["break"],
            "apprentice": words.people.get(told.head["apprentice"], ""), "class": words.class_name, "module": content["module"],
            "module_name": module["name"], "category": CATEGORY.get(module["category"], ""), "nature": NATURE[content["nature"]],
            "way": WAY[content["place_kind"]], "place_kind": PLACE[content["place_kind"]], "place": f"{where} {station}".strip(),
            "where": where, "station": station, "text": plain(content["text"]),
            "claimed": line.claimed, "confirmed": line.confirmed, "credited": line.credited,
            "lessons": lessons(line.credited, account.lesson_minutes), **_signed(line, words), **_reviewed(line, words),
            "codes": " ".join(line.codes), "voucher": voucher(line.entry),
        }  # fmt: skip


def plain(text: str) -> str:
    """On one line, and nothing that steers a printer."""
    return " ".join("".join(char if char.isprintable() or char.isspace() else " " for char in text).split())


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _stations(told: Told) -> dict[str, Doc]:
    return {doc["id"]: doc for doc in told.docs.values() if doc["kind"] == "presence"}


def _station(stations: Mapping[str, Doc], content: Doc) -> str:
    """Where at the base he was, as his check-in says."""
    if content["place_kind"] != "base":
        return ""
    named = stations.get(content["presence"] or "")
    there = [named] if named else [one for one in stations.values() if one["day"] == content["day"] and is_witnessed(one)]
    return next((one["workstation"] for one in there if one["workstation"]), "")


def _signed(line: Line, words: Words) -> dict[str, str]:
    seals = standing_seals(line.entry)
    if not seals:
        return {"signer": "", "signed_at": "", "how": ""}
    names = dict.fromkeys(words.people.get(seal["by"], "") for seal in seals)
    at = words.moment(seals[-1]["at"])
    how = "扫码" if seals[-1]["how"] == "scan" else "当日签" if at[:10] <= line.entry["content"]["day"] else "补签"
    return {"signer": "、".join(names), "signed_at": at, "how": how}


def _reviewed(line: Line, words: Words) -> dict[str, str]:
    recognised = line.entry["recognised"]
    return {"reviewer": words.people.get(recognised["by"], ""), "reviewed_at": words.moment(recognised["at"])}


def summary_row(account: Account, told: Told, words: Words, identity: str) -> dict[str, str | int | float]:
    per = account.lesson_minutes
    plan, credited = account.total("plan"), account.total("credited")
    pairs = {
        "general": account.of("general"), "foundation": account.of("foundation"), "post": account.of("operation", False),
        "base": account.of("operation", True),
    }  # fmt: skip
    online = sum(one.places["online"] for one in account.modules.values() if one.module["category"] == "foundation")
    row: dict[str, str | int | float] = {"number": 0, "apprentice": words.people.get(told.head["apprentice"], ""), "identity": identity}
    for name, (planned, found) in pairs.items():
        row |= {f"{name}_plan": lessons(planned, per), name: lessons(found, per)}
    return row | {
        "online": lessons(online, per), "plan": lessons(plan, per), "credited": lessons(credited, per), "share": percent(credited, plan),
        "verdict": verdict(account), "remark": _remark(account),
    }  # fmt: skip


def _remark(account: Account) -> str:
    """Why not everything that was claimed counts."""
    return "；".join(f"{CODES[name]} {minutes} 分钟" for name, minutes in account.lost().items())


def module_rows(account: Account, told: Told, words: Words) -> Iterator[Row]:
    for code, one in account.modules.items():
        yield {
            "number": 0, "apprentice": words.people.get(told.head["apprentice"], ""), "module": code, "module_name": one.module["name"],
            "category": CATEGORY[one.module["category"]], "plan": one.plan, "claimed": one.claimed, "credited": one.credited,
            "missing": one.missing, **{name: one.lost[name] for name in CODES},
        }  # fmt: skip


LEGEND = (SAMPLE, "异常代码: " + "　".join(f"{code} {said}" for code, said in CODES.items() if code.isupper()))
BASIS = Form(
    "basis", "依据", "period", columns(("name", "学徒", 10), ("book", "手册", 38), ("seq", "操作数", 8, "number"), ("chain", "链值", 46)), LEGEND,
    "本文件由下列手册的操作逐条算出；用“台账核对”可以重算。",
)  # fmt: skip
