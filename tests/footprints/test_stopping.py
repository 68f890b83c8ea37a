"""Ctrl-C in the middle of a plan: the best so far, a true gap, and no price that is not honest."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from country import TEAM, country

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.guards import Limits
from totalplace.footprints.optimiser.relaxation import Relaxation
from totalplace.footprints.plan import build_plan
from totalplace.footprints.search import Ask, search
from totalplace.footprints.stopping import first_interrupt

DRAWS = draw(Registry.load(), n=32, seed=1)
PROBLEM = country(60, seed=6)


def planned():
    limits = Limits(inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.01)
    return search(PROBLEM, DRAWS, Ask(arrangements=TEAM, limits=limits))


@pytest.fixture(scope="module")
def whole():
    return planned()


@pytest.fixture
def ctrl_c(monkeypatch):
    """A function that has Ctrl-C pressed in one of the solves to come, by number."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    real, made = Relaxation.solve, []

    def press_in(number):
        def solve(self):
            made.append(self)
            if len(made) == number:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.05)  # the signal is noted meanwhile
            return real(self)

        monkeypatch.setattr(Relaxation, "solve", solve)
        return made

    yield press_in
    signal.signal(signal.SIGINT, before)


def solves_of_the_plan(monkeypatch):
    """How many times the plan itself solves a relaxation, its guards' prices aside."""
    real, made = Relaxation.solve, []
    with monkeypatch.context() as patch:
        patch.setattr(Relaxation, "solve", lambda self: made.append(self) or real(self))
        limits = Limits(inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.01)
        search(PROBLEM, DRAWS, Ask(arrangements=TEAM, limits=limits, price_guards=False))
    return len(made)


@pytest.mark.parametrize("at", [1, 2, 4])
def test_an_interrupted_plan_has_a_true_gap_and_prices_no_guard(whole, ctrl_c, at):
    best = whole.choice.solution
    assert best.status == "optimal"
    assert len(whole.without) >= 3
    made = ctrl_c(at)
    began = time.monotonic()
    found = planned()
    assert time.monotonic() - began < 9  # it did not sleep on
    assert len(made) >= at
    solution = found.choice.solution
    assert found.stopped
    assert not found.without
    assert 0 < solution.value <= best.value + 1e-6
    assert solution.bound >= best.value - 1e-6
    taken = [m for c in found.choice.candidates for m in found.candidates.row(int(c))]
    assert len(taken) == len(set(taken))
    plan = build_plan(found, DRAWS, seed=1, assumptions_sha256="0" * 64, with_comparators=False)
    assert plan.certificate.gap == pytest.approx(solution.gap)
    assert plan.certificate.bound == solution.bound
    for guard in plan.guards:
        assert guard.price is None
        assert "not priced" in guard.note
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_plan_that_was_ready_keeps_its_proof_and_the_prices_it_has(whole, ctrl_c, monkeypatch):
    mine = solves_of_the_plan(monkeypatch)
    made = ctrl_c(mine + 2)
    found = planned()
    assert len(made) >= mine + 2
    assert found.stopped
    assert found.choice.solution.status == "optimal"
    assert found.choice.solution.value == whole.choice.solution.value
    assert len(found.without) < len(whole.without)
    for guard, other in found.without.items():
        assert other.solution.value == whole.without[guard].solution.value


def test_nothing_is_changed_away_from_the_main_thread_or_where_ctrl_c_is_handled():
    seen = []

    def elsewhere():
        with first_interrupt() as stop:
            seen.append((signal.getsignal(signal.SIGINT), stop.limit(3.0)))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with first_interrupt() as stop:
            seen.append((signal.getsignal(signal.SIGINT), stop.limit(None)))
    finally:
        signal.signal(signal.SIGINT, kept)
    assert seen == [(before, 3.0), (signal.SIG_IGN, None)]
