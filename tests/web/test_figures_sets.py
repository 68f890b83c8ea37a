"""Own figures in a workspace: sent, refused with every fault, used, marked, and nobody else's."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import docx
import openpyxl
import pytest
from page_check import words_of
from people import partnership, signed_in
from visiting import Visitor

CAMDEN, ISLINGTON, LEEDS = "E09000007", "E09000019", "E08000035"
RATE = "workforce.agency_rate_fte"
HEAD = "time_period,new_la_code,la_name,measure,value,note"
GOOD = f"2025,{CAMDEN},Camden,{RATE},31.5,June census"
MARK = "own figure, published 9.4"
FIVE = (
    f"2025,{CAMDEN},,{RATE},many,",
    f"2031,{CAMDEN},,{RATE},12,",
    f"2025,{LEEDS},,{RATE},12,",
    f"2025,{CAMDEN},,agency staff per moon,12,",
    f"2025,{ISLINGTON},,{RATE},130,",
)


def a_file(*rows, name="june.csv"):
    file = io.BytesIO("\r\n".join([HEAD, *rows]).encode())
    file.name = name
    return file


def home(room):
    return f"/workspaces/{room.pk}/figures"


def a_room(*areas, **roles):
    room, *people = partnership("Exampleton", **roles)
    room.area_codes = list(areas or (CAMDEN, ISLINGTON))
    room.save()
    return room, *people


def send(browser, room, *rows, title="June census", status=302, **more):
    form = {"title": title, "file": a_file(*(rows or (GOOD,))), **more}
    return browser.post(f"{home(room)}/upload", form, status=status)


def sent(browser, room, *rows, **more):
    """The id of a set that was just sent."""
    came = send(browser, room, *rows, **more)
    return came.headers["Location"].partition("/figures/")[2].partition("?")[0]


def sets_of(room):
    from totalplace.web.figures.models import FigureSet

    return FigureSet.objects.filter(partnership=room)


@pytest.fixture
def used(site):
    """A partnership with an analyst who has sent figures and put them to use: room, browser, id."""
    room, ann = a_room(Ann="analyst")
    browser = signed_in(ann)
    number = sent(browser, room)
    browser.post(f"{home(room)}/{number}/use")
    return room, browser, number


# -- sending -----------------------------------------------------------------------------------


def test_five_mistakes_are_all_listed_by_row_and_nothing_is_kept(site):
    room, ann = a_room(Ann="analyst")
    page = send(signed_in(ann), room, *FIVE, status=400)
    words = words_of(page)
    assert "5 things are wrong with june.csv" in words
    assert "Nothing was kept." in words
    for row, column in zip(range(2, 7), ("value", "time_period", "new_la_code", "measure", "value"),
                           strict=True):  # fmt: skip
        assert words.count(f"ow {row}, {column}") == 2  # in the summary and in the table
    html = page.content.decode()
    for number in range(1, 6):
        assert f'href="#problem-{number}"' in html
        assert f'id="problem-{number}"' in html
    assert "June census" in html  # what was typed is still there
    assert not sets_of(room).exists()


def test_a_form_without_name_or_file_says_both(site):
    room, ann = a_room(Ann="analyst")
    page = signed_in(ann).post(f"{home(room)}/upload", {}, status=400)
    assert "no name" in words_of(page)
    assert "No file was chosen" in words_of(page)


def test_what_is_right_is_kept_with_who_when_and_which_file(site):
    room, ann = a_room(Ann="analyst")
    browser = signed_in(ann)
    assert "There are none yet" in words_of(browser.get(home(room)))
    number = sent(browser, room, GOOD, f"2025,{ISLINGTON},,{RATE},21.8,as published")
    page = words_of(browser.get(f"{home(room)}/{number}?kept=yes"))
    assert "checked and kept" in page
    for told in ("Camden", "31.5", "9.4", "+22.1", "June census", ann.name, "june.csv"):
        assert told in page
    told = browser.json(f"{home(room)}/{number}")
    assert [one["value"] for one in told["own_figures"]] == [31.5]
    listed = browser.json(home(room))["sets"]
    assert [(one["title"], one["figures"]) for one in listed] == [("June census", "1")]
    rows = csv.DictReader(
        io.StringIO(browser.get(f"{home(room)}/{number}?format=csv").content.decode("utf-8-sig"))
    )
    assert [(row["new_la_code"], row["value"], row["published"]) for row in rows] == [
        (CAMDEN, "31.5", "9.4")
    ]


def test_the_template_comes_back_unchanged_as_nothing_new_and_changed_as_what_changed(site):
    room, ann = a_room(Ann="analyst")
    browser = signed_in(ann)
    content = browser.get(f"{home(room)}/template.xlsx?periods=2").content
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook["figures"]
    heads = [cell.value for cell in sheet[1]]
    assert {row[heads.index("new_la_code")].value for row in sheet.iter_rows(2)} == {
        CAMDEN,
        ISLINGTON,
    }
    for row in sheet.iter_rows(2):
        if row[heads.index("measure")].value == RATE:
            row[heads.index("value")].value = 40.25
    out = io.BytesIO()
    workbook.save(out)
    for file, status in ((content, 400), (out.getvalue(), 302)):
        upload = io.BytesIO(file)
        upload.name = "own.xlsx"
        browser.post(f"{home(room)}/upload", {"title": "x", "file": upload}, status=status)
    (kept,) = sets_of(room)
    assert kept.count == 4
    text = browser.get(f"{home(room)}/template.csv").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("time_period,")
    browser.get(f"{home(room)}/template.pdf", status=404)


def test_a_partnership_without_councils_is_told_so(site):
    room, ann = partnership("Empty", Ann="analyst")
    browser = signed_in(ann)
    assert "no councils yet" in words_of(browser.get(home(room)))
    assert "no councils yet" in words_of(send(browser, room, status=400))
    browser.get(f"{home(room)}/template.csv", status=400)


def test_a_file_that_is_too_large_is_refused_while_it_is_read(site):
    room, ann = a_room(Ann="analyst")
    before = site.CONFIG
    site.CONFIG = replace(before, upload_bytes=2_000)
    try:
        page = send(signed_in(ann), room, *[GOOD] * 200, status=413)
    finally:
        site.CONFIG = before
    assert "Nothing was kept" in words_of(page)
    assert not sets_of(room).exists()


def test_the_trail_tells_who_sent_and_who_deleted(site):
    from totalplace.web.workspaces.models import Entry

    room, ann, max_ = a_room(Ann="analyst", Max="manager")
    number = sent(signed_in(ann), room)
    signed_in(max_).post(f"{home(room)}/{number}/delete")
    entries = Entry.objects.filter(partnership=room.pk, object_pk=number).order_by("id")
    assert [(one.get_action_display(), one.actor_name) for one in entries] == [
        ("create", str(ann)),
        ("delete", str(max_)),
    ]


def test_a_newer_file_takes_the_place_and_the_older_stays_at_its_address(site):
    room, ann = a_room(Ann="analyst")
    browser = signed_in(ann)
    old = sent(browser, room)
    form = browser.get(f"{home(room)}/upload?replaces={old}")
    assert "takes the place of" in words_of(form)
    new = sent(browser, room, GOOD.replace("31.5", "32.5"), replaces=old)
    assert "A newer file has taken the place" in words_of(browser.get(f"{home(room)}/{old}"))
    assert "newer file" in words_of(browser.get(f"/places/{CAMDEN}?figures={old}"))
    assert "32.5" in words_of(browser.get(f"/places/{CAMDEN}?figures={new}"))


# -- using -------------------------------------------------------------------------------------


def test_every_page_is_asked_for_again_with_the_set_in_its_address(used):
    room, browser, number = used
    for address in (
        "/",
        f"/places/{CAMDEN}",
        "/measures",
        f"/measures/{RATE}",
        "/sources",
        "/plan",
    ):
        came = browser.get(address, status=302)
        assert came.headers["Location"] == f"{address}?figures={number}"
        page = words_of(browser.get(came.headers["Location"]))
        assert f"Made with 1 figure of {room.name}’s own (‘June census’), not published." in page
    came = browser.get("/places/Camden?neighbours=region", status=302)
    assert came.headers["Location"] == f"/places/Camden?neighbours=region&figures={number}"
    came = browser.get(came.headers["Location"], status=302)  # to its code, nothing lost
    assert came.headers["Location"] == f"/places/{CAMDEN}?neighbours=region&figures={number}"
    for address in (home(room), "/account", "/workspaces"):
        browser.get(address)


def test_own_figures_are_marked_on_pages_and_in_everything_taken_away(used):
    room, browser, number = used
    place = f"/places/{CAMDEN}?figures={number}"
    page = words_of(browser.get(place))
    assert f"31.5 ({page.partition('31.5 (')[2].partition(')')[0]}) [{MARK}]" in page
    assert "Own figures behind this page" in page
    told = browser.json(place)
    assert told["made_with_own_figures"]["owner"] == room.name
    assert told["address"] == place
    (line,) = [one for one in told["measures"] if one["item"] == RATE]
    assert (line["value"], line["own"]) == (31.5, MARK)
    assert [one["value"] for one in told["own_figures"]] == [31.5]
    measure = f"/measures/{RATE}?figures={number}"
    assert f"[{MARK}]" in words_of(browser.get(measure))
    for address in (place, measure):
        answer = browser.get(f"{address}&format=csv")
        assert "with-own-figures.csv" in answer.headers["Content-Disposition"]
        assert MARK in answer.content.decode("utf-8-sig")
        workbook = openpyxl.load_workbook(
            io.BytesIO(browser.get(f"{address}&format=xlsx").content), read_only=True
        )
        cells = [
            str(cell) for sheet in workbook for row in sheet.iter_rows(values_only=True)
            for cell in row
        ]  # fmt: skip
        assert any(MARK in cell for cell in cells)
        assert any("not published" in cell for cell in cells)
    paper = docx.Document(io.BytesIO(browser.get(f"{place}&format=docx").content))
    text = "\n".join(one.text for one in paper.paragraphs) + "".join(
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    )
    assert MARK in text
    assert f"of {room.name}'s own, not published" in text


def test_published_figures_are_a_word_away_and_stopping_brings_them_back(used, visitor):
    room, browser, number = used
    address = f"/places/{CAMDEN}?figures=published"
    shown = browser.get(f"/places/{CAMDEN}?figures={number}").content.decode()
    assert address in shown
    page = words_of(browser.get(address))
    assert "Published figures only" in page
    assert "31.5" not in page
    assert MARK not in page
    assert "31.5" not in words_of(visitor.get(f"/places/{CAMDEN}"))  # another's page is untouched
    browser.post(f"{home(room)}/{number}/stop")
    assert "31.5" not in words_of(browser.get(f"/places/{CAMDEN}"))


def test_a_page_of_another_place_has_the_banner_and_the_figures_of_the_published(used, visitor):
    _, browser, number = used
    mine = browser.json(f"/places/{LEEDS}?figures={number}")
    others = visitor.json(f"/places/{LEEDS}")
    assert "made_with_own_figures" in mine
    assert "own_figures" not in mine
    assert [one["value"] for one in mine["measures"]] == [
        one["value"] for one in others["measures"]
    ]


def test_a_set_that_is_deleted_ends_its_use_and_its_addresses(site):
    room, max_ = a_room(Max="manager")
    browser = signed_in(max_)
    number = sent(browser, room)
    browser.post(f"{home(room)}/{number}/use")
    browser.post(f"{home(room)}/{number}/delete")
    browser.get(f"/places/{CAMDEN}")
    browser.get(f"/places/{CAMDEN}?figures={number}", status=404)


def test_a_member_who_is_taken_out_sees_published_figures_again(used):
    room, browser, number = used
    room.memberships.all().delete()
    browser.get(f"/places/{CAMDEN}")
    browser.get(f"/places/{CAMDEN}?figures={number}", status=404)


# -- who may -----------------------------------------------------------------------------------


def test_every_route_by_role(site):
    room, rita, ann, max_ = a_room(Rita="reader", Ann="analyst", Max="manager")
    other, olga = a_room(Olga="manager")
    number = sent(signed_in(ann), room)
    one = f"{home(room)}/{number}"
    table = (  # reader, analyst, manager, manager of another partnership, stranger
        ("get", home(room), 200, 200, 200, 404, 302),
        ("get", f"{home(room)}/template.csv", 200, 200, 200, 404, 302),
        ("get", f"{home(room)}/upload", 403, 200, 200, 404, 302),
        ("post", f"{home(room)}/upload", 403, 400, 400, 404, 403),
        ("get", one, 200, 200, 200, 404, 302),
        ("get", f"{one}?format=csv", 200, 200, 200, 404, 403),
        ("post", f"{one}/use", 302, 302, 302, 404, 403),
        ("post", f"{one}/stop", 302, 302, 302, 404, 403),
        ("get", f"/places/{CAMDEN}?figures={number}", 200, 200, 200, 404, 302),
        ("get", f"/places/{CAMDEN}?figures={number}&format=json", 200, 200, 200, 404, 403),
        ("get", f"/places/{CAMDEN}?figures={uuid4()}", 404, 404, 404, 404, 302),
        ("get", f"/places/{CAMDEN}?figures=x'y", 404, 404, 404, 404, 302),
        ("post", f"{one}/delete", 403, 403, 302, 404, 403),
    )
    browsers = [*map(signed_in, (rita, ann, max_, olga)), Visitor()]
    for method, address, *expected in table:
        order = sorted(zip(browsers, expected, strict=True), key=lambda one: -one[1])
        for browser, status in order:  # whoever may delete it, last
            found = getattr(browser.client, method)(address)
            assert found.status_code == status, (method, address, status)
            if status in {403, 404}:
                assert room.name not in found.content.decode()
                assert "31.5" not in found.content.decode()
    assert not sets_of(room).exists()
    page = signed_in(olga).get(f"{home(other)}/{number}", status=404)  # through one's own door
    assert "31.5" not in words_of(page)


def test_whoever_is_in_two_partnerships_uses_the_figures_of_each_apart(site):
    from totalplace.web.workspaces.models import Membership

    room, ann = a_room(Ann="analyst")
    other, _ = a_room(Olga="manager")
    Membership.objects.create(partnership=other, user=ann, role="analyst")
    browser = signed_in(ann)
    one, two = sent(browser, room), sent(browser, other, GOOD.replace("31.5", "44.4"))
    for number, value in ((one, "31.5"), (two, "44.4"), (one, "31.5")):
        page = words_of(browser.get(f"/places/{CAMDEN}?figures={number}"))
        assert value in page
    assert "44.4" not in page


# -- plans -------------------------------------------------------------------------------------

ASKED = {"service": "youth-justice", "draws": "64", "inside": "region"}


def ask(browser, monkeypatch, **more):
    """Ask for a plan; the job, still waiting."""
    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job

    monkeypatch.setattr(board, "_enqueue", lambda _: None)
    came = browser.post("/plan/new", {**ASKED, **more})
    return Job.objects.get(id=UUID(came.headers["Location"].rpartition("/")[2]))


def test_a_plan_is_worked_out_with_them_marked_and_for_members_alone(used, visitor, monkeypatch):
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    room, browser, number = used
    monkeypatch.setattr(
        "django.conf.settings.CONFIG", replace(_config(), solve_s=1200), raising=False
    )
    Job.objects.all().delete()
    job = ask(browser, monkeypatch)
    assert job.request["figures"] == number
    assert f"figures={number}" in job.address
    theirs = ask(visitor, monkeypatch)
    assert theirs.id != job.id  # the same question, not the same answer
    assert "figures" not in theirs.request
    visitor.get(f"/jobs/{job.id}", status=302)  # to sign in
    assert visitor.client.get(f"/jobs/{job.id}?format=json").status_code == 403
    perform(job.id)
    job.refresh_from_db()
    assert job.status == "done", job.words
    page = words_of(browser.get(job.address))
    assert f"Uses 1 figure of {room.name}'s own, not published" in page
    assert f"({room.name}, its own figures, not published)" in page
    told = browser.json(job.address)
    assert [one["value"] for one in told["own_figures"]] == [31.5]
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"{job.address}&format=xlsx").content), read_only=True
    )
    assert "own_figures" in book.sheetnames
    paper = docx.Document(io.BytesIO(browser.get(f"{job.address}&format=docx").content))
    assert any(f"of {room.name}'s own" in one.text for one in paper.paragraphs)
    other, olga = a_room(Olga="manager")
    stranger = signed_in(olga)
    for address in (job.address, f"{job.address}&format=docx", f"/jobs/{job.id}"):
        found = stranger.get(address, status=404)
        assert "31.5" not in found.content.decode()
        assert room.name not in found.content.decode()
    same = sent(stranger, other)  # the very same file
    stranger.post(f"{home(other)}/{same}/use")
    assert ask(stranger, monkeypatch).id not in {job.id, theirs.id}
    assert browser.get(f"/jobs/{job.id}", status=302).headers["Location"] == job.address
    member, mine = f"{home(room)}/{number}", job.id
    room.memberships.update(role="manager")
    browser.post(f"{member}/delete")
    assert not Job.objects.filter(id=mine).exists()


def test_a_job_whose_figures_were_deleted_fails_in_words(used, monkeypatch):
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    room, browser, _ = used
    Job.objects.all().delete()
    job = ask(browser, monkeypatch)
    sets_of(room).delete()
    perform(job.id)
    job.refresh_from_db()
    assert (job.status, "have been deleted" in job.words) == ("failed", True)


def test_a_form_that_was_opened_with_published_figures_asks_for_those(used, monkeypatch):
    from totalplace.web.jobs.models import Job

    _, browser, _ = used
    Job.objects.all().delete()
    form = browser.get("/plan/new?service=youth-justice&figures=published").content.decode()
    assert '<input type="hidden" name="figures" value="published">' in form
    assert "figures" not in ask(browser, monkeypatch, figures="published").request


def test_what_is_made_with_them_is_saved_in_their_partnerships_workspace_alone(used):
    from totalplace.web.workspaces.models import Membership

    room, browser, number = used
    other, _ = a_room(Olga="manager")
    ann = room.memberships.get().user
    Membership.objects.create(partnership=other, user=ann, role="manager")
    address = f"/propose?service=social-work&area={CAMDEN}&area={ISLINGTON}&figures={number}"
    page = browser.get(address)
    assert f"figures={number}" in page.content.decode()
    form = {"address": address, "name": "Ours", "workspace": str(other.pk)}
    refused = browser.post(_save_address(), form, status=403)
    assert "that partnership alone" in words_of(refused)
    kept = browser.post(_save_address(), {**form, "workspace": str(room.pk)})
    saved = browser.get(kept.headers["Location"])
    assert f"figures={number}" in saved.content.decode()
    assert "The figures:" not in words_of(saved)  # nothing changed since
    sets_of(room).delete()
    assert "have been deleted" in words_of(browser.get(kept.headers["Location"]))


# -- the books behind ---------------------------------------------------------------------------


def test_few_books_are_open_and_none_is_closed_while_it_is_used(site):
    from totalplace.web.figures import use
    from totalplace.web.figures.models import FigureSet
    from totalplace.web.library import library

    room, ann = a_room(Ann="analyst")
    browser = signed_in(ann)
    numbers = [
        sent(browser, room, GOOD.replace("31.5", str(40 + n)), title=f"set {n}") for n in range(6)
    ]
    chosen = [FigureSet.objects.select_related("partnership").get(id=one) for one in numbers]
    sql = "SELECT value FROM observation WHERE latest AND item = ? AND area_code = ? AND period = ?"

    def ask_all(shift):
        found = []
        for n in range(18):
            at = (n + shift) % 6
            with use.laid_over(chosen[at]):
                row = library().book.query(sql, [RATE, CAMDEN, "2025"])
                found.append((at, row["value"][0]))
        return found

    with ThreadPoolExecutor(4) as pool:
        answers = [pair for part in pool.map(ask_all, range(4)) for pair in part]
    assert len(answers) == 72
    assert all(value == 40 + at for at, value in answers)
    assert len(use._SHELF.opened) <= use.MOST_OPEN
    assert all(one.users == 0 for one in use._SHELF.opened.values())
    assert use.in_use() is None
    assert library().book.own is None


def test_the_migrations_make_what_the_model_says(site):
    from django.core.management import call_command

    call_command("makemigrations", "figures", check=True, dry_run=True, verbosity=0)


def _save_address():
    from django.urls import reverse

    return reverse("save")


def _config():
    from django.conf import settings

    return settings.CONFIG
