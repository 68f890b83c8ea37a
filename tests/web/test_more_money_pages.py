"""More about a place's money: each page says what the library says; long work is done behind it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from uuid import UUID

import openpyxl
import pytest
from page_check import words_of

CAMDEN, KENT = "E09000007", "E10000016"
WEST = ("E07000105", "E07000106", "E07000107", "E07000108", "E07000109", "E07000110")
EAST = ("E07000111", "E07000112", "E07000113", "E07000114", "E07000115", "E07000116")


@pytest.fixture(scope="module", autouse=True)
def time_enough(site):
    before = site.CONFIG
    site.CONFIG = replace(before, solve_s=2400)
    yield
    site.CONFIG = before


def worked_out(visitor, address, form):
    """What a POST leads to once the worker has done it."""
    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board, "_enqueue", lambda _: None)
        going = visitor.post(address, form).headers["Location"]
    number = UUID(going.rpartition("/")[2])
    perform(number)
    job = Job.objects.get(id=number)
    assert job.status == "done", job.words
    return job.address


def told_by_the_library(england):
    from totalplace.reports.costs_document import costs_to_json, need_to_json
    from totalplace.reports.overlap_document import overlap_to_json
    from totalplace.reports.pool_document import pool_to_json
    from totalplace.reports.provision_document import provision_to_json
    from totalplace.scenarios import costing, providing, sharing

    return {
        "unit-costs": costs_to_json(costing.unit_costs(england, "Camden")),
        "overlap": overlap_to_json(sharing.overlap(england, "Camden")),
        "pool": pool_to_json(sharing.pool(england, "Camden")),
        "need": need_to_json(costing.spend_against_need(england, "Camden")),
        "make-or-buy?in_house=25": provision_to_json(
            providing.make_or_buy(england, "Camden", in_house=0.25)
        ),
    }


def test_each_page_says_what_the_library_says_in_every_form(visitor, england):
    for name, said in told_by_the_library(england).items():
        address = f"/places/{CAMDEN}/money/{name}"
        told, expected = visitor.json(address), json.loads(said)
        for key in expected.keys() - {"sources", "stamp"}:
            assert told[key] == expected[key], (name, key)
        page = visitor.get(address)
        assert "Camden" in words_of(page)
        join = "&" if "?" in address else "?"
        assert visitor.get(f"{address}{join}format=csv").content.startswith(b"\xef\xbb\xbf")
        book = openpyxl.load_workbook(
            io.BytesIO(visitor.get(f"{address}{join}format=xlsx").content)
        )
        assert len(book.sheetnames) >= 2
    money = visitor.get(f"/places/{CAMDEN}/money").content.decode()
    for name in ("gap", "unit-costs", "overlap", "pool", "need", "make-or-buy"):
        assert f'href="/places/{CAMDEN}/money/{name}"' in money
    assert f"/places/{KENT}/split" in visitor.get(f"/places/{KENT}/money").content.decode()


def test_a_place_named_otherwise_leads_to_its_one_address(visitor):
    gone = visitor.get("/places/Camden/money/need?theme=care", status=302).headers["Location"]
    assert gone == f"/places/{CAMDEN}/money/need?theme=care"
    assert (
        "its themes are"
        in words_of(visitor.get(f"/places/{CAMDEN}/money/need?theme=nonsense", status=400)).lower()
    )


def test_a_gap_is_closed_behind_the_pages_and_the_answer_has_its_address(visitor, england):
    from totalplace.reports.gap_document import gap_to_json
    from totalplace.scenarios.closing import gap

    address = f"/places/{CAMDEN}/money/gap"
    assert "How large is the gap?" in words_of(visitor.get(address))
    assert "has not been worked out here yet" in words_of(visitor.get(f"{address}?cut=15"))
    found = worked_out(visitor, address, {"cut": "15"})
    assert found == f"{address}?cut=15"
    told, expected = visitor.json(found), json.loads(gap_to_json(gap(england, "Camden", cut=0.15)))
    assert {key: told[key] for key in ("mixes", "bearers", "spend")} == {
        key: expected[key] for key in ("mixes", "bearers", "spend")
    }
    shown = words_of(visitor.get(found)).replace("\u00a0", " ")
    assert "A gap of 15 % in children's social care: Camden" in shown
    rows = list(
        csv.DictReader(
            io.StringIO(
                visitor.get(f"{found}&format=csv&table=doing_less").content.decode("utf-8-sig")
            )
        )
    )
    assert len(rows) == len(expected["mixes"][-1]["doing_less"])


def test_a_gap_that_cannot_be_answered_is_refused_with_every_fault(visitor):
    page = visitor.client.post(f"/places/{CAMDEN}/money/gap", {"cut": "5, 90, lots"})
    assert page.status_code == 400
    shown = words_of(page)
    assert "'90'" in shown
    assert "'lots'" in shown
    assert "at most 35%" in shown
    assert 'value="5, 90, lots"' in page.content.decode()
    region = visitor.client.post("/places/E12000007/money/gap", {"cut": "10"})
    assert region.status_code == 400
    assert "A gap is one council’s" in words_of(region)


def test_a_county_is_divided_behind_the_pages(visitor, england):
    from totalplace.reports.split_document import split_to_json
    from totalplace.scenarios.splitting import split

    to = [f"{one}=A" for one in WEST] + [f"{one}=B" for one in EAST]
    found = worked_out(visitor, f"/places/{KENT}/split", {"to": to})
    into = {"Authority A": list(WEST), "Authority B": list(EAST)}
    told, expected = visitor.json(found), json.loads(split_to_json(split(england, "Kent", into)))
    assert told["parts"] == expected["parts"]
    shown = visitor.get(found)
    assert '<option value="E07000105=A" selected>' in shown.content.decode()


def test_districts_left_over_are_named_and_what_is_no_county_is_not_found(visitor):
    page = visitor.client.post(f"/places/{KENT}/split", {"to": ["E07000105=A", "E07000106=Z"]})
    assert page.status_code == 400
    shown = words_of(page)
    assert "districts are given to no authority" in shown
    assert "to is 'E07000106=Z'" in shown
    assert "has no districts" in words_of(visitor.get(f"/places/{CAMDEN}/split", status=404))
