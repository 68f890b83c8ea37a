"""`totalplace web`: accounts, partnerships and members, made by whoever runs the service."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

MAIN = "from totalplace.cli.app import main; main()"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The command line in a process of its own, with a data folder of its own."""
    folder = tmp_path_factory.mktemp("accounts")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TOTALPLACE_", "DJANGO_"))}

    def ran(*words, given="", code=0):
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "web", *words, "--data", str(folder)],
            env=clean,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return ran


def test_the_first_people_and_a_partnership_are_made_from_the_command_line(run):
    link = run("user", "add", "Ann.Other", "--name", "Ann Other", "--at", "https://tp.example/")
    assert link.stdout.startswith("https://tp.example/set-password?link=")
    run("partnership", "add", "North West", "--area", "Bolton", "--area", "Bury")
    run("member", "add", "ann.other", "--partnership", "North West", "--role", "manager")
    assert json.loads(run("user", "list", "--json").stdout) == [
        {
            "username": "ann.other",
            "name": "Ann Other",
            "open": True,
            "partnerships": {"North West": "manager"},
        }
    ]
    assert json.loads(run("partnership", "list", "--json").stdout) == [
        {"name": "North West", "areas": ["E08000001", "E08000002"], "members": 1}
    ]
    run("user", "close", "ann.other")
    assert "ann.other (closed): Ann Other; manager of North West" in run("user", "list").stdout
    run("user", "reopen", "ann.other")
    assert run("user", "link", "ann.other").stdout.startswith("http://127.0.0.1:8000/set-password")


def test_a_member_of_a_second_partnership_needs_a_new_password(run):
    run("user", "add", "both")
    run("partnership", "add", "First")
    run("partnership", "add", "Second")
    first = run("member", "add", "both", "--partnership", "First")
    second = run("member", "add", "both", "--partnership", "Second")
    assert "could know their password" not in first.stderr
    assert "could know their password" in second.stderr
    assert "set-password" in second.stdout
    run("member", "remove", "both", "--partnership", "Second")
    again = run("member", "remove", "both", "--partnership", "Second", code=1)
    assert "is no member of Second" in again.stderr


@pytest.mark.filterwarnings("default")
def test_a_password_is_asked_for_and_a_poor_one_makes_no_account(run):
    poor = run("user", "add", "poor", "--ask-password", given="short\nother\n", code=1)
    assert "at least 12 characters" in poor.stderr
    assert "not the same" in poor.stderr
    assert "poor" not in run("user", "list").stdout
    good = "seven lanterns under a bridge"
    asked = run("user", "add", "good", "--ask-password", given=f"{good}\n{good}\n")
    assert "set-password" not in asked.stdout
    assert good not in asked.stdout + asked.stderr


def test_a_deleted_account_is_gone(run):
    run("user", "add", "gone")
    run("user", "delete", "gone", given="n\n", code=130)
    run("user", "delete", "gone", "--yes")
    assert "gone" not in run("user", "list").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("user", "add", "two words"), "no name to sign in with"),
        (("user", "add", "x", "--email", "x"), "no e-mail address"),
        (("user", "link", "nobody"), "There is no account 'nobody'"),
        (("member", "add", "nobody", "--partnership", "x"), "There is no account 'nobody'"),
        (("partnership", "add", " "), "no usable name"),
        (("partnership", "add", "x", "--area", "Nowhereshire"), "no authority we know"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(run, words, says):
    assert says in run(*words, code=1).stderr
