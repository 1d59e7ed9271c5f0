"""Spreadsheets that go out. Every text is written as text: nothing somebody typed ever becomes a formula."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from server.papers.incoming.columns import FIELDS, Column, letter_of
from server.papers.incoming.faults import Fault, sentences
from server.papers.incoming.sheets import Cell

NAMES = {"roster": "花名册", "pairings": "师徒结对表", "plans": "培养方案", "results": "竞赛成绩表"}
NOTES = {
    "roster": (
        "一行一人。带 * 的列必填；其余可以留空，也可以整列删去，列的先后随意。",
        "证件号码、电话、学号请保持“文本”格式，不要让表格变成数字。",
        "日期写成 2025-09-01；也可以只用一列“培训起止日期”：2025-09-01至2026-08-31。",
        "班级写全称；还没有的班级会新建，并用同一职业和等级的培养方案。",
        "企业写登记的全称；企业导师、院校导师写姓名，已在名册里的会直接结对。",
    ),
    "pairings": (
        "一行一对师徒。学徒用学号或证件号码最准；没有时按姓名找。", "导师类别：企业导师、院校导师、基地实训教师。",
        "导师还不在名册里的会新建，请写全单位。",
    ),
    "plans": (
        "一行一个模块，同名方案的各行合成一个方案。", "课程类别：通用素质、专业基础、操作技能；性质：理论、实操。",
        "培训地点：企业岗位、公共实训基地、院校、线上。",
    ),
    "results": (
        "一行一项成绩。学徒用学号或证件号码最准；没有时按姓名找。",
        "级别：世界、国家一类、国家二类、省一类、省二类、市一类、市二类、行业、企业、院校。", "组别：职工组、教师组、学生组；不填按学生组。",
        "名次、奖项、总成绩至少填一项。年度不填就用日期的年份。",
        "同一人、同一年度、同一竞赛的同一赛项只有一条；已有的不会改动。导入后由另一位老师核实。",
    ),
}  # fmt: skip
SETTINGS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 60


def _width(texts: Iterable[str]) -> float:
    """Chinese letters take two places."""
    longest = max((sum(2 if ord(char) > 255 else 1 for char in text) for text in texts), default=0)
    return min(max(longest + 2, 8), WIDEST)


def make_template(kind: str) -> bytes:
    """An empty sheet with our headings, ready to be filled in, and a second one that explains it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SETTINGS) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFEF", "border": 1, "num_format": "@"})
        plain = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(NAMES[kind])
        for at, row in enumerate(FIELDS[kind]):
            heading = row["zh"] + ("*" if row["need"] else "")
            sheet.set_column(at, at, _width([heading, row["example"]]), plain)
            sheet.write_string(0, at, heading, head)
        sheet.freeze_panes(1, 1)
        notes = book.add_worksheet("填表说明")
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 60)
        for number, text in enumerate(NOTES[kind]):
            notes.write_string(number, 0, text)
        for number, row in enumerate(FIELDS[kind], start=len(NOTES[kind]) + 1):
            notes.write_string(number, 0, row["zh"])
            notes.write_string(number, 1, f"例：{row['example']}" if row["example"] else "")
    return out.getvalue()


def write_bad_rows(kind: str, columns: Sequence[Column], rows: Sequence[tuple[int, Sequence[Cell], Sequence[Fault]]]) -> bytes:
    """As they were, with row, reason and suggestion before them; dropped in again once mended, those three are passed over."""
    labels = {row["field"]: row["zh"] for row in FIELDS[kind]}
    places = {column.field: column.at for column in columns if column.field}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SETTINGS) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFEF", "border": 1})
        wrong = book.add_format({"bg_color": "#FCE8C8", "num_format": "@"})
        plain, why = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("待改")
        for at, heading in enumerate(("原行号", "原因", "建议", *(column.heading for column in columns))):
            sheet.write_string(0, at, heading, head)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 2, 44)
        for at, column in enumerate(columns, start=3):
            sheet.set_column(at, at, _width([column.heading, *column.samples]), plain)
        for number, (row, cells, faults) in enumerate(rows, start=1):
            said = [(fault, sentences(fault, labels.get(fault.field or "", ""))) for fault in faults if not fault.is_hint]
            where = [f"{letter_of(places[fault.field])} 列" if fault.field in places else "" for fault, _ in said]
            sheet.write_number(number, 0, row)
            sheet.write_string(number, 1, "\n".join(f"{place} {reason}".strip() for place, (_, (reason, _)) in zip(where, said, strict=True)), why)
            sheet.write_string(number, 2, "\n".join(dict.fromkeys(suggestion for _, (_, suggestion) in said)), why)
            blamed = {places.get(fault.field or "") for fault, _ in said}
            for at, column in enumerate(columns, start=3):
                text = cells[column.at].text if column.at < len(cells) else ""
                sheet.write_string(number, at, text, wrong if column.at in blamed else plain)
        sheet.freeze_panes(1, 3)
    return out.getvalue()
