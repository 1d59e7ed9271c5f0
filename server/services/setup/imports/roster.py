"""The roster 花名册: every row becomes an apprentice with his handbook, or says why not. Judging only; nothing is written here."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from server.papers.incoming import checks
from server.papers.incoming.levels import read_level
from server.services.setup.imports.known import Book, Class, Known, Org, Plan, Registered, Strange, find_strange_classes
from server.services.setup.imports.lines import FIRST_DAY, LAST_DAY, Line, find_copies, limit

Blind = Callable[[str], str]
ID_KINDS = {
    "居民身份证": "resident", "身份证": "resident", "二代身份证": "resident", "港澳台居民居住证": "resident", "港澳居民居住证": "resident",
    "台湾居民居住证": "resident", "居住证": "resident", "护照": "passport", "外国人永久居留身份证": "permanent", "永久居留证": "permanent",
    "其他": "other",
}  # fmt: skip
LEARNERS = {"学生学徒": "student_apprentice", "学生": "student_apprentice", "技培生": "skill_trainee"}
SEXES = {"男": "男", "女": "女", "男性": "男", "女性": "女"}
MOST = {
    "class": 60, "schooling": 30, "school": 60, "major": 60, "post": 60, "occupation": 20, "agreement_no": 60, "insurance_no": 60,
    "insured_at": 60, "student_no": 40, "remark": 200, "guardian": 40, "login": 60, "mentor": 40, "tutor": 40,
}  # fmt: skip
FACTS = ("student_no", "schooling", "school", "major", "post", "insured_at", "remark")
FIELD_NAMES = {
    "enterprise": "用工企业", "from": "开始日期", "to": "结束日期", "learner": "人员类别", "phone": "联系电话", "guardian": "监护人",
    "guardian_phone": "监护人电话", "student_no": "学号", "schooling": "学历/班型", "school": "院校", "major": "专业", "post": "岗位",
    "insured_at": "参保地", "remark": "备注", "graduates": "毕业时间", "occupation_code": "职业编码", "agreement": "协议",
}  # fmt: skip
REACHED_BY = ("phone", "guardian", "guardian_phone")
LEAST_AGE, GROWN = 16, 18
OLDEST_DAY = f"{checks.OLDEST}-01-01"


class Read(NamedTuple):
    """What a row says by itself. `blind` is empty when its number cannot be read."""

    name: str
    kind: str
    number: str
    born: str | None
    sex: str | None
    blind: str


def read(lines: Sequence[Line], today: str, blind: Blind) -> list[Read]:
    """Names and numbers first: by them the registers are asked."""
    find_copies(lines)
    found = []
    for line in lines:
        line.need("name", "id_number", "class")
        name = checks.read_name(line.text("name"))
        if line.text("name") and name is None:
            line.blame("name_odd", "name", value=line.text("name"))
        kind, number, born, sex = _number(line, today)
        found.append(Read(name or "", kind, number, born, sex, blind(number) if number else ""))
    return found


def _number(line: Line, today: str) -> tuple[str, str, str | None, str | None]:
    """Kind, number, day of birth and sex."""
    said = line.text("id_kind")
    kind = ID_KINDS.get(checks.packed(said)) if said else "resident"
    typed = line.text("id_number")
    if kind is None:
        line.blame("id_kind_unknown", "id_kind", value=said)
    if kind is None or not typed:
        return kind or "resident", "", None, None
    if kind != "resident":
        number = checks.packed(typed).upper()
        # a citizen under another kind of paper would be a second person to the register
        odd = not 5 <= len(number) <= 30 or not number.isascii() or isinstance(checks.read_identity(number, today), checks.Identity)
        odd = odd or (kind != "permanent" and checks.PERMANENT.fullmatch(number) is not None)
        if odd:
            line.blame("id_shape", "id_number")
        return kind, "" if odd else number, None, None
    if line.is_number("id_number") and len(typed) != 15:
        line.blame("id_number_lost", "id_number")
        return kind, "", None, None
    found = checks.read_identity(typed, today)
    if isinstance(found, str):
        line.blame(found, "id_number")
        return kind, "", None, None
    return kind, found.number, found.born, found.sex


def judge(lines: Sequence[Line], reads: Sequence[Read], known: Known, default_plan: str | None) -> None:
    _compare_rows(lines, reads)
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(checks.packed(line.text("class")), []).append(line)
    strange = find_strange_classes({name: len(group) for name, group in groups.items()}, known)
    plans = _plans_of_classes(lines, known, known.plans.get(default_plan or ""))
    for line, found in zip(lines, reads, strict=True):
        _judge_row(line, found, known, plans, strange)
    for name in strange:
        _settle_class([line for line in groups[name] if line.write and not line.is_stopped])


def _plans_of_classes(lines: Sequence[Line], known: Known, default: Plan | None) -> dict[str, Plan]:
    """That of the class; of a new class the one that fits what most of its rows say, or the one chosen for this file."""
    plans = {one.name: known.plans[one.plan_id] for one in known.classes.values() if one.plan_id in known.plans}
    votes: dict[str, Counter[str]] = {}
    fit: dict[tuple[str, str | None], list[Plan]] = {}
    for line in lines:
        name, level = checks.packed(line.text("class")), read_level(line.text("level"))
        trade = (checks.packed(line.text("occupation")), level)
        if name and name not in plans and level and trade not in fit:
            fit[trade] = known.latest_plans(trade[0], level)
        fitting = fit.get(trade, []) if name not in plans else []
        if len(fitting) == 1:
            votes.setdefault(name, Counter())[fitting[0].id] += 1
    plans |= {name: known.plans[counts.most_common(1)[0][0]] for name, counts in votes.items()}
    if default:
        plans |= {name: default for name in {checks.packed(line.text("class")) for line in lines} - plans.keys() if name}
    return plans


def _settle_class(lines: Sequence[Line]) -> None:
    """A class that is new follows one plan, takes one kind of learner, and runs from the first day of anybody to the last."""
    wanted = [line.write for line in lines if line.write]
    if not wanted:
        return
    learner = Counter(one["learner"] for one in wanted).most_common(1)[0][0]
    days = {"class_from": min(one["from"] for one in wanted), "class_to": max(one["to"] for one in wanted)}
    for line, one in zip(lines, wanted, strict=True):
        if one["learner"] != learner:
            line.blame("learner_mixed", "learner", value=one["class"])
        one |= days


def _compare_rows(lines: Sequence[Line], reads: Sequence[Read]) -> None:
    numbers: dict[str, int] = {}
    names: dict[str, int] = {}
    phones: dict[str, int] = {}
    student_nos: dict[str, int] = {}
    for line, found in zip(lines, reads, strict=True):
        copied = any(fault.word == "row_twice" for fault in line.faults)
        phone, student_no = checks.read_phone(line.text("phone")) or "", checks.packed(line.text("student_no"))
        for seen, key, word, field in (
            (numbers, found.blind, "id_twice", "id_number"), (student_nos, student_no, "student_no_twice", "student_no"),
            (names, found.name, "name_twice", "name"), (phones, phone, "phone_twice", "phone"),
        ):  # fmt: skip
            if key and key in seen and not copied:
                line.blame(word, field, row=seen[key])
                copied = copied or word == "id_twice"
            if key:
                seen.setdefault(key, line.row)


def _judge_row(line: Line, found: Read, known: Known, plans: dict[str, Plan], strange: Mapping[str, Strange]) -> None:
    limit(line, MOST)
    contact = _contact(line, found)
    group = _class(line, known, strange)
    enterprise = _enterprise(line, known)
    days = line.days()
    if days is None or days[1] is None:
        _need_days(line)
    learner = _learner(line, group)
    plan = _plan(line, plans)
    whole = (days[0], days[1]) if days and days[1] else None
    if whole:
        _age(line, found, whole[0])
        if group and (whole[0] < group.from_day or whole[1] > group.to_day):
            line.blame("class_days", "from", **{"from": group.from_day, "to": group.to_day})
    facts = _facts(line, found, learner, whole)
    agreement = _agreement(line, learner, whole)
    login = _login(line, known)
    mentors = _mentors(line, known, enterprise)
    if not (found.blind and found.name and enterprise and learner and plan and whole) or line.is_stopped:
        return
    line.write = {
        "person": None, "book": None, "name": found.name, "login": login, "kind": found.kind, "contact": contact, "blind": found.blind,
        "class": checks.packed(line.text("class")), "plan": plan.id, "learner": learner, "occupation": plan.occupation,
        "level": plan.level, "enterprise": enterprise.id, "from": whole[0], "to": whole[1], "enrolled": facts,
        "agreement": agreement, "mentors": mentors,
    }  # fmt: skip
    registered = known.people.get(found.blind)
    if facts["student_no"] and known.student_nos.get(facts["student_no"]) not in (None, registered.id if registered else None):
        line.blame("student_no_taken", "student_no")
    if registered:
        _meet(line, registered, known, group)
    for one in known.staff:
        if one.id in known.let_in and line.write["book"] is None and one.id in {member["person"] for member in mentors}:
            line.blame("another_pairs", "tutor" if one.role == "college_tutor" else "mentor", value=one.name)


def _need_days(line: Line) -> None:
    """Unless something has been said about them."""
    if not line.text("span") and not {fault.field for fault in line.faults} & {"from", "to", "span"}:
        line.need("from", "to")


def _contact(line: Line, found: Read) -> dict[str, str]:
    contact = {"number": found.number, "phone": "", "guardian": "", "guardian_phone": ""}
    for name in ("phone", "guardian_phone"):
        if text := line.text(name):
            contact[name] = checks.read_phone(text) or ""
            if not contact[name]:
                line.blame(f"{name}_odd", name)
    if text := line.text("guardian"):
        contact["guardian"] = checks.read_name(text) or ""
        if not contact["guardian"]:
            line.blame("name_odd", "guardian", value=text)
    return contact


def _class(line: Line, known: Known, strange: Mapping[str, Strange]) -> Class | None:
    name = checks.packed(line.text("class"))
    if name in strange:
        word, said = strange[name]
        line.blame(word, "class", **said)
    return known.classes.get(name)


def _enterprise(line: Line, known: Known) -> Org | None:
    typed, code_typed = checks.packed(line.text("enterprise")), line.text("credit_code")
    code = checks.read_credit_code(code_typed) if code_typed else None
    if code_typed and code is None:
        line.blame("credit_code_odd", "credit_code")
    found = known.enterprise_names.get(typed)
    if not typed and code in known.codes:
        return known.codes[code]
    if not typed:
        line.need("enterprise")
        return None
    if found is None:
        if near := known.near_enterprise(typed):
            line.blame("enterprise_near", "enterprise", value=typed, other=near.name)
        else:
            line.blame("enterprise_unknown", "enterprise", value=typed)
    elif code and found.credit_code not in (None, code):
        line.blame("credit_code_other", "credit_code")
    return found


def _learner(line: Line, group: Class | None) -> str | None:
    typed = checks.packed(line.text("learner"))
    learner = LEARNERS.get(typed) if typed else (group.learner if group and group.learner else "student_apprentice")
    if learner is None:
        line.blame("learner_unknown", "learner", value=typed)
    elif group and group.learner not in (None, learner):
        line.blame("learner_mixed", "learner", value=group.name)
    return learner


def _plan(line: Line, plans: dict[str, Plan]) -> Plan | None:
    occupation, typed = checks.packed(line.text("occupation")), line.text("level")
    level = read_level(typed) if typed else None
    if typed and level is None:
        line.blame("level_unknown", "level", value=typed)
        return None
    name = checks.packed(line.text("class"))
    plan = plans.get(name)
    if plan is None:
        if name and not line.is_stopped:
            line.blame("no_plan", "class", value=name)
        return None
    if occupation and occupation != checks.packed(plan.occupation):
        line.blame("occupation_differs", "occupation", value=occupation, other=plan.occupation)
    if level and level != plan.level:
        line.blame("level_differs", "level", value=level, other=plan.level)
    return plan


def _age(line: Line, found: Read, first: str) -> None:
    if found.sex and (typed := checks.packed(line.text("sex"))) and SEXES.get(typed) != found.sex:
        line.blame("sex_differs", "sex", value=typed)
    if found.born is None:
        return
    if line.text("born"):
        born = line.day("born", OLDEST_DAY)
        if born and born != found.born:
            line.blame("born_differs", "born")
    age = checks.age_on(found.born, first)
    if age < LEAST_AGE:
        line.blame("under_16", "id_number", day=first, age=age)
    elif age < GROWN and not line.text("guardian"):
        line.blame("minor_guardian", "guardian")


def _facts(line: Line, found: Read, learner: str | None, whole: tuple[str, str] | None) -> dict[str, str | None]:
    facts: dict[str, str | None] = {name: line.text(name) or None for name in FACTS}
    if facts["student_no"]:
        facts["student_no"] = checks.packed(facts["student_no"])
    facts["occupation_code"] = checks.packed(line.text("occupation_code")) or None
    if facts["occupation_code"] and not checks.OCCUPATION.fullmatch(facts["occupation_code"]):
        line.blame("occupation_code_odd", "occupation_code", value=facts["occupation_code"])
    text = line.text("graduates")
    month = checks.read_month(text, line.is_number("graduates")) if text else None
    facts["graduates"] = month = month if month and FIRST_DAY[:7] <= month <= LAST_DAY[:7] else None
    if text and not month:
        line.blame("graduates_odd", "graduates", value=text)
    if month and whole and learner == "student_apprentice" and not whole[0][:4] <= month[:4] <= str(int(whole[1][:4]) + 1):
        line.blame("not_graduating", "graduates", value=month)
    return facts


def _agreement(line: Line, learner: str | None, whole: tuple[str, str] | None) -> dict[str, str | None] | None:
    number, span = line.text("agreement_no"), line.span("agreement_span")
    policy, insured = line.text("insurance_no"), line.span("insured_span")
    if number and not line.text("agreement_span"):
        line.blame("agreement_odd", "agreement_span")
    if policy and not line.text("insured_span"):
        line.blame("insurance_odd", "insured_span")
    if span is None:
        if insured and not line.text("agreement_span"):
            line.blame("missing", "agreement_span")
        return None
    if whole and (span[0] > whole[0] or span[1] < whole[1]):
        line.blame("agreement_short", "agreement_span", **{"from": span[0], "to": span[1]})
    if insured and whole and (insured[0] > whole[0] or insured[1] < whole[1]):
        line.blame("insurance_short", "insured_span", **{"from": insured[0], "to": insured[1]})
    first, last = insured or (None, None)
    return {
        "kind": "training" if number or learner == "student_apprentice" else "employment", "number": number or "未编号",
        "from_day": span[0], "to_day": span[1], "insurance": policy or None, "insured_from": first, "insured_to": last,
    }  # fmt: skip


def _login(line: Line, known: Known) -> str | None:
    typed = line.text("login")
    if not typed:
        return None
    if not checks.LOGIN.fullmatch(typed):
        line.blame("login_odd", "login")
    elif typed in known.logins:
        line.blame("login_taken", "login", value=typed)
    return typed


def _mentors(line: Line, known: Known, enterprise: Org | None) -> list[dict[str, Any]]:
    """Whom the row names by name alone; grade and certificate may stand behind a stroke."""
    found = []
    for field, role, org in (("mentor", "mentor", enterprise.id if enterprise else ""), ("tutor", "college_tutor", known.college)):
        name = checks.packed(line.text(field)).partition("/")[0]
        if not name or not org:
            continue
        there = known.signers.get((name, role, org), ())
        if len(there) == 1:
            found.append({"person": there[0].id, "role": role, "org": org})
        else:
            line.blame("mentor_twice" if there else "mentor_unknown", field, value=name)
    return found


# --- somebody who is registered already ----------------------------------------------------------------------------


def _meet(line: Line, registered: Registered, known: Known, group: Class | None) -> None:
    wanted = line.write or {}
    wanted["person"], wanted["login"] = registered.id, None
    if checks.packed(registered.name) != checks.packed(wanted["name"]):
        line.blame("name_differs", "name")
    if registered.disabled:
        line.blame("person_disabled", "name")
    if registered.elsewhere and any(wanted["contact"][name] for name in REACHED_BY):
        line.blame("contacts_of_others", None, value=wanted["name"])
    running = [book for book in registered.books if book.head["from"] <= wanted["to"] and wanted["from"] <= book.head["to"]]
    if any(book.college != known.college for book in running):
        line.blame("in_another_college", "id_number")
        return
    here = next((book for book in running if group and book.head.get("class") == group.id), None)
    other = next((book for book in running if book is not here), None)
    if other:
        line.blame("in_another_class", "class", value=known.class_names.get(other.head.get("class"), other.head["occupation"]))
    elif here:
        _compare(line, here, registered, known)


def _compare(line: Line, book: Book, registered: Registered, known: Known) -> None:
    """The same handbook again: what can be changed is, what cannot is said, and often there is nothing to do."""
    wanted = line.write or {}
    fixed = [name for name in ("enterprise", "from", "to", "learner") if book.head[name] != wanted[name]]
    for name in fixed:
        line.blame("book_differs", name, value=FIELD_NAMES[name])
    if fixed:
        return
    wanted["book"] = book.id
    facts = {name: given for name, given in wanted["enrolled"].items() if given is not None and given != book.enrolled.get(name)}
    contact = {name: wanted["contact"][name] for name in REACHED_BY if wanted["contact"][name] not in ("", registered.contact.get(name))}
    if registered.elsewhere:
        contact = {}
    agreement = wanted["agreement"]
    new_agreement = agreement if agreement and f"{agreement['kind']} {agreement['number']}" not in known.agreed.get(book.id, set()) else None
    wanted |= {"enrolled": facts, "contact": contact, "agreement": new_agreement, "mentors": []}
    changed = [FIELD_NAMES[name] for name in (*facts, *contact, *(["agreement"] if new_agreement else []))]
    if changed:
        line.blame("will_change", None, value="、".join(changed))
    line.same = not changed
