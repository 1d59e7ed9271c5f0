"""What the registers say already, as far as judging a file needs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from server.papers.incoming.checks import is_near, is_slip, packed

MOST_GUESSED = 300
FEW, MANY = 2, 10
MOST_NEW_CLASSES = 300
# the word, and what its sentence names
Strange = tuple[str, dict[str, Any]]


class Org(NamedTuple):
    """An organisation of the chain."""

    id: str
    kind: str
    name: str
    credit_code: str | None


class Class(NamedTuple):
    """A class of this college; `learner` is that of its first handbook."""

    id: str
    name: str
    plan_id: str | None
    from_day: str
    to_day: str
    learner: str | None


class Plan(NamedTuple):
    """A plan, and the rules it stands under."""

    id: str
    name: str
    occupation: str
    level: str
    version: int


class Book(NamedTuple):
    """A handbook of somebody who is registered: its head, and what the roster said beside it."""

    id: str
    college: str
    head: Mapping[str, Any]
    enrolled: Mapping[str, Any]


class Registered(NamedTuple):
    """Somebody whose number is known. `elsewhere`: how he is reached is another college's to say."""

    id: str
    name: str
    disabled: bool
    contact: Mapping[str, str]
    books: tuple[Book, ...]
    elsewhere: bool


def is_elsewhere(owner: str | None, college: str, books: Iterable[tuple[str, str]], today: str) -> bool:
    """Contacts are the college's that entered them as long as it has the person in a handbook; `books`: college and last day of each."""
    return owner not in (None, college) and any(one == owner and last >= today for one, last in books)


class Staff(NamedTuple):
    """Somebody who may sign."""

    id: str
    name: str
    login: str
    role: str
    org: str


@dataclass(slots=True)
class Known:
    """`people` by the blind index of their numbers; `let_in`: of the staff, whose slip was printed by whoever brings the file."""

    college: str
    today: str
    orgs: list[Org]
    classes: dict[str, Class]
    plans: dict[str, Plan]
    staff: list[Staff]
    let_in: set[str]
    people: dict[str, Registered] = field(default_factory=dict)
    student_nos: dict[str, str] = field(default_factory=dict)
    logins: set[str] = field(default_factory=set)
    agreed: dict[str, set[str]] = field(default_factory=dict)
    paired: set[tuple[str, str, str]] = field(default_factory=set)
    enterprise_names: dict[str, Org] = field(default_factory=dict)
    codes: dict[str, Org] = field(default_factory=dict)
    class_names: dict[str | None, str] = field(default_factory=dict)
    signers: dict[tuple[str, str, str], list[Staff]] = field(default_factory=dict)
    guessed: dict[str, Org | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.class_names = {one.id: one.name for one in self.classes.values()}
        for one in self.staff:
            self.signers.setdefault((packed(one.name), one.role, one.org), []).append(one)
        for org in self.orgs:
            if org.kind in ("enterprise", "chain_leader"):
                self.enterprise_names[packed(org.name)] = org
            if org.credit_code:
                self.codes[org.credit_code] = org

    def near_enterprise(self, typed: str) -> Org | None:
        """The only one it could be meant for; looked for so many times in a file, and no more."""
        if typed not in self.guessed and len(self.guessed) < MOST_GUESSED:
            near = [org for name, org in self.enterprise_names.items() if is_near(typed, name) or (len(typed) >= 4 and typed in name)]
            self.guessed[typed] = near[0] if len(near) == 1 else None
        return self.guessed.get(typed)

    def latest_plans(self, occupation: str, level: str) -> list[Plan]:
        """The newest version of each plan for this occupation and level."""
        newest: dict[str, Plan] = {}
        for plan in self.plans.values():
            if (plan.occupation, plan.level) == (occupation, level) and plan.version > newest.get(plan.name, plan._replace(version=-1)).version:
                newest[plan.name] = plan
        return list(newest.values())


def find_strange_classes(rows: Mapping[str, int], known: Known) -> dict[str, Strange]:
    """What is said of each class that is not there: it is new, it is a slip of another, or there are too many such."""
    names = [name for name in rows if name and name not in known.classes]
    if len(names) > MOST_NEW_CLASSES:
        return dict.fromkeys(names, ("classes_too_many", {"most": MOST_NEW_CLASSES}))
    big = [name for name, count in rows.items() if count >= MANY]
    found: dict[str, Strange] = {}
    for name in names:
        like = [*known.classes, *(big if rows[name] <= FEW else ())]
        other = next((there for there in like if is_slip(name, there)), None)
        found[name] = ("class_near", {"value": name, "other": other}) if other else ("class_new", {"value": name})
    return found
