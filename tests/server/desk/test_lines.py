"""Rows of a file as they are judged: what was merged down a table speaks for every row of it."""

from __future__ import annotations

from server.papers.incoming.columns import Column
from server.papers.incoming.sheets import Cell
from server.services.setup.imports.lines import lines_of

COLUMNS = [Column(0, "姓名", "name", []), Column(1, "班级", "class", []), Column(2, "备注", "remark", [])]


def rows(*cells: tuple[str, ...]) -> list[tuple[int, list[Cell]]]:
    return [(number, [Cell(text) for text in row]) for number, row in enumerate(cells, start=3)]


def test_a_cell_merged_down_the_table_speaks_for_all_and_says_so():
    lines = lines_of(rows(("甲", "1班", "走读"), ("乙", "", ""), ("丙", "", "")), COLUMNS)
    assert [line.text("class") for line in lines] == ["1班"] * 3
    assert [[(one.word, one.is_hint) for one in line.faults] for line in lines] == [[], [("merged_down", True)], [("merged_down", True)]]
    assert [line.text("remark") for line in lines] == ["走读", "", ""], "what is a person's own stays his"


def test_where_others_say_something_too_a_gap_is_a_gap():
    lines = lines_of(rows(("甲", "1班"), ("乙", ""), ("丙", "2班")), COLUMNS)
    assert [line.text("class") for line in lines] == ["1班", "", "2班"] and not any(line.faults for line in lines)
    [alone] = lines_of(rows(("甲", "1班")), COLUMNS)
    assert alone.text("class") == "1班" and not alone.faults
