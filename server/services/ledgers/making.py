"""Making an export: the job that tells every book of a class again from its operations and writes the form that was asked for.

One snapshot, one book in memory at a time. What the file rests on, where each book's chain stood, is written down with its totals."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from server.papers.forms import people as forms_of_people
from server.papers.forms import places as forms_of_places
from server.papers.forms.credited import Account, Told, account_of
from server.papers.forms.form import SAMPLE, Form, Row, Sheet
from server.papers.forms.ledger import BASIS, LEDGER, MODULES, SUMMARY, Words, ledger_rows, module_rows, summary_row
from server.papers.forms.printed import Printed
from server.papers.forms.workbook import Lines, Workbook
from server.papers.incoming.checks import Identity as Citizen
from server.papers.incoming.checks import mask, read_identity
from server.store.books.told import Torn, tell_book
from server.store.days import day_of, moment_of
from server.store.db import reading, writing
from server.store.desk.jobs import Job, Tools, Unable
from server.store.desk.scope import Scope
from server.store.ledgers import classbooks, exports
from server.store.ledgers.classbooks import ClassBook, Group
from server.store.ledgers.exports import Made, Order
from server.store.people import identities
from server.store.people.vault import Unreadable

PAPERS = {"xlsx": Workbook, "pdf": Printed, "csv": Lines}
MOST_PRINTED = 20_000
Progress = Callable[[int, int], None]
FORMS: Mapping[str, Form] = {
    form.word: form for form in (
        forms_of_people.ROSTER, forms_of_people.ATTENDANCE, LEDGER, SUMMARY, forms_of_people.PAIRINGS, forms_of_people.GUIDANCE,
        forms_of_places.BASE_USE, forms_of_places.RESULTS,
    )
}  # fmt: skip
KINDS = {"resident": "居民身份证", "passport": "护照", "permanent": "外国人永久居留身份证", "other": "其他"}
# what sums up everything until the end of the month, and what a claim is made of
SUMS, CLAIMED = frozenset((SUMMARY.word, MODULES.word)), frozenset((LEDGER.word, SUMMARY.word, MODULES.word))
MARKS = {"look": "仅供查看，不作申报依据", "claim": "申报用", "freeze": "名册冻结"}


class Reckoned(NamedTuple):
    """A book of the class, told."""

    book: ClassBook
    told: Told
    account: Account
    words: Words


class Work:
    """What making one export needs, and what it counts on the way."""

    def __init__(self, conn: Connection, tools: Tools, order: Order, group: Group, scope: Scope, progress: Progress) -> None:
        self.conn, self.tools, self.order, self.group, self.progress = conn, tools, order, group, progress
        self.books = classbooks.select_class_books(conn, scope, order.class_id, order.enterprise_id)
        self.until: Mapping[str, int] = {}
        self.names: dict[str, str] = {book.person_id: book.name for book in self.books}
        self.bases = classbooks.select_base_names(conn)
        self.rules = classbooks.select_rules_said(conn, {book.id for book in self.books}) if order.aim == "claim" else []
        self.met: set[str] = set()
        self.chosen = exports.select_columns(conn, order.id)
        self.heads: list[tuple[str, int, str]] = []
        self.totals = {"people": 0, "rows": 0, "claimed": 0, "confirmed": 0, "credited": 0, "open": 0}
        self.digest = hashlib.sha256()
        self.number = 0

    # --- books -----------------------------------------------------------------------------------------------------

    def each(self) -> Iterator[Reckoned]:
        """Book after book. A claim rests on months that are settled."""
        last_day = f"{self.order.month}-31" if self.order.month else "9999-12-31"
        self._look_up({book.id for book in self.books}, {book.person_id for book in self.books})
        for done, book in enumerate(self.books):
            self.progress(done, len(self.books))
            until = self.until.get(book.id)
            told = Told(*tell_book(self.conn, book.id, until))
            if until is None and (told.seq, told.chain) != (book.seq, book.chain):
                raise Torn(book.id)
            account = account_of(told, last_day)
            self._need_settled(told, account)
            self._learn_names(told)
            self.heads.append((book.id, told.seq, told.chain))
            self.totals["people"] += 1
            self.totals["open"] += sum(line.entry["state"] not in ("credited", "withdrawn") for line in account.lines)
            yield Reckoned(book, told, account, Words(self.names, self.bases, moment_of, self.group.name))
        self.progress(len(self.books), len(self.books))

    def _look_up(self, books: set[str], people: set[str]) -> None:
        """For all books at once what beside their operations is asked for."""
        self.names = {**classbooks.select_member_names(self.conn, books), **self.names}
        self.identities = identities.select_identities(self.conn, people)
        self.qualified = classbooks.select_qualifications(self.conn, books)

    def _need_settled(self, told: Told, account: Account) -> None:
        if self.order.aim == "claim":
            months = {line.entry["content"]["day"][:7] for line in account.lines} | ({self.order.month} - {None})
            if not months <= set(told.head["locked"]):
                raise Unable("month_open")

    def _learn_names(self, told: Told) -> None:
        met = {member["person"] for member in told.head["members"]}
        for doc in told.docs.values():
            if doc["kind"] == "entry":
                self.met.add(doc["content"]["place"] or "")
                met |= {seal["by"] for seal in doc["seals"]} | ({doc["recognised"]["by"]} if doc["recognised"] else set())
        unknown = met - self.names.keys()
        if unknown:
            self.names |= classbooks.select_names(self.conn, unknown)

    def words(self) -> dict[str, Any]:
        """What ids are called in this file."""
        return {
            "class": self.group.name, "college": self.group.college, "enterprise": self.books[0].enterprise if self.books else "",
            "books": [book.id for book in self.books], "people": self.names, "rules": self.rules,
            "bases": {base_id: name for base_id, name in self.bases.items() if base_id in self.met},
        }  # fmt: skip

    def speak(self, words: Mapping[str, Any]) -> None:
        """As a file was written that is told again."""
        self.group = self.group._replace(name=words["class"], college=words["college"])
        self.names, self.bases = dict(words["people"]), dict(words["bases"])
        self.rules = [(name, source, minutes) for name, source, minutes in words["rules"]]
        place = {book_id: number for number, book_id in enumerate(words["books"])}
        self.books = sorted((book for book in self.books if book.id in place), key=lambda book: place[book.id])
        self.books = [book._replace(name=self.names.get(book.person_id, book.name), enterprise=words["enterprise"]) for book in self.books]

    # --- sheets ----------------------------------------------------------------------------------------------------

    def sheet(self, form: Form, *facts: tuple[str, str], title: str = "") -> Sheet:
        about = [("班级", self.group.name), ("院校", self.group.college)]
        if self.order.enterprise_id and self.books:
            about.append(("企业", self.books[0].enterprise))
        if form.per == "month":
            about.append(("累计至" if form.word in SUMS and self.order.month else "月份", self.order.month or "截至导出日"))
        if self.rules and form.word in CLAIMED:
            about.append(("规则", "；".join(f"{name}（{source}）" if source else name for name, source, _ in self.rules)))
            about.append(("学时换算", "；".join(f"1 学时 = {minutes} 分钟" for minutes in sorted({one[2] for one in self.rules}))))
        about += [*facts, ("用途", MARKS[self.order.aim]), ("导出编号", self.order.id), ("导出时间", moment_of(self.order.asked_at))]
        return Sheet(title or form.title, about, form.chosen(self.chosen.get(form.word)), form.foot, form.note)

    def add(self, row: Row, form: Form) -> None:
        """Numbered, counted, and made part of what the file is known by."""
        if self.order.format == "pdf" and self.totals["rows"] >= MOST_PRINTED:
            raise Unable("too_many_rows")
        self.paper.add(self.count(row, form))

    def count(self, row: Row, form: Form) -> Row:
        self.number += 1
        self.totals["rows"] += form.word == self.order.form
        whole = {**row, "number": self.number} if "number" in row else dict(row)
        line = [form.word, *(whole.get(column.key, "") for column in form.columns)]
        self.digest.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        return whole

    def begin(self, sheet: Sheet) -> None:
        self.number = 0
        self.sheet_now = sheet
        self.paper.begin(sheet)

    def end(self) -> None:
        self.paper.end(self.sheet_now.foot)

    def basis(self) -> None:
        """Last of all: where every book stood, so that anybody with its operations can make the same again."""
        self.paper.begin(self.basis_sheet())
        for row in self.basis_rows():
            self.paper.add(row)
        self.paper.end(BASIS.foot if self.order.form == "ledger" else (SAMPLE,))

    def basis_sheet(self) -> Sheet:
        facts = [("导出编号", self.order.id), ("内容校验值 SHA-256", self.digest.hexdigest()), ("未处理完的记录", f"{self.totals['open']} 条")]
        return Sheet(BASIS.title, facts, BASIS.columns, (), BASIS.note)

    def basis_rows(self) -> Iterator[Row]:
        names = {book.id: book.name for book in self.books}
        yield from ({"name": names[book_id], "book": book_id, "seq": seq, "chain": chain} for book_id, seq, chain in self.heads)


def make_export(tools: Tools, job: Job, progress: Progress) -> dict[str, Any]:
    """The file, its record, and what is said of it; done again after a crash, what has been made stays what it is."""
    with reading() as conn:
        made = exports.select_made(conn, job.id)
    if made is not None:
        return _result(job.id, made)
    with exports.bench(tools.config, job.id) as bench:
        draft = bench / "file"
        with reading() as conn:
            order = exports.select_order(conn, job.id)
            group = classbooks.select_group(conn, job.scope, order.class_id) if order else None
            if order is None or group is None:
                raise Unable("not_found")
            work = Work(conn, tools, order, group, job.scope, progress)
            work.paper = PAPERS[order.format](draft)
            try:
                WRITERS[order.form](work)
                work.basis()
            except Torn as why:
                raise Unable("books_differ") from why
            finally:
                work.paper.close()
        return _keep(tools, work, draft)


def _keep(tools: Tools, work: Work, draft: Path) -> dict[str, Any]:
    order = work.order
    os.chmod(draft, 0o600)
    with draft.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = draft.stat().st_size
    key = exports.seal_file(tools.vault, order.id, draft) if order.full_ids else None
    made = Made(size, sha256, work.digest.hexdigest(), work.totals, key)
    with writing() as conn:
        # another worker may have been quicker, and somebody may have confirmed what that one made: then this draft is nobody's
        if exports.write_made(conn, order.id, made, work.heads, tools.now):
            exports.update_words(conn, order.id, work.words())
            exports.keep_file(tools.config, order.id, order.format, draft)
        else:
            made = exports.select_made(conn, order.id) or made
    return _result(order.id, made)


def _result(export_id: str, made: Made) -> dict[str, Any]:
    return {"export": export_id, "sha256": made.sha256, "totals": made.totals}


# --- the forms -----------------------------------------------------------------------------------------------------


def ledger_lines(work: Work) -> Iterator[tuple[Form, Row]]:
    """The ledger itself as it comes; what sums it up is small and waits."""
    summaries, modules = [], []
    for one in work.each():
        yield from ((LEDGER, row) for row in ledger_rows(one.account, one.told, one.words, work.order.month))
        summaries.append(summary_row(one.account, one.told, one.words, identity_of(work, one.book)["identity"]))
        modules += list(module_rows(one.account, one.told, one.words))
    yield from ((SUMMARY, row) for row in summaries)
    yield from ((MODULES, row) for row in modules)


class Telling:
    """A ledger told again as it was when its books stood where `heads` says; `sheets` are what has to stand above its tables."""

    def __init__(
        self, conn: Connection, tools: Tools, order: Order, group: Group, scope: Scope, heads: Mapping[str, tuple[int, str]],
        words: Mapping[str, Any], progress: Progress,
    ) -> None:  # fmt: skip
        self.work, self.heads = Work(conn, tools, order, group, scope, progress), heads
        if heads:
            self.work.books = classbooks.select_exported_books(conn, scope, order.id)
            self.work.until = {book_id: seq for book_id, (seq, _) in heads.items()}
        self.work.speak(words)
        self.sheets = {form.word: self.work.sheet(form) for form in (LEDGER, SUMMARY, MODULES)}
        self.work.order = order._replace(aim="look")

    def rows(self) -> Iterator[tuple[Form, Row]]:
        """Every row, numbered; Unable when the books have never stood there."""
        before = LEDGER
        try:
            for form, row in ledger_lines(self.work):
                if form is not before:
                    self.work.number, before = 0, form
                yield form, self.work.count(row, form)
        except Torn as why:
            raise Unable("books_differ") from why
        if any(chain != self.heads.get(book_id, (seq, chain))[1] for book_id, seq, chain in self.work.heads):
            raise Unable("books_differ")
        self.sheets[BASIS.word] = self.work.basis_sheet()
        yield from ((BASIS, row) for row in self.work.basis_rows())


def write_ledger(work: Work) -> None:
    form = LEDGER
    work.begin(work.sheet(form))
    for found, row in ledger_lines(work):
        if found is not form:
            work.end()
            form = found
            work.begin(work.sheet(form))
        if form is LEDGER:
            for name in ("claimed", "confirmed", "credited"):
                work.totals[name] += int(row[name])
        work.add(row, form)
    work.end()


def write_summary(work: Work) -> None:
    summaries = []
    for one in work.each():
        for name in ("claimed", "credited"):
            work.totals[name] += one.account.total(name)
        summaries.append(summary_row(one.account, one.told, one.words, identity_of(work, one.book)["identity"]))
    _rest(work, SUMMARY, summaries)


def _rest(work: Work, form: Form, rows: list[Row] | list[dict[str, str | int | float]]) -> None:
    work.begin(work.sheet(form))
    for row in rows:
        work.add(row, form)
    work.end()


def write_attendance(work: Work) -> None:
    rows = [forms_of_people.attendance_row(one.account, one.told, one.words, work.order.month or "") for one in work.each()]
    _rest(work, forms_of_people.ATTENDANCE, rows)


def write_pairings(work: Work) -> None:
    form = forms_of_people.PAIRINGS
    enrolled = classbooks.select_enrolled(work.conn, {book.id for book in work.books})
    work.begin(work.sheet(form))
    for one in work.each():
        for row in forms_of_people.pairing_rows(one.told, one.words, work.qualified, enrolled.get(one.book.id, {}).get("post") or ""):
            work.add(row, form)
    work.end()


def write_guidance(work: Work) -> None:
    """A sheet for each pair that has done something in the month."""
    form, month = forms_of_people.GUIDANCE, work.order.month or ""
    for one in work.each():
        for mentor in dict.fromkeys(member["person"] for member in one.told.head["members"] if member["role"] == "mentor"):
            rows = list(forms_of_people.guidance_rows(one.account, mentor, month))
            if not rows:
                continue
            name = work.names.get(mentor, "")
            pair = (("企业导师", name), ("学徒", one.book.name), ("职业(工种)", one.told.head["occupation"]))
            work.begin(work.sheet(form, *pair)._replace(title=f"{form.title} {one.book.name} {name}"))
            for row in rows:
                work.add(row, form)
            work.end()
    if not work.totals["rows"]:
        _rest(work, form, [])


def write_base_use(work: Work) -> None:
    form = forms_of_places.BASE_USE
    told = [(one.account, one.told, one.book.enterprise) for one in work.each()]
    words = Words(work.names, work.bases, moment_of, work.group.name)
    _rest(work, form, list(forms_of_places.base_uses(told, words, work.order.month or "")))


def write_results(work: Work) -> None:
    """A sheet for each event of each competition."""
    form = forms_of_places.RESULTS
    tables: dict[Any, list[Row]] = {}
    for one in work.each():
        person = identity_of(work, one.book)
        for contest, said in forms_of_places.verified_results(one.told.docs):
            tables.setdefault(contest, []).append(forms_of_places.result_row(said, one.book.name, person["identity"], person["sex"]))
    for contest, rows in sorted(tables.items()):
        work.begin(work.sheet(form, *contest.facts)._replace(title=f"{form.title} {contest.event}"))
        for row in sorted(rows, key=lambda row: (str(row["rank"]) == "", len(str(row["rank"])), str(row["rank"]))):
            work.add(row, form)
        work.end()
    if not tables:
        _rest(work, form, [])


def write_roster(work: Work) -> None:
    form = forms_of_people.ROSTER
    books = {book.id for book in work.books}
    enrolled, agreed = classbooks.select_enrolled(work.conn, books), classbooks.select_agreements(work.conn, books)
    work.begin(work.sheet(form))
    for one in work.each():
        said = {"name": one.book.name, "enterprise": one.book.enterprise, "credit_code": one.book.credit_code or "", **identity_of(work, one.book)}
        kept = enrolled.get(one.book.id, {}), agreed.get(one.book.id, [])
        work.add(forms_of_people.roster_row(one.told, said, *kept, work.qualified, work.names), form)
    work.end()


def identity_of(work: Work, book: ClassBook) -> dict[str, str]:
    """As the register has it for this college: masked unless whole numbers were asked for, with a reason."""
    identity = work.identities.get(book.person_id)
    if identity is None:
        return {"identity_kind": "", "identity": "", "sex": "", "born": "", "phone": ""}
    try:
        contact = identities.open_for(work.tools.vault, identity, work.group.college_id)
    except Unreadable as why:
        raise Unable("vault_differs") from why
    read = read_identity(contact["number"], day_of(work.order.asked_at)) if identity.kind == "resident" else None
    known = read if isinstance(read, Citizen) else None
    said = str if work.order.full_ids else mask
    return {
        "identity_kind": KINDS[identity.kind], "identity": said(contact["number"]), "sex": known.sex if known else "",
        "born": known.born if known and work.order.full_ids else "", "phone": said(contact["phone"]),
    }  # fmt: skip


WRITERS: Mapping[str, Callable[[Work], None]] = {
    "roster": write_roster, "attendance": write_attendance, "ledger": write_ledger, "summary": write_summary, "pairings": write_pairings,
    "guidance": write_guidance, "base_use": write_base_use, "results": write_results,
}  # fmt: skip
