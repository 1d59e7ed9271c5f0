"""What leaves a site: exports asked for, made, fetched and opened as whoever gets them would."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from server.commands.jobs import do_waiting
from serving import Site
from yearland import CLASS, Date, months


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
    page = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[sheet]
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
