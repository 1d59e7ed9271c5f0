"""Headings are found wherever they stand and however they are dressed."""

from __future__ import annotations

from server.papers.incoming.columns import FIELDS, find_table, letter_of, missing_fields
from server.papers.incoming.sheets import Cell, Sheet


def sheet(*rows: list[str], name: str = "花名册") -> Sheet:
    return Sheet(name, [(number, [Cell(text) for text in row]) for number, row in enumerate(rows, start=1) if any(row)])


def fields(table) -> dict[int, str]:
    return {column.at: column.field for column in table.columns if column.field}


def test_a_title_above_and_a_foot_below_are_no_rows():
    table = find_table([sheet(
        ["2025 年学徒花名册"], ["院校：海滨技师学院", "", "填报日期：2025-09-01"],
        ["序号", " 姓 名 *", "身份证号码（必填）", "所在班级", "企业名称", "培训起止日期"], ["1", "2", "3", "4", "5", "6"],
        ["1", "王芳", "x", "一班", "甲", "y"],
        ["序号", "姓名*", "身份证号码(必填)", "所在班级", "企业名称", "培训起止日期"], ["2", "李雷", "x", "一班", "甲", "y"],
        ["合计", "2 人"], ["企业（盖章）", "", "经办人："],
    )], "roster", {})  # fmt: skip
    assert table.heading_row == 3 and fields(table) == {1: "name", 2: "id_number", 3: "class", 4: "enterprise", 5: "span"}
    assert [number for number, _ in table.below] == [5, 7]
    assert missing_fields("roster", list(fields(table).values())) == []


def test_merged_headings_of_two_rows_are_read_together():
    table = find_table([sheet(
        ["姓名", "证件号码", "班级", "用工企业", "培训起止日期", "", "企业导师", ""], ["", "", "", "", "开始", "结束", "姓名", "证书号"],
        ["王芳", "x", "一班", "甲", "a", "b", "周", "c"],
    )], "roster", {})  # fmt: skip
    assert fields(table) == {0: "name", 1: "id_number", 2: "class", 3: "enterprise", 4: "from", 5: "to", 6: "mentor"}
    assert [number for number, _ in table.below] == [3]


def test_the_sheet_with_the_roster_is_found_among_others():
    other = sheet(["填表说明"], ["请勿改动表头"], name="说明")
    assert find_table([other, sheet(["姓名", "班级"], ["王芳", "一班"])], "roster", {}).sheet == "花名册"


def test_what_a_person_said_once_is_remembered_and_goes_before():
    table = find_table([sheet(["名字", "姓名", "部门"], ["王芳", "wf", "甲"])], "roster", {"名字": "name", "部门": "enterprise", "姓名": "-"})
    assert fields(table) == {0: "name", 2: "enterprise"}


def test_unknown_headings_are_shown_to_be_mapped():
    table = find_table([sheet(["甲", "乙", "丙"], ["1", "2", "3"])], "roster", {})
    shown = [(column.heading, column.field, column.samples) for column in table.columns]
    assert shown == [("甲", None, ["1"]), ("乙", None, ["2"]), ("丙", None, ["3"])]
    assert missing_fields("roster", []) == ["name", "id_number", "class", "enterprise", "from", "to"]
    assert find_table([sheet(["甲"])], "roster", {}) is None


def test_the_first_of_two_columns_with_one_name_is_taken():
    assert fields(find_table([sheet(["姓名", "姓名", "班级"], ["a", "b", "c"])], "roster", {})) == {0: "name", 2: "class"}


def test_every_field_is_found_by_its_own_name_in_both_languages():
    for kind, rows in FIELDS.items():
        assert len({row["field"] for row in rows}) == len(rows)
        for language in ("zh", "en"):
            table = find_table([sheet([row[language] for row in rows], ["x"] * len(rows))], kind, {})
            assert fields(table) == {at: row["field"] for at, row in enumerate(rows)}, (kind, language)


def test_columns_have_letters():
    assert [letter_of(at) for at in (0, 25, 26, 51, 52, 701)] == ["A", "Z", "AA", "AZ", "BA", "ZZ"]
