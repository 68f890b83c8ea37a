"""An assumption's page: what it rests on, a value tried, what it flips, refusals in words."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from uuid import UUID

import pytest
from page_check import words_of

HERE = "/evidence/team.director"
ASKED = {
    "service": "social-work",
    "arrangement": ["shared-management"],
    "funding": "a grant",
    "draws": "64",
    "value": "0.65",
}


@pytest.fixture(scope="module", autouse=True)
def time_enough(site):
    before = site.CONFIG
    site.CONFIG = replace(before, solve_s=2400)
    yield
    site.CONFIG = before


@pytest.fixture(scope="module")
def tried(site, time_enough):
    """One value tried, as the worker would."""
    from django.test import Client

    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    Job.objects.all().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board, "_enqueue", lambda _: None)
        asked = Client(HTTP_HOST="localhost").post(HERE, ASKED)
    number = UUID(asked.headers["Location"].rpartition("/")[2])
    perform(number)
    job = Job.objects.get(id=number)
    assert job.status == "done", job.words
    return job


def test_an_assumption_tells_what_it_rests_on_and_who_uses_it(visitor):
    from totalplace.evidence.registry import Registry

    for row in Registry.load():
        shown = words_of(visitor.get(f"/evidence/{row.id}"))
        assert " ".join(row.source.split()) in shown.replace("\u00a0", " ").replace("\u2212", "-")
        assert row.commissioned_by in shown
        assert "Where it is used" in shown
    told = visitor.json(HERE)
    assert told["assumption"]["id"] == "team.director"
    assert [one["service"] for one in told["used"]] == ["social-work"]
    assert 'href="/evidence/team.director"' in visitor.get("/evidence").content.decode()


def test_an_assumption_nobody_knows_is_not_found_and_the_nearest_is_named(visitor):
    assert "team.director" in words_of(visitor.get("/evidence/team.directr", status=404))


def test_a_value_outside_the_range_is_refused_in_words_with_every_other_fault(visitor):
    page = visitor.client.post(HERE, {**ASKED, "value": "9", "without": "nonsense"})
    assert page.status_code == 400
    shown = words_of(page)
    assert "£9m a year is outside the range" in shown
    assert "Give a number from 0.4 to 1.2" in shown
    assert "nonsense" in shown
    page = visitor.client.post(HERE, {**ASKED, "value": "a lot"})
    assert page.status_code == 400
    assert "value is 'a lot'" in words_of(page)
    assert "outside the range" in words_of(visitor.get(f"{HERE}?value=9", status=400))


def test_the_value_tried_stands_at_one_address_with_what_flips(visitor, tried):
    assert tried.address.startswith(f"{HERE}?service=social-work")
    assert tried.address.endswith("value=0.65")
    page = visitor.get(tried.address)
    shown = words_of(page).replace("\u00a0", " ")
    told = visitor.json(tried.address)["flips"]
    assert told["sentences"][0] in shown
    assert [one["name"] for one in told["trials"]][1] == "your value"
    assert 'role="img"' in page.content.decode()
    names = told["partnerships"][0]["names"]
    assert f"{names[0]} + {names[1]}" in shown
    rows = list(
        csv.DictReader(
            io.StringIO(
                visitor.get(f"{tried.address}&format=csv&table=values").content.decode("utf-8-sig")
            )
        )
    )
    assert [float(row["value"]) for row in rows] == [one["value"] for one in told["trials"]]
    assert float(rows[-1]["worth"]) == pytest.approx(told["trials"][-1]["worth"]["mean"])


def test_it_leads_to_the_same_plan_with_the_value_held_and_to_both_side_by_side(visitor, tried):
    from page_check import outline

    links = [link.replace("&amp;", "&") for link in outline(visitor.get(tried.address)).links]
    held = [
        link for link in links if link.startswith("/plan/result") and "hold=team.director" in link
    ]
    assert any("%3D0.65" in link for link in held)
    beside = next(link for link in links if link.startswith("/plan/compare"))
    for link in (held[0], beside):
        visitor.get(link)


def test_before_it_is_worked_out_the_page_says_so(visitor):
    page = visitor.get("/evidence/hazard?service=adoption&draws=64&value=0.06")
    assert "has not been worked out here yet" in words_of(page)
    assert visitor.json("/evidence/hazard?service=adoption&draws=64&value=0.06")["flips"] is None
    html = page.content.decode()
    first = html[html.index("<form method") : html.index("Work it out")]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', first))
    assert {name: hidden[name] for name in ("service", "draws", "value")} == {
        "service": "adoption",
        "draws": "64",
        "value": "0.06",
    }
