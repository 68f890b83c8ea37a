"""Spend on England's real figures, 2024-25: known holes, known oddities, publishers' totals."""

from datetime import date

import numpy as np
import pytest

from totalplace.money.doubts import DoubtKind, find_doubts
from totalplace.money.front_line import front_line_pay
from totalplace.money.pieces import ShareRange
from totalplace.money.services import Pricing, service, services
from totalplace.money.spend import service_spend
from totalplace.places.register import Register

SHARES = {
    "share.commissioning": ShareRange(value=0.027, low=0.016, high=0.038),
    "share.support": ShareRange(value=0.115, low=0.08, high=0.15),
}
NO_RETURN = {"Birmingham", "Cumberland", "Slough"}


def names(england):
    return {one.area_code: one.name for one in Register.from_book(england).on()}


def unpriced(england, name, **more):
    got = service_spend(england, service(name), shares=SHARES, **more)
    called = names(england)
    return {called[code] for code in got.reasons}


def test_the_known_holes_of_residential_care(england):
    left_out = unpriced(england, "residential-care")
    assert left_out >= NO_RETURN | {"Plymouth", "Sandwell", "Westminster", "Gateshead"}
    assert "North Lincolnshire" not in left_out  # cheap, but the other publisher bears it out
    assert len(left_out) == 11


def test_estimating_prices_all_but_the_two_tiny_ones(england):
    for name in ("residential-care", "fostering", "other-placements", "adoption"):
        left_out = unpriced(england, name, missing="estimate")
        assert left_out == {"City of London", "Isles of Scilly"}
    assert unpriced(england, "social-work", missing="estimate") == set()


@pytest.mark.parametrize("one", services().values(), ids=lambda one: one.id)
def test_every_authority_is_priced_or_has_a_reason(england, one):
    for missing in ("leave-out", "estimate"):
        got = service_spend(england, one, missing=missing, shares=SHARES)
        for code, priced, pay, running in zip(
            got.area_codes, got.priced, got.pay, got.running, strict=True
        ):
            assert bool(priced) is (code not in got.reasons)
            assert np.isnan(pay) == np.isnan(running) == (not priced)
        assert all(got.reasons.values())
        assert all(got.bases.values())
        assert ((got.gross > 0) | ~got.priced).all()
        assert ((got.volume > 0) | ~got.priced).all()
        assert (got.low <= 1).all()
        assert (got.high >= 1).all()
        assert set(got.bases) == {
            code for code, guess in zip(got.area_codes, got.estimated, strict=True) if guess
        }
        if one.pricing is not Pricing.NONE:
            assert got.priced.sum() >= 120
            assert got.sources


def test_published_lines_and_left_out_ones_add_up_to_all_that_councils_returned(england):
    """Nothing is lost or counted twice: lines set aside plus lines priced are what was printed."""
    for one in services().values():
        if one.pricing is not Pricing.LINES:
            continue
        got = service_spend(england, one)
        printed = england.query(
            "SELECT o.area_code, sum(o.value) AS gross FROM observation o"
            " JOIN authority a ON a.area_code = o.area_code AND a.ends IS NULL"
            " WHERE o.latest AND o.item IN (SELECT unnest(?)) AND o.period_start = ?"
            " GROUP BY 1 HAVING count(o.value) = count(*)",
            [
                [f"ro3.{line}.{part}" for line in one.lines for part in ("employees", "running")],
                date(2024, 4, 1),
            ],
        )
        returned = dict(printed.iter_rows())
        for code, gross in zip(got.area_codes, got.gross, strict=True):
            if not np.isnan(gross):
                assert gross == pytest.approx(returned[code], abs=0.5)


def test_known_doubts_are_found(england):
    doubts = find_doubts(england)
    called = names(england)
    found = {
        kind: {called[one.area_code] for one in doubts if one.kind is kind} for kind in DoubtKind
    }
    assert found[DoubtKind.NO_FIGURE] == NO_RETURN | {"Wandsworth", "Middlesbrough"}
    assert len(found[DoubtKind.DISAGREE]) == 37
    assert "Liverpool" in found[DoubtKind.DISAGREE] & found[DoubtKind.JUMP]
    assert found[DoubtKind.REVISED] == {"Gateshead", "Southwark"}
    assert {"Plymouth", "Sandwell", "Westminster"} <= found[DoubtKind.ELSEWHERE]
    assert found[DoubtKind.COMPANY] == {
        "Kingston upon Thames",
        "Richmond upon Thames",
        "Sunderland",
        "Windsor and Maidenhead",
    }


def test_front_line_pay_is_most_of_the_pay_bill(england):
    got = front_line_pay(england, management_share=0.08)
    assert not np.isnan(got.pay).any()
    assert (got.pay > 0).all()
    # the publisher's England: safeguarding 2,194.7m, family support 867.8m, looked after 1,186.8m
    assert np.sum(got.pay) == pytest.approx(0.92 * 4_249.3e6, rel=0.05)
    called = names(england)
    assert {called[code] for code in got.bases} >= NO_RETURN
