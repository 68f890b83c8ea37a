"""The queue in a real Redis and the table of jobs in a real PostgreSQL, where installed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import servers

pytestmark = pytest.mark.slow

CARRY = """
from totalplace.web.setup import start_django
start_django()
from totalplace.web.jobs.queue import huey, work
work("00000000-0000-4000-8000-000000000001")
assert type(huey.storage).__name__ == "RedisStorage"
raw = huey.storage.conn.lindex(huey.storage.queue_key, 0)
assert raw.startswith(b"["), raw  # JSON, and no pickle
assert huey.pending_count() == 1
assert list(huey.dequeue().args) == ["00000000-0000-4000-8000-000000000001"]
huey.storage.enqueue(raw.replace(b"0001", b"0002"))
try:
    huey.dequeue()
except ValueError as error:
    assert "mismatch" in str(error)
else:
    raise AssertionError("a forged message was taken")
"""
ONCE = """
import threading
from totalplace.web.setup import migrate, start_django
start_django()
migrate()
from django.db import connection
from totalplace.web.jobs import board
assert connection.vendor == "postgresql"
board._enqueue = lambda job_id: None
made, claimed = [], []

def at_once(function):
    ready = threading.Barrier(8)

    def go(number):
        ready.wait()
        function(number)
        connection.close()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(8)]
    [one.start() for one in threads]
    [one.join() for one in threads]

def ask(number):
    job = board.submit("plan", {"n": 1}, visitor=f"v{number}", title="t", address="/a")
    made.append(job.id)

at_once(ask)
assert len(made) == 8 and len(set(made)) == 1, made
at_once(lambda number: claimed.append(board.claim(made[0])))
(job,) = [one for one in claimed if one is not None]
for number in range(8):
    board.cancel(job, visitor=f"v{number}")
assert not board.finish(job, {"late": b"x"})
assert not job.outputs.exists()
"""


def run(code, folder, **settings):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TOTALPLACE_WEB_")}
    given = {f"TOTALPLACE_WEB_{name}": value for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, **given, "TOTALPLACE_WEB_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.skipif(not servers.program("redis-server"), reason="no redis-server is installed")
def test_redis_carries_signed_numbers_and_refuses_forged_ones(tmp_path):
    with servers.redis() as address:
        run(CARRY, tmp_path, QUEUE=address)


@pytest.mark.skipif(not servers.program("initdb"), reason="no PostgreSQL is installed")
def test_equals_asked_at_once_are_one_job_and_one_worker_has_it(tmp_path):
    with servers.postgres() as address:
        run(ONCE, tmp_path, DATABASE=address)


SET_UP = """
from totalplace.web.setup import migrate, start_django
start_django()
migrate()
from totalplace.web.workspaces.models import Partnership
Partnership.objects.create(name="Exampleton", area_codes=["E09000007"])
"""
LOOK = """
from totalplace.web.setup import migrate, start_django
start_django()
migrate()  # nothing is left to do
from django.core.management import call_command
call_command("migrate", check_unapplied=True, verbosity=0)
from totalplace.web.workspaces.models import Partnership
(one,) = Partnership.objects.all()
assert (one.name, one.area_codes) == ("Exampleton", ["E09000007"]), one
Partnership.objects.create(name="Another")  # numbers go on where they were
"""


@pytest.mark.skipif(not servers.program("pg_dump"), reason="no PostgreSQL is installed")
def test_a_dump_restores_into_an_empty_database_as_the_how_to_says(tmp_path):
    dump = str(tmp_path / "totalplace.dump")
    with servers.postgres() as address:
        run(SET_UP, tmp_path, DATABASE=address)
        other = f"{address.rpartition('/')[0]}/restored"
        for words in (
            ["pg_dump", "--format=custom", f"--file={dump}", f"--dbname={address}"],
            ["psql", "--quiet", "--command=CREATE DATABASE restored", address],
            ["pg_restore", "--exit-on-error", f"--dbname={other}", dump],
        ):
            done = subprocess.run(
                [servers.program(words[0]), *words[1:]], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
        run(LOOK, tmp_path, DATABASE=other)
