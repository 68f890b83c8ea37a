"""What moves a plan most, and why the whole is surer than its parts, in every report."""

import json
from dataclasses import replace
from io import BytesIO

import openpyxl

from reports.plans import do_nothing_plan, sample_appraisal, sample_plan
from totalplace.footprints.results import Swing
from totalplace.reports import story
from totalplace.reports.json_document import plan_to_json
from totalplace.reports.page import plan_page
from totalplace.reports.text import plan_text
from totalplace.reports.workbook import plan_workbook


def swing(title, low, high, *, flips_at=None, unit="£m a year"):
    return Swing(
        id=title.lower(),
        title=title,
        unit=unit,
        low=0.4,
        value=0.8,
        high=1.2,
        worth_at_low=low,
        worth=2e6,
        worth_at_high=high,
        flips_at=flips_at,
        in_doubt=True,
    )


MOVES = (swing("Director's team, all of it", -1e6, 5e6, flips_at=0.5), swing("Joining", 3e6, 1e6))
SAID = "What moves the plan most: director's team, from -£1.0m to £5.0m over its range."
FLIPS = "would change with director's team below £0.5m a year (now £0.8m a year)."


def test_what_moves_it_most_is_in_every_report():
    plan = replace(sample_plan(), moves=MOVES)
    text = " ".join(plan_text(plan, width=400).split())
    assert SAID in text
    assert FLIPS in text
    document = json.loads(plan_to_json(plan))
    assert SAID in document["certainty"]
    assert [m["swing"] for m in document["moves"]] == [6e6, 2e6]
    assert "director's team, from" in plan_page(plan).replace("&#39;", "'")
    book = openpyxl.load_workbook(BytesIO(plan_workbook(plan)))
    assert any(SAID in str(row[0].value) for row in book["cover"].iter_rows())
    assert "moves" in book.sheetnames


def test_a_plan_to_do_nothing_speaks_of_the_best_partnership_allowed():
    plan = replace(do_nothing_plan(), moves=(swing("Joining", -3e6, -1e6),))
    said = " ".join(story.plan_certainty(plan))
    assert "What moves the best partnership allowed most: joining" in said
    assert "No single assumption, anywhere in its range" in said


def test_why_the_whole_is_surer_than_its_parts_is_told_where_it_is():
    sure = replace(sample_plan(), chance_never_pays_back=0.01)
    parts = tuple(
        replace(sample_appraisal(), chance_never_pays_back=chance) for chance in (0.3, 0.62)
    )
    told = " ".join(story.plan_certainty(replace(sure, partnerships=parts)))
    assert "likelier never to pay back (30 % to 62 %)" in told
    one = replace(sure, partnerships=parts[:1])
    assert "likelier" not in " ".join(story.plan_certainty(one))
