"""The scale estimate: planted answers, statsmodels as oracle, and the trap it avoids."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.evidence.scale import estimate_scale, two_stage


def england_like(rng, *, elasticity=1.0, count_error=0.35, n=150, spread=0.15):
    """Authorities whose true volume follows children and poverty, and is counted with error."""
    log_children = rng.normal(10.9, 0.65, n)
    poverty = rng.normal(0.18, 0.07, n)
    true = -5.2 + log_children + 3.0 * (poverty - 0.18) + rng.normal(0, 0.15, n)
    noise = rng.normal(0, spread * (0.6 + 3.0 * poverty), n)  # unequal variance
    spend = np.exp(11.0 + elasticity * true + 1.5 * (poverty - 0.18) + noise)
    counted = np.exp(true + rng.normal(0, count_error, n))
    return spend, counted, np.exp(log_children), {"poverty": poverty}


@pytest.mark.parametrize("elasticity", [0.9, 1.0, 1.05])
def test_a_planted_effect_is_found_with_honest_intervals(elasticity):
    planted = 2 ** (elasticity - 1) - 1
    estimates = [
        estimate_scale(*england_like(np.random.default_rng(seed), elasticity=elasticity))
        for seed in range(300)
    ]
    centre = np.median([found.per_doubling for found in estimates])
    assert centre == pytest.approx(planted, abs=0.006)
    covered = np.mean([found.low <= planted <= found.high for found in estimates])
    assert 0.92 <= covered <= 0.98
    assert not any(found.weak for found in estimates)


def test_unit_cost_on_its_own_volume_finds_economies_that_are_not_there():
    worlds = [england_like(np.random.default_rng(seed)) for seed in range(100)]
    naive = []
    for spend, volume, _, controls in worlds:
        columns = np.column_stack([np.log(volume), np.ones(spend.size), controls["poverty"]])
        fit = two_stage(np.log(spend / volume), columns, columns)
        slope, error = fit.coefficients[0], np.sqrt(fit.covariance[0, 0])
        naive.append((2**slope - 1, slope + 1.96 * error < 0))
    found = [estimate_scale(*world) for world in worlds]
    assert np.mean([g for g, _ in naive]) < -0.08  # 8 % cheaper per doubling, from nothing
    assert np.mean([significant for _, significant in naive]) > 0.95
    assert abs(np.mean([estimate.per_doubling for estimate in found])) < 0.01
    assert np.mean([estimate.shows_an_effect for estimate in found]) < 0.12
    for (g, _), estimate in zip(naive, found, strict=True):
        assert estimate.ordinary == pytest.approx(g)  # the same regression in other words


def test_ordinary_limit_is_statsmodels_hc1():
    import statsmodels.api as sm

    spend, volume, children, controls = england_like(np.random.default_rng(1))
    columns = np.column_stack([np.log(volume), np.ones(spend.size), controls["poverty"]])
    oracle = sm.OLS(np.log(spend), columns).fit(cov_type="HC1")
    ours = two_stage(np.log(spend), columns, columns)
    np.testing.assert_allclose(ours.coefficients, oracle.params, rtol=1e-10)
    np.testing.assert_allclose(ours.covariance, oracle.cov_params(), rtol=1e-8)
    first = np.column_stack([np.log(children), np.ones(spend.size), controls["poverty"]])
    stage = sm.OLS(np.log(volume), first).fit(cov_type="HC1")
    estimate = estimate_scale(spend, volume, children, controls)
    assert estimate.first_stage_f == pytest.approx(stage.tvalues[0] ** 2)


def test_two_stages_are_statsmodels_instrumental_variables():
    from statsmodels.sandbox.regression.gmm import IV2SLS

    spend, volume, children, controls = england_like(np.random.default_rng(2))
    need = [np.ones(spend.size), controls["poverty"]]
    regressors = np.column_stack([np.log(volume), *need])
    instruments = np.column_stack([np.log(children), *need])
    oracle = IV2SLS(np.log(spend), regressors, instruments).fit()
    ours = two_stage(np.log(spend), regressors, instruments)
    np.testing.assert_allclose(ours.coefficients, oracle.params, rtol=1e-9)
    estimate = estimate_scale(spend, volume, children, controls)
    assert estimate.elasticity == pytest.approx(oracle.params[0])


def test_robust_covariance_of_two_stages_is_that_of_gmm():
    """Exactly identified, so one-step GMM has the same estimate and sandwich, up to n / (n - k)."""
    from statsmodels.sandbox.regression.gmm import IVGMM

    spend, volume, children, controls = england_like(np.random.default_rng(3))
    need = [np.ones(spend.size), controls["poverty"]]
    regressors = np.column_stack([np.log(volume), *need])
    instruments = np.column_stack([np.log(children), *need])
    oracle = IVGMM(np.log(spend), regressors, instruments).fit(
        start_params=np.zeros(3), maxiter=1, optim_args={"disp": False}
    )
    ours = two_stage(np.log(spend), regressors, instruments)
    n, k = regressors.shape
    np.testing.assert_allclose(ours.coefficients, oracle.params, rtol=1e-4)
    np.testing.assert_allclose(
        ours.covariance * (n - k) / n, oracle.cov_params(), rtol=2e-3, atol=1e-8
    )


@settings(max_examples=20)
@given(st.floats(0.01, 100.0), st.floats(0.01, 100.0), st.integers(0, 20))
def test_units_of_measurement_do_not_matter(pounds, heads, seed):
    spend, volume, children, controls = england_like(np.random.default_rng(seed), n=60)
    one = estimate_scale(spend, volume, children, controls)
    two = estimate_scale(spend * pounds, volume * heads, children / heads, controls)
    assert two.elasticity == pytest.approx(one.elasticity, rel=1e-7)
    assert two.standard_error == pytest.approx(one.standard_error, rel=1e-6)


def test_the_order_of_authorities_does_not_matter():
    spend, volume, children, controls = england_like(np.random.default_rng(4))
    order = np.random.default_rng(5).permutation(spend.size)
    shuffled = {name: values[order] for name, values in controls.items()}
    one = estimate_scale(spend, volume, children, controls)
    two = estimate_scale(spend[order], volume[order], children[order], shuffled)
    assert two.per_doubling == pytest.approx(one.per_doubling, rel=1e-9)


def test_authorities_with_a_gap_are_left_out_and_counted():
    spend, volume, children, controls = england_like(np.random.default_rng(6))
    whole = estimate_scale(spend, volume, children, controls)
    gaps = np.full(5, np.nan)
    more = estimate_scale(
        np.append(spend, gaps),
        np.append(volume, np.full(5, 100.0)),
        np.append(children, np.full(5, 100.0)),
        {"poverty": np.append(controls["poverty"], np.full(5, 0.2))},
    )
    assert (more.used, more.left_out) == (150, 5)
    assert more.per_doubling == whole.per_doubling


def test_a_service_whose_volume_is_children_needs_no_instrument():
    spend, _, children, controls = england_like(np.random.default_rng(7))
    estimate = estimate_scale(spend, children, children, controls)
    assert estimate.first_stage_f is None
    assert estimate.per_doubling == estimate.ordinary


def test_a_weak_instrument_is_called_weak():
    rng = np.random.default_rng(8)
    spend, volume, _, controls = england_like(rng)
    estimate = estimate_scale(spend, volume, np.exp(rng.normal(10, 1, spend.size)), controls)
    assert estimate.weak
    assert not estimate.shows_an_effect


def test_what_cannot_be_used_is_refused_all_at_once():
    spend, volume, children, controls = england_like(np.random.default_rng(9))
    spend[3], volume[4:6] = 0.0, -1.0
    with pytest.raises(InputError) as caught:
        estimate_scale(spend, volume, children, {"poverty": controls["poverty"][:-1]})
    assert len(caught.value.problems) == 3
    assert "nan where a figure is missing" in str(caught.value)
    spend, volume, children, controls = england_like(np.random.default_rng(9), n=29)
    with pytest.raises(InputError, match="29 of 29"):
        estimate_scale(spend, volume, children, controls)
    spend, volume, children, controls = england_like(np.random.default_rng(9))
    with pytest.raises(InputError, match="repeats another"):
        estimate_scale(spend, volume, children, {**controls, "again": controls["poverty"] * 2})
