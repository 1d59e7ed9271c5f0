"""Numbers that check themselves, days and telephone numbers as people type them. A value or None; a fault is a word of faults.json."""

import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

# GB 11643 (ISO 7064 MOD 11-2) and GB 32100
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CERTIFICATE = re.compile(r"[YS][0-9]{4}[0-9]{2}[0-9]{6}[0-9]{2}[1-5][0-9]{6}|[A-Z]{2}[0-9]{20}")
OCCUPATION = re.compile(r"[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}")
LOGIN = re.compile(r"[A-Za-z0-9._-]{1,60}")
# the card of a foreigner who lives here for good; no citizen's number begins so
PERMANENT = re.compile(r"9[0-9]{16}[0-9X]")
PHONE = re.compile(r"1[3-9][0-9]{9}")
NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+(·[\u3400-\u9fff\U00020000-\U000323af]+)*|[A-Za-z][A-Za-z .'·-]*[A-Za-z.]")
DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
MONTH = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*月?")
PACKED = re.compile(r"(20[0-9]{2}|19[0-9]{2})([0-9]{2})([0-9]{2})")
CLOCK = re.compile(r"[ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
# a citizen's number of today and of before 1999, and a telephone number, wherever in a sentence they stand
PERSONAL = re.compile(
    r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]{4}[0-9X]|[1-9][0-9]{7}(0[1-9]|1[0-2])[0-3][0-9]{4}|1[3-9][0-9]{9}"
)
DIGITS = re.compile(r"[0-9](?:[ -]?[0-9Xx])+")
EPOCH_OF_SHEETS = date(1899, 12, 30)
NUMERALS = set("0123456789一二三四五六七八九十甲乙丙丁ABCDEF")
OLDEST, SMALLEST_SERIAL, LARGEST_SERIAL = 1920, 10_000, 80_000


class Identity(NamedTuple):
    """What a citizen's number says about him."""

    number: str
    born: str
    sex: str


def tidy(text: str) -> str:
    """Full-width letters and digits as plain ones, no space at either end, none doubled, nothing invisible."""
    if text.isprintable() and " " not in text and unicodedata.is_normalized("NFKC", text):
        return text
    plain = unicodedata.normalize("NFKC", text)
    seen = "".join(" " if char.isspace() else char for char in plain if unicodedata.category(char) not in ("Cf", "Cc") or char.isspace())
    return unicodedata.normalize("NFKC", " ".join(seen.split()))


def packed(text: str) -> str:
    return tidy(text).replace(" ", "")


def read_name(text: str) -> str | None:
    """Chinese names are padded with spaces to line up; others keep theirs."""
    name = tidy(text).replace("•", "·").replace("・", "·").replace("‧", "·")
    if re.search(r"[\u3400-\u9fff]", name):
        name = name.replace(" ", "")
    return name if 2 <= len(name) <= 40 and NAME.fullmatch(name) else None


def id_check_digit(first: str) -> str:
    return ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first, ID_WEIGHTS, strict=True)) % 11]


def read_identity(text: str, today: str) -> Identity | str:
    """Of a citizen, or of a resident from Hong Kong, Macao or Taiwan; unknown counties pass, they have changed often."""
    number = packed(text).lstrip("'").upper().replace("-", "")
    if re.fullmatch(r"[0-9]{15}", number):
        return "id_old"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "id_shape"
    if re.fullmatch(r"([0-9])\1{16}.", number) or PERMANENT.fullmatch(number):
        return "id_shape"
    born = make_day(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    if born is None or born > today or int(number[6:10]) < OLDEST:
        return "id_birthday"
    if id_check_digit(number[:17]) != number[17]:
        return "id_check"
    return Identity(number, born, "男" if int(number[16]) % 2 else "女")


def mask(number: str) -> str:
    return number[:3] + "*" * max(len(number) - 7, 4) + number[-4:] if len(number) > 8 else "*" * len(number)


def hide_numbers(text: str) -> str:
    """A sentence somebody typed, with what in it looks like a person's number masked, however it was spaced."""

    def hide(run: re.Match[str]) -> str:
        digits = run[0].replace(" ", "").replace("-", "").upper()
        return mask(digits) if PERSONAL.fullmatch(digits) else run[0]

    return DIGITS.sub(hide, unicodedata.normalize("NFKC", text))


def credit_check_digit(first: str) -> str:
    total = sum(CREDIT_LETTERS.index(letter) * weight for letter, weight in zip(first, CREDIT_WEIGHTS, strict=True))
    return CREDIT_LETTERS[(31 - total) % 31]


def read_credit_code(text: str) -> str | None:
    code = packed(text).lstrip("'").upper()
    if len(code) != 18 or any(letter not in CREDIT_LETTERS for letter in code):
        return None
    return code if credit_check_digit(code[:17]) == code[17] else None


def read_phone(text: str) -> str | None:
    digits = re.sub(r"[\s()-]", "", tidy(text)).removeprefix("+86").lstrip("'")
    return digits if PHONE.fullmatch(digits) else None


def read_certificate(text: str) -> str | None:
    number = packed(text).upper()
    return number if CERTIFICATE.fullmatch(number) else None


def make_day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def read_day(given: str, is_number: bool = False) -> str | None:
    """2025-09-01, 2025/9/1, 2025.9.1, 2025年9月1日, 20250901, or the number of days a sheet counts."""
    text = CLOCK.sub("", tidy(given))
    found = DAY.fullmatch(text) or PACKED.fullmatch(text)
    if found:
        return make_day(*(int(part) for part in found.groups()))
    if is_number or re.fullmatch(r"[0-9]{5}(\.0+)?", text):
        return _from_serial(text)
    return None


def _from_serial(text: str) -> str | None:
    try:
        serial = float(text)
    except ValueError:
        return None
    return (EPOCH_OF_SHEETS + timedelta(int(serial))).isoformat() if SMALLEST_SERIAL <= serial <= LARGEST_SERIAL else None


def read_month(given: str, is_number: bool = False) -> str | None:
    """The month somebody graduates in: 2026-07, 2026年7月, 202607, or any day in it."""
    text = tidy(given)
    day = read_day(text, is_number)
    if day:
        return day[:7]
    found = MONTH.fullmatch(text) or re.fullmatch(r"(20[0-9]{2})([0-9]{2})", text)
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    return f"{int(found[1]):04d}-{int(found[2]):02d}"


SPAN = re.compile(r"\s*(?:至|到|~|～|—+|–|--)\s*")


def read_span(given: str) -> tuple[str, str] | None:
    """Both days of 2025-09-01至2026-08-31, also where the hyphen alone parts them."""
    text = tidy(given)
    parts = SPAN.split(text)
    if len(parts) == 1:
        found = re.fullmatch(rf"({DAY.pattern})\s*-\s*({DAY.pattern})", text)
        parts = [found[1], found[5]] if found else parts
    days = [read_day(part) for part in parts]
    return (days[0], days[1]) if len(days) == 2 and days[0] and days[1] else None


def age_on(born: str, day: str) -> int:
    return int(day[:4]) - int(born[:4]) - (day[5:] < born[5:])


def is_slip(one: str, other: str) -> bool:
    """One letter apart, and not by a number: class 1 is not class 2."""
    if not is_near(one, other):
        return False
    odd = set(one) ^ set(other)
    return not (odd and odd <= NUMERALS)


def is_near(one: str, other: str) -> bool:
    """One letter changed, missing or too many."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
