"""Plans and proposals that were saved: kept, marked when the world has moved on, and ended."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from page_check import outline, words_of
from people import partnership, signed_in

ASKED = {"service": "youth-justice", "funding": "a grant", "draws": "64", "seed": "7"}
PLAN = "/plan/result?service=youth-justice&funding=a+grant&draws=64&seed=7"
PROPOSAL = "/propose?service=social-work&area=E09000007&area=E09000019&funding=a+grant"


@pytest.fixture(scope="module")
def job(site):
    """A small plan, worked out as the worker would."""
    from django.test import Client

    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job
    from totalplace.web.jobs.runner import perform

    before = site.CONFIG
    site.CONFIG = replace(before, solve_s=600)  # whatever else the machine does
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(board, "_enqueue", lambda _: None)
            asked = Client(HTTP_HOST="localhost").post("/plan/new", ASKED)
        number = UUID(asked.headers["Location"].rpartition("/")[2])
        perform(number)
        job = Job.objects.get(id=number)
        assert job.status == "done", job.words
        yield job
    finally:
        site.CONFIG = before


@pytest.fixture(autouse=True)
def nothing_stays_saved(site):
    """Jobs that are saved cannot be removed, which other tests do."""
    yield
    from totalplace.web.workspaces.models import Saved

    Saved.objects.all().delete()


@pytest.fixture
def solved(site, job):
    """The limit is a part of what is asked, so it stays as it was when the plan was made."""
    before = site.CONFIG
    site.CONFIG = replace(before, solve_s=600)
    yield job
    site.CONFIG = before


@pytest.fixture
def team(site):
    """A partnership with one of each role."""
    return partnership(Rita="reader", Ann="analyst", Mona="manager")


def save(here, room, address, name="Our plan", **more):
    return here.post("/save", {"address": address, "name": name, "workspace": str(room.id)}, **more)


def saved_by(user, room, address, name="Our plan"):
    return save(signed_in(user), room, address, name).headers["Location"]


def test_only_who_may_save_is_offered_it(visitor, solved, team):
    room, rita, ann, _ = team
    for address in (PLAN, PROPOSAL):
        assert "Save this to a workspace" not in words_of(visitor.get(address))
        assert not visitor.get(address).cookies
        assert "Save this to a workspace" not in words_of(signed_in(rita).get(address))
        page = signed_in(ann).get(address)
        assert f"Save to {room.name}" in words_of(page)
        assert 'name="address" value="' in page.content.decode()
    part = signed_in(ann).get(PROPOSAL, headers={"HX-Request": "true"}).content.decode()
    assert "Save this to a workspace" in part


def test_who_is_in_two_workspaces_chooses_between_them(team):
    from totalplace.web.workspaces.models import Membership

    room, _, ann, _ = team
    other, _ = partnership(Bob="manager")
    Membership.objects.create(partnership=other, user=ann, role="analyst")
    third, _ = partnership(Carl="manager")
    Membership.objects.create(partnership=third, user=ann, role="reader")
    text = signed_in(ann).get(PROPOSAL).content.decode()
    assert f'<option value="{room.id}">' in text
    assert f'<option value="{other.id}">' in text
    assert str(third.id) not in text


def test_a_plan_is_saved_with_its_verdict_and_figures_and_listed(visitor, solved, team):
    room, rita, ann, _ = team
    told = visitor.json(PLAN)
    address = saved_by(ann, room, PLAN, "  The   first ")
    document = signed_in(rita).json(address)
    assert document["name"] == "The first"
    assert document["asked_at"] == PLAN
    figures = {k: v for k, v in document["figures"].items() if k != "stamp"}  # the page has its own
    assert figures == {k: told[k] for k in figures}
    assert figures["value"] == told["value"]
    assert document["verdict"][: len(told["verdict"])] == told["verdict"]
    assert document["changed_since"] == []
    assert document["saved_by"] == ann.name
    page = signed_in(rita).get(f"/workspaces/{room.id}")
    assert address in outline(page).links
    assert "The first" in words_of(page)
    assert "As it would be now" in words_of(page)
    assert PLAN in outline(signed_in(rita).get(address)).links
    rows = signed_in(rita).get(f"/workspaces/{room.id}?format=csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(rows))
    assert (row["name"], row["kind"], row["address"]) == ("The first", "plan", PLAN)


def test_a_proposal_is_saved_as_it_is_now(visitor, team):
    room, _, ann, _ = team
    told = visitor.json(PROPOSAL)
    document = signed_in(ann).json(saved_by(ann, room, PROPOSAL))
    assert document["of"] == "proposal"
    assert document["figures"]["proposal"] == told["proposal"]
    assert visitor.json(document["asked_at"])["proposal"] == told["proposal"]


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("", 400, "not the address of a plan or a proposal"),
        ("/about", 400, "not the address of a plan or a proposal"),
        ("https://elsewhere.example/plan/result?service=x", 400, "not the address of a plan"),
        ("/plan/result?service=adoption&draws=64&seed=99", 400, "has not been worked out yet"),
        ("/plan/result?service=nope", 400, "there is no service called"),
        ("/propose?area=Nowhereshire", 404, "no authority we know"),
        ("/propose?area=Camden", 400, "no answer to save yet"),
    ],
)
def test_what_cannot_be_saved_is_said_in_words(team, address, status, says):
    room, _, ann, _ = team
    assert says in words_of(save(signed_in(ann), room, address, status=status))


def test_a_name_is_needed_and_is_shown_as_text(solved, team):
    room, _, ann, _ = team
    here = signed_in(ann)
    assert "It has no name" in words_of(save(here, room, PLAN, " ", status=400))
    address = saved_by(ann, room, PLAN, "<i>=A1</i>")
    assert "<i>=A1" not in here.get(address).content.decode()
    assert "It has no name" in words_of(here.post(f"{address}/name", {"name": ""}, status=400))
    here.post(f"{address}/name", {"name": "Better"})
    assert here.json(address)["name"] == "Better"


def test_a_saved_plan_is_not_forgotten_after_thirty_days(solved, team):
    from django.utils import timezone

    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job

    room, _, ann, mona = team
    long_ago = timezone.now() - timedelta(days=board.KEPT_DAYS + 1)
    old = Job.objects.create(
        kind="plan", key="k", request={}, address="/", title="", status="done",
        queued_at=long_ago, ended_at=long_ago,
    )  # fmt: skip
    address = saved_by(ann, room, PLAN)
    ended = solved.ended_at
    Job.objects.filter(pk=solved.pk).update(ended_at=long_ago)
    try:
        board.forget_old()
        assert not Job.objects.filter(pk=old.pk).exists()
        assert solved.outputs.count() == 1
        signed_in(mona).post(f"{address}/delete")
        assert Job.objects.filter(ended_at__lt=long_ago + timedelta(1), saved=None).count() == 1
    finally:
        Job.objects.filter(pk=solved.pk).update(ended_at=ended)


@pytest.mark.parametrize("what", ["book", "version", "assumptions"])
def test_a_saved_plan_says_what_has_changed_and_still_shows_its_result(
    visitor, solved, team, what, monkeypatch
):
    from totalplace.web.workspaces.models import Saved

    room, _, ann, _ = team
    here = signed_in(ann)
    address = saved_by(ann, room, PLAN)
    before = here.json(address)
    shown = visitor.get(PLAN)
    field, says = {
        "book": ("book_hash", "The figures: it was made from book"),
        "version": ("version", "The program: it was made by Total Place"),
        "assumptions": ("assumptions", "The assumptions: it was made with"),
    }[what]
    Saved.objects.update(**{field: "another"})
    page = here.get(address)
    assert says in words_of(page)
    assert "Work it out again" in words_of(page)
    (told,) = here.json(address)["changed_since"]
    assert told.startswith(says)
    assert here.json(address)["figures"] == before["figures"]
    assert "Changed since" in words_of(here.get(f"/workspaces/{room.id}"))
    kept = f"{address}/result"
    assert kept in outline(page).links
    sentence = before["verdict"][0].split("(")[0].strip()
    whole = words_of(here.get(kept)).replace("\u00a0", " ")
    assert sentence in whole
    assert sentence in words_of(shown).replace("\u00a0", " ")
    assert here.json(kept)["value"] == before["figures"]["value"]
    assert here.get(f"{kept}?format=docx").content.startswith(b"PK")
    monkeypatch.setattr("totalplace.web.jobs.board._enqueue", lambda _: None)
    fields = [pair for pair in inputs(page, "/plan/new") if pair[0] != "csrfmiddlewaretoken"]
    assert dict(fields) == {k: ASKED[k] for k in ("service", "funding", "draws", "seed")}
    assert here.post("/plan/new", dict(fields)).headers["Location"].startswith("/jobs/")


def inputs(page, action):
    """The hidden fields of the form that posts to an address."""
    import re

    text = page.content.decode()
    form = text.partition(f'action="{action}"')[2].partition("</form>")[0]
    return re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)


def test_a_result_that_this_version_cannot_read_still_has_its_verdict(solved, team):
    from totalplace.web.jobs.models import Output
    from totalplace.web.library import library

    room, _, ann, _ = team
    here = signed_in(ann)
    address = saved_by(ann, room, PLAN)
    output = solved.outputs.get()
    packed = output.packed
    Output.objects.filter(pk=output.pk).update(packed=Output.pack(b'{"old": 1}'))
    library()._lately.clear()
    try:
        assert "kept by another version" in words_of(here.get(f"{address}/result", status=400))
        assert here.json(address)["figures"]["kind"] == "plan"
        here.get(address)
    finally:
        Output.objects.filter(pk=output.pk).update(packed=packed)


def test_readers_read_analysts_save_managers_delete(solved, team):
    room, rita, ann, mona = team
    refused = save(signed_in(rita), room, PLAN, status=403)
    assert "you are a reader here" in words_of(refused).lower()
    address = saved_by(ann, room, PLAN)
    signed_in(rita).post(f"{address}/name", {"name": "x"}, status=403)
    signed_in(ann).post(f"{address}/delete", status=403)
    assert "Delete it" not in words_of(signed_in(ann).get(address))
    signed_in(mona).post(f"{address}/delete")
    signed_in(ann).get(address, status=404)


def test_nothing_saved_is_seen_from_another_partnership(solved, team):
    room, _, ann, _ = team
    other, bob = partnership(Bob="manager")
    there = signed_in(bob)
    address = saved_by(ann, room, PLAN, "Secret plan")
    through_own = address.replace(str(room.id), str(other.id))
    for asked in (address, through_own):
        for more in ("", "/result", "?format=json"):
            assert "Secret" not in words_of(there.get(f"{asked}{more}", status=404))
        for act in ("name", "delete", "notes"):
            there.post(f"{asked}/{act}", {"name": "x", "text": "x"}, status=404)
    save(there, room, PLAN, status=404)
    assert signed_in(ann).json(address)["name"] == "Secret plan"


def test_notes_are_written_changed_by_their_author_and_shown_as_text(team):
    room, rita, ann, mona = team
    base = f"/workspaces/{room.id}"
    here = signed_in(ann)
    here.post(f"{base}/notes", {"text": "<script>alert(1)</script>\r\n  second line"})
    (note,) = here.json(base)["notes"]
    assert note["text"] == "<script>alert(1)</script>\n  second line"
    text = signed_in(rita).get(base).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    number = room.notes.get().pk
    signed_in(rita).post(f"{base}/notes", {"text": "x"}, status=403)
    for other in (rita, mona):
        signed_in(other).post(f"{base}/notes/{number}", {"text": "x"}, status=403)
        signed_in(other).get(f"{base}/notes/{number}", status=403)
    assert "second line" in here.get(f"{base}/notes/{number}").content.decode()
    back = here.post(f"{base}/notes/{number}", {"text": "Better"})
    assert back.headers["Location"] == f"{base}#notes"
    (note,) = here.json(base)["notes"]
    assert note["text"] == "Better"
    assert "changed" in note["when"]


def test_a_note_that_cannot_be_kept_comes_back_with_what_was_typed(team):
    room, _, ann, _ = team
    here = signed_in(ann)
    long = "x" * 5001
    page = here.post(f"/workspaces/{room.id}/notes", {"text": long}, status=400)
    assert "1 to 5,000 letters" in words_of(page)
    assert long in page.content.decode()
    assert "nothing in the note" in words_of(
        here.post(f"/workspaces/{room.id}/notes", {"text": " \n "}, status=400)
    )
    assert room.notes.count() == 0


def test_notes_are_deleted_by_their_author_or_a_manager(solved, team):
    room, _, ann, mona = team
    other = partnership(Bob="manager")
    colleague_room, colleague = partnership(Cleo="analyst")
    from totalplace.web.workspaces.models import Membership

    Membership.objects.create(partnership=room, user=colleague, role="analyst")
    address = saved_by(ann, room, PLAN)
    base = f"/workspaces/{room.id}/notes"
    signed_in(ann).post(f"{address}/notes", {"text": "one"})
    signed_in(ann).post(f"{address}/notes", {"text": "two"})
    assert "one" in words_of(signed_in(mona).get(address))
    first, second = room.notes.order_by("id")
    signed_in(colleague).post(f"{base}/{first.pk}/delete", status=403)
    theirs = f"/workspaces/{other[0].id}/notes/{first.pk}"
    signed_in(other[1]).post(f"{theirs}/delete", status=404)
    signed_in(other[1]).get(theirs, status=404)
    back = signed_in(ann).post(f"{base}/{first.pk}/delete")
    assert back.headers["Location"] == f"{address}#notes"
    signed_in(mona).post(f"{base}/{second.pk}/delete")
    assert room.notes.count() == 0
    assert colleague_room.notes.count() == 0


def test_the_trail_tells_managers_who_did_what_and_keeps_no_words_of_notes(solved, team):
    room, rita, ann, mona = team
    here = signed_in(ann)
    address = saved_by(ann, room, PLAN, "First name")
    here.post(f"{address}/name", {"name": "Second name"})
    here.post(f"{address}/notes", {"text": "words nobody else should keep"})
    here.post(f"/workspaces/{room.id}/notes/{room.notes.get().pk}/delete")
    signed_in(mona).post(f"{address}/delete")
    trail = f"/workspaces/{room.id}/trail"
    for other in (rita, ann):
        signed_in(other).get(trail, status=403)
    page = signed_in(mona).get(trail)
    assert "name: First name → Second name" in words_of(page)
    assert "words nobody" not in page.content.decode()
    told = signed_in(mona).json(trail)
    done = [(one["who"], one["did"], one["which"]) for one in reversed(told["entries"])]
    by = str(ann)
    assert (by, "made", "plan “First name”") in done
    assert (by, "changed", "plan “Second name”") in done
    assert (by, "made", f"note of {ann.name} on plan “Second name”") in done
    assert [one for one in done if one[1] != "signed in"][-1] == (
        str(mona),
        "deleted",
        "plan “Second name”",
    )
    text = signed_in(mona).get(f"{trail}?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) >= len(told["entries"])
    assert signed_in(mona).get(f"{trail}?format=xlsx").content.startswith(b"PK")
    signed_in(mona).post(trail, status=405)


def test_the_trail_comes_in_parts(team):
    from totalplace.web.workspaces import trail as kept

    room, _, ann, mona = team
    for _ in range(120):
        kept.record("signed in", ann, actor=ann)
    trail = f"/workspaces/{room.id}/trail"
    here = signed_in(mona)
    first, second = here.json(trail), here.json(f"{trail}?part=2")
    assert len(first["entries"]) == 100
    assert first["total"] == 100 + len(second["entries"])
    assert f"{trail}?part=2" in outline(here.get(trail)).links
    assert f"{trail}?part=1" in outline(here.get(f"{trail}?part=2")).links
    here.get(f"{trail}?part=0", status=400)
    assert here.json(f"{trail}?part=99999")["entries"] == []


def test_a_full_workspace_takes_no_more(team, monkeypatch):
    from totalplace.web.workspaces import notes, saving

    room, _, ann, _ = team
    saved_by(ann, room, PROPOSAL)
    signed_in(ann).post(f"/workspaces/{room.id}/notes", {"text": "x"})
    monkeypatch.setattr(saving, "MOST_SAVED", 1)
    monkeypatch.setattr(notes, "MOST_NOTES", 1)
    assert "which is the most" in words_of(save(signed_in(ann), room, PROPOSAL, status=400))
    full = signed_in(ann).post(f"/workspaces/{room.id}/notes", {"text": "y"}, status=400)
    assert "which is the most" in words_of(full)


def test_what_a_deleted_account_saved_and_wrote_keeps_its_name(team):
    room, rita, ann, _ = team
    address = saved_by(ann, room, PROPOSAL)
    signed_in(ann).post(f"{address}/notes", {"text": "still here"})
    name = ann.name
    ann.delete()
    told = signed_in(rita).json(address)
    assert told["saved_by"] == name
    assert [one["author"] for one in told["notes"]] == [name]


def test_no_result_of_a_workspace_is_kept_between_requests(solved, team):
    """What `library().lately` keeps can be asked for by anybody, so nothing of a room is in it."""
    from totalplace.web.library import library

    room, _, ann, _ = team
    address = saved_by(ann, room, PLAN, "Unmistakable name")
    library()._lately.clear()
    signed_in(ann).get(address)
    signed_in(ann).get(f"{address}/result")
    signed_in(ann).get(f"/workspaces/{room.id}")
    kept = json.dumps([str(key) for key in library()._lately])
    assert str(room.id) not in kept
    assert {str(key[0]) for key in library()._lately} <= {"plan", "plan page"}
    assert "Unmistakable" not in str(list(library()._lately.values()))
