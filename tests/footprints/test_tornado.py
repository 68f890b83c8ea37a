"""The tornado against fresh draws of a held registry, and switching values that really switch."""

import numpy as np
import pytest
from country import country, rules

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import detail
from totalplace.footprints.candidates import from_sets, shape
from totalplace.footprints.limits import Limits
from totalplace.footprints.search import Ask, search
from totalplace.footprints.tornado import best_worth, tornado, worth_of
from totalplace.types import Arrangement

REGISTRY = Registry.load()
DRAWS = draw(REGISTRY, n=64, seed=3)
KIND = Arrangement.SHARED_MANAGEMENT
PROBLEM = country(20, seed=5)
CHOSEN = (((0, 1), KIND), ((2, 3, 4), KIND), ((6, 7), Arrangement.SHARED_SERVICE))


def by_hand(draws, chosen=CHOSEN):
    """The plan's mean value from the slow, plain formulas."""
    total = 0.0
    for group, kind in chosen:
        sets = from_sets([group])
        total += detail(PROBLEM, draws, kind, sets, shape(PROBLEM, sets))[0].value.mean()
    return total


def test_each_end_is_the_value_under_a_registry_held_there():
    worth = worth_of(PROBLEM, CHOSEN)
    found = {swing.id: swing for swing in tornado(worth, DRAWS, REGISTRY)}
    assert worth(DRAWS) == pytest.approx(by_hand(DRAWS))
    for name in ("team.director", "hazard", "scale.commissioning", "ramp.months", "exit.share"):
        row, swing = REGISTRY[name], found[name]
        for end, got in ((row.low, swing.worth_at_low), (row.high, swing.worth_at_high)):
            held = draw(REGISTRY.with_values({name: end}), n=64, seed=3)
            assert got == pytest.approx(by_hand(held), rel=1e-9)


def test_it_is_sorted_and_leaves_out_what_is_not_read():
    found = tornado(worth_of(PROBLEM, CHOSEN), DRAWS, REGISTRY)
    for drawn in (True, False):
        sizes = [swing.swing for swing in found if swing.in_doubt is drawn]
        assert sizes == sorted(sizes, reverse=True)
    assert [s.in_doubt for s in found] == sorted((s.in_doubt for s in found), reverse=True)
    assert not {s.id: s for s in found}["horizon.years"].in_doubt
    names = {swing.id for swing in found}
    assert "team.director" in names
    assert not names & {"transition.agency", "scale.placements", "guard.front_line_share"}


def test_the_verdict_flips_at_the_switching_value_and_nowhere_else_is_one_given():
    worth = worth_of(PROBLEM, CHOSEN)
    flips = 0
    for swing in tornado(worth, DRAWS, REGISTRY):
        ends = (swing.worth_at_low, swing.worth_at_high)
        if swing.flips_at is None:
            assert np.sign(ends[0]) == np.sign(ends[1])
            continue
        flips += 1
        whole_years = swing.id == "horizon.years"
        step = 1.0 if whole_years else 0.01 * (swing.high - swing.low)
        sides = [
            by_hand(draw(REGISTRY.with_values({swing.id: v}, force=True), n=64, seed=3))
            for v in (swing.flips_at - step, swing.flips_at + step)
        ]
        assert sides[0] * sides[1] < 0
    assert flips


def test_a_held_assumption_no_longer_swings():
    registry = REGISTRY.with_values({"team.director": 0.7})
    found = tornado(worth_of(PROBLEM, CHOSEN), draw(registry, n=64, seed=3), registry)
    assert "team.director" not in {swing.id for swing in found}


def test_the_cautious_worth_is_less_and_do_nothing_has_a_tornado_too():
    assert worth_of(PROBLEM, CHOSEN, objective="cautious")(DRAWS) < worth_of(PROBLEM, CHOSEN)(DRAWS)
    limits = Limits(inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.01)
    held = draw(REGISTRY.with_values({"team.director": 0.4}), n=64, seed=3)
    poor = country(12, seed=1, rules=rules(middle_share=0.0))
    found = search(poor, held, Ask(arrangements=(KIND,), limits=limits, price_guards=False))
    assert not len(found.choice.candidates)
    worth = best_worth(found)
    score = np.where(found.allowed(KIND), found.score(KIND), -np.inf)
    assert worth(held) == pytest.approx(score.max())
    assert worth(held) < 0
    swings = tornado(worth, DRAWS, REGISTRY)
    assert {s.id: s for s in swings}["team.director"].worth_at_high > worth(held)
