"""The compiled appraisal against the plain one, figure by figure, and against itself in pieces."""

from datetime import date

import numpy as np
import pytest
from country import country, rules

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import (
    appraise_all,
    appraise_in_full,
    detail,
    worth_by_draw,
)
from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.candidates import connected_sets, from_sets, shape

REGISTRY = Registry.load()


def a_country(seed):
    """Twelve authorities, one of them ending soon, one so small that the cap on doublings bites."""
    problem = country(12, seed=seed, rules=rules(buys_placements=seed % 2 == 0))
    problem.volume[3] /= 200
    ends = [None] * 12
    ends[5] = date(2031, 10, 1)
    return country(
        12,
        seed=seed,
        rules=rules(buys_placements=seed % 2 == 0),
        volume=problem.volume,
        ends=tuple(ends),
        estimate_low=np.linspace(0.7, 1.0, 12),
        estimate_high=np.linspace(1.4, 1.0, 12),
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", list(SHARING))
def test_every_figure_equals_the_plain_route(seed, kind):
    problem, draws = a_country(seed), draw(REGISTRY, n=64, seed=seed)
    sets = from_sets(connected_sets(problem.edges, 12, member_limit=4))
    outline = shape(problem, sets)
    assert len(sets) > 200
    quick = appraise_in_full(problem, draws, kind, sets, outline)
    by_draw = worth_by_draw(problem, draws, kind, sets, outline)
    some = np.random.default_rng(seed).choice(len(sets), 150, replace=False)
    plain = detail(problem, draws, kind, sets.take(some), outline.take(some))
    back = np.array([one.payback_years for one in plain])
    alive = np.array([one.alive_at_payback for one in plain])
    paying = ~np.isnan(back)
    value = np.array([one.value for one in plain])
    wanted = {
        "mean": value.mean(axis=1),
        "low": np.quantile(value, 0.1, axis=1),
        "high": np.quantile(value, 0.9, axis=1),
        "tail": np.sort(value, axis=1)[:, :13].mean(axis=1),
        "saving_a_year": np.array([one.saving_a_year.mean() for one in plain]),
        "pays_back": alive.mean(axis=1),
        "pays_back_5": np.where(np.nan_to_num(back, nan=99) <= 5, alive, 0).mean(axis=1),
        "never_pays_back": 1 - alive.mean(axis=1),
        "payback_years": np.array(
            [
                one[held].mean() if held.any() else np.nan
                for one, held in zip(back, paying, strict=True)
            ]
        ),
        "year_one_cost": np.array([one.first_year_cost.mean() for one in plain]),
        "one_off": np.array([one.one_off.mean() for one in plain]),
        "exit_cost": np.array([one.exit_cost.mean() for one in plain]),
        "coordination": np.array([one.coordination.mean() for one in plain]),
    }
    for name, figures in wanted.items():
        np.testing.assert_allclose(
            getattr(quick, name)[some], figures, rtol=1e-9, atol=1e-3, err_msg=name
        )
    assert quick.by_layer.keys() == plain[0].by_layer.keys()
    for layer, figures in quick.by_layer.items():
        mean = [one.by_layer[layer].mean() for one in plain]
        np.testing.assert_allclose(figures[some], mean, rtol=1e-9, atol=1e-3, err_msg=layer)
    np.testing.assert_allclose(by_draw[some], value, rtol=1e-9, atol=1e-3)
    assert paying.any() or quick.pays_back[some].max() == 0
    assert np.unique(quick.mean).size > 10


def test_layers_less_costs_are_the_saving():
    problem, draws = a_country(2), draw(REGISTRY, n=64, seed=3)
    sets = from_sets(connected_sets(problem.edges, 12, member_limit=3))
    outline = shape(problem, sets)
    for kind in SHARING:
        found = appraise_in_full(problem, draws, kind, sets, outline)
        gross = np.sum(list(found.by_layer.values()), axis=0)
        np.testing.assert_allclose(gross - found.coordination, found.saving_a_year, atol=1e-3)
        assert (found.low <= found.high).all()
        assert (found.pays_back_5 <= found.pays_back + 1e-12).all()


def test_a_candidate_is_worth_the_same_whoever_is_appraised_beside_it(monkeypatch):
    problem, draws = a_country(2), draw(REGISTRY, n=64, seed=4)
    sets = from_sets(connected_sets(problem.edges, 12, member_limit=4))
    outline, kind = shape(problem, sets), problem.rules.arrangements[-1]
    whole = appraise_in_full(problem, draws, kind, sets, outline)
    light = appraise_all(problem, draws, kind, sets, outline)
    monkeypatch.setattr("totalplace.footprints.appraisal.CHUNK_CELLS", 64 * 7)
    told = []
    chunked = appraise_in_full(
        problem, draws, kind, sets, outline, progress_fn=lambda *at: told.append(at)
    )
    some = np.array([200, 3, 117])
    few = appraise_in_full(problem, draws, kind, sets.take(some), outline.take(some))
    for name in ("mean", "tail", "low", "high", "pays_back", "first_year_cost", "exit_cost"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(chunked, name))
        np.testing.assert_array_equal(getattr(whole, name)[some], getattr(few, name))
    np.testing.assert_array_equal(whole.mean, light.mean)
    np.testing.assert_array_equal(whole.tail, light.tail)
    assert told[-1] == (len(sets), len(sets))
    assert len(told) > len(sets) / 8


def test_nothing_to_appraise_is_no_trouble():
    problem, draws = country(3), draw(REGISTRY, n=8, seed=1)
    sets = from_sets([])
    for kind in SHARING:
        assert appraise_all(problem, draws, kind, sets, shape(problem, sets)).mean.size == 0
        assert worth_by_draw(problem, draws, kind, sets, shape(problem, sets)).shape == (0, 8)
