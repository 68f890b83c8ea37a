"""What a terminal gets and a pipe does not."""

from __future__ import annotations

import sys

import pytest

from totalplace.cli.screen import PIPE_WIDTH, WIDEST, Screen


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return Screen(is_terminal=True)


def test_a_pipe_gets_one_width_every_row_and_no_escapes(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    pipe = Screen(is_terminal=False)
    assert (pipe.width, pipe.most_rows, pipe.emphasis_fn("x")) == (PIPE_WIDTH, None, "x")


def test_a_terminal_gets_its_own_width_and_bold(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    assert terminal.width == 72
    assert terminal.emphasis_fn("x") == "\x1b[1mx\x1b[0m"
    monkeypatch.setenv("COLUMNS", "400")
    assert terminal.width == WIDEST


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_bold_is_dropped_where_it_is_not_wanted(terminal, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert terminal.emphasis_fn("x") == "x"


def test_progress_is_silent_when_nobody_watches(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    with Screen(is_terminal=True).progress() as progress_fn:
        assert progress_fn is None
    assert capsys.readouterr().err == ""


def test_progress_on_a_terminal_leaves_markup_in_names_alone(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Screen(is_terminal=True).progress() as progress_fn:
        progress_fn("Pricing [bold]Hull[/nothing]")
    assert capsys.readouterr().out == ""
