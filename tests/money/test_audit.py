"""A pound planted anywhere in a count is found, however quietly it was planted."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from totalplace.evidence.registry import Registry
from totalplace.money.audit import audit
from totalplace.money.reconciled import ENGLAND, Family
from totalplace.money.rows import Standing
from totalplace.money.themes import Role, lines
from totalplace.scenarios.counting import count_place, read_ledger

PLACES = ("Leeds", "Slough", "Wandsworth", "North East", "England")


@pytest.fixture(scope="module")
def ledger(england):
    return read_ledger(england, Registry.load())


@pytest.fixture(scope="module")
def counts(england, ledger):
    registry = Registry.load()
    return {name: count_place(england, name, registry, ledger=ledger, doubts=()) for name in PLACES}


def planted(one, index, row):
    rows = list(one.rows)
    rows[index] = row
    return replace(one, rows=tuple(rows))


def raised(row, pence):
    """The row with more in it, in every place where the amount is written."""
    (layer, amount), *rest = row.layers
    return replace(
        row, pence=row.pence + pence, low=row.low + pence, high=row.high + pence,
        layers=((layer, amount + pence), *rest),
    )  # fmt: skip


def test_every_count_is_sound_and_held_against_every_family(counts, ledger):
    for name, one in counts.items():
        assert audit(one, ledger=ledger) == [], name
    assert {check.family for check in counts["England"].reconciled} == set(Family)
    assert {check.family for check in counts["Leeds"].reconciled} == set(Family)
    assert all(one.difference == 0 for each in counts.values() for one in each.reconciled)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PLACES[:-1]), st.integers(0, 10**6), st.sampled_from([-100, 1, 100]))
def test_a_pound_planted_in_any_row_is_found(counts, ledger, name, number, pence):
    one = counts[name]
    amounts = [i for i, row in enumerate(one.rows) if row.pence is not None]
    index = amounts[number % len(amounts)]
    row = one.rows[index]
    found = audit(planted(one, index, raised(row, pence)), ledger=ledger)
    assert found
    totals = [problem for problem in found if "published is" in problem.what]
    # What is published is found by the publisher's own total, even without the ledger.
    assert totals or row.standing is Standing.ESTIMATED


def test_a_pound_planted_in_any_of_englands_lines_is_found(counts, ledger):
    one = counts["England"]
    shown = {}
    for index, row in enumerate(one.rows):
        if row.pence is not None:
            shown.setdefault((row.line, row.area_code == ENGLAND, row.standing), index)
    assert len(shown) > 40
    for index in list(shown.values())[::4]:
        assert audit(planted(one, index, raised(one.rows[index], 100)), ledger=ledger)


def test_a_row_counted_again_is_found_under_any_name(counts):
    one = counts["Leeds"]
    row = next(row for row in one.rows if row.line == "ro3.fostering")
    for line, known in lines().items():
        if known.role in (Role.TOTAL, Role.PART, Role.SECOND) and "*" not in line:
            again = replace(row, line=line, title=line)
            assert audit(replace(one, rows=(*one.rows, again))), line
    again = replace(row, year="2023-24")  # the same line, of another year
    assert audit(replace(one, rows=(*one.rows, again)))


def test_an_elimination_lost_doubled_or_changed_is_found(counts):
    one = counts["Leeds"]
    index = next(i for i, row in enumerate(one.rows) if row.eliminated)
    row = one.rows[index]
    for eliminated in (0, row.eliminated - 1, row.eliminated + 1, 2 * row.eliminated):
        assert audit(planted(one, index, replace(row, eliminated=eliminated)))
    assert audit(replace(one, transfers=one.transfers[1:]))
    assert audit(replace(one, transfers=(*one.transfers, one.transfers[0])))


def test_an_unknown_made_nothing_is_found(counts):
    one = counts["Leeds"]
    index = next(i for i, row in enumerate(one.rows) if row.payer == "NHS")
    row = replace(one.rows[index], pence=0, low=0, high=0)
    assert any("standing" in problem.what for problem in audit(planted(one, index, row)))


def test_a_theme_is_sound_too(england, ledger):
    for theme in ("schools", "care", "family income"):
        one = count_place(england, "Leeds", Registry.load(), theme=theme, ledger=ledger, doubts=())
        assert audit(one, ledger=ledger) == []
