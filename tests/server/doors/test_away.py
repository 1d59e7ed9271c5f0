"""When the database is away, every door says "come again", and nothing else."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://jiangji@127.0.0.1:1/none"])
def test_a_database_that_is_away_is_a_reason_to_come_again(make_site, url):
    cookie = make_site().caller("apprentice").cookie
    caller = make_site(database_url=url).caller()
    caller.cookie = cookie
    answer = caller.post("/api/sync", {"v": 1, "ops": []})
    assert answer.status_code == 503
    assert answer.get_json()["word"] == "busy"
    assert int(answer.headers["Retry-After"]) > 0
