"""Work behind the pages: shared, bounded, cancelled, taken up again, told in words."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from page_check import words_of


def quick(request, watch):
    """A job that shows its way and makes one file."""
    watch.say("Looking")
    watch.show(1e6, 3e6)
    watch.show(2e6, 2e6)
    return {"answer.txt": f"{request['n']} within {watch.limit_s} s".encode()}


def impossible(request, watch):
    """A job that cannot be done."""
    from totalplace.errors import NoPlanError

    raise NoPlanError("The limits forbid every plan.")


def broken(request, watch):
    """A job with a fault of ours."""
    raise RuntimeError("secret detail")


def endless(request, watch):
    """A job that leaves a mark and does not end."""
    Path(request["mark"]).write_text("begun")
    while True:
        time.sleep(0.05)


@pytest.fixture
def board(site, monkeypatch):
    """The table of jobs, empty, with kinds of our own and nothing handed to the queue."""
    from totalplace.web.jobs import board as module
    from totalplace.web.jobs.kinds import KINDS
    from totalplace.web.jobs.models import Job

    Job.objects.all().delete()
    for name in ("quick", "impossible", "broken", "endless"):
        monkeypatch.setitem(KINDS, name, f"test_jobs:{name}")
    handed = []
    monkeypatch.setattr(module, "_enqueue", handed.append)
    module.handed = handed
    return module


def ask(board, n=1, *, who="a", kind="quick", **more):
    return board.submit(kind, {"n": n, **more}, visitor=who, title=f"Plan {n}", address=f"/p?n={n}")


def test_a_job_is_done_and_its_files_are_kept(board):
    from totalplace.web.jobs.runner import perform

    job = ask(board)
    assert board.handed == [job.id]
    perform(job.id)
    job.refresh_from_db()
    assert (job.status, job.attempt) == ("done", 1)
    assert [point[1:] for point in job.progress] == [[1e6, 3e6], [2e6, 2e6]]
    assert job.outputs.get(name="answer.txt").content == b"1 within 60 s"
    perform(job.id)  # handed out twice: nothing more happens
    assert job.outputs.count() == 1


def test_identical_requests_share_one_job_and_its_answer(board):
    from totalplace.web.jobs.runner import perform

    first = ask(board, who="a")
    assert ask(board, who="b") == first
    assert board.cancel(first, visitor="a")
    first.refresh_from_db()
    assert first.is_live  # b still wants it
    perform(first.id)
    third = ask(board, who="c")
    assert (third.id, third.status) == (first.id, "done")
    assert board.find("quick", {"n": 1}) == first
    assert board.find("quick", {"n": 2}) is None
    assert board.key_of("quick", {"a": 1, "b": 2}) == board.key_of("quick", {"b": 2, "a": 1})


def test_a_visitor_has_one_job_under_way_and_the_queue_is_bounded(board, site):
    from totalplace.web.failures import BusyError

    ask(board, 1, who="a")
    with pytest.raises(BusyError, match="another one under way: Plan 1"):
        ask(board, 2, who="a")
    for n in range(2, site.CONFIG.queue_length + 1):
        ask(board, n, who=f"visitor {n}")
    with pytest.raises(BusyError, match="20 plans are waiting"):
        ask(board, 99, who="z")
    assert ask(board, 1, who="z").title == "Plan 1"  # joining one takes no room


@pytest.mark.parametrize(
    ("kind", "says"),
    [("impossible", "The limits forbid every plan."), ("broken", "not your doing")],
)
def test_a_job_that_fails_says_why_without_a_trace_and_may_be_asked_again(board, kind, says):
    from totalplace.web.jobs.runner import perform

    job = ask(board, kind=kind)
    perform(job.id)
    job.refresh_from_db()
    assert job.status == "failed"
    assert says in job.words
    assert "secret" not in job.words
    assert ask(board, kind=kind) != job


def test_a_job_left_by_a_dead_worker_is_taken_up_but_not_for_ever(board):
    from django.utils import timezone

    from totalplace.web.jobs.models import Job

    job = ask(board)
    for attempt in (1, 2, 3):
        claimed = board.claim(job.id)
        assert claimed.attempt == attempt
        assert board.take_up_stranded() == 0  # it still beats
        Job.objects.filter(id=job.id).update(beat_at=timezone.now() - timedelta(seconds=60))
        assert board.take_up_stranded() == (attempt < 3)
        assert not board.finish(claimed, {"late": b"x"})  # what the dead one did is not kept
    job.refresh_from_db()
    assert job.status == "failed"
    assert "interrupted each time" in job.words
    assert not job.outputs.exists()


def test_the_page_of_a_job_tells_how_far_it_is_and_leads_to_the_result(board, visitor):
    from totalplace.web.jobs.runner import perform
    from totalplace.web.jobs.watch import Watch

    other = ask(board, 7, who="other")
    job = ask(board, who="b")
    address = f"/jobs/{job.id}"
    page = visitor.get(address)
    assert "Waiting" in words_of(page)
    assert "1 is being worked out or waiting before it" in words_of(page)
    assert 'http-equiv="refresh"' in page.content.decode()
    assert "Cancel" not in words_of(page)  # it is not theirs
    visitor.post(f"{address}/cancel", status=403)
    claimed = board.claim(job.id)
    watch = Watch(limit_s=60, tell_fn=lambda words, points: board.tell(claimed, words, points))
    watch.say("Searching")
    watch.points += [[0.1, 1e6, 3e6], [0.5, 2e6, 2.5e6]]
    board.tell(claimed, watch.words, watch.points)
    shown = words_of(visitor.get(address))
    assert "£2.0m" in shown
    assert "£2.5m" in shown
    assert "25.00 %" in shown
    assert visitor.json(address)["gap_percent"] == 25
    board.finish(claimed, {"answer.txt": b"done"})
    assert visitor.get(address, status=302).headers["Location"] == "/p?n=1"
    part = visitor.get(address, status=204, headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/p?n=1"
    assert visitor.json(address)["result"] == "/p?n=1"
    perform(other.id)


def test_whoever_asked_can_cancel(board, visitor):
    from totalplace.web.visitors import visitor as name_of

    class Asked:
        """As much of a request as is needed to be given a cookie."""

        user = type("Nobody", (), {"is_authenticated": False})()
        headers, META = {}, {}

    request = Asked()
    request.session = visitor.client.session
    request.session.create()
    visitor.client.cookies["sessionid"] = request.session.session_key
    job = ask(board, who=name_of(request, make=True))
    assert "Cancel" in words_of(visitor.get(f"/jobs/{job.id}"))
    visitor.post(f"/jobs/{job.id}/cancel")
    assert "Cancelled" in words_of(visitor.get(f"/jobs/{job.id}"))
    assert board.claim(job.id) is None


def test_messages_are_signed_json_and_forged_ones_are_refused(site):
    from huey.registry import Message

    from totalplace.web.jobs.queue import SignedJson

    serializer = SignedJson(secret="s" * 50)
    sent = Message("1", "work", None, 0, 0, None, ["job"], {}, None, None)
    packed = serializer.serialize(sent)
    assert packed.startswith(b"[")
    assert serializer.deserialize(packed) == sent
    with pytest.raises(ValueError, match="mismatch"):
        serializer.deserialize(packed.replace(b"job", b"jab"))


def test_work_behind_the_pages_stands_back_for_them():
    import json
    import os
    import subprocess
    import sys

    code = (
        "import json, os; from totalplace.web.jobs.runner import stand_back; stand_back();"
        "print(json.dumps([os.nice(0), len(os.sched_getaffinity(0))]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    niceness, processors = json.loads(done.stdout)
    assert niceness - os.nice(0) == min(10, 19 - os.nice(0))
    assert processors == max(1, len(os.sched_getaffinity(0)) // 2)
