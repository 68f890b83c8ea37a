"""Why an authority landed where it did: asked, worked out, shown in the words of the library."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from page_check import words_of

ASKED = {
    "service": "youth-justice",
    "arrangement": ["shared-management"],
    "draws": "64",
    "funding": "a grant",
    "area": "Camden",
}
ADDRESS = (
    "/plan/explain?service=youth-justice&arrangement=shared-management&funding=a+grant&draws=64"
    "&area=E09000007"
)


@pytest.fixture
def time_enough(site):
    """A proof takes its time where kernels must be compiled first."""
    before = site.CONFIG
    site.CONFIG = replace(before, solve_s=2400)
    yield
    site.CONFIG = before


def test_an_explanation_is_asked_for_worked_out_and_told(
    visitor, england, time_enough, monkeypatch
):
    from totalplace.reports.explanation import explanation_sentences
    from totalplace.scenarios.risk import explain
    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    Job.objects.all().delete()
    monkeypatch.setattr(board, "_enqueue", lambda _: None)
    assert "has not been worked out here yet" in words_of(visitor.get(ADDRESS))
    going = visitor.post("/plan/explain", ASKED).headers["Location"]
    perform(UUID(going.rpartition("/")[2]))
    assert visitor.get(going, status=302).headers["Location"] == ADDRESS
    told = explain(
        england,
        "Camden",
        service="youth-justice",
        arrangements=["shared-management"],
        draws=64,
        funding="a grant",
    )
    document = visitor.json(ADDRESS)
    assert document["sentences"] == explanation_sentences(told)
    assert {one["name"] for one in document["neighbours"]} == {n.name for n in told.neighbours}
    assert told.neighbours[0].name in words_of(visitor.get(ADDRESS))
    assert b"Islington" in visitor.get(f"{ADDRESS}&format=csv").content


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("service=fostering", 400, "No authority was named"),
        ("service=fostering&area=Nowhereshire", 404, "no authority we know"),
        ("area=Camden", 400, "No service was chosen"),
        ("service=fostering&area=Camden&without=x", 400, "There is no guard"),
    ],
)
def test_what_cannot_be_explained_is_said_in_words(visitor, query, status, says):
    assert says in words_of(visitor.get(f"/plan/explain?{query}", status=status))
