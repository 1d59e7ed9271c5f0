"""Spreadsheets as coordinators have them: titles above, two rows of headings, padded names, days in every spelling, and faults of which
the test knows row and word. All numbers are made up: 4408 00 is printed on no card."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

import openpyxl

from server.papers.incoming.checks import CREDIT_LETTERS, credit_check_digit, id_check_digit

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
GIVEN = "子涵雨泽宇轩浩然思远嘉怡梓萱俊杰诗雨博文欣妍志强晓峰海燕国栋文静家明振东少芬佩珊伟业立新永康美琪"
OCCUPATIONS = (("工业机器人系统操作员", "三级/高级工"), ("电工", "四级/中级工"), ("车工", "三级/高级工"))
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HEAD = (
    "序号", "姓名", "性别", "身份证号码", "联系电话", "学号", "所在班级", "学历/班型", "专业", "毕业时间", "人员类别", "企业名称",
    "统一社会信用代码", "岗位", "职业（工种）", "培训等级", "培训起止日期", "", "协议编号", "协议起止", "监护人", "备注",
)  # fmt: skip
FIELDS = (
    "no", "name", "sex", "id_number", "phone", "student_no", "class", "schooling", "major", "graduates", "learner", "enterprise",
    "credit_code", "post", "occupation", "level", "from", "to", "agreement_no", "agreement_span", "guardian", "remark",
)  # fmt: skip
FIRST_ROW = 5


class Enterprise(NamedTuple):
    name: str
    code: str


def credit_code(number: int) -> str:
    first = f"91440800MA{number:07d}"
    return first + CREDIT_LETTERS[CREDIT_LETTERS.index(credit_check_digit(first))]


ENTERPRISES = [Enterprise(f"海滨{name}有限公司", credit_code(4_100_000 + at)) for at, name in enumerate(
    ("精密机械", "智能装备", "电气设备", "汽车零部件", "模具制造", "轨道装备", "仪器仪表", "海洋工程", "新能源科技")
)]  # fmt: skip
CLASSES = [f"2024级{trade}{number}班" for trade in ("机器人", "电气", "数控") for number in (1, 2, 3, 4)]


def identity(number: int, born: str = "", odd: bool | None = None) -> str:
    """The number of somebody who does not exist."""
    born = born or f"{2005 + number % 2}{number % 12 + 1:02d}{number % 28 + 1:02d}"
    order = number % 500 * 2 + (number % 2 if odd is None else int(odd))
    first = f"440800{born}{order % 1000:03d}"
    return first + id_check_digit(first)


def person(at: int) -> dict[str, Any]:
    """One good row of four hundred."""
    group, enterprise = CLASSES[at * len(CLASSES) // 400 % len(CLASSES)], ENTERPRISES[at % len(ENTERPRISES)]
    occupation, level = OCCUPATIONS[CLASSES.index(group) // 4]
    number = identity(at)
    name = SURNAMES[at % len(SURNAMES)] + GIVEN[at * 2 % len(GIVEN)] + GIVEN[(at * 2 + 1 + at // 30) % len(GIVEN)] + GIVEN[at // 23 % len(GIVEN)]
    return {
        "no": at + 1, "name": name, "sex": "男" if int(number[16]) % 2 else "女", "id_number": number, "phone": f"1380013{at:04d}",
        "student_no": f"20240{at:05d}", "class": group, "schooling": "高级工班", "major": "智能制造", "graduates": "2026-07",
        "learner": "学生学徒", "enterprise": enterprise.name, "credit_code": enterprise.code, "post": "装配调试", "occupation": occupation,
        "level": level, "from": "2025-09-01", "to": "2026-08-31", "agreement_no": f"XY-2025-{at:04d}",
        "agreement_span": "2025-08-25至2026-08-31", "guardian": "", "remark": "",
    }  # fmt: skip


def dress(at: int, row: dict[str, Any]) -> dict[str, Any]:
    """The same in the spelling of whoever typed it."""
    first, last = date(2025, 9, 1), date(2026, 8, 31)
    spelled: list[tuple[Any, Any]] = [
        ("2025-09-01", "2026-08-31"), ("2025/9/1", "2026/8/31"), ("2025.9.1", "2026.8.31"), ("2025年9月1日", "2026年8月31日"),
        (datetime(2025, 9, 1), datetime(2026, 8, 31)), (first.toordinal() - 693_594, last.toordinal() - 693_594), ("20250901", "20260831"),
    ]  # fmt: skip
    row["from"], row["to"] = spelled[at % len(spelled)]
    if at % 5 == 1:
        row["name"] = f" {row['name'][0]}　{row['name'][1:]} "
    if at % 7 == 2:
        row["id_number"] = row["id_number"].translate(FULL_WIDTH)
    if at % 7 == 3:
        row["id_number"] = f"{row['id_number'][:6]} {row['id_number'][6:14]} {row['id_number'][14:].lower()}"
    if at % 4 == 1:
        row["phone"] = int(row["phone"])
    if at % 6 == 2:
        row["level"] = {"三级/高级工": "高级工", "四级/中级工": "四级"}[row["level"]]
    if at % 9 == 4:
        row["class"] = row["class"].replace("级", "级 ")
    return row


Spoil = Callable[[dict[str, Any]], None]


def put(field: str, value: Any) -> Spoil:
    return lambda row: row.update({field: value})


def _wrong_check(row: dict[str, Any]) -> None:
    row["id_number"] = row["id_number"][:17] + ("1" if row["id_number"][17] != "1" else "2")


# where in the four hundred, what happens there, and the word the report must have for it
PLANTED: list[tuple[int, Spoil, str]] = [
    (3, put("name", ""), "missing"), (10, put("name", "王3"), "name_odd"), (20, put("id_number", ""), "missing"),
    (30, lambda row: row.update(id_number=row["id_number"][:17]), "id_shape"), (40, _wrong_check, "id_check"),
    (50, lambda row: row.update(id_number="440800200513" + row["id_number"][12:]), "id_birthday"),
    (60, lambda row: row.update(id_number=float(row["id_number"][:17] + "0")), "id_number_lost"),
    (70, put("id_number", "440800050318002"), "id_old"), (80, lambda row: row.update(sex="", id_number=identity(79)), "id_twice"),
    (100, put("sex", ""), ""), (101, lambda row: row.update(sex={"男": "女", "女": "男"}[row["sex"]]), "sex_differs"),
    (110, put("phone", "1380013"), "phone_odd"), (120, lambda row: row.update(student_no="2024000119"), "student_no_twice"),
    (130, put("class", ""), "missing"), (140, put("class", "2024级电汽1班"), "class_near"),
    (150, lambda row: row.update(enterprise="", credit_code=""), "missing"),
    (160, put("enterprise", "南岸重工集团"), "enterprise_unknown"), (170, put("enterprise", "海滨精密机械公司"), "enterprise_unknown"),
    (171, put("enterprise", "海滨精密机器有限公司"), "enterprise_near"), (180, put("credit_code", "91440800MA4100000X"), "credit_code_odd"),
    (190, lambda row: row.update(credit_code=ENTERPRISES[(190 + 1) % 9].code), "credit_code_other"), (200, put("from", "2025-02-30"), "bad_day"),
    (210, put("to", ""), "missing"), (220, lambda row: row.update({"from": "2026-08-31", "to": "2025-09-01"}), "end_before_start"),
    (230, put("to", "2030-08-31"), "long_span"), (240, lambda row: row.update(sex="", id_number=identity(240, "20100318")), "under_16"),
    (250, put("level", "八级"), "level_unknown"), (260, put("level", "一级/高级技师"), "level_differs"),
    (270, put("occupation", "焊工"), "occupation_differs"), (280, put("learner", "在岗职工"), "learner_unknown"),
    (290, put("learner", "技培生"), "learner_mixed"), (300, put("graduates", "明年夏天"), "graduates_odd"),
    (310, put("agreement_span", ""), "agreement_odd"), (320, put("agreement_span", "一年"), "bad_span"), (330, put("post", "#N/A"), "cell_error"),
    (340, put("post", "装配" * 40), "too_long"), (350, lambda row: row.update(name="向前进", sex="", id_number=identity(9001)), "in_another_class"),
    (360, lambda row: row.update(sex="", id_number=identity(9002)), "name_differs"),
]  # fmt: skip
FAULTS = [(at, word) for at, _, word in PLANTED if word]


def second_head() -> list[str]:
    """What stands under the merged heading of the two days."""
    return [{"from": "开始", "to": "结束"}.get(name, "") for name in FIELDS]


def earlier() -> bytes:
    """Two who are in the registers before: one in a class of last year that still runs, one who has been through."""
    rows = []
    for at, first, last in ((9001, "2025-03-01", "2026-02-28"), (9002, "2024-03-01", "2025-02-28")):
        row = person(0) | {
            "name": "向前进" if at == 9001 else "温故知", "id_number": identity(at), "class": f"{first[:4]}春季班", "from": first, "to": last,
            "student_no": f"S{at}", "phone": f"1390013{at}", "agreement_no": "", "agreement_span": "", "graduates": "", "sex": "",
        }  # fmt: skip
        rows.append(row)
    return write([list(HEAD), second_head(), *([row[name] for name in FIELDS] for row in rows)])


def ugly() -> tuple[bytes, list[tuple[int, str]]]:
    """Four hundred people with thirty-seven faults: the file, and (row of the sheet, word) of each fault."""
    rows = [dress(at, person(at)) for at in range(400)]
    for at, spoil, _ in PLANTED:
        rows[at] |= {name: person(at)[name] for name in ("from", "to", "id_number", "class", "level", "phone")}
        spoil(rows[at])
    title = [["海滨技师学院 2025 年秋季学徒花名册"], ["院校：海滨技师学院", "", "", "填报日期：2025-08-30"]]
    lines: list[list[Any]] = [*title, list(HEAD), second_head()]
    where = {}
    for at, row in enumerate(rows):
        if at == 200:
            lines += [[], list(HEAD)]
        lines.append([row[name] for name in FIELDS])
        where[at] = len(lines)
    lines += [["合计", "400 人"], [], ["企业（盖章）", "", "", "经办人："]]
    return write(lines, merged=("A1:V1", "Q3:R3")), [(where[at], word) for at, word in FAULTS]


def mend(lines: list[list[Any]]) -> list[list[Any]]:
    """What the coordinator types after reading the reasons: the good rows that should have stood there."""
    mended = [list(lines[0])]
    places = {name: at + 3 for at, name in enumerate(FIELDS)}
    for line, (at, word) in zip(lines[1:], FAULTS, strict=True):
        good, fresh = person(at), list(line)
        for name in FIELDS:
            fresh[places[name]] = good[name]
        if word == "under_16":
            fresh[places["id_number"]] = identity(240, "20050418", odd=good["sex"] == "男")
        mended.append(fresh)
    return mended


def many(count: int) -> bytes:
    """So many good rows, for the clock."""
    lines: list[list[Any]] = [list(HEAD), second_head()]
    for at in range(count):
        row = dress(at, person(at % 400))
        born = date(2004, 1, 1).toordinal() + at // 450
        row |= {
            "id_number": identity(at % 450, date.fromordinal(born).strftime("%Y%m%d")), "phone": f"13{at:09d}", "student_no": f"N{at:06d}", "sex": "",
            "agreement_no": f"M-{at:05d}", "graduates": "2026-07",
        }  # fmt: skip
        lines.append([row[name] for name in FIELDS])
    return write(lines)


def write(lines: list[list[Any]], merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "花名册"
    for line in lines:
        sheet.append(line)
    for span in merged:
        sheet.merge_cells(span)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
