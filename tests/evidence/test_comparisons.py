"""Cases beside the model: right prices, honest verdicts, nothing left out."""

import numpy as np
import pytest

from totalplace.evidence.cases import Quantity, load_cases
from totalplace.evidence.comparisons import Modelled, compare
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry

CASES = load_cases()
DRAWS = draw(Registry.load(), seed=1)


def rows(modelled=None):
    return {(row.case.id, row.quantity): row for row in compare(CASES, DRAWS, modelled or {})}


def test_every_figure_of_every_case_is_shown():
    shown = rows()
    assert set(shown) == {(case.id, q) for case in CASES for q in case.quantities}
    for row in shown.values():
        assert row.verdict
        assert row.claimed or row.happened


def test_a_set_up_cost_is_held_against_its_assumption_and_says_it_is_no_test():
    row = rows()["doncaster-trust", Quantity.ONE_OFF_COST]
    assert row.modelled.mean == pytest.approx(4.3, abs=1e-3)
    assert row.modelled.low < row.happened.at_prices_of() < row.modelled.high
    assert row.verdict.startswith("The model's interval holds what happened.")
    assert row.verdict.endswith("no test of it.")


def test_an_appraisal_is_held_against_the_figure_at_its_prices():
    lost = ("tri-borough-three-to-two", Quantity.SAVING_LOST_A_YEAR)
    amount = 0.771 * 100 / 77.4
    assert "holds what was claimed" in rows({lost: at(amount)})[lost].verdict
    assert "2.0 times the model's mean" in rows({lost: at(amount / 2)})[lost].verdict
    assert "0.50 of the model's mean" in rows({lost: at(amount * 2)})[lost].verdict
    assert "does not hold" in rows({lost: at(-amount)})[lost].verdict


def at(mean):
    return Modelled(mean=mean, low=mean - 0.01, high=mean + 0.01)


def test_what_happened_outranks_what_was_claimed():
    saving = ("wiltshire-2009", Quantity.SAVING_A_YEAR)
    assert "What happened is" in rows({saving: at(100.0)})[saving].verdict


def test_whole_councils_are_not_modelled_and_say_so():
    assert rows()["surrey-2027", Quantity.ONE_OFF_COST].verdict == "Not modelled."


def test_an_interval_holds_the_middle_four_fifths():
    values = Modelled.of(np.arange(101.0), note="n")
    assert (values.mean, values.low, values.high, values.note) == (50.0, 10.0, 90.0, "n")
