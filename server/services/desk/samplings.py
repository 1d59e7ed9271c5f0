"""Sampling 抽查: some of all, drawn by a seed that is written down, so that nobody can have chosen them and anybody can draw them again.
What the reader finds is a note of the authority's own; into books it writes nothing.

How it is drawn: of every thing there is to draw from, `sha256("<seed> <book> <entry>")`; the smallest digests are taken, in their order."""

import hashlib
import heapq
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from server.errors import Denial
from server.papers.forms.form import Sheet, columns
from server.papers.forms.workbook import Workbook
from server.store.days import moment_of
from server.store.db import reading, writing
from server.store.desk import samplings
from server.store.desk.samplings import Sampling
from server.store.desk.scope import Scope

WHAT = {"people": "学徒", "entries": "学时记录"}
OUTCOMES = {"in_order": "属实", "doubtful": "存疑", "wrong": "不实", "unreached": "未核到"}
STATES = {"logged": "待签认", "signed": "待认可", "returned": "退回", "queried": "待说明", "credited": "已认可", "withdrawn": "已撤回"}
COLUMNS = columns(
    ("place", "序号", 6, "number"), ("person", "姓名", 10), ("college", "院校", 22), ("class_name", "班级", 18), ("enterprise", "企业", 24),
    ("day", "日期", 12), ("minutes", "申报（分钟）", 10, "number"), ("state", "状态", 10), ("outcome", "核查结果", 10), ("note", "情况说明", 36),
    ("found_by", "核查人", 10), ("found_at", "核查时间", 18),
)  # fmt: skip


class Wanted(NamedTuple):
    """How many of what, of which days, by which seed."""

    what: str
    wanted: int
    day_from: str
    day_to: str
    seed: str | None


def draw(scope: Scope, wanted: Wanted, chance: Callable[[int], bytes], now: int) -> Denial | str:
    """Without a seed of the reader's own chance gives one. Where nothing is to be drawn from nothing is written."""
    if wanted.day_to < wanted.day_from:
        return Denial("days_crossed")
    seed, pool, whole = wanted.seed or chance(8).hex(), 0, hashlib.sha256()
    ranked: list[tuple[str, tuple[str, str]]] = []

    with reading() as conn:
        for key in samplings.each_key(conn, scope, wanted.what, wanted.day_from, wanted.day_to):
            pool += 1
            whole.update(" ".join(key).encode() + b"\n")
            ranked.append((rank_of(seed, key), key))
            if len(ranked) > 10 * wanted.wanted + 1000:
                ranked = heapq.nsmallest(wanted.wanted, ranked)
    if not pool:
        return Denial("nothing_to_draw")
    sampling_id = str(UUID(bytes=chance(16), version=4))
    row = Sampling(
        sampling_id, scope.org_id, scope.person_id, now, wanted.what, wanted.day_from, wanted.day_to, seed, wanted.wanted, pool,
        whole.hexdigest(),
    )  # fmt: skip
    with writing() as conn:
        samplings.insert_sampling(conn, row, [key for _, key in heapq.nsmallest(wanted.wanted, ranked)])
    return sampling_id


def rank_of(seed: str, key: tuple[str, str]) -> str:
    return hashlib.sha256(f"{seed} {key[0]} {key[1]}".encode()).hexdigest()


def list_samplings(scope: Scope, page: int, size: int) -> dict[str, Any]:
    with reading() as conn:
        rows, total = samplings.select_samplings(conn, scope, ((page - 1) * size, size))
    return {"items": rows, "total": total, "page": page}


def show(scope: Scope, sampling_id: str) -> dict[str, Any] | None:
    with reading() as conn:
        head = samplings.select_sampling(conn, scope, sampling_id)
        items = samplings.select_items(conn, scope, sampling_id) if head else []
    return {**head, "items": items} if head else None


def note(scope: Scope, sampling_id: str, place: int, outcome: str, said: str, now: int) -> Denial | None:
    """May be said anew; the last word stands, with who said it and when."""
    with writing() as conn:
        if samplings.select_sampling(conn, scope, sampling_id) is None:
            return Denial("not_found")
        finding = {"outcome": outcome, "note": said, "by": scope.person_id, "at": now}
        return None if samplings.update_finding(conn, sampling_id, place, finding) else Denial("not_found")


def write_protocol(scope: Scope, sampling_id: str) -> tuple[str, bytes] | None:
    """As a spreadsheet for signature and stamp."""
    found = show(scope, sampling_id)
    if found is None:
        return None
    title = f"{WHAT[found['what']]}抽查记录"
    facts = [
        ("抽查单位", found["org_name"]), ("抽取人", found["by_name"]), ("抽取时间", moment_of(found["made_at"])),
        ("抽查期间", f"{found['day_from']} 至 {found['day_to']}"), ("总数", str(found["pool"])), ("抽取数", str(len(found["items"]))),
        ("种子", found["seed"]), ("名单校验", found["pool_hash"][:16]),
    ]  # fmt: skip
    sheet = Sheet(title, facts, COLUMNS, ("核查人签名：　　　　　　　　日期：", "单位（盖章）："), "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "protocol.xlsx"
        book = Workbook(path)
        book.begin(sheet)
        for item in found["items"]:
            book.add({
                **{name: item[name] or "" for name in ("place", "person", "college", "class_name", "enterprise", "day", "note", "found_by")},
                "minutes": item["minutes"] if item["minutes"] is not None else "", "state": STATES.get(item["state"] or "", ""),
                "outcome": OUTCOMES.get(item["outcome"] or "", ""), "found_at": moment_of(item["found_at"]) if item["found_at"] else "",
            })  # fmt: skip
        book.end(sheet.foot)
        book.close()
        return f"{title} {found['day_from']} {found['day_to']}.xlsx", path.read_bytes()
