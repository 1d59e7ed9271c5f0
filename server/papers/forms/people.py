"""花名册, 考勤表, 师徒结对表, 带徒记录: forms about who learns with whom, and when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from server.papers.forms.credited import Account, Told, lessons
from server.papers.forms.form import Form, Row, columns
from server.papers.forms.ledger import Words, plain
from sync.book import WAITING, Doc, standing_seals

LEARNER = {"student_apprentice": "学生学徒", "skill_trainee": "技培生"}
MOST_TEXTS = 6

ROSTER = Form(
    "roster", "学徒花名册", "period",
    columns(
        ("number", "序号", 5, "number"), ("name", "姓名", 9), ("sex", "性别", 5), ("identity_kind", "证件类型", 8), ("identity", "证件号码", 20),
        ("born", "出生日期", 11), ("phone", "联系电话", 13), ("schooling", "学历/班型", 9), ("school", "毕业院校(在读院校)", 16),
        ("major", "专业", 12), ("graduates", "毕业时间", 9), ("learner", "人员类别", 9), ("enterprise", "用工企业", 18),
        ("credit_code", "统一社会信用代码", 19), ("post", "岗位", 9), ("occupation", "培训职业(工种)", 16), ("occupation_code", "职业编码", 11),
        ("level", "培训等级", 10), ("period", "培训起止日期", 22), ("agreement", "协议编号", 12), ("contract", "劳动合同/实习协议起止", 22),
        ("insured_at", "参保地", 9), ("mentor", "企业导师(姓名/等级/证书号)", 20), ("tutor", "院校导师", 9), ("base", "公共实训基地", 16),
        ("remark", "备注", 10),
    ),
    ("企业(盖章)　　经办人　　　　　　联系电话　　　　　　填报日期", "院校(盖章)"),
)  # fmt: skip

ATTENDANCE = Form(
    "attendance", "学徒培训考勤表", "month",
    columns(
        ("number", "序号", 4, "number"), ("name", "姓名", 9), *((f"d{day}", str(day), 5) for day in range(1, 32)),
        ("due", "应出勤学时", 7, "sign"), ("present", "实出勤学时", 7, "number"), ("rate", "出勤率", 7, "sign"),
        ("signed", "学徒签字", 10, "sign"), ("remark", "备注", 8, "sign"),
    ),
    ("授课教师/企业导师　　　　　　　班主任　　　　　　　企业经办人　　　　　　　院校审核人　　　　　　　日期",),
    "每格为当日认可学时；“待”表示当日有记录尚未审核完，空格表示当日没有记录。迟到△ 早退○ 缺勤× 事/病及应出勤学时，请按班级课表手填。",
)  # fmt: skip

PAIRINGS = Form(
    "pairings", "师徒结对表", "period",
    columns(
        ("number", "序号", 5, "number"), ("mentor", "企业导师", 10), ("mentor_post", "岗位", 10), ("mentor_level", "技能等级/职称", 12),
        ("certificate", "证书编号", 18), ("apprentice", "学徒", 10), ("post", "岗位", 10), ("occupation", "职业(工种)", 16),
        ("period", "结对起止", 22), ("aim", "带徒目标", 16), ("mentor_sign", "导师签字", 10, "sign"), ("apprentice_sign", "学徒签字", 10, "sign"),
        ("stamp", "企业盖章", 10, "sign"),
    ),
    (),
)  # fmt: skip

GUIDANCE = Form(
    "guidance", "带徒记录", "month",
    columns(
        ("month", "月份", 8), ("week", "周次", 14), ("text", "带教内容", 36), ("skills", "技能点", 16), ("lessons", "学时", 6, "number"),
        ("mastery", "学徒掌握情况(优/良/中/差)", 10), ("safety", "安全教育", 12), ("mending", "存在问题与改进", 20),
        ("apprentice_sign", "学徒签字", 9, "sign"), ("mentor_sign", "导师签字", 9, "sign"), ("office", "部门意见", 10, "sign"),
    ),
    ("企业导师签字　　　　　　　　学徒签字　　　　　　　　部门负责人　　　　　　　　日期",),
    "内容取自学徒的学时记录和导师的签认；掌握情况由签认时的评分平均得出：90 分起优，75 分起良，60 分起中，其余差，没有评分的留空手填。",
)  # fmt: skip


def roster_row(
    told: Told, said: Row, kept: Mapping[str, Any], agreed: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], names: Mapping[str, str]
) -> Row:
    """`said` is what is written of him as it is, `kept` what the roster says beside his book, `facts` what each mentor brings with him."""
    head, plan = told.head, told.head["plan"] or {"places": []}
    by_role: dict[str, list[str]] = {}
    for member in head["members"]:
        by_role.setdefault(member["role"], []).append(member["person"])
    training = next((a for a in agreed if a["kind"] == "training"), {"number": ""})
    contract = next((a for a in agreed if a["kind"] in ("employment", "placement")), None)
    mentors = [
        "/".join(part for part in (names.get(mentor), *(facts.get(mentor, {}).get(name) for name in ("level", "certificate_no"))) if part)
        for mentor in dict.fromkeys(by_role.get("mentor", []))
    ]  # fmt: skip
    return {
        "number": 0, **said, "learner": LEARNER.get(head["learner"], ""),
        **{name: kept.get(name) or "" for name in ("schooling", "school", "major", "graduates", "post", "occupation_code", "insured_at", "remark")},
        "occupation": head["occupation"], "level": head["level"], "period": period(head["from"], head["to"]), "agreement": training["number"],
        "contract": period(contract["from_day"], contract["to_day"]) if contract else "", "mentor": "；".join(mentors),
        "tutor": "、".join(names.get(tutor, "") for tutor in dict.fromkeys(by_role.get("college_tutor", []))),
        "base": "、".join(place["name"] for place in plan["places"] if place["kind"] == "base"),
    }  # fmt: skip


def attendance_row(account: Account, told: Told, words: Words, month: str) -> Row:
    """What was credited day by day."""
    days: dict[int, int] = defaultdict(int)
    open_days: set[int] = set()
    for line in account.lines:
        day = line.entry["content"]["day"]
        if day[:7] != month or line.entry["state"] == "withdrawn":
            continue
        days[int(day[8:])] += line.credited
        if line.entry["state"] in WAITING:
            open_days.add(int(day[8:]))
    cells = {f"d{day}": "待" if day in open_days else lessons(minutes, account.lesson_minutes) for day, minutes in days.items()}
    name = words.people.get(told.head["apprentice"], "")
    return {"number": 0, "name": name, "present": lessons(sum(days.values()), account.lesson_minutes), **cells}


def period(first: str, last: str | None) -> str:
    return f"{first} 至 {last}" if last else f"{first} 起"


def pairing_rows(told: Told, words: Words, facts: Mapping[str, Mapping[str, Any]], post: str) -> Iterator[Row]:
    """A row for each mentor; `facts` are what he brings with him, by his id."""
    head = told.head
    for member in head["members"]:
        if member["role"] != "mentor":
            continue
        brought = facts.get(member["person"], {})
        yield {
            "number": 0, "mentor": words.people.get(member["person"], ""), "mentor_post": brought.get("post") or "",
            "mentor_level": brought.get("level") or "", "certificate": brought.get("certificate_no") or "",
            "apprentice": words.people.get(head["apprentice"], ""), "post": post, "occupation": head["occupation"],
            "period": period(member["from"], member["to"] or head["to"]), "aim": f"达到{head['level']}",
        }  # fmt: skip


def guidance_rows(account: Account, mentor: str, month: str) -> Iterator[Row]:
    """A row a week of what this mentor has signed."""
    weeks: dict[date, list[Doc]] = defaultdict(list)
    for line in account.lines:
        entry = line.entry
        if entry["content"]["day"][:7] == month and any(seal["by"] == mentor for seal in standing_seals(entry)):
            day = date.fromisoformat(entry["content"]["day"])
            weeks[day - timedelta(days=day.weekday())].append(entry)
    for monday, entries in sorted(weeks.items()):
        yield _week(monday, entries, mentor, month, account.lesson_minutes)


def _week(monday: date, entries: Sequence[Doc], mentor: str, month: str, lesson_minutes: int) -> Row:
    seals = [seal for entry in entries for seal in standing_seals(entry) if seal["by"] == mentor]
    scores = [score["score"] for seal in seals for score in seal["scores"]]
    texts = list(dict.fromkeys(plain(entry["content"]["text"]) for entry in entries if entry["content"]["text"].strip()))
    sunday = monday + timedelta(days=6)
    said = [back["reason"] for entry in entries for back in entry["returns"] if back["by"] == mentor]
    said += [seal["note"] for seal in seals if seal["note"]]
    safe = sum(1 for entry in entries if entry["content"]["safety"])
    return {
        "month": month, "week": f"{monday:%m-%d} 至 {sunday:%m-%d}",
        "text": "；".join(texts[:MOST_TEXTS]) + (f"；等 {len(texts)} 项" if len(texts) > MOST_TEXTS else ""),
        "skills": "、".join(dict.fromkeys(score["skill"] for seal in seals for score in seal["scores"])),
        "lessons": lessons(sum(seal["minutes"] for seal in seals), lesson_minutes),
        "mastery": mastery(scores), "safety": f"已确认 {safe}/{len(entries)} 次", "mending": "；".join(dict.fromkeys(plain(one) for one in said)),
    }  # fmt: skip


def mastery(scores: Sequence[int]) -> str:
    if not scores:
        return ""
    mean = sum(scores) / len(scores)
    return next((word for least, word in ((90, "优"), (75, "良"), (60, "中")) if mean >= least), "差")


