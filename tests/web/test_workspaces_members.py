"""Members: invited, given roles, taken out; and what a manager must not be able to do."""

from __future__ import annotations

import csv
import io
import re

import pytest
from page_check import words_of
from people import PASSWORD, partnership, person, signed_in

NEW = "seven lanterns under a bridge"


def base(room):
    return f"/workspaces/{room.id}/members"


def member_of(room, user):
    return user.memberships.get(partnership=room)


def invitation(**more):
    return {
        "name": "Zoë Ward",
        "username": f"zoe.{person().pk}",
        "email": "",
        "role": "analyst",
    } | more


def test_an_invitation_shows_a_link_once_by_which_the_person_gets_in(visitor):
    room, ann = partnership(Ann="manager")
    here = signed_in(ann)
    asked = invitation(email="zoe@council.example")
    page = here.post(f"{base(room)}/invite", asked, status=200)
    link = re.search(r"http://localhost(/set-password\?link=[\w.=-]+)", page.content.decode())[1]
    assert asked["username"] in words_of(page)
    assert "set-password" not in here.get(base(room)).content.decode()
    visitor.get(link)
    secret = link.partition("link=")[2]
    visitor.post("/set-password", {"link": secret, "new": NEW, "again": NEW})
    visitor.post("/sign-in", {"username": asked["username"], "password": NEW})
    assert room.name in words_of(visitor.get(f"/workspaces/{room.id}"))
    told = {one["username"]: one for one in here.json(base(room))["members"]}
    assert told[asked["username"]]["role"] == "analyst"
    assert told[asked["username"]]["account"] == "open"


def test_everything_wrong_with_an_invitation_is_said_at_once_and_nothing_is_made():
    from totalplace.web.workspaces.models import User

    room, ann = partnership(Ann="manager")
    before = User.objects.count()
    page = signed_in(ann).post(
        f"{base(room)}/invite",
        {"name": "x" * 151, "username": "two words", "email": "no", "role": "reader"},
        status=400,
    )
    words = words_of(page)
    for says in ("no name to sign in with", "name cannot be shown", "no e-mail address"):
        assert says in words
    assert 'value="two words"' in page.content.decode()
    assert User.objects.count() == before
    odd = signed_in(ann).post(f"{base(room)}/invite", invitation(role="owner"), status=400)
    assert "Choose among: reader, analyst, manager" in words_of(odd)


def test_a_name_that_is_taken_is_not_taken_over():
    room, ann = partnership(Ann="manager")
    other, bob = partnership(Bob="manager")
    page = signed_in(ann).post(
        f"{base(room)}/invite", invitation(username=bob.username.upper()), status=400
    )
    assert "is taken" in words_of(page)
    assert other.name not in words_of(page)
    assert bob.memberships.count() == 1


def test_a_manager_gets_into_no_other_partnership_through_a_shared_member(visitor):
    """The account of somebody who is in two is neither closed nor opened to one's managers."""
    from totalplace.web.workspaces.people import add_member
    from totalplace.web.workspaces.sessions import link_for

    room, ann, bob = partnership(Ann="manager", Bob="reader")
    here = signed_in(ann)
    mine = f"{base(room)}/{member_of(room, bob).pk}"
    early = here.post(f"{mine}/link", status=200).content.decode()
    early_link = re.search(r"(/set-password\?link=[\w.=-]+)", early)[1]
    theirs, _ = partnership(Carl="manager")
    assert add_member(theirs, bob, "reader")  # by whoever runs the service
    visitor.get(early_link, status=404)
    visitor.post("/sign-in", {"username": bob.username, "password": PASSWORD}, status=400)
    for act in ("link", "close", "reopen"):
        page = here.post(f"{mine}/{act}", status=400)
        assert "Only whoever runs this service" in words_of(page)
        assert theirs.name not in words_of(page)
        assert "set-password?link" not in page.content.decode()
    bob.refresh_from_db()
    assert bob.is_active
    visitor.get(link_for(bob))


def test_roles_are_changed_and_what_they_allow_changes_at_once():
    room, ann, bob = partnership(Ann="manager", Bob="reader")
    here, there = signed_in(ann), signed_in(bob)
    there.get(f"{base(room)}/invite", status=403)
    mine = f"{base(room)}/{member_of(room, bob).pk}"
    assert here.post(f"{mine}/role", {"role": "manager"}).headers["Location"] == base(room)
    there.get(f"{base(room)}/invite")
    assert "Choose among" in words_of(here.post(f"{mine}/role", {"role": "god"}, status=400))


@pytest.mark.parametrize("act", ["role", "remove"])
def test_a_partnership_is_never_left_without_a_manager(act):
    room, ann, bob = partnership(Ann="manager", Bob="manager")
    here = signed_in(ann)
    bob.is_active = False  # one who cannot sign in does not count
    bob.save()
    mine = f"{base(room)}/{member_of(room, ann).pk}"
    page = here.post(f"{mine}/{act}", {"role": "reader"} if act == "role" else {}, status=400)
    assert "needs a manager" in words_of(page)
    assert member_of(room, ann).role == "manager"
    bob.is_active = True
    bob.save()
    here.post(f"{mine}/{act}", {"role": "reader"} if act == "role" else {})


def test_who_is_taken_out_sees_nothing_more():
    room, ann, bob = partnership(Ann="manager", Bob="analyst")
    here, there = signed_in(ann), signed_in(bob)
    there.get(f"/workspaces/{room.id}")
    here.post(f"{base(room)}/{member_of(room, bob).pk}/remove")
    there.json(f"/workspaces/{room.id}", status=403)  # signed out: it was the last one
    bob.refresh_from_db()
    assert not bob.has_usable_password()


def test_who_is_taken_out_of_one_of_two_goes_on_in_the_other():
    from totalplace.web.workspaces.models import Membership

    room, ann, bob = partnership(Ann="manager", Bob="analyst")
    other, _ = partnership(Carl="manager")
    Membership.objects.create(partnership=other, user=bob, role="reader")
    here, there = signed_in(ann), signed_in(bob)
    here.post(f"{base(room)}/{member_of(room, bob).pk}/remove")
    there.get(f"/workspaces/{room.id}", status=404)
    assert [one["name"] for one in there.json("/workspaces")["workspaces"]] == [other.name]


def test_a_manager_gets_into_no_later_partnership_of_somebody_taken_out(visitor):
    """The manager sets the password by a link, takes the person out; they join another."""
    from totalplace.web.workspaces.people import add_member

    room, ann, bob = partnership(Ann="manager", Bob="reader")
    here = signed_in(ann)
    mine = f"{base(room)}/{member_of(room, bob).pk}"
    page = here.post(f"{mine}/link", status=200).content.decode()
    assert "format=json" not in page  # its address takes a POST: a link would lead nowhere
    secret = re.search(r"/set-password\?link=([\w.=-]+)", page)[1]
    visitor.post("/set-password", {"link": secret, "new": NEW, "again": NEW})
    visitor.post("/sign-in", {"username": bob.username, "password": NEW}, status=302)
    unused = here.post(f"{mine}/link", status=200).content.decode()
    here.post(f"{mine}/remove")
    theirs, _ = partnership(Carl="manager")
    add_member(theirs, bob, "reader")  # by whoever runs the service
    visitor.json(f"/workspaces/{theirs.id}", status=403)
    visitor.get(re.search(r"(/set-password\?link=[\w.=-]+)", unused)[1], status=404)
    visitor.post("/sign-in", {"username": bob.username, "password": NEW}, status=400)


def test_fields_that_a_form_does_not_have_change_nothing():
    """An account is not opened, renamed or moved by adding a field to the form of a role."""
    room, ann, bob = partnership(Ann="manager", Bob="reader")
    other, _ = partnership(Carl="manager")
    more = {
        "partnership": str(other.id),
        "partnership_id": str(other.id),
        "user": str(ann.pk),
        "is_active": "",
        "password": "x",
        "generation": "9",
    }
    before = {name: getattr(bob, name) for name in ("name", "is_active", "password", "generation")}
    there = f"{base(room)}/{member_of(room, bob).pk}/role"
    answer = signed_in(ann).client.post(there, {"role": "analyst", **more})
    assert answer.status_code in {302, 400}
    bob.refresh_from_db()
    assert {name: getattr(bob, name) for name in before} == before
    assert [one.partnership_id for one in bob.memberships.all()] == [room.id]


def test_programs_are_told_which_field_of_a_form_is_wrong():
    room, ann = partnership(Ann="manager")
    here = signed_in(ann)
    asked = {
        f"{base(room)}/invite": ({"username": "two words"}, "username"),
        f"/workspaces/{room.id}/notes": ({"text": " "}, "text"),
        "/account/password": ({"old": "", "new": NEW, "again": NEW}, "old"),
    }
    for address, (given, where) in asked.items():
        told = here.client.post(address, given, headers={"Accept": "application/json"})
        error = told.json()["error"]
        assert (told.status_code, error["status"]) == (400, 400)
        assert [one["where"] for one in error["problems"]] == [where]
        assert error["problems"][0]["what"]


def test_an_account_is_closed_and_opened_by_a_manager_but_not_ones_own():
    room, ann, bob = partnership(Ann="manager", Bob="manager")
    here, there = signed_in(ann), signed_in(bob)
    theirs = f"{base(room)}/{member_of(room, bob).pk}"
    here.post(f"{theirs}/close")
    there.json("/account", status=403)
    assert "closed" in words_of(here.get(theirs))
    assert "Open it first" in words_of(here.post(f"{theirs}/link", status=400))
    here.post(f"{theirs}/reopen")
    there.json("/account", status=403)  # the sessions from before stay ended
    own = f"{base(room)}/{member_of(room, ann).pk}"
    assert "Another manager" in words_of(here.post(f"{own}/close", status=400))


def test_a_member_of_another_partnership_is_not_found_under_ones_own():
    room, ann = partnership(Ann="manager")
    other, bob = partnership(Bob="reader")
    number = member_of(other, bob).pk
    here = signed_in(ann)
    here.get(f"{base(room)}/{number}", status=404)
    for act in ("role", "remove", "close", "reopen", "link"):
        here.post(f"{base(room)}/{number}/{act}", {"role": "manager"}, status=404)
    assert member_of(other, bob).role == "reader"
    assert here.get(f"{base(room)}/{10**30}", status=404)


def test_the_list_comes_as_csv_and_a_name_cannot_become_a_formula():
    room, ann = partnership(Ann="manager")
    signed_in(ann).post(f"{base(room)}/invite", invitation(name="=1+1"), status=200)
    text = signed_in(ann).get(f"{base(room)}?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["name"] == "'=1+1"
    assert rows[1]["signs_in_as"] == ann.username


def test_what_is_typed_is_shown_as_text():
    room, ann = partnership(Ann="manager")
    here = signed_in(ann)
    here.post(f"{base(room)}/invite", invitation(name="<b>Bold</b>"), status=200)
    text = here.get(base(room)).content.decode()
    assert "<b>Bold" not in text
    assert "&lt;b&gt;Bold" in text


def test_membership_is_told_in_the_trail_by_who_changed_it():
    from totalplace.web.workspaces.models import Entry

    room, ann, bob = partnership(Ann="manager", Bob="reader")
    here = signed_in(ann)
    mine = f"{base(room)}/{member_of(room, bob).pk}"
    here.post(f"{mine}/role", {"role": "analyst"})
    here.post(f"{mine}/link", status=200)
    here.post(f"{mine}/close")
    here.post(f"{mine}/remove")
    told = Entry.objects.filter(partnership=room.pk, actor=ann).order_by("id")
    assert [one.changes or one.event for one in told if one.event != "signed in"] == [
        {"role": ["reader", "analyst"]},
        "made a password link",
        {"is_active": ["True", "False"]},
        {"role": ["analyst", "None"]},
    ]
