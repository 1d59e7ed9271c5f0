"""What of an apprentice's hours counts, entry by entry: the one reckoning behind every form and every screen of months.

The entry's minutes are those the college has credited, with reversals. Online hours of foundation modules count up to the plan's share, the
earlier ones first: a month that is settled is never changed by what comes after it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sync.book import Doc, Docs, claimed_minutes, confirmed_minutes, credited_minutes, is_witnessed
from sync.credit import Credited, Piece, Share, credit_day, lessons_tenths, online_counted, piece_of

# why minutes that were claimed do not count, in the order in which it is told
REASONS = (
    "returned", "waiting", "LOWERED", "OVERLAP", "NIGHT", "DAY_CAP", "NO_CHECK_IN", "CLOSED_DAY", "OUTSIDE", "NO_MODULE", "reviewed",
    "REVERSED", "ONLINE_CAP",
)  # fmt: skip


class Told(NamedTuple):
    """A book as its operations tell it, up to `seq`."""

    id: str
    seq: int
    chain: str
    docs: Docs

    @property
    def head(self) -> Doc:
        return self.docs[self.id]


class Line(NamedTuple):
    """One entry: what was claimed, what its signers confirmed, what counts, and why not more."""

    entry: Doc
    claimed: int
    confirmed: int
    credited: int
    codes: tuple[str, ...]


@dataclass(slots=True)
class Standing:
    """A module of the plan: its minutes, and what became of those that were claimed."""

    module: Doc
    claimed: int = 0
    credited: int = 0
    lost: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    places: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def plan(self) -> int:
        return int(self.module["minutes"])

    @property
    def missing(self) -> int:
        return max(0, self.plan - self.credited)


class Account(NamedTuple):
    """An apprentice's hours: every line in the order of days, and where he stands in each module."""

    lines: list[Line]
    modules: dict[str, Standing]
    lesson_minutes: int

    def total(self, name: str) -> int:
        return sum(getattr(standing, name) for standing in self.modules.values())

    def at(self, place: str) -> int:
        return sum(standing.places[place] for standing in self.modules.values())

    def of(self, category: str, at_base: bool | None = None) -> tuple[int, int]:
        """(plan, credited) of a category; of the operation modules those at the base, or the others. What was done elsewhere under a
        module of the base is none of the base's hours."""
        some = [one for one in self.modules.values() if one.module["category"] == category]
        at = [one for one in some if one.module["place"] == "base"]
        base = sum(one.plan for one in at), sum(one.places["base"] for one in at)
        whole = sum(one.plan for one in some), sum(one.credited for one in some)
        return whole if at_base is None else base if at_base else (whole[0] - base[0], whole[1] - base[1])

    def lost(self) -> dict[str, int]:
        """Minutes that were claimed and do not count, by reason."""
        found = {name: sum(one.lost[name] for one in self.modules.values()) for name in REASONS}
        return {name: minutes for name, minutes in found.items() if minutes}


NO_PLAN: dict[str, Any] = {
    "modules": [], "closed_days": [],
    "rules": {"lesson_minutes": 45, "day_cap_minutes": 1440, "night_from": 0, "night_to": 0, "online_permille": 1000, "base_check_in": False},
}  # fmt: skip


def account_of(told: Told, last_day: str = "9999-12-31") -> Account:
    """Up to this day, included."""
    plan = told.head["plan"] or NO_PLAN
    lesson_minutes = plan["rules"]["lesson_minutes"]
    modules = {module["code"]: Standing(module) for module in plan["modules"]}
    account = Account([], modules, lesson_minutes)
    lines = [_line(entry, share) for entry, share in _in_order(told, plan, last_day)]
    counted = online_counted(map(_credited, lines), plan)
    for line in lines:
        left = counted.get((line.entry["content"]["day"], line.entry["id"]), line.credited)
        if left < line.credited:
            line = line._replace(credited=left, codes=(*line.codes, "ONLINE_CAP"))
        account.lines.append(line)
        standing = modules.get(line.entry["content"]["module"])
        if standing is not None:
            _count(standing, line)
    return account


def _credited(line: Line) -> Credited:
    content = line.entry["content"]
    return content["day"], line.entry["id"], content["module"], content["place_kind"], line.credited


def _in_order(told: Told, plan: Doc, last_day: str) -> Iterator[tuple[Doc, Share]]:
    """Entries by day and hour, each with what the rules of the day say of it."""
    days: dict[str, list[Doc]] = defaultdict(list)
    seen: dict[str, list[Doc]] = defaultdict(list)
    for doc in told.docs.values():
        if doc["kind"] == "entry" and doc["content"]["day"] <= last_day and (doc["state"] != "withdrawn" or doc["returns"]):
            days[doc["content"]["day"]].append(doc)
        elif doc["kind"] == "presence" and is_witnessed(doc):
            seen[doc["day"]].append(doc)
    for day in sorted(days):
        pieces: list[Piece] = [piece_of(doc, told.docs, seen[day]) for doc in days[day] if doc["state"] != "withdrawn"]
        shares = credit_day(pieces, day, plan, told.head["from"], told.head["to"])
        for doc in sorted(days[day], key=lambda doc: (doc["content"]["start"], doc["content"]["end"], doc["id"])):
            yield doc, shares.get(doc["id"], Share(0, ()))


def _line(entry: Doc, share: Share) -> Line:
    claimed = claimed_minutes(entry["content"])
    if entry["state"] != "credited":
        return Line(entry, claimed, confirmed_minutes(entry), 0, ())
    confirmed, credited = confirmed_minutes(entry), credited_minutes(entry)
    codes = [flag for flag in share.flags if flag != "NOT_SIGNED"]
    if entry["reversals"]:
        codes.append("REVERSED")
    return Line(entry, claimed, confirmed, credited, tuple(codes))


def _count(standing: Standing, line: Line) -> None:
    standing.claimed += line.claimed
    standing.credited += line.credited
    standing.places[line.entry["content"]["place_kind"]] += line.credited
    for reason, minutes in _lost(line):
        if minutes > 0:
            standing.lost[reason] += minutes


def _lost(line: Line) -> Iterator[tuple[str, int]]:
    entry = line.entry
    if entry["state"] in ("returned", "withdrawn"):
        yield "returned", line.claimed
        return
    if entry["state"] != "credited":
        yield "waiting", line.claimed
        return
    recognised = int(entry["recognised"]["minutes"])
    of_the_day = [code for code in line.codes if code in REASONS and code not in ("LOWERED", "REVERSED", "ONLINE_CAP")]
    yield "LOWERED", line.claimed - line.confirmed
    yield of_the_day[-1] if of_the_day else "reviewed", line.confirmed - recognised
    yield "REVERSED", recognised - credited_minutes(entry)
    yield "ONLINE_CAP", credited_minutes(entry) - line.credited


def lessons(minutes: int, lesson_minutes: int) -> float:
    """Rounded down to one decimal."""
    return lessons_tenths(minutes, lesson_minutes) / 10


def gap(minutes: int, lesson_minutes: int) -> float:
    """What is missing, rounded up: one minute less than asked for is not nothing."""
    return -lessons_tenths(-minutes, lesson_minutes) / 10


def number(value: float) -> str:
    """6, not 6.0."""
    return format(value, ".15g")


def verdict(account: Account) -> str:
    """达标, or what is missing, module by module."""
    if not account.modules:
        return "未登记培养方案"
    missing = [
        f"{one.module['name'] or code} 差 {number(gap(one.missing, account.lesson_minutes))} 学时（{one.missing} 分钟）"
        for code, one in account.modules.items() if one.missing
    ]  # fmt: skip
    return f"未达标：{'；'.join(missing)}" if missing else "达标"


def permille(part: int, whole: int) -> int:
    """To the nearest tenth of a percent, halves up."""
    return (2000 * part + whole) // (2 * whole) if whole else 0


def percent(part: int, whole: int) -> str:
    return f"{permille(part, whole) / 10:.1f}%" if whole else "—"
