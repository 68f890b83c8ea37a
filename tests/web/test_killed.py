"""A power cut, a killed server or worker in a solve: nothing lost or half-done, and it is said."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from serving import Served

pytestmark = pytest.mark.slow
PATIENCE_S = 240


class Asker:
    """A visitor who asks for a plan and looks how far it is."""

    def __init__(self, served):
        self.served = served
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def ask(self, **form):
        """Ask for a plan; the address of its job."""
        address = f"{self.served.address}/plan/new"
        page = self.opener.open(f"{address}?service={form['service']}").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        sent = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token}, doseq=True)
        with self.opener.open(address, sent.encode()) as answer:
            found = re.search(r"/jobs/[0-9a-f-]{36}", answer.url)
        assert found, answer.url
        return found[0]

    def look(self, job):
        asked = urllib.request.Request(
            self.served.address + job, headers={"Accept": "application/json"}
        )
        with self.opener.open(asked, timeout=60) as answer:
            return json.load(answer)

    def wait(self, job, wanted):
        """Look until the job stands where it should; every state seen on the way."""
        seen, began = [], time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            told = self.look(job)
            if not seen or (told["status"], told["words"]) != seen[-1]:
                seen.append((told["status"], told["words"]))
            if told["status"] in wanted:
                return seen
            time.sleep(0.2)
        raise AssertionError(seen)


@pytest.fixture
def served(tmp_path):
    service = Served(tmp_path / "data", WORKERS="1")
    service.start()
    yield service
    service.stop(signal.SIGKILL)


def rows(served, sql, *parameters):
    with sqlite3.connect(served.data / "totalplace.sqlite3") as database:
        return database.execute(sql, parameters).fetchall()


def test_after_a_power_cut_the_solve_starts_again_and_ends_once(served):
    asker = Asker(served)
    job = asker.ask(service="fostering", inside="region", funding="a grant")
    asker.wait(job, {"running"})
    served.stop(signal.SIGKILL)
    assert rows(served, "SELECT count(*) FROM jobs_output") == [(0,)]
    served.start()
    seen = asker.wait(job, {"done", "failed"})
    assert seen[-1][0] == "done", seen
    assert rows(served, "SELECT status, attempt FROM jobs_job") == [("done", 2)]
    names = [name for (name,) in rows(served, "SELECT name FROM jobs_output")]
    assert names
    assert len(names) == len(set(names))
    assert rows(served, "PRAGMA integrity_check") == [("ok",)]


def test_a_worker_that_dies_is_started_again_and_takes_up_its_work(served):
    asker = Asker(served)
    job = asker.ask(service="fostering", inside="region", funding="another grant")
    asker.wait(job, {"running"})
    (worker,) = workers_of(served)
    os.kill(worker, signal.SIGKILL)
    seen = asker.wait(job, {"done", "failed"})
    assert seen[-1][0] == "done", seen
    assert any("starts again" in words for _, words in seen), seen
    assert workers_of(served) != [worker]
    assert served.status("/") == 200  # the pages never noticed


def test_a_killed_server_takes_its_worker_along_and_the_visitor_finds_the_result(served):
    asker = Asker(served)
    job = asker.ask(service="fostering", inside="region", funding="a third grant")
    asker.wait(job, {"running"})
    left = [served.process.pid, *below(served.process.pid)]
    assert len(left) >= 4  # gunicorn and its worker, our worker and its bench
    os.kill(served.process.pid, signal.SIGKILL)  # it alone, as the system does for want of memory
    served.process.wait()
    began = time.monotonic()
    while any(map(is_running, left)):
        assert time.monotonic() - began < 30, "something lives on, and would for ever"
        time.sleep(0.2)
    served.start()
    seen = asker.wait(job, {"done", "failed"})  # with the cookie, at the address, of before
    assert seen[-1][0] == "done", seen
    assert rows(served, "SELECT status, attempt FROM jobs_job") == [("done", 2)]
    with asker.opener.open(served.address + job, timeout=60) as answer:
        assert "/plan/result?" in answer.url
        assert "£" in answer.read().decode()


@pytest.fixture
def apart(tmp_path):
    """Pages, and the worker as another unit of the system."""
    service = Served(tmp_path / "data", "--pages-only", WORKERS="1")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TOTALPLACE_WEB_")}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    clean["TOTALPLACE_WEB_DATA"] = str(service.data)
    subprocess.run([sys.executable, "-m", "totalplace.web.setup"], env=clean, check=True)
    words = [sys.executable, "-m", "totalplace.web.jobs.worker"]
    with service.log.open("ab") as log:
        worker = subprocess.Popen(words, env=clean, stderr=log, start_new_session=True)
    try:
        service.start()
        yield service
    finally:
        service.stop(signal.SIGKILL)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def test_pages_that_are_killed_do_not_disturb_the_work_behind_them(apart):
    asker = Asker(apart)
    job = asker.ask(service="fostering", inside="region", funding="a fifth grant")
    asker.wait(job, {"running"})
    apart.stop(signal.SIGKILL)
    apart.start()
    seen = asker.wait(job, {"done", "failed"})
    assert seen[-1][0] == "done", seen
    assert rows(apart, "SELECT status, attempt FROM jobs_job") == [("done", 1)]
    with asker.opener.open(apart.address + job, timeout=60) as answer:
        assert "/plan/result?" in answer.url


def test_a_job_that_was_interrupted_three_times_says_so_and_is_not_tried_again(served):
    asker = Asker(served)
    job = asker.ask(service="fostering", inside="region", funding="a fourth grant")
    for attempt in (1, 2, 3):
        began = time.monotonic()
        while rows(served, "SELECT status, attempt FROM jobs_job") != [("running", attempt)]:
            assert time.monotonic() - began < 90, asker.look(job)
            time.sleep(0.05)
        for worker in workers_of(served):
            os.kill(worker, signal.SIGKILL)
    seen = asker.wait(job, {"done", "failed"})
    assert seen[-1] == (
        "failed",
        "It was interrupted each time it was tried. Ask for something smaller.",
    )
    assert rows(served, "SELECT attempt FROM jobs_job") == [(3,)]
    assert rows(served, "SELECT count(*) FROM jobs_output") == [(0,)]
    with asker.opener.open(served.address + job, timeout=60) as answer:
        assert "It was interrupted each time" in answer.read().decode()
    again = asker.ask(service="fostering", inside="region", funding="a fourth grant")
    assert again != job  # the visitor is free to ask once more


def parent_of(number):
    """The parent of a process and whether it lives; None when it is gone."""
    try:
        state, parent = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(parent)


def is_running(number):
    return parent_of(number) is not None


def below(number):
    """Every process that a process started, and what those started."""
    there = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    mine = [one for one in there if parent_of(one) == number]
    return mine + [two for one in mine for two in below(one)]


def workers_of(served):
    """Processes that run the worker of this service."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if b"totalplace.web.jobs.worker" in words and parent == served.process.pid:
            found.append(int(folder.name))
    return found
