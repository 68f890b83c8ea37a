"""Ctrl-C in the middle of a search: the best so far is printed, with a gap that is true."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from totalplace.cli.app import run
from totalplace.footprints import search
from totalplace.footprints.partition_file import read_partition_file, solve_partition

PROGRAM = "from totalplace.cli.app import main; main()"
PATIENCE = 240.0  # seconds until the words are seen, however busy the machine


def pressed(words, sign, *, later=0.5):
    """Run a command, send it SIGINT soon after a sign on its terminal; (exit code, what it said).

    Standard error is a terminal, so that progress is shown; standard output is a pipe.
    """
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        stdout=subprocess.PIPE,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        env=environment,
    )
    os.close(theirs)
    try:
        shown = watched(process, ours, re.compile(sign))
        time.sleep(later)
        assert process.poll() is None, "it was done before it could be interrupted"
        process.send_signal(signal.SIGINT)
        output, shown = drained(process, ours, shown)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        os.close(ours)
    return process.returncode, output, shown


def watched(process, terminal, sign):
    """What the terminal shows, until it shows the sign."""
    shown, until = "", time.monotonic() + PATIENCE
    while not sign.search(shown):
        assert time.monotonic() < until, shown[-2000:]
        assert process.poll() is None, shown[-2000:]
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    return shown


def drained(process, terminal, shown):
    """Read both outputs to their end, so that neither fills up."""
    output, until = b"", time.monotonic() + PATIENCE
    pipe = process.stdout.fileno()
    open_ends = {pipe, terminal}
    while pipe in open_ends:
        assert time.monotonic() < until, shown[-2000:]
        for end in select.select(list(open_ends), [], [], 0.2)[0]:
            try:
                read = os.read(end, 65536)
            except OSError:  # a terminal whose other end is closed
                read = b""
            if not read:
                open_ends.discard(end)
            elif end == pipe:
                output += read
            else:
                shown += read.decode(errors="replace")
    process.wait(timeout=PATIENCE)
    return output.decode(), shown


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    """20,000 triples of 240 units, almost equal in value: nobody proves the best of these soon."""
    rng = np.random.default_rng(3)
    members = np.sort(
        np.array([rng.choice(240, 3, replace=False) for _ in range(20_000)], dtype=np.int32), axis=1
    )
    path = tmp_path_factory.mktemp("endless") / "problem.npz"
    np.savez(
        path,
        members=members.ravel(),
        offsets=np.arange(0, 60_001, 3, dtype=np.int64),
        values=1.0 + rng.normal(0, 0.05, 20_000),
        n_units=240,
    )
    return path


def test_solve_prints_its_best_with_a_true_gap(endless):
    problem = read_partition_file(endless)
    longer = solve_partition(problem, time_limit=2.0)  # another plan and another bound
    code, output, shown = pressed(["solve", str(endless), "--json"], "Best so far [1-9]")
    assert code == 0, shown[-2000:]
    answer = json.loads(output)
    assert answer["status"] == "feasible"
    rows = problem.members.reshape(-1, 3)[answer["chosen"]]
    assert rows.size == np.unique(rows).size
    assert sorted([*rows.ravel().tolist(), *answer["alone"]]) == list(range(240))
    assert answer["value"] == pytest.approx(problem.values[answer["chosen"]].sum())
    assert answer["bound"] > answer["value"] > 0
    wanted = (answer["bound"] - answer["value"]) / max(1.0, answer["value"])
    assert answer["gap"] == pytest.approx(wanted)
    assert answer["bound"] >= longer.value - 1e-9
    assert longer.bound >= answer["value"] - 1e-9
    assert "Traceback" not in shown


WORDS = ["plan", "support", "--funding", "a grant", "--draws", "64", "--json"]


def test_an_interrupt_with_nothing_yet_to_show_ends_the_program(capsys, monkeypatch):
    def interrupted_appraisal(*_given, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "appraise_some", interrupted_appraisal)
    assert run(WORDS) == 130
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Stopped" in printed.err
