"""A plan in the terminal: verdict, certainty, refusals, figures, sources."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.plans import (
    around,
    do_nothing_plan,
    plans,
    ranges,
    refused_appraisal,
    sample_appraisal,
    sample_plan,
)
from totalplace.footprints.results import Range
from totalplace.reports.columns import columns
from totalplace.reports.stamp import stamp_of
from totalplace.reports.text import appraisal_text, plan_text
from totalplace.types import Arrangement

FIGURE = re.compile(r"-?£[\d,.]+[km]?")
# what may stand right after a money figure: its interval, or that it has none by nature
FOLLOWED = re.compile(r" \(80 % interval -?£| \(-?£| ±[\d,.]+| \(fixed\)| to -?£|\)")


def unexplained_figures(text: str) -> list[str]:
    """Money figures with no interval beside them (£0 exactly needs none)."""
    flat = re.sub(r"\s+", " ", text)
    return [
        flat[match.start() : match.end() + 20]
        for match in FIGURE.finditer(flat)
        if match.group() != "£0" and not FOLLOWED.match(flat, match.end())
    ]


def sections(text: str) -> list[int]:
    return [
        text.index(words)
        for words in ("should keep", "Chance that", "Refused", "saves a year", "Sources:", "seed 1")
    ]


def test_the_order_is_verdict_certainty_refusals_figures_sources():
    order = sections(plan_text(sample_plan()))
    assert order == sorted(order)


def test_the_verdict_names_who_gains_how_and_by_how_much():
    plan = sample_plan()
    said = plan_text(plan, width=1000).splitlines()[0]
    assert said == (
        "Six councils of 16 should keep their own management team. 10 of 16 gain by sharing a "
        "management team, in 4 partnerships: about £2.1m (80 % interval -£0.6m to £4.9m) a year "
        "once settled."
    )


def test_a_finding_that_decides_the_plan_stands_in_the_first_lines():
    assert "The limit on members decides this plan" in plan_text(sample_plan(), width=300)[:300]


def test_do_nothing_is_said_without_promising_anything():
    text = plan_text(do_nothing_plan(), width=400)
    assert text.startswith("Do nothing: 16 councils should keep buying on their own.")
    assert "never pays back" not in text
    early = do_nothing_plan()
    early = replace(early, certificate=replace(early.certificate, status="feasible", gap=0.02))
    text = plan_text(early, width=400)
    assert "So far no way of buying together" in text
    assert "Not proved best" in text
    assert "Proved best" not in text


def test_several_arrangements_are_counted_and_shown():
    plan = sample_plan()
    first, *rest = plan.partnerships
    mixed = replace(first, arrangement=Arrangement.CO_OPERATE)
    text = plan_text(replace(plan, partnerships=(mixed, *rest)), width=300)
    assert "4 partnerships (3 sharing a management team and 1 co-operating without" in text
    assert "co-operation without merging" in text


def test_long_reasons_of_one_council_are_left_to_the_list_of_authorities():
    plan = sample_plan()
    long = (
        "the outturn shows £932 for each child in need where £9,452 is usual, so it lies elsewhere"
    )
    unpriced = {**plan.unpriced, "E09000030": long, "E08000032": f"{long}, too"}
    text = " ".join(plan_text(replace(plan, unpriced=unpriced)).split())
    assert "five councils could not be priced" in text.lower()
    assert "Slough, Cumberland and Birmingham (no return for 2024-25)" in text
    assert "Bradford and Tower Hamlets (each for a reason in the list of authorities)" in text
    assert "£932" not in text


def test_the_text_does_not_depend_on_how_long_the_solve_took():
    plan = sample_plan()
    slow = replace(plan, certificate=replace(plan.certificate, seconds=99.0))
    assert plan_text(plan) == plan_text(slow)
    assert "99.0 s" in plan_text(slow, show_seconds=True)


def test_long_plans_are_cut_only_where_asked_and_say_so():
    text = plan_text(sample_plan(), most_rows=1)
    assert "+ 3 more partnerships" in text
    assert "Calderdale" not in text
    assert "Calderdale" in plan_text(sample_plan())


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_lines_fit_the_width(width):
    for text in (plan_text(sample_plan(), width=width), plan_text(do_nothing_plan(), width=width)):
        assert max(map(len, text.splitlines())) <= width


def test_an_appraisal_says_what_refuses_it_and_that_it_does_not_pay():
    text = appraisal_text(refused_appraisal(), width=300)
    assert "does not pay" in text
    assert "two guards refuse it (no weak leader and steady hands)" in text
    assert text.index("Refused by") < text.index("Allowed by")
    assert "abolished on 1 April 2027" in text
    assert "Every guard allows it." in appraisal_text(sample_appraisal(), width=300)


def test_an_appraisal_says_where_its_figures_came_from_when_it_knows():
    made = replace(sample_appraisal(), provenance=stamp_of(sample_plan()))
    text = appraisal_text(made, width=300)
    assert "Sources: Revenue outturn RO3 2024-25" in text
    assert text.rstrip().endswith("Total Place 0.1.0")
    assert "assumptions 7f3a91 · seed 1 · book 0c22e4" in text
    assert "Sources" not in appraisal_text(sample_appraisal())


def test_an_appraisal_that_saves_but_never_earns_its_cost_back_says_so():
    poor = replace(sample_appraisal(), value=around(-1e5, 1e6), saving_a_year=around(2e4, 5e4))
    assert "not enough to earn back" in appraisal_text(poor, width=300)


@settings(max_examples=60)
@given(plans(), st.integers(40, 200))
def test_any_plan_can_be_told_with_an_interval_beside_every_figure(plan, width):
    text = plan_text(plan, width=width)
    assert not re.search(r"\bnan\b|\binf\b|None", text) or any(
        word in f"{plan.findings}{plan.names}{plan.sources}" for word in ("nan", "inf", "None")
    )
    assert unexplained_figures(plan_text(plan, width=10_000)) == []
    for partnership in plan.partnerships:
        assert appraisal_text(partnership, width=width).strip()


@given(ranges(), ranges())
def test_an_appraisal_with_any_money_reads(value, saving):
    text = appraisal_text(replace(sample_appraisal(), value=value, saving_a_year=saving))
    assert "nan" not in text.replace("Hammersmith", "")
    missing = replace(sample_appraisal(), saving_a_year=Range(float("nan"), 0.0, 1.0))
    assert "not available" in appraisal_text(missing)


@given(st.lists(st.lists(st.text("ab c", max_size=30), min_size=3, max_size=3), max_size=4))
def test_columns_keep_every_word(rows):
    lines = columns(("one", "two", "three"), rows, width=30)
    kept = sorted(word for row in rows for cell in row for word in cell.split())
    printed = sorted(word for line in lines[1:] for word in line.split())
    heads = {"one", "two", "three"}
    assert [word for word in printed if word not in heads] == kept
