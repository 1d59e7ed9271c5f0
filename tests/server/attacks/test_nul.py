"""A NUL in an address is nobody's id and no filter: it is refused before a database hears of it, which PostgreSQL would not take."""

from __future__ import annotations

import pytest

PATHS = (
    "flags?text=%00", "results?text=%00", "jobs?kind=%00", "books/%00/story", "roster?class=%00", "roster?sort=%00", "imports/%00",
    "months/%00", "exports/%00", "exports/%00/file", "jobs/%00", "flags?%00=1",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_nul_in_an_address_is_refused(site, path):
    answer = site.caller("coordinator", "desk").get(f"/api/desk/{path}")
    assert (answer.status_code, answer.json["word"]) == (400, "bad_request")


def test_postgresql_never_hears_of_it(both):
    desk = both.caller("coordinator", "desk")
    assert {path: desk.get(f"/api/desk/{path}").status_code for path in PATHS} == dict.fromkeys(PATHS, 400)
