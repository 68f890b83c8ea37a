"""Signing in and out: what is refused, what is told, what ends when."""

from __future__ import annotations

import statistics
import time

import pytest
from page_check import words_of
from people import PASSWORD, partnership, person, signed_in

NEW = "seven lanterns under a bridge"


@pytest.fixture(autouse=True)
def nobody_is_locked_out(site):
    from axes.utils import reset

    reset()
    yield
    reset()


def form(user, password=PASSWORD, **more):
    return {"username": user.username, "password": password, **more}


def events(user):
    from totalplace.web.workspaces.models import Entry

    found = Entry.objects.filter(object_pk=str(user.pk)).exclude(event="").order_by("id")
    return [(one.event, one.actor_name) for one in found]


def test_whoever_signs_in_gets_a_new_session_and_their_workspaces(visitor):
    room, ann = partnership(Ann="analyst")
    visitor.client.get("/sign-in")
    visitor.client.session["visitor"] = True
    session = visitor.client.session
    session.save()
    before = session.session_key
    visitor.client.cookies["sessionid"] = before
    came = visitor.post("/sign-in", form(ann))
    assert came.headers["Location"] == "/workspaces"
    assert visitor.client.session.session_key != before
    page = visitor.get("/workspaces")
    assert room.name in words_of(page)
    assert ann.name in words_of(page)
    assert visitor.json("/account")["partnerships"][0]["role"] == "analyst"
    assert events(ann) == [("signed in", str(ann))]


def test_the_name_is_known_however_it_is_typed(visitor):
    ann = person("Ann")
    visitor.post("/sign-in", {"username": f" {ann.username.upper()} ", "password": PASSWORD})
    assert visitor.json("/account")["username"] == ann.username


def test_an_unknown_name_and_a_wrong_password_are_told_alike(visitor):
    ann, gone = person("Ann"), person("Gone", is_active=False)
    told = set()
    for username, password in (
        ("nobody-of-that-name", PASSWORD),
        (ann.username, "wrong password 12"),
        (gone.username, PASSWORD),
    ):
        page = visitor.post("/sign-in", {"username": username, "password": password}, status=400)
        told.add(words_of(page))
        assert "sessionid" not in page.cookies
    (words,) = told
    assert "The name or the password is not right." in words


def test_an_unknown_name_takes_as_long_as_a_wrong_password(visitor):
    from axes.utils import reset

    ann = person("Ann")
    took = {}
    for username in (ann.username, "nobody-of-that-name"):
        seconds = []
        for _ in range(9):
            reset()
            began = time.process_time()
            visitor.post("/sign-in", {"username": username, "password": "x" * 20}, status=400)
            seconds.append(time.process_time() - began)
        took[username] = statistics.median(seconds)
    short, long = sorted(took.values())
    assert short > 0.6 * long, took


def test_after_five_wrong_passwords_even_the_right_one_waits_an_hour(visitor):
    ann = person("Ann")
    for _ in range(4):
        visitor.post("/sign-in", form(ann, "wrong"), status=400)
    visitor.post("/sign-in", form(ann, "wrong"), status=429)
    page = visitor.post("/sign-in", {**form(ann), "username": ann.username.upper()}, status=429)
    assert "Come back in an hour" in words_of(page)
    assert page.headers["Retry-After"] == "3600"
    assert visitor.json("/account", status=403)["error"]["status"] == 403
    other = person("Other")
    assert visitor.post("/sign-in", form(other)).status_code == 302
    assert [event for event, _ in events(ann)] == ["wrong password"] * 6


def test_no_password_is_kept_in_the_record_of_failures(visitor):
    from axes.models import AccessAttempt

    ann = person("Ann")
    visitor.post("/sign-in", form(ann, "secret-of-somebody"), status=400)
    mine = signed_in(ann)
    old_new = {"old": "secret-of-somebody", "new": NEW, "again": NEW}
    mine.post("/account/password", old_new, status=400)
    kept = " ".join(str(one) for row in AccessAttempt.objects.values_list() for one in row)
    assert ann.username in kept
    assert "secret-of-somebody" not in kept
    assert NEW not in kept


def test_the_log_tells_of_wrong_passwords_but_not_whose_nor_from_where(visitor, caplog):
    ann = person("Ann")
    with caplog.at_level("WARNING", logger="axes"):
        for _ in range(5):
            visitor.client.post("/sign-in", form(ann, "wrong"))
    told = caplog.text
    assert "login failure by somebody" in told
    assert "Locking out somebody" in told
    assert ann.username not in told
    assert "127.0.0.1" not in told


def test_no_network_address_is_kept_of_who_signs_in_rightly(visitor):
    from axes.models import AccessAttempt, AccessLog

    ann = person("Ann")
    visitor.post("/sign-in", form(ann, "wrong"), status=400)
    assert AccessAttempt.objects.filter(username=ann.username).count() == 1
    visitor.post("/sign-in", form(ann), status=302)
    visitor.post("/sign-out")
    assert not AccessAttempt.objects.filter(username=ann.username).exists()
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/plan?x=1", "/plan?x=1"),
        ("", "/workspaces"),
        ("https://elsewhere.example/", "/workspaces"),
        ("//elsewhere.example/", "/workspaces"),
        ("/\\elsewhere.example", "/workspaces"),
        ("javascript:alert(1)", "/workspaces"),
        ("plan", "/workspaces"),
        ("http:///elsewhere.example", "/workspaces"),
    ],
)
def test_signing_in_leads_nowhere_but_to_this_site(visitor, asked, leads_to):
    ann = person("Ann")
    came = visitor.post("/sign-in", form(ann, next=asked))
    assert came.headers["Location"] == leads_to
    again = visitor.client.get("/sign-in", {"next": asked})
    assert again.headers["Location"] == leads_to


def test_a_stranger_is_led_to_sign_in_and_back(visitor):
    room, ann = partnership(Ann="reader")
    address = f"/workspaces/{room.id}"
    asked = visitor.get(address, status=302).headers["Location"]
    assert asked == f"/sign-in?next=%2Fworkspaces%2F{room.id}"
    assert f'name="next" value="{address}"' in visitor.get(asked).content.decode()
    assert visitor.post("/sign-in", form(ann, next=address)).headers["Location"] == address
    nowhere = f"/workspaces/{'0' * 8}-0000-4000-8000-{'0' * 12}"
    assert visitor.__class__().get(nowhere, status=302)  # the same as for one that is there


def test_signing_out_takes_a_post(visitor):
    ann = person("Ann")
    visitor.post("/sign-in", form(ann))
    visitor.get("/sign-out", status=405)
    assert visitor.json("/account")
    assert visitor.post("/sign-out").headers["Location"] == "/"
    visitor.json("/account", status=403)
    assert [event for event, _ in events(ann)] == ["signed in", "signed out"]


def test_forms_without_a_token_are_refused(site):
    from django.test import Client

    ann = person("Ann")
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert client.post("/sign-in", form(ann)).status_code == 403
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/sign-out", "/account/password", "/account/sign-out-everywhere"):
        assert client.post(address).status_code == 403, address


def test_a_new_password_ends_every_other_session(visitor):
    ann = person("Ann")
    here, there = signed_in(ann), signed_in(ann)
    form_ = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert here.post("/account/password", form_).headers["Location"] == "/account?changed=yes"
    assert here.json("/account")["username"] == ann.username
    there.json("/account", status=403)
    visitor.post("/sign-in", form(ann), status=400)
    visitor.post("/sign-in", form(ann, NEW))


def test_all_that_is_wrong_with_a_new_password_is_said_at_once():
    ann = person("Ann")
    here = signed_in(ann)
    page = here.post("/account/password", {"old": "", "new": "pass", "again": "word"}, status=400)
    words = words_of(page)
    for says in ("Enter the password you have now", "12 characters", "not the same", "too common"):
        assert says in words, says
    wrong = {"old": "not it at all", "new": NEW, "again": NEW}
    assert "not the password you have now" in words_of(
        here.post("/account/password", wrong, status=400)
    )
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


def test_signing_out_everywhere_ends_every_session(visitor):
    ann = person("Ann")
    here, there = signed_in(ann), signed_in(ann)
    assert here.post("/account/sign-out-everywhere").headers["Location"] == "/sign-in"
    here.json("/account", status=403)
    there.json("/account", status=403)
    visitor.post("/sign-in", form(ann))


def test_a_closed_account_is_signed_out_at_once():
    ann = person("Ann")
    here = signed_in(ann)
    assert here.json("/account")
    ann.is_active = False
    ann.save()
    here.json("/account", status=403)


def test_a_link_sets_a_password_once(visitor):
    from totalplace.web.workspaces.sessions import link_for

    ann = person("Ann")
    there = signed_in(ann)
    address = link_for(ann)
    page = visitor.get(address)
    assert ann.username in words_of(page)
    link = address.partition("link=")[2]
    short = {"link": link, "new": "short", "again": "short"}
    assert "12 characters" in words_of(visitor.post("/set-password", short, status=400))
    good = {"link": link, "new": NEW, "again": NEW}
    assert visitor.post("/set-password", good).headers["Location"] == "/sign-in?set=yes"
    assert "does not work" in words_of(visitor.post("/set-password", good, status=404))
    assert "does not work" in words_of(visitor.get(address, status=404))
    there.json("/account", status=403)
    visitor.post("/sign-in", form(ann, NEW))


@pytest.mark.parametrize("link", ["", "x", "MQ.x", "Li4.x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk.a-b", "é"])
def test_a_link_that_was_never_made_is_refused_in_words(visitor, link):
    assert "does not work" in words_of(visitor.get(f"/set-password?link={link}", status=404))


def test_a_link_is_void_when_sessions_are_ended_or_the_account_is_closed(visitor):
    from totalplace.web.workspaces.sessions import link_for

    ann = person("Ann")
    address = link_for(ann)
    signed_in(ann).post("/account/sign-out-everywhere")
    visitor.get(address, status=404)
    ann.refresh_from_db()
    again = link_for(ann)
    visitor.get(again)
    ann.is_active = False
    ann.save()
    visitor.get(again, status=404)


def test_pages_of_somebody_signed_in_are_not_stored(visitor):
    here = signed_in(person("Ann"))
    for address in ("/", "/workspaces", "/account"):
        assert here.get(address).headers["Cache-Control"] == "private, no-store"
        assert "Cookie" in here.get(address).headers["Vary"]
    assert visitor.get("/").headers["Cache-Control"] == "private, no-cache"


def test_nobody_sees_a_workspace_of_others_nor_that_there_is_one():
    room, _ = partnership("Secret room", Ann="manager")
    _, bob = partnership(Bob="manager")
    here = signed_in(bob)
    theirs = here.get(f"/workspaces/{room.id}", status=404)
    none = here.get("/workspaces/00000000-0000-4000-8000-000000000000", status=404)
    assert words_of(theirs) == words_of(none)
    assert "Secret room" not in words_of(theirs)


def test_passwords_are_kept_with_argon2():
    assert person("Ann").password.startswith("argon2$argon2id$")
