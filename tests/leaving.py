"""What leaves a site: exports asked for, made, fetched and opened as whoever gets them would."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl

from server.api.ledgers.claims import XLSX
from server.commands.jobs import do_waiting
from serving import Site
from yearland import CLASS, Date, months

Page = Any
# what domain.md §3 says of each form, in this order
LEDGER = (
    "序号 日期 起 止 休息(分钟) 学徒 班级 模块编号 模块名称 课程类别 性质 培训方式 地点类别 地点名称/工位 培训内容 "
    "申报分钟 签认分钟 认可分钟 认可学时 企业导师/授课教师 签认时间 签认方式 院校审核人 审核时间 异常代码 凭证编号"
)
SUMMARY = (
    "序号|姓名|证件号(掩码)|通用素质 计划|通用素质 认可|专业基础 计划|专业基础 认可|专业基础 其中线上|操作技能—企业 计划|操作技能—企业 认可|"
    "操作技能—公共实训基地 计划|操作技能—公共实训基地 认可|合计 计划|合计 认可|完成率|是否达标|备注"
)
ROSTER = (
    "序号 姓名 性别 证件类型 证件号码 出生日期 联系电话 学历/班型 毕业院校(在读院校) 专业 毕业时间 人员类别 用工企业 "
    "统一社会信用代码 岗位 培训职业(工种) 职业编码 培训等级 培训起止日期 协议编号 劳动合同/实习协议起止 参保地 "
    "企业导师(姓名/等级/证书号) 院校导师 公共实训基地 备注"
)
PAIRINGS = "序号 企业导师 岗位 技能等级/职称 证书编号 学徒 岗位 职业(工种) 结对起止 带徒目标 导师签字 学徒签字 企业盖章"
GUIDANCE = "月份 周次 带教内容 技能点 学时 学徒掌握情况(优/良/中/差) 安全教育 存在问题与改进 学徒签字 导师签字 部门意见"
BASE_USE = (
    "日期 基地 实训室/工位 使用单位 班级/批次 学徒人数 起止 分钟 学时 实训内容 授课教师(课时费) 设备异常 基地管理员签认"
)
RESULTS = (
    "名次|参赛编号(加密号)|姓名|性别|证件号(掩码)|代表单位|组别|指导教师|初赛(理论)成绩|模块A (权重)|模块B|模块C|总成绩|"
    "(世赛: WorldSkills分)|奖项|赛前等级|晋升等级|证书编号|称号|备注(并列说明)"
)
HEADINGS = {
    "ledger": LEDGER.split(), "summary": SUMMARY.split("|"), "roster": ROSTER.split(), "pairings": PAIRINGS.split(),
    "guidance": GUIDANCE.split(), "base_use": BASE_USE.split(), "results": RESULTS.split("|"),
    "attendance": ["序号", "姓名", *(str(day) for day in range(1, 32)), *"应出勤学时 实出勤学时 出勤率 学徒签字 备注".split()],
}  # fmt: skip
# the row with the headings of a ledger
TOP = 5


def ask(site: Site, form: str, who: str = "coordinator", **more: Any) -> dict[str, Any]:
    asked = {"form": form, "format": "xlsx", "aim": "look", "class_id": CLASS, **more}
    answer = site.caller(who, "desk").post("/api/desk/exports", asked)
    assert answer.status_code == 200, answer.text
    return answer.json


def make(site: Site, form: str, who: str = "coordinator", **more: Any) -> dict[str, Any]:
    export_id = ask(site, form, who, **more)["id"]
    do_waiting(site.app, site.clock)
    return site.caller(who, "desk").get(f"/api/desk/exports/{export_id}").json


def fetch(site: Site, export: dict[str, Any], who: str = "coordinator") -> bytes:
    answer = site.caller(who, "desk").get(f"/api/desk/exports/{export['id']}/file")
    assert answer.status_code == 200, answer.text
    return answer.data


def table(raw: bytes, sheet: int = 0) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings, opened as whoever gets it would."""
    return tables(raw)[sheet]


def tables(raw: bytes) -> list[list[dict[str, Any]]]:
    """Of every sheet, opened once."""
    return [rows_of(page) for page in openpyxl.load_workbook(io.BytesIO(raw)).worksheets]


def rows_of(page: Page) -> list[dict[str, Any]]:
    lines = [list(line) for line in page.iter_rows(values_only=True)]
    top = next(number for number, line in enumerate(lines) if sum(cell is not None for cell in line) > 3)
    names = [name for name in lines[top] if name is not None]
    body = [line for line in lines[top + 1 :] if sum(cell is not None for cell in line) > 1]
    return [dict(zip(names, line, strict=False)) for line in body]


def headings(raw: bytes, sheet: int = 0) -> list[str]:
    page = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[sheet]
    line = next(line for line in page.iter_rows(values_only=True) if sum(cell is not None for cell in line) > 3)
    return [cell for cell in line if cell is not None]


def lock_everything(site: Site, first: Date | None = None) -> None:
    for month in months(first) if first else months():
        answer = site.caller("coordinator", "desk").post("/api/desk/months/lock", {"class_id": CLASS, "month": month})
        assert answer.status_code == 200, answer.text


# --- what comes back -----------------------------------------------------------------------------------------------


def changed(raw: bytes, how: Callable[[Page], None], sheet: int = 0) -> bytes:
    """As somebody saves it who has opened it."""
    book, out = openpyxl.load_workbook(io.BytesIO(raw)), io.BytesIO()
    how(book.worksheets[sheet])
    book.save(out)
    return out.getvalue()


def column(page: Page, heading: str) -> int:
    return next(cell.column for cell in page[TOP] if cell.value == heading)


def check(site: Site, raw: bytes, who: str = "coordinator") -> dict[str, Any]:
    caller = site.caller(who, "desk")
    asked = caller.post("/api/desk/claims", data=raw, content_type=XLSX)
    assert asked.status_code == 200, asked.text
    do_waiting(site.app, site.clock)
    job = caller.get(f"/api/desk/jobs/{asked.json['id']}").json
    return job["result"] or {"word": job["word"]}
