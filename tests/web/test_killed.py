"""A power cut, and a worker that dies, in the middle of a solve: nothing is lost or half-done."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import sqlite3
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
