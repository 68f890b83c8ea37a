"""Overlap: planted payments are bounded rightly, none is counted twice, shares are as published."""

import os
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.evidence.registry import Registry
from totalplace.money.count import Count
from totalplace.money.functions import FIXED, Claim, Function, functions, read_functions
from totalplace.money.overlap import find_overlaps
from totalplace.money.paid_in import PaidIn, read_paid_in
from totalplace.money.rows import Row, Standing
from totalplace.scenarios.counting import read_ledger
from totalplace.scenarios.sharing import overlap
from totalplace.types import Layer

HERE = "E06000001"
NOTHING = PaidIn(income={}, spend={})


def row(line, pence, *, area=HERE, eliminated=0, managed=0):
    known = pence is not None
    return Row(
        area_code=area, line=line, title=line, service="s", theme="t", outcome="o", age="0-17",
        stance="prevention", payer="p", year="2024-25", pence=pence, low=pence, high=pence,
        basis="", standing=Standing.PUBLISHED if known else Standing.UNKNOWN,
        layers=((Layer.FRONT_LINE, pence - managed), (Layer.MANAGEMENT, managed)) if known else (),
        eliminated=eliminated,
    )  # fmt: skip


def place(*rows):
    return Count(
        place="Here", area_codes=(HERE,), regions=("R",), rows=rows, transfers=(), reconciled=(),
        doubts=(), years=(), theme="", sources=(),
    )  # fmt: skip


def claim(body, line="", *, low=1.0, high=1.0):
    part = replace(FIXED["whole"], id="part", low=low, high=high) if line else None
    return Claim(body=body, line=line, part=part, why="w", law="l")


def function(*claims):
    return Function(
        id="f", title="F", cohort="c", age="0-17", outcome="stay safe", claims=tuple(claims)
    )


def found(one, *table):
    return find_overlaps(one, NOTHING, table=table)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_what_is_paid_twice_is_at_most_all_but_the_largest_payment(a, b, c):
    one = place(row("x", a), row("y", b), row("z", c))
    got = found(one, function(claim("1", "x"), claim("2", "y"), claim("3", "z"))).overlaps[0]
    assert got.low == got.high == a + b + c
    assert got.most_twice == a + b + c - max(a, b, c)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_beside_an_unknown_body_all_that_is_known_may_be_paid_twice(a, b):
    one = place(row("x", a), row("y", b))
    got = found(one, function(claim("1", "x"), claim("1", "y"), claim("NHS"))).overlaps[0]
    assert got.unknown == ("NHS",)
    assert got.most_twice == a + b


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.integers(0, 10**9))
def test_a_pound_seen_from_several_functions_is_touched_once(shares, pence):
    table = [function(claim("1", "x", low=part, high=part), claim("2")) for part in shares]
    got = found(place(row("x", pence)), *table)
    assert got.once_low <= got.once_high <= pence
    assert got.once_low == max(each.low for each in got.overlaps)


def test_what_another_body_paid_in_is_taken_out_first():
    one = place(row("grant", 600), row("spent", 1_000, eliminated=600))
    got = found(one, function(claim("1", "grant"), claim("2", "spent"))).overlaps[0]
    assert got.high == 1_000
    assert got.most_twice == 400


def test_a_layer_that_sharing_touches_goes_with_the_part():
    one = place(row("x", 1_000, managed=200))
    got = found(one, function(claim("1", "x", low=0.1, high=0.5), claim("2"))).overlaps[0]
    assert got.shared == (20, 100)


def test_unknown_and_some_give_no_amount_but_a_bound():
    some = Claim(body="1", line="x", part=FIXED["some"], why="w", law="l")
    got = found(place(row("x", 500), row("y", None)), function(some, claim("2", "y"), claim("3")))
    within, unknown, nobody = got.overlaps[0].claimed
    assert (within.low, within.within) == (None, 500)
    assert (unknown.low, unknown.within, nobody.low) == (None, None, None)
    assert got.overlaps[0].known == ()
    assert (got.once_low, got.once_high) == (0, 0)


def test_every_fault_of_a_table_is_told():
    bad = {
        "share": [
            {"id": "s", "title": "t", "low": 0.5, "high": 0.2, "publisher": "p", "source": "",
             "period": "2024", "licence": "l"},
        ],
        "function": [
            {"id": "f", "title": "t", "cohort": "c", "age": "0-4", "outcome": "be rich", "claim": [
                {"body": "authority", "line": "ro3.total_csc", "part": "s", "why": "", "law": ""},
                {"body": "NHS", "line": "ro3.fostering", "part": "most", "why": "", "law": ""},
                {"body": "NHS", "line": "ro3.fostering", "part": "whole", "why": "", "law": ""},
            ]},
            {"id": "g", "title": "t", "cohort": "c", "age": "0-4", "outcome": "stay safe",
             "claim": [{"body": "NHS", "why": "", "law": ""}]},
        ],
    }  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_functions(bad)
    said = str(caught.value)
    for words in (
        "not in order", "does not say where", "does not count that line", "paid by 'authority'",
        "no share 'most'", "more than once", "fewer than two bodies", "'be rich' is not known",
    ):  # fmt: skip
        assert words in said


def test_every_claim_has_its_reason_and_law():
    assert len(functions()) >= 6
    for each in functions():
        assert len(each.bodies) >= 2
        assert all(one.why and one.law for one in each.claims)


@pytest.fixture(scope="module")
def ledger(england):
    return read_ledger(england, Registry.load())


def test_every_authority_has_ranges_in_order_and_names_what_it_lacks(england, ledger):
    for one in ledger.today.authorities[::8]:
        got = overlap(england, one.area_code, ledger=ledger)
        assert got.once_low <= got.once_high
        for each in got.overlaps:
            assert 0 <= each.low <= each.high
            assert 0 <= each.most_twice <= each.high
            assert set(each.known) | set(each.unknown) == set(each.function.bodies)
            assert "NHS" not in each.known
            low, high = each.shared
            assert 0 <= low <= high <= each.high
    slough = overlap(england, "Slough", ledger=ledger)
    homes = next(each for each in slough.overlaps if each.function.id == "complex-homes")
    assert (
        homes.claimed[0].within is None
    )  # its return is missing, and section 251 has no such line
    assert homes.joint.most is None


def test_what_others_pay_in_is_the_published_other_income(england, ledger):
    paid = read_paid_in(england, ledger.today)
    everyone = paid.joint(ledger.today.area_codes, ["ro3.youth_justice"])
    published = england.query(
        "SELECT sum(value) AS v FROM observation WHERE latest AND level = 'authority'"
        " AND item = 'ro3.youth_justice.other_income' AND period_start = '2024-04-01'"
    )["v"].item()
    assert everyone.of == 153
    assert everyone.councils == 150
    assert everyone.most == pytest.approx(published * 100, rel=0.01)  # below nothing is left out
    assert 0.1 < everyone.share < 0.4


@pytest.mark.published
def test_measured_shares_are_those_of_the_published_files():
    folder = os.environ.get("TOTALPLACE_OPEN_DATA")
    if not folder:
        pytest.skip("TOTALPLACE_OPEN_DATA is not set")
    text = (resources.files("totalplace.money") / "overlap.toml").read_text("utf-8")
    shares = {row["id"]: (row["low"], row["high"]) for row in tomllib.loads(text)["share"]}
    frame = pl.read_csv(
        Path(folder) / "dfe-s251" / "outturn_1314.csv", encoding="cp1252",
        infer_schema_length=None, null_values=["NULL", ""],
    )  # fmt: skip
    lines = frame.pivot(on="LineNumber", index="LA", values="TotalExpenditure")
    for name, parts, whole in (
        ("disabled-children", ("22", "23", "24"), "27"),
        ("not-disabled-children", ("25", "26"), "27"),
        ("targeted-youth", ("29",), "30"),
        ("safeguarding-board", ("20",), "21"),
    ):
        share = lines.select(pl.sum_horizontal(parts) / pl.col(whole)).to_series().to_numpy()
        ends = np.nanpercentile(share[np.isfinite(share)], [10, 90])
        assert shares[name] == pytest.approx(ends, abs=0.002), name
    factors = pl.read_csv(
        Path(folder) / "dfe-csc" / "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv",
        infer_schema=False,
    ).filter((pl.col("time_period") == "2025") & (pl.col("geographic_level") == "National"))

    def part(*names):
        cells = [float(factors[name].item()) for name in names]
        return sum(cells) / float(factors["Episodes_with_assessment_factor"].item())

    abuse = ("Domestic_Abuse_parent", "Domestic_Abuse_child", "Domestic_Abuse_person")
    assert shares["domestic-abuse"] == pytest.approx((part(abuse[0]), part(*abuse)), abs=6e-4)
    assert shares["childs-mental-health"][0] == pytest.approx(part("Mental_Health_child"), abs=6e-4)
    drugs = ("Drug_Misuse_child", "Alcohol_Misuse_child")
    assert shares["childs-substance-misuse"] == pytest.approx(
        (part(drugs[0]), part(*drugs)), abs=6e-4
    )
