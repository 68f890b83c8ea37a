"""Proposals in the browser: picked from a list, from the map, by htmx, and at an address."""

from __future__ import annotations

import csv
import io
import re

import pytest
from page_check import outline, words_of

ADDRESS = "/propose?service=social-work&area=E09000007&area=E09000019&funding=a+grant"


def test_without_a_pick_the_page_asks_for_one(visitor):
    page = visitor.get("/propose")
    assert "Pick two or more authorities." in words_of(page)
    assert len(re.findall(r'type="checkbox" value="E', page.content.decode())) == 153
    assert visitor.json("/propose")["proposal"] is None


def test_the_answer_stands_at_its_address_and_is_the_appraisal(visitor, england):
    from totalplace.reports.json_document import appraisal_document
    from totalplace.scenarios.planning import appraise

    told = visitor.json(ADDRESS)
    alone = appraise(
        england,
        ["Camden", "Islington"],
        service="social-work",
        arrangement=told["proposal"]["appraisal"]["arrangement"],
        funding="a grant",
    )
    assert told["proposal"]["appraisal"] == appraisal_document(alone)["appraisal"]
    shown = words_of(visitor.get(ADDRESS)).replace("\u00a0", " ")
    assert "Camden and Islington" in shown
    for guard in told["proposal"]["appraisal"]["guards"]:
        assert guard["reason"].split("(")[0].strip() in shown
    names = visitor.json("/propose?service=social-work&area=Camden&area=Islington&funding=a+grant")
    assert names["proposal"] == told["proposal"]


def test_htmx_gets_the_answer_alone_and_it_is_what_the_page_holds(visitor):
    part = visitor.get(ADDRESS, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="answer">')
    assert "<html" not in part
    answer, _, downloads = part.partition('<div id="downloads" hx-swap-oob="true">')
    page = visitor.get(ADDRESS).content.decode()
    assert answer.strip() in page
    assert "format=docx" in downloads  # of the same proposal: the picks are in the addresses
    assert downloads.strip() in page


def test_the_map_adds_and_leaves_out_and_leads_to_pages_that_are_there(visitor):
    links = [one for one in outline(visitor.get(ADDRESS)).links if one.startswith("/propose?")]
    without = next(one for one in links if "E09000007" in one and "E09000019" not in one)
    more = next(one for one in links if "E09000033" in one and "E09000007" in one)
    assert len(visitor.json(without)["picked"]) == 1
    assert len(visitor.json(more)["picked"]) == 3


def test_the_table_of_members_is_the_json(visitor):
    told = visitor.json(ADDRESS)["proposal"]["appraisal"]["shares"]
    text = visitor.get(f"{ADDRESS}&format=csv&table=members").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["share"]) for row in rows] == [one["share"]["mean"] for one in told]
    assert [row["new_la_code"] for row in rows] == [one["area_code"] for one in told]


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("service=nope", 400, "there is no service called"),
        ("service=fostering&arrangement=shared-support&area=Leeds", 400, "cannot be shared as"),
        ("area=Nowhereshire", 404, "no authority we know"),
        ("arrangement=nope", 400, "Choose among"),
        ("without=nope", 400, "There is no guard"),
        ("hold=nope", 400, "an equals sign and a number"),
        ("nonsense=1", 400, "There is no parameter"),
    ],
)
def test_what_cannot_be_proposed_is_said_in_words(visitor, query, status, says):
    assert says in words_of(visitor.get(f"/propose?{query}", status=status))
