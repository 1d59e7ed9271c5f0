"""Numbers that check themselves, and days in every way people type them."""

from __future__ import annotations

import json
import unicodedata

import pytest

import provide
from server.papers.forms import places
from server.papers.incoming import checks, contests

TODAY = "2026-09-21"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("440800200503180026", ("440800200503180026", "2005-03-18", "女")),
        (" ４４０８００２００５０３１８００２６ ", ("440800200503180026", "2005-03-18", "女")),
        ("44080019791120001x", ("44080019791120001X", "1979-11-20", "男")),
        ("'440800 20020709 0018", ("440800200207090018", "2002-07-09", "男")),
        ("11010519491231002X", ("11010519491231002X", "1949-12-31", "女")),
        ("440524188001010014", "id_birthday"),
        ("440800200503180027", "id_check"), ("440800200513180026", "id_birthday"), ("440800202703180026", "id_birthday"),
        ("440800050318002", "id_old"), ("4.40800200503E+17", "id_shape"), ("44080020050318002", "id_shape"), ("1" * 18, "id_shape"),
        ("", "id_shape"), ("无", "id_shape"), ("44080020\u0660503180026", "id_shape"), ("44080020050318002\u0666", "id_shape"),
        ("911124198108030024", "id_shape"),
    ],
)  # fmt: skip
def test_a_citizens_number_is_read_or_says_what_is_wrong(typed, found):
    said = checks.read_identity(typed, TODAY)
    assert (tuple(said) if isinstance(said, checks.Identity) else said) == found


def test_residents_from_beyond_the_border_have_the_same_number():
    for area in ("810000", "820000", "830000"):
        first = f"{area}20050318002"
        assert isinstance(checks.read_identity(first + checks.id_check_digit(first), TODAY), checks.Identity)


def test_every_single_wrong_digit_of_a_number_is_found():
    number = "440800200503180026"
    wrong = [number[:at] + digit + number[at + 1 :] for at in range(18) for digit in "0123456789" if digit != number[at]]
    assert len(wrong) == 162 and [one for one in wrong if isinstance(checks.read_identity(one, TODAY), checks.Identity)] == []


def test_a_credit_code_is_read_or_not():
    for good in ("91110000600037341L", "91440800MA0TE5T166", "12440800MA0TE5T16B", "52440100MA0TE5T163", " 91440800ma0te5t241 "):
        assert checks.read_credit_code(good) == good.strip().upper()
    for bad in ("91440800MA0TE5T167", "91440800MA0TE5T1", "91440800MAOTE5T166", "91440800MA0TE5T16I", ""):
        assert checks.read_credit_code(bad) is None


@pytest.mark.parametrize("typed", [
    "2025-09-01", "2025/9/1", "2025.9.1", "2025年9月1日", "20250901", "45901", " ２０２５－０９－０１ ", "2025-09-01 00:00:00", "2025 年 9 月 1 日",
])  # fmt: skip
def test_a_day_is_a_day_however_it_is_typed(typed):
    assert checks.read_day(typed) == "2025-09-01"


def test_what_is_no_day_is_none():
    assert checks.read_day("45901.0", is_number=True) == "2025-09-01"
    for wrong in ("2025-02-30", "2025-13-01", "2025-09", "9月1日", "09/01/2025", "明年", "", "1", "3.5", "123456789"):
        assert checks.read_day(wrong) is None, wrong


def test_months_and_spans():
    assert {checks.read_month(typed) for typed in ("2026-07", "2026年7月", "2026.7", "202607", "2026-07-15")} == {"2026-07"}
    assert checks.read_month("2026-13") is None and checks.read_month("七月") is None
    whole = ("2025-09-01", "2026-08-31")
    for typed in ("2025-09-01至2026-08-31", "2025.9.1—2026.8.31", "2025/9/1～2026/8/31", "2025年9月1日到2026年8月31日", "2025.9.1-2026.8.31"):
        assert checks.read_span(typed) == whole, typed
    assert checks.read_span("2025-09-01") is None and checks.read_span("2025-09-01至今") is None


def test_names_phones_certificates():
    assert [checks.read_name(typed) for typed in ("王　芳", "阿卜杜拉 • 买买提", "Li Wei", "王3", "王", "")] == [
        "王芳", "阿卜杜拉·买买提", "Li Wei", None, None, None]  # fmt: skip
    assert [checks.read_phone(typed) for typed in ("138 0013 8000", "+8613800138000", "13800138000.0", "12345678901", "1.38001E+10")] == [
        "13800138000", "13800138000", None, None, None]  # fmt: skip
    assert checks.read_certificate("s000044000123263000045") == "S000044000123263000045"
    assert checks.read_certificate("S000044000123266000045") is None


def test_masks_and_ages():
    assert checks.mask("440800200503180026") == "440***********0026"
    assert [checks.age_on("2009-09-02", day) for day in ("2025-09-01", "2025-09-02")] == [15, 16]
    assert checks.is_near("2024级机器人1班", "2024级机器人2班") and checks.is_near("一班", "班") and not checks.is_near("一班", "二组")


@pytest.mark.parametrize("typed", ["Cafe\u200d\u0301 Cup", "e\u00ad\u0301e", "\u1112\u200b\u1161", " 一\u200b  二 "])
def test_what_is_tidied_is_text_an_operation_may_hold(typed):
    """What cannot be seen stood between two signs that belong together."""
    assert unicodedata.is_normalized("NFC", checks.tidy(typed)) and "\u200b" not in checks.tidy(typed)


def test_what_our_own_forms_say_of_a_competition_is_read_back():
    body = json.loads((provide.ROOT / "sync" / "kinds.json").read_text("utf-8"))["kinds"]["result.claimed"]["body"]
    assert {contests.read_level(said): word for word, said in places.LEVEL.items()} == {word: word for word in places.LEVEL}
    assert {contests.read_division(said): word for word, said in places.DIVISION.items()} == {word: word for word in places.DIVISION}
    assert (set(places.LEVEL), set(places.DIVISION)) == (set(body["level"]["values"]), set(body["division"]["values"]))
