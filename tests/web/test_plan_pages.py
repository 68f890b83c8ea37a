"""Plans: asked for, worked out behind the pages, shown, taken away, and refused in words."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from uuid import UUID

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_check import words_of

ASKED = {
    "service": "social-work",
    "arrangement": ["shared-management"],
    "funding": "a grant",
    "draws": "64",
}
ADDRESS = "/plan/result?service=social-work&arrangement=shared-management&funding=a+grant&draws=64"


@pytest.fixture(scope="module", autouse=True)
def time_enough(site):
    """On a busy machine, or when the kernels must be compiled first, a proof takes its time."""
    before = site.CONFIG
    site.CONFIG = replace(before, solve_s=2400)
    yield
    site.CONFIG = before


@pytest.fixture(scope="module")
def solved(site, time_enough):
    """One small plan, worked out as the worker would; where it is."""
    from django.test import Client

    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    Job.objects.all().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board, "_enqueue", lambda _: None)
        asked = Client(HTTP_HOST="localhost").post("/plan/new", ASKED)
    number = UUID(asked.headers["Location"].rpartition("/")[2])
    perform(number)
    job = Job.objects.get(id=number)
    assert job.status == "done", job.words
    return job


def test_a_visitor_chooses_a_service_then_how_it_may_be_shared(visitor):
    start = visitor.get("/plan")
    assert "/plan/new?service=fostering" in start.content.decode()
    form = visitor.get("/plan/new?service=fostering&inside=region&together=Camden%2BIslington")
    text = form.content.decode()
    assert 'value="regional-agency" checked' in text
    assert 'value="region" checked' in text
    assert 'value="Camden+Islington"' in text
    assert "shared-support" not in text  # fostering cannot be shared so
    assert visitor.get("/plan/new", status=302).headers["Location"] == "/plan"
    assert {one["service"] for one in visitor.json("/plan")["services"]} >= {"fostering"}


def test_the_address_of_a_plan_says_first_that_nobody_asked_then_that_it_runs(visitor, monkeypatch):
    from totalplace.web.jobs import board

    monkeypatch.setattr(board, "_enqueue", lambda _: None)
    address = "/plan/result?service=adoption&draws=64&seed=9"
    assert "has not been worked out here yet" in words_of(visitor.get(address))
    assert visitor.json(address)["status"] == "not asked"
    going = visitor.post("/plan/new", {"service": "adoption", "draws": "64", "seed": "9"}).headers[
        "Location"
    ]
    assert "It is being worked out" in words_of(visitor.get(address))
    assert visitor.json(address)["job"] == going
    assert "Cancel" in words_of(visitor.get(going))
    visitor.post(f"{going}/cancel")
    assert visitor.json(address)["status"] == "not asked"


def test_the_result_stands_at_one_address_and_shows_what_the_planner_said(visitor, solved, england):
    from totalplace.footprints.results import Plan
    from totalplace.reports.json_document import plan_document
    from totalplace.scenarios.planning import plan
    from totalplace.web.kept import read

    assert solved.address == ADDRESS
    made = plan(
        england,
        service="social-work",
        arrangements=["shared-management"],
        funding="a grant",
        draws=64,
    )
    told = visitor.json(ADDRESS)
    expected = json.loads(json.dumps(plan_document(made)))
    assert {key: told[key] for key in ("partnerships", "value", "certificate", "guards")} == {
        key: expected[key] for key in ("partnerships", "value", "certificate", "guards")
    }
    kept = read(Plan, solved.outputs.get(name="result.json").content)
    assert plan_document(kept) == plan_document(made)
    shown = words_of(visitor.get(ADDRESS))
    for sentence in told["verdict"]:
        assert sentence.split("(")[0].strip() in shown.replace("\u00a0", " ")
    assert "Map of the plan" in shown
    assert "This plan and others" in shown


def test_the_order_of_parameters_and_names_for_codes_lead_to_the_same_plan(visitor, solved):
    same = "/plan/result?draws=64&funding=a+grant&arrangement=shared-management&service=social-work"
    assert visitor.json(same)["kind"] == "plan"
    assert visitor.json(same)["value"] == visitor.json(ADDRESS)["value"]
    other = visitor.json(f"{ADDRESS}&seed=2")
    assert other["status"] == "not asked"


def test_asking_again_leads_to_what_is_there(visitor, solved):
    again = visitor.post("/plan/new", ASKED)
    assert again.headers["Location"] == f"/jobs/{solved.id}"
    assert visitor.get(f"/jobs/{solved.id}", status=302).headers["Location"] == ADDRESS


def test_the_proof_closes_before_the_eyes(solved):
    seconds, values, bounds = zip(*solved.progress, strict=True)
    assert list(seconds) == sorted(seconds)
    assert list(values) == sorted(values)
    assert all(bound >= values[-1] - 1 for bound in bounds)
    assert bounds[-1] == pytest.approx(values[-1], abs=1)


def test_the_files_hold_the_figures_of_the_json(visitor, solved):
    told = visitor.json(ADDRESS)
    text = visitor.get(f"{ADDRESS}&format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(told["partnerships"]) > 0
    for row, one in zip(rows, told["partnerships"], strict=True):
        assert float(row["saving_a_year"]) == one["saving_a_year"]["mean"]
        assert float(row["value_low"]) == one["value"]["low"]
        assert row["member_codes"] == "+".join(m["area_code"] for m in one["members"])
    members = visitor.get(f"{ADDRESS}&format=csv&table=members").content.decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(members)))
    assert list(first)[:3] == ["new_la_code", "old_la_code", "la_name"]
    assert first["old_la_code"]
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(f"{ADDRESS}&format=xlsx").content))
    assert any("Partnerships" in name or "partnerships" in name for name in book.sheetnames)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "No service was chosen"),
        ("service=nope", "there is no service called"),
        ("service=fostering&arrangement=shared-support", "cannot be shared as"),
        ("service=fostering&without=nope", "There is no guard"),
        ("service=fostering&inside=nope", "There is no footprint"),
        ("service=fostering&together=Camden", "Join two or more areas"),
        ("service=fostering&together=Camden%2BNowhereshire", "no authority we know"),
        ("service=fostering&hold=team.director", "an equals sign and a number"),
        ("service=fostering&hold=team.director%3D99", "is outside the range"),
        ("service=fostering&partnerships=3&most_partnerships=4", "Give one of them."),
        ("service=fostering&draws=5", "from 64 to 1024"),
        ("service=fostering&nonsense=1", "There is no parameter"),
    ],
)
def test_what_cannot_be_planned_is_said_in_words(visitor, query, says):
    assert says in words_of(visitor.get(f"/plan/result?{query}", status=400))


def test_a_form_with_mistakes_comes_back_with_all_of_them_and_what_was_typed(visitor):
    page = visitor.post(
        "/plan/new",
        {
            "service": "fostering",
            "without": "nope",
            "together": "Camden",
            "hold": "team.director=99",
            "funding": "a <b>grant</b>",
        },
        status=400,
    )
    words = words_of(page)
    assert "There is a problem" in words
    for says in ("There is no guard", "Join two or more areas", "outside the range"):
        assert says in words
    assert 'value="Camden"' in page.content.decode()
    assert "&lt;b&gt;grant" in page.content.decode()


def test_the_paper_of_a_plan_has_the_figures_of_the_json(visitor, solved):
    from totalplace.footprints.results import Range
    from totalplace.reports.words import money_cell, scale_for

    told = visitor.json(ADDRESS)
    paper = docx.Document(io.BytesIO(visitor.get(f"{ADDRESS}&format=docx").content))
    tables = {table._tbl.tblPr.xpath("./w:tblCaption/@w:val")[0]: table for table in paper.tables}
    ((_, found),) = (pair for pair in tables.items() if pair[0].startswith("The partnerships"))
    savings = [Range(**one["saving_a_year"]) for one in told["partnerships"]]
    rows = [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in found.rows][1:]
    assert len(rows) == len(savings)
    for row, one, saving in zip(rows, told["partnerships"], savings, strict=True):
        assert row[1].startswith(" + ".join(member["name"] for member in one["members"]))
        assert row[2] == money_cell(saving, scale_for(savings, column=True))
    said = " ".join(p.text for p in paper.paragraphs)
    for sentence in told["verdict"]:
        assert sentence in said


def test_two_plans_are_held_side_by_side(visitor, solved):
    from urllib.parse import urlencode

    told = visitor.json(ADDRESS)
    assert "/plan/compare?one=" in visitor.get(ADDRESS).content.decode()
    same = f"/plan/compare?{urlencode({'one': ADDRESS, 'other': ADDRESS.partition('?')[2]})}"
    document = visitor.json(same)
    assert document["authorities"] == []
    assert len(document["partnerships"]) == len(told["partnerships"])
    assert all(row[1] == row[2] for row in document["figures"])
    assert document["one"]["verdict"] == told["verdict"]
    visitor.get(same)
    missing = visitor.get(
        f"/plan/compare?{urlencode({'one': ADDRESS, 'other': ADDRESS + '&seed=3'})}"
    )
    assert "has not been worked out here yet" in words_of(missing)
    assert "No plan was named yet" in words_of(visitor.get("/plan/compare"))
    assert "no service called" in words_of(visitor.get("/plan/compare?one=service%3Dx", status=400))


NAMES = st.sampled_from(
    ["service", "arrangement", "floor", "inside", "together", "hold", "draws", "as_of", "area", "x"]
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["fostering", "nan", "-1", "1e309", "2026-02-30", "Camden+Islington", "team.director=nan"]
    ),
)


@given(
    st.sampled_from(["/plan", "/plan/new", "/plan/result", "/plan/explain"]),
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.booleans(),
)
def test_no_query_and_no_form_breaks_a_page(site, address, pairs, post):
    from urllib.parse import urlencode

    from django.test import Client

    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    form = {"service": "fostering", "draws": "5", **dict(pairs)}  # never good enough to be queued
    response = (
        client.post(address, {**form, "draws": "5"})
        if post
        else client.get(f"{address}?{urlencode(pairs)}")
    )
    assert response.status_code < 500


def test_what_moves_it_most_leads_to_each_assumption_with_this_plan(visitor, solved):
    from page_check import outline

    told = visitor.json(ADDRESS)["moves"]
    links = outline(visitor.get(ADDRESS)).links
    first = f"/evidence/{told[0]['id']}?service=social-work&arrangement=shared-management"
    assert any(link.startswith(first) for link in links)
    rows = list(
        csv.DictReader(
            io.StringIO(
                visitor.get(f"{ADDRESS}&format=csv&table=moves").content.decode("utf-8-sig")
            )
        )
    )
    assert [row["assumption"] for row in rows] == [one["id"] for one in told]
    assert float(rows[0]["worth_at_low"]) == pytest.approx(told[0]["worth_at_low"])


def test_every_council_has_a_link_to_why_it_landed_there(visitor, solved):
    from page_check import outline

    page = outline(visitor.get(ADDRESS))
    asked = {link.rpartition("area=")[2] for link in page.links if "/plan/explain" in link}
    told = visitor.json(ADDRESS)
    members = {m["area_code"] for one in told["partnerships"] for m in one["members"]}
    assert members <= asked
    assert {one["area_code"] for one in told["alone"]} <= asked


def test_how_steady_it_is_is_worked_out_behind_the_pages_and_told_on_the_plan(visitor, solved):
    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    address = ADDRESS.replace("/plan/result", "/plan/stability")
    assert "has not been worked out here yet" in words_of(visitor.get(address))
    assert visitor.json(address)["status"] == "not asked"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board, "_enqueue", lambda _: None)
        going = visitor.post("/plan/stability", ASKED).headers["Location"]
    number = UUID(going.rpartition("/")[2])
    perform(number)
    assert Job.objects.get(id=number).address == address
    told = visitor.json(address)
    page = visitor.get(address)
    shown = words_of(page).replace("\u00a0", " ")
    assert told["sentences"][0] in shown
    assert 'aria-labelledby="pairs-title pairs-desc"' in page.content.decode()
    assert told["sentences"][0] in words_of(visitor.get(ADDRESS)).replace("\u00a0", " ")
    rows = list(
        csv.DictReader(
            io.StringIO(
                visitor.get(f"{address}&format=csv&table=pairs").content.decode("utf-8-sig")
            )
        )
    )
    assert len(rows) == len(told["stability"]["pairs"])
    pair = told["stability"]["pairs"][0]
    assert f"{pair['names'][0]} + {pair['names'][1]}" in shown


def test_a_plan_may_be_for_a_part_of_england_chosen_from_a_list_or_typed(visitor, monkeypatch):
    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job

    form = visitor.get("/plan/new?service=adoption").content.decode()
    for group in ("Regions", "Police force areas", "NHS integrated care boards"):
        assert f'<optgroup label="{group}">' in form
    assert '<option value="South West">South West</option>' in form
    monkeypatch.setattr(board, "_enqueue", lambda _: None)
    asked = {"service": "adoption", "draws": "64", "only": ["", "Devon+Torbay + Plymouth"]}
    going = visitor.post("/plan/new", asked).headers["Location"]
    job = Job.objects.get(id=UUID(going.rpartition("/")[2]))
    assert job.request["only"] == ["Devon", "Plymouth", "Torbay"]
    assert "(only Devon, Plymouth and Torbay)" in job.title
    visitor.post(f"{going}/cancel")
    shown = words_of(visitor.get("/plan/result?service=adoption&only=South+West&draws=64"))
    assert "for the South West only; 64 draws of the assumptions" in shown
    page = visitor.client.post("/plan/new", {"service": "adoption", "only": "Mercia"})
    assert page.status_code == 400
    assert "is no part of England that a plan can be made for" in words_of(page)
    assert "--only" not in words_of(page)
    page = visitor.client.post("/plan/new", {"service": "adoption", "only": "Devon"})
    assert "nobody can share with itself" in words_of(page)


def test_what_was_asked_is_said_in_words(site, england):
    from datetime import date

    from totalplace.web.asked_words import asked_words
    from totalplace.web.planned import PlanQuery, checked

    query = checked(
        PlanQuery(
            service="social-work",
            objective="cautious",
            floor=0.6,
            inside=("region",),
            together=("Camden+Islington",),
            without=("no-weak-leader",),
            hold=("team.director=0.6",),
            funding="a grant",
            max_members=3,
            as_of=date(2026, 1, 1),
        ),
        england,
    )
    told = asked_words(query, england)
    assert told == [
        "Camden and Islington must share",
        "judged by the worst fifth of what may happen",
        "each pays back with a chance of at least 60 %",
        "no partnership crosses the border of a region",
        "at most 3 members",
        "“a grant” pays for the change",
        "without the guard “no weak leader”",
        "director's top team held at £0.6m a year",
        "as known on 1 January 2026",
    ]
    assert asked_words(PlanQuery(service="social-work"), england) == []


def test_two_plans_are_completed_from_the_page_that_compares_them(visitor, solved, monkeypatch):
    from urllib.parse import parse_qs, urlencode, urlsplit

    from totalplace.web.jobs import board

    monkeypatch.setattr(board, "_enqueue", lambda _: None)
    one = ADDRESS.partition("?")[2]
    both = {"one": one, "other": f"{one}&hold=team.director%3D0.7"}
    page = visitor.get(f"/plan/compare?{urlencode(both)}")
    assert "has not been worked out here yet" in words_of(page)
    going = visitor.post("/plan/compare", both).headers["Location"]
    then = parse_qs(urlsplit(going).query)["then"][0]
    assert then.startswith("/plan/compare?")
    assert "hold=team.director" in then.replace("%26", "&").replace("%3D", "=")
    visitor.get(going)
    visitor.post(f"{going.partition('?')[0]}/cancel")
    elsewhere = going.partition("?")[0] + "?then=https%3A%2F%2Fexample.org%2F"
    assert "leads elsewhere" in words_of(visitor.get(elsewhere, status=400))
