"""Options papers: the shape of a cabinet report, and not one figure but the answer's own."""

from __future__ import annotations

import io
import json
import zipfile

import docx
import pytest

from totalplace.evidence.registry import Registry
from totalplace.footprints.results import Range
from totalplace.reports.json_document import appraisal_to_json
from totalplace.reports.options_paper import proposal_paper
from totalplace.reports.words import chance, money_cell, scale_for
from totalplace.scenarios.proposing import propose
from totalplace.scenarios.question import setting_of

HEADINGS = (
    "Purpose",
    "Recommendation",
    "Options",
    "Money",
    "Children and safeguards",
    "Partners",
    "Risks",
    "Exit",
    "Assumptions, and what is not in this paper",
    "Sources",
)


@pytest.fixture(scope="module")
def setting(england):
    return setting_of(england, "social-work", None, 64, 1, None, None, "leave-out", None, None)


@pytest.fixture(scope="module")
def found(england, setting):
    return propose(england, setting, ["Camden", "Islington"], funding="a grant")


@pytest.fixture(scope="module")
def content(found):
    return proposal_paper(found, assumptions=Registry.load().to_rows(), address="/propose?x")


@pytest.fixture(scope="module")
def paper(content):
    return docx.Document(io.BytesIO(content))


def rows_of(paper, caption):
    """The cells below the heads of the table whose caption starts so."""
    for table in paper.tables:
        named = table._tbl.tblPr.xpath("./w:tblCaption/@w:val")[0]
        if named.startswith(caption):
            return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows][
                1:
            ]
    raise AssertionError(f"no table {caption}")


def ranges(texts):
    return [Range(one["mean"], one["low"], one["high"]) for one in texts]


def test_it_has_the_sections_of_a_cabinet_report_in_order(paper):
    heads = [p.text for p in paper.paragraphs if p.style.name == "Heading 1"]
    assert [head.partition(". ")[2] for head in heads] == list(HEADINGS)


def test_the_figures_are_those_of_the_json(found, paper):
    told = [json.loads(appraisal_to_json(way))["appraisal"] for way in found.ways]
    cells = {row[0]: row for row in rows_of(paper, "The options")}
    assert cells["do nothing"][1] == "£0"
    savings = ranges([one["saving_a_year"] for one in told])
    worths = ranges([one["value"] for one in told])
    for way, one, saving, worth in zip(found.ways, told, savings, worths, strict=True):
        row = next(row for name, row in cells.items() if way_name(way) == name)
        assert row[1] == money_cell(saving, scale_for(savings, column=True))
        assert row[2] == money_cell(worth, scale_for(worths, column=True))
        assert row[4] == chance(one["chance_never_pays_back"])
    mine = json.loads(appraisal_to_json(found.appraisal))["appraisal"]
    members = rows_of(paper, "What each member gets")
    assert [row[0] for row in members] == [one["name"] for one in mine["shares"]]
    shares = ranges([one["share"] for one in mine["shares"]])
    for row, share in zip(members, shares, strict=True):
        assert row[1] == money_cell(share, scale_for(shares, column=True))
    guards = rows_of(paper, "Guards held against")
    assert [(row[0], row[1], row[2]) for row in guards] == [
        (one["title"], "passed" if one["passed"] else "refused", one["reason"])
        for one in mine["guards"]
    ]


def way_name(way):
    from totalplace.reports.story import TITLES

    return TITLES[way.arrangement]


def test_what_the_guards_refuse_is_not_recommended(england, setting):
    refused = propose(
        england, setting, ["Luton", "Bedford"], arrangement="shared-service", funding="a grant"
    )
    assert not refused.appraisal.allowed
    text = io.BytesIO(proposal_paper(refused, assumptions=()))
    said = " ".join(p.text for p in docx.Document(text).paragraphs)
    assert "asked not to proceed" in said
    assert "asked to agree" not in said


def test_every_picture_has_words_and_the_file_is_the_same_each_time(found, content, paper):
    pictures = paper.element.xpath("//wp:docPr")
    assert pictures
    assert all("mean" in one.get("descr") for one in pictures)
    again = proposal_paper(found, assumptions=Registry.load().to_rows(), address="/propose?x")
    assert again == content
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
