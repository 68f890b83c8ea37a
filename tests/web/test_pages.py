"""Every page as a visitor meets it: in words, as JSON, as files, and when it is misused."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_check import words_of

TOWER_HAMLETS = "/places/E09000030"
ATTAINMENT = "/measures/lait.AVG_Attain8_Score"
COMPARED = "/compare?area=Camden&area=Islington+%2B+Hackney&area=London"
PLAIN = (
    "/",
    "/about",
    "/accessibility",
    "/sources",
    "/places",
    TOWER_HAMLETS,
    "/measures",
    ATTAINMENT,
    "/measures/lait.LACnum",
    "/measures/short-list",
    "/compare",
    COMPARED,
    "/evidence",
    f"{TOWER_HAMLETS}/money",
)
OFFERED = {
    "/places": {"csv", "xlsx"},
    "/sources": {"csv", "xlsx"},
    TOWER_HAMLETS: {"csv", "xlsx", "docx"},
    "/measures": {"csv", "xlsx"},
    ATTAINMENT: {"csv", "xlsx"},
    "/measures/lait.LACnum": {"csv", "xlsx"},
    "/measures/short-list": {"csv", "xlsx"},
    COMPARED: {"csv", "xlsx"},
    "/evidence": {"csv", "xlsx"},
    f"{TOWER_HAMLETS}/money": {"csv", "xlsx"},
}


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("address", PLAIN)
def test_a_page_answers_in_html_and_json_at_one_address(visitor, address):
    page = visitor.get(address)
    document = visitor.json(address)
    assert document["title"] in text(page)
    assert document["address"] == address
    more = "&" if "?" in address else "?"
    assert visitor.get(f"{address}{more}format=json").json() == document
    assert "Accept" in page.headers["Vary"]


@pytest.mark.parametrize("address", PLAIN)
def test_only_the_files_a_page_offers_can_be_had(visitor, address):
    page = text(visitor.get(address))
    offered = {kind for kind in ("csv", "xlsx", "docx") if re.search(rf'[?;]format={kind}"', page)}
    assert offered == OFFERED.get(address, set())
    for kind in ("csv", "xlsx", "docx"):
        more = "&" if "?" in address else "?"
        response = visitor.get(
            f"{address}{more}format={kind}", status=200 if kind in offered else 400
        )
        if kind in offered:
            assert response.headers["Content-Disposition"].endswith(f'.{kind}"')
        if kind != "csv" and kind in offered:
            assert zipfile.ZipFile(io.BytesIO(response.content)).testzip() is None


def test_the_csv_has_the_open_data_columns_and_the_json_the_same_figures(visitor):
    rows = list(
        csv.DictReader(
            io.StringIO(visitor.get(f"{TOWER_HAMLETS}?format=csv").content.decode("utf-8-sig"))
        )
    )
    assert list(rows[0])[:5] == [
        "time_period",
        "geographic_level",
        "new_la_code",
        "old_la_code",
        "la_name",
    ]
    told = {one["id"]: one for one in visitor.json(TOWER_HAMLETS)["measures"]}
    assert len(rows) == len(told) > 10
    for row in rows:
        value = told[row["measure"]]["value"]
        assert row["value"] == ("" if value is None else str(value))
        assert (row["value"] == "") == (row["missing"] != "")


def test_the_workbook_of_a_plain_table_holds_text_not_formulas(visitor):
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/places?format=xlsx").content))
    assert book.sheetnames == ["cover", "authorities"]
    sheet = book["authorities"]
    assert sheet.max_row == 3 + 153
    assert {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row} == {"s"}


def test_a_place_is_found_by_name_number_code_and_postcode(visitor):
    for asked in ("Tower Hamlets", "tower ham", "211", "E09000030", "E1 4TT", "towr hamlets"):
        first = visitor.json(f"/places?find={asked}")["matches"][0]
        assert first["address"] == TOWER_HAMLETS, asked
    assert visitor.json("/places?find=London")["matches"][0]["kind"] == "region"
    assert visitor.json("/places?find=zzzz")["matches"] == []
    assert "No place is called that" in words_of(visitor.get("/places?find=zzzz"))


def test_a_place_has_one_address_however_it_is_named(visitor):
    for name in ("Tower%20Hamlets", "211", "tower%20hamlets%20council"):
        response = visitor.get(f"/places/{name}?neighbours=2021", status=302)
        assert response.headers["Location"] == f"{TOWER_HAMLETS}?neighbours=2021"


def test_the_suggestions_are_the_part_of_the_page_that_shows_them(visitor):
    whole = text(visitor.get("/places?find=leeds"))
    part = text(visitor.get("/places?find=leeds", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert part.strip() in whole


def test_the_profile_page_says_what_the_library_says(visitor, england):
    from totalplace.reports import profile_words
    from totalplace.scenarios.profile import profile

    place = profile(england, "Tower Hamlets")
    page = words_of(visitor.get(TOWER_HAMLETS)).replace("\u00a0", " ")
    for sentence in profile_words.verdict(place)[0].split(". ")[:1]:
        assert sentence.split("(")[0].strip() in page
    assert place.sources[0] in page
    assert england.hash[:12] in page


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/nowhere", 404, "Nothing is at /nowhere"),
        ("/places/Nowhereshire", 404, "no authority we know"),
        ("/places?fnd=Leeds", 400, "Did you mean find?"),
        ("/places?find=a&find=b", 400, "Give it once."),
        (f"/places?find={'x' * 300}", 400, "at most 200 characters"),
        (f"{TOWER_HAMLETS}?neighbours=2020", 400, "Choose among: 2025, 2021, region."),
        (f"{TOWER_HAMLETS}?as_of=yesterday", 400, "Write a day as 2026-04-01."),
        (f"{TOWER_HAMLETS}?as_of=1990-01-01", 400, "none of the headline measures"),
        ("/about?format=pdf", 400, "This page does not come as 'pdf'"),
        ("/sources?format=csv&table=nope", 400, "Choose among: files, missing."),
        ("/measures/attainmnt", 404, "no measure in this book"),
        (f"{ATTAINMENT}?end=1999-08-31", 400, "no figures for a period that ends on 1999-08-31"),
        (f"{ATTAINMENT}?area=Nowhereshire", 404, "no authority we know"),
        ("/compare?area=Nowhereshire&area=Camden", 400, "no authority we know"),
        ("/compare?" + "&".join(f"area={n}" for n in range(301, 308)), 400, "Compare at most 6"),
        ("/measures/short-list?length=99", 400, "from 5 to 30"),
        ("/places/Nowhereshire/money", 404, "no authority we know"),
        ("/measures?kind=x", 400, "Choose among: outcome"),
        ("/jobs/00000000-0000-0000-0000-000000000000", 404, "There is no such job"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_and_as_json(visitor, address, status, says):
    page = visitor.get(address, status=status)
    assert says in words_of(page)
    problems = visitor.json(address.replace("format=pdf", "format=json&q=1"), status=status)
    assert problems["error"]["status"] == status


def test_all_faults_of_a_query_are_told_together(visitor):
    told = visitor.json(f"{TOWER_HAMLETS}?neighbours=x&as_of=y&zz=1", status=400)
    assert len(told["error"]["problems"]) == 3


def test_pages_that_only_show_refuse_to_be_posted_to(site):
    from django.test import Client

    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert client.post("/about").status_code == 403  # no token
    assert Client(HTTP_HOST="localhost").post("/about").status_code == 405
    assert Client(HTTP_HOST="elsewhere.example").get("/about").status_code == 400


def test_strangers_get_no_cookie_for_reading(visitor):
    for address in PLAIN:
        assert not visitor.get(address).cookies


names = st.sampled_from(["find", "neighbours", "as_of", "compare_with", "format", "table", "x", ""])
values = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["2025", "csv", "xlsx", "\0", "E1 4TT", "' OR 1=1 --", "é"]),
)


@given(
    st.sampled_from([*PLAIN, "/places/", "/jobs/x", "/health", "/ready", "/static/x"]),
    st.lists(st.tuples(names, values), max_size=4),
    st.booleans(),
)
def test_no_query_breaks_a_page(site, address, pairs, as_json):
    from urllib.parse import urlencode

    from django.test import Client

    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    headers = {"Accept": "application/json"} if as_json else {}
    response = client.get(f"{address}?{urlencode(pairs)}", headers=headers)
    if address != "/ready":  # which tells the truth about a worker that is not there
        assert response.status_code < 500
    assert response.content or response.status_code in {301, 302}


@given(st.text(max_size=40))
def test_no_name_of_a_place_breaks_the_search_or_the_page(site, name):
    from urllib.parse import quote

    from django.test import Client

    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    assert client.get(f"/places/{quote(name)}").status_code < 500
    assert client.get("/places", {"find": name}).status_code < 500


def test_an_unexpected_error_shows_a_number_and_no_trace(visitor, monkeypatch):
    from totalplace.web.pages import places

    def broken(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(places, "find_places", broken)
    page = visitor.get("/places?find=x", status=500)
    assert page.headers["X-Request-Number"] in words_of(page)
    assert "secret" not in text(page)
    assert "Traceback" not in text(page)
    assert visitor.json("/places?find=x", status=500)["error"]["request"]


def test_health_and_readiness_tell_the_truth(visitor):
    from totalplace.web.jobs import board

    assert visitor.get("/health").json()["status"] == "ok"
    from totalplace.web.jobs.models import Worker

    Worker.objects.all().delete()
    assert "worker" in visitor.get("/ready", status=503).json()
    board.worker_beat(name="test")
    assert visitor.get("/ready").json() == {"status": "ready"}
