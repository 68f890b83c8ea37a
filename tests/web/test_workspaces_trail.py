"""The trail: every change with who made it, only ever added to."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from people import partnership, person


def entries(room):
    from totalplace.web.workspaces.models import Entry

    return list(Entry.objects.filter(partnership=room.pk).order_by("id"))


def test_what_concerns_two_partnerships_is_told_to_both_and_to_no_other(site):
    from totalplace.web.workspaces import trail
    from totalplace.web.workspaces.models import Membership

    one, ann = partnership(Ann="reader")
    other, _ = partnership(Bob="reader")
    third, _ = partnership(Carl="reader")
    Membership.objects.create(partnership=other, user=ann, role="manager")
    trail.record(trail.SIGNED_IN, ann, actor=ann)
    told = {room.pk: [e.event for e in entries(room) if e.event] for room in (one, other, third)}
    assert told == {one.pk: ["signed in"], other.pk: ["signed in"], third.pk: []}


def test_changes_say_who_acted_and_what_it_was_before(site):
    from totalplace.web.workspaces.trail import acting_as

    room, ann = partnership(Ann="reader")
    mine = ann.memberships.get()
    with acting_as("the person at the keyboard"):
        mine.role = "manager"
        mine.save()
        ann.set_password("something else entirely")
        ann.email = "ann@council.example"
        ann.save()
    role, email = entries(room)[-2:]
    assert role.changes == {"role": ["reader", "manager"]}
    assert role.actor_name == email.actor_name == "the person at the keyboard"
    assert email.changes == {"email": ["", "ann@council.example"]}
    assert "argon2" not in str([entry.changes for entry in entries(room)])


def test_a_new_partnership_is_told_by_its_name_and_authorities_alone(site):
    from totalplace.web.workspaces.pages.trail import changes_of
    from totalplace.web.workspaces.people import add_partnership

    room = add_partnership("Severn and Wye", ["E09000019", "E09000007"])
    (made,) = entries(room)
    assert set(made.changes) == {"name", "area_codes"}
    told = "authorities: nothing → Camden, Islington; name: nothing → Severn and Wye"
    assert changes_of(made) == told


def test_what_stayed_as_it_was_is_not_told_as_a_change(site):
    from totalplace.web.workspaces.entries import Entry
    from totalplace.web.workspaces.pages.trail import changes_of

    entry = Entry(changes={"author_name": ["None", "Ann"], "edited_at": ["None", "None"]})
    assert changes_of(entry) == "author: nothing → Ann"


def test_the_trail_keeps_the_name_of_a_deleted_account(site):
    from totalplace.web.workspaces import trail

    room, ann = partnership(Ann="reader")
    trail.record(trail.SIGNED_IN, ann, actor=ann)
    name = str(ann)
    ann.delete()
    kept = [entry for entry in entries(room) if entry.event == "signed in"]
    assert [(one.actor, one.actor_name, one.object_repr) for one in kept] == [(None, name, name)]


def test_an_entry_is_never_changed_nor_deleted(site):
    from totalplace.web.workspaces import trail

    room, ann = partnership(Ann="reader")
    trail.record(trail.SIGNED_IN, ann, actor=ann)
    entry = entries(room)[-1]
    entry.event = "nothing at all"
    with pytest.raises(TypeError, match="only ever added to"):
        entry.save()
    with pytest.raises(TypeError, match="only ever added to"):
        entry.delete()
    assert entries(room)[-1].event == "signed in"


def test_one_request_does_not_act_for_the_next(site):
    from totalplace.web.workspaces.entries import ACTOR, Actor
    from totalplace.web.workspaces.trail import acting

    ann = person("Ann")
    with acting(Actor(user=ann)):
        assert ACTOR.get().user == ann
    assert ACTOR.get() == Actor()


BEFORE = """
from totalplace.web.settings import *
AUTH_USER_MODEL = "auth.User"
AUDITLOG_LOGENTRY_MODEL = "auditlog.LogEntry"
LATER = {"totalplace.web.workspaces", "totalplace.web.figures"}
INSTALLED_APPS = [name for name in INSTALLED_APPS if name not in LATER]
"""
MAKE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
from django.contrib.auth.models import User
if {accounts}:
    User.objects.create(username="somebody")
"""
BRING_UP = """
from totalplace.web.setup import migrate, start_django
start_django()
migrate()
from totalplace.web.workspaces.models import User
User.objects.create(username="ann", name="Ann").delete()
"""


@pytest.fixture
def old(tmp_path):
    """A database as a version without accounts left it, and how to bring it up to this one."""
    (tmp_path / "before_accounts.py").write_text(BEFORE)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TOTALPLACE_WEB_")}
    given = {**clean, "TOTALPLACE_WEB_DATA": str(tmp_path), "PYTHONPATH": str(tmp_path)}

    def run(code, settings):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**given, "DJANGO_SETTINGS_MODULE": settings},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    def made(*, accounts):
        assert run(MAKE.format(accounts=accounts), "before_accounts") == (0, "")
        return run(BRING_UP, "totalplace.web.settings")

    return made


def test_a_database_from_before_accounts_is_made_ready_for_them(old):
    assert old(accounts=False) == (0, "")


def test_a_database_with_accounts_of_others_is_refused_and_left_alone(old, tmp_path):
    code, told = old(accounts=True)
    assert code == 1
    assert "holds accounts that Total Place did not make" in told
    with closing(sqlite3.connect(tmp_path / "totalplace.sqlite3")) as there:
        assert there.execute("SELECT username FROM auth_user").fetchall() == [("somebody",)]
        applied = there.execute("SELECT app FROM django_migrations").fetchall()
    assert ("auditlog",) in applied
    assert ("workspaces",) not in applied


def test_the_migrations_make_what_the_models_say(site):
    from django.core.management import call_command

    call_command("makemigrations", "workspaces", check=True, dry_run=True, verbosity=0)
