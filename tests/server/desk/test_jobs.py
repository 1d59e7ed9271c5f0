"""What takes longer than a request is done beside it, once, by whoever comes; a crash in the middle is only a later end."""

from __future__ import annotations

import threading
from typing import Any

from server.commands.jobs import do_waiting
from server.services.desk.jobs import SILENT
from server.services.people import roster
from server.store.db import reading, writing
from server.store.desk import jobs
from server.store.desk.jobs import Job, Tools, TooMany, Unable
from server.store.desk.scope import Scope
from server.store.people import people
from serving import COLLEGE, Site, person_id
from yearland import CLASS, Land

JOB = "60000000-0000-4000-8000-000000000001"
OTHER = "60000000-0000-4000-8000-000000000002"


def put_down(site: Site, job_id: str = JOB, kind: str = "count", who: str = "coordinator", **asked: Any) -> None:
    scope = Scope(person_id(who), who.removeprefix("other_"), COLLEGE)
    with site.app.app_context(), writing() as conn:
        jobs.insert_job(conn, job_id, kind, scope, asked, "rows", site.at)


def ask(site: Site, who: str = "coordinator", job_id: str = JOB) -> Any:
    return site.caller(who, "desk").get(f"/api/desk/jobs/{job_id}").json


def count(tools: Tools, job: Job, progress: Any) -> dict[str, Any]:
    for number in range(job.asked["rows"]):
        progress(number + 1, job.asked["rows"])
    return {"rows": job.asked["rows"]}


def test_a_job_waits_is_done_and_says_what_came_of_it(both):
    put_down(both, rows=7)
    assert (ask(both)["state"], ask(both)["unit"]) == ("waiting", "rows")
    both.pass_time(1_000)
    assert do_waiting(both.app, both.clock, {"count": count}) == 1
    done = ask(both)
    assert (done["state"], done["result"], done["word"], done["ended_at"]) == ("done", {"rows": 7}, None, both.at)
    assert do_waiting(both.app, both.clock, {"count": count}) == 0


def test_jobs_are_done_in_the_order_they_were_asked_for(both):
    order: list[str] = []
    put_down(both, OTHER)
    both.pass_time(5)
    put_down(both, JOB)
    do_waiting(both.app, both.clock, {"count": lambda tools, job, progress: order.append(job.id) or {}})
    assert order == [OTHER, JOB]


def test_who_asks_for_one_waits_for_no_more_than_one_of_each_other(both):
    order: list[str] = []
    for number in range(4):
        put_down(both, f"{JOB[:-2]}a{number}")
        both.pass_time(5)
    put_down(both, OTHER, who="other_coordinator")

    def work(tools: Tools, job: Job, progress: Any) -> dict[str, Any]:
        order.append(job.asked_by)
        both.pass_time(1_000)
        if len(order) == 2:
            put_down(both, JOB, who="other_coordinator")
        return {}

    with both.app.app_context():
        roster.give_role(person_id("other_coordinator"), "coordinator", COLLEGE)
    do_waiting(both.app, both.clock, {"count": work})
    many, few = person_id("coordinator"), person_id("other_coordinator")
    assert order == [many, few, many, few, many, many]


def test_nobody_has_more_than_twenty_waiting_or_running(both):
    """Of whatever kinds, at whatever desks, and however many of his requests come at once."""
    desk = both.caller("coordinator", "desk")
    for number in range(jobs.MOST_LIVING - 1):
        put_down(both, f"{JOB[:-3]}a{number:02d}")
    tries, said = threading.Barrier(3), []

    def one_more(number: int) -> None:
        tries.wait(10)
        try:
            put_down(both, f"{JOB[:-3]}b{number:02d}")
        except TooMany:
            said.append("too_many")

    askers = [threading.Thread(target=one_more, args=(number,)) for number in range(3)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(20)
    assert said == ["too_many"] * 2
    land = Land(both).student(1, "学徒甲")
    land.send()
    refused = desk.post("/api/desk/exports", {"form": "summary", "format": "pdf", "aim": "look", "class_id": CLASS})
    assert (refused.status_code, refused.json["word"], refused.headers["Retry-After"]) == (429, "too_many_jobs", "60")
    assert both.rows("SELECT id FROM exports") == [] and both.rows("SELECT count(*) FROM jobs")[0][0] == jobs.MOST_LIVING
    do_waiting(both.app, both.clock, {"count": lambda tools, job, progress: {}})
    assert desk.post("/api/desk/exports", {"form": "summary", "format": "pdf", "aim": "look", "class_id": CLASS}).status_code == 200


def test_its_asker_sees_how_far_it_is_and_may_stop_it(both):
    """Seen from outside while it runs; the doer finds out at his next step."""
    put_down(both)
    moved, seen = threading.Event(), []

    def endless(tools: Tools, job: Job, progress: Any) -> dict[str, Any]:
        for number in range(10**6):
            progress(number, 10**6)
            if number == 5:
                moved.set()
            threading.Event().wait(0.02)
        return {}

    doer = threading.Thread(target=do_waiting, args=(both.app, both.clock, {"count": endless}), daemon=True)
    doer.start()
    assert moved.wait(10)
    for _ in range(200):
        seen.append(ask(both))
        if seen[-1]["done"]:
            break
        threading.Event().wait(0.05)
    assert seen[-1]["state"] == "running" and 0 < seen[-1]["done"] < seen[-1]["total"] == 10**6
    stopped = both.caller("coordinator", "desk").post(f"/api/desk/jobs/{JOB}/stop").json
    assert (stopped["state"], stopped["word"]) == ("failed", "stopped")
    doer.join(10)
    assert not doer.is_alive() and ask(both)["word"] == "stopped"


def test_what_a_crash_left_is_begun_again_and_after_three_times_given_up(both):
    put_down(both)
    for turn in range(3):
        with both.app.app_context():
            with reading() as conn:
                job = jobs.select_next_job(conn, both.at - SILENT)
            with writing() as conn:
                assert job is not None and job.turn == turn and jobs.take_job(conn, job, both.at)
        assert do_waiting(both.app, both.clock, {"count": count}) == 0, "somebody is at it, as far as anybody knows"
        both.pass_time(SILENT + 1)
    assert do_waiting(both.app, both.clock, {"count": count}) == 1
    assert (ask(both)["state"], ask(both)["word"]) == ("failed", "server_fault")


def test_two_workers_never_take_the_same(both):
    put_down(both)
    with both.app.app_context():
        with reading() as conn:
            job = jobs.select_next_job(conn, both.at - SILENT)
        assert job is not None
        with writing() as conn:
            assert jobs.take_job(conn, job, both.at)
        with writing() as conn:
            assert not jobs.take_job(conn, job, both.at)
            assert not jobs.update_done(conn, job, {}, both.at), "and the slower one cannot end it"
            assert not jobs.update_failed(conn, job, "server_fault", both.at)


def test_why_it_could_not_be_done_is_a_word(both, caplog):
    def unable(tools: Tools, job: Job, progress: Any) -> dict[str, Any]:
        raise Unable("too_large")

    def broken(tools: Tools, job: Job, progress: Any) -> dict[str, Any]:
        raise ZeroDivisionError

    put_down(both, JOB, "unable")
    put_down(both, OTHER, "broken")
    do_waiting(both.app, both.clock, {"unable": unable, "broken": broken})
    assert [ask(both, job_id=name)["word"] for name in (JOB, OTHER)] == ["too_large", "server_fault"]


def test_a_kind_nobody_knows_is_a_fault_and_blocks_nobody(both):
    put_down(both, OTHER, "unheard_of")
    put_down(both, JOB, rows=1)
    assert do_waiting(both.app, both.clock, {"count": count}) == 2
    assert (ask(both, job_id=OTHER)["word"], ask(both)["state"]) == ("server_fault", "done")


def test_a_job_is_its_askers_own(both):
    put_down(both, rows=1)
    for who in ("other_coordinator", "enterprise_admin", "base_admin", "authority", "system_admin"):
        caller = both.caller(who, "desk")
        assert caller.get(f"/api/desk/jobs/{JOB}").status_code == 404, who
        assert caller.post(f"/api/desk/jobs/{JOB}/stop").status_code == 404, who
        assert caller.get("/api/desk/jobs").json == {"items": []}, who
    assert [job["id"] for job in both.caller("coordinator", "desk").get("/api/desk/jobs?kind=count").json["items"]] == [JOB]
    assert both.caller("coordinator", "desk").get("/api/desk/jobs?kind=other").json["items"] == []


def test_whoever_has_lost_his_desk_meanwhile_gets_nothing(both):
    put_down(both, who="other_coordinator", rows=1)
    do_waiting(both.app, both.clock, {"count": count})
    assert [tuple(row) for row in both.rows("SELECT state, word FROM jobs")] == [("failed", "forbidden")]


def test_whoever_has_been_shut_out_meanwhile_gets_nothing(both):
    put_down(both, rows=1)
    with both.app.app_context(), writing() as conn:
        people.update_disabled(conn, person_id("coordinator"), True)
    do_waiting(both.app, both.clock, {"count": count})
    assert [tuple(row) for row in both.rows("SELECT state, word FROM jobs")] == [("failed", "forbidden")]
