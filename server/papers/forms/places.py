"""公共实训基地使用台账 and 竞赛成绩表: who used a base, and what competitions ended with."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from server.papers.forms.credited import Account, Told, lessons
from server.papers.forms.form import Form, Row, columns
from server.papers.forms.ledger import PLACE, Words, ledger_rows, plain
from sync.book import Doc

LEVEL = {
    "world": "世界级", "national_1": "国家一类", "national_2": "国家二类", "province_1": "省级一类", "province_2": "省级二类",
    "city_1": "市级一类", "city_2": "市级二类", "trade": "行业", "enterprise": "企业", "college": "院校",
}  # fmt: skip
DIVISION = {"staff": "职工组", "teacher": "教师组", "student": "学生组"}

BASE_USE = Form(
    "base_use", "公共实训基地使用台账", "month",
    columns(
        ("day", "日期", 11), ("base", "基地", 18), ("station", "实训室/工位", 14), ("enterprise", "使用单位", 18), ("class", "班级/批次", 16),
        ("people", "学徒人数", 6, "number"), ("span", "起止", 12), ("minutes", "分钟", 6, "number"), ("lessons", "学时", 6, "number"),
        ("text", "实训内容", 26), ("teacher", "授课教师(课时费)", 12), ("faults", "设备异常", 10, "sign"), ("signed", "基地管理员签认", 12, "sign"),
    ),
    ("基地(盖章)　　基地管理员　　　　　　　　日期",), "取自院校已认可的基地学时；分钟、学时为一次使用的时长，不乘人数。课时费暂不在本系统结算。",
)  # fmt: skip

RESULTS = Form(
    "results", "竞赛成绩表", "period",
    columns(
        ("rank", "名次", 5), ("code", "参赛编号(加密号)", 10, "sign"), ("name", "姓名", 9), ("sex", "性别", 5), ("identity", "证件号(掩码)", 20),
        ("represents", "代表单位", 16), ("division", "组别", 7), ("coach", "指导教师", 9), ("first_round", "初赛(理论)成绩", 9, "sign"),
        ("module_a", "模块A (权重)", 8, "sign"), ("module_b", "模块B", 7, "sign"), ("module_c", "模块C", 7, "sign"), ("score", "总成绩", 8),
        ("world_score", "(世赛: WorldSkills分)", 10, "sign"), ("award", "奖项", 8), ("level_before", "赛前等级", 9, "sign"),
        ("level_after", "晋升等级", 9, "sign"), ("certificate_no", "证书编号", 14), ("title", "称号", 9, "sign"), ("remark", "备注(并列说明)", 12),
    ),
    ("裁判长　　　　　裁判　　　　　监督仲裁　　　　　记分员　　　　　签字", "公示起止"),
    "只列院校已核实的成绩。晋升等级、称号由主管部门核准，本系统暂不办理，请按文件手填。",
)  # fmt: skip


class Use(NamedTuple):
    """What stands for one use of a base."""

    day: str
    base: str
    enterprise: str
    class_name: str
    start: str
    end: str


def base_uses(accounts: Sequence[tuple[Account, Told, str]], words: Words, month: str) -> Iterator[Row]:
    """`accounts` of a class, each with the name of the enterprise; who trained there at the same hour is one row."""
    uses: dict[Use, list[dict[str, str | int | float]]] = defaultdict(list)
    per = 45
    for account, told, enterprise in accounts:
        per = account.lesson_minutes
        for row in ledger_rows(account, told, words, month):
            if row["place_kind"] == PLACE["base"] and row["credited"]:
                use = Use(str(row["day"]), str(row["where"]), enterprise, words.class_name, str(row["start"]), str(row["end"]))
                uses[use].append(row)
    for use, rows in sorted(uses.items()):
        minutes = max(int(row["claimed"]) for row in rows)
        yield {
            "day": use.day, "base": use.base, "station": _listed(rows, "station"), "enterprise": use.enterprise, "class": use.class_name,
            "people": len({row["apprentice"] for row in rows}), "span": f"{use.start}–{use.end}", "minutes": minutes,
            "lessons": lessons(minutes, per), "text": _listed(rows, "text"), "teacher": _listed(rows, "signer"),
        }  # fmt: skip


def _listed(rows: Sequence[Mapping[str, str | int | float]], key: str, most: int = 4) -> str:
    found = list(dict.fromkeys(str(row[key]) for row in rows if row[key]))
    return "、".join(found[:most]) + (f" 等 {len(found)} 项" if len(found) > most else "")


class Contest(NamedTuple):
    """One event of one competition: a table of its own."""

    competition: str
    year: int
    level: str
    event: str
    division: str

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [
            ("竞赛名称", f"{self.competition}（{self.year}）"), ("级别", LEVEL.get(self.level, self.level)), ("赛项", self.event),
            ("组别", DIVISION.get(self.division, self.division)),
        ]  # fmt: skip


def verified_results(docs: Mapping[str, Doc]) -> Iterator[tuple[Contest, Doc]]:
    for doc in docs.values():
        if doc["kind"] == "result" and doc["state"] == "verified":
            said = doc["content"]
            yield Contest(said["competition"], said["year"], said["level"], said["event"], said["division"]), said


def result_row(said: Doc, name: str, identity: str, sex: str) -> Row:
    rank = said["rank"]
    return {
        "rank": "" if rank is None else str(rank), "name": name, "sex": sex, "identity": identity,
        "represents": plain(said.get("represents") or ""), "division": DIVISION.get(said["division"], ""), "coach": plain(said.get("coach") or ""),
        "score": plain(said["score"] or ""), "award": plain(said["award"] or ""), "certificate_no": plain(said.get("certificate_no") or ""),
        "remark": f"{said['day']} 团体" if said.get("team") not in (None, "single") else str(said["day"]),
    }  # fmt: skip


