"""The known cases and claims: complete enough to model, honest about what is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import ParameterError
from totalplace.evidence.cases import Kind, Quantity, load_cases, load_claims
from totalplace.evidence.prices import deflators, to_price_year
from totalplace.evidence.registry import Registry
from totalplace.types import Arrangement

CASES = load_cases()
BY_ID = {case.id: case for case in CASES}
REGISTRY = Registry.load()


def test_there_are_enough_cases_and_each_stands_once():
    assert len(BY_ID) == len(CASES) >= 8
    assert sum(case.modelled or bool(case.compares_with) for case in CASES) >= 6


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_is_complete(case):
    if case.modelled:
        assert len(case.members) > 1
        assert case.arrangement in set(Arrangement)
        assert case.service
        assert case.start is not None
        assert all(member.children > 0 and member.spend for member in case.members)
        assert case.children_year
        assert case.spend_year
        assert case.sizes_source
    if case.compares_with:
        assert case.compares_with in REGISTRY
    assert set(case.rests_on) <= set(REGISTRY.ids)
    assert set(case.remaining) < {member.area_code for member in case.members} or not case.remaining
    happened = [case.happened(quantity) for quantity in case.quantities]
    assert all(happened) or case.happened_missing  # a gap is explained
    assert case.figures or case.happened_missing


@pytest.mark.parametrize(
    "figure", [figure for case in CASES for figure in case.figures], ids=lambda f: f.source[:30]
)
def test_a_figure_says_whose_it_is_and_at_which_prices(figure):
    assert figure.said_by
    assert figure.source
    assert bool(figure.price_year) == (figure.quantity is not Quantity.PAYBACK_YEARS)
    assert figure.at_prices_of() > 0
    if figure.low is not None:
        assert figure.low <= figure.amount <= figure.high


def test_the_break_up_of_the_tri_borough_is_three_to_two():
    case = BY_ID["tri-borough-three-to-two"]
    assert len(case.members) == 3
    assert len(case.remaining) == 2
    lost = case.claimed(Quantity.SAVING_LOST_A_YEAR)
    assert lost.amount == pytest.approx(0.423 + 0.348)
    assert case.happened(Quantity.SAVING_LOST_A_YEAR) is None
    assert lost.at_prices_of() == pytest.approx(0.771 * 100 / 77.4)


def test_the_merged_councils_of_2009_budgeted_more_than_was_anticipated():
    saving = BY_ID["unitaries-2009"]
    assert saving.claimed(Quantity.SAVING_A_YEAR).amount == 107
    assert saving.happened(Quantity.SAVING_A_YEAR).amount == 159
    wiltshire = BY_ID["wiltshire-2009"]
    assert wiltshire.happened(Quantity.SAVING_A_YEAR).amount == 8.6
    assert wiltshire.claimed(Quantity.SAVING_A_YEAR).kind is Kind.CLAIMED


def test_both_sides_of_the_argument_about_size_are_heard():
    claims = load_claims()
    assert all(claim.commissioned_by for claim in claims)
    assert {"bigger is cheaper", "no link", "mixed"} <= {claim.direction for claim in claims}


@pytest.mark.published
def test_sizes_of_the_members_are_as_published(open_data):
    import polars as pl

    population = pl.read_csv(
        open_data / "ons-population" / "ons_mid-year_population_estimates_2012_to_2024.csv",
        infer_schema_length=0,
    )
    counts = {
        (row["new_la_code"], row["time_period"]): row["population_estimate"]
        for row in population.iter_rows(named=True)
        if row["geographic_level"] == "Local authority"
    }
    checked = 0
    for case in CASES:
        for member in case.members:
            published = counts[member.area_code, case.children_year.removeprefix("mid-")]
            assert member.children == float(published), (case.id, member.name)
            checked += 1
    assert checked >= 14


@given(
    st.floats(0.001, 1e9),
    st.sampled_from(sorted(deflators())),
    st.sampled_from(sorted(deflators())),
)
def test_prices_there_and_back_again(amount, one, two):
    assert to_price_year(to_price_year(amount, one, two), two, one) == pytest.approx(amount)
    assert to_price_year(amount, one, one) == pytest.approx(amount)


def test_an_unknown_year_names_the_years_there_are():
    with pytest.raises(ParameterError, match="2006-07 to 2024-25"):
        to_price_year(1.0, "1999-00")
    with pytest.raises(ParameterError) as caught:
        to_price_year(1.0, "2011", "2030-31")
    assert len(caught.value.problems) == 2
