"""Planted transfers: each is taken out once, at the right end; every fault is found."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.money.rows import Row, Standing
from totalplace.money.transfers import Transfer, eliminate
from totalplace.types import Layer


def row(line, pence, area="E06000001", year="2023-24"):
    known = pence is not None
    return Row(
        area_code=area, line=line, title=line, service="s", theme="t", outcome="o", age="0-17",
        stance="prevention", payer="p", year=year, pence=pence, low=pence, high=pence, basis="",
        standing=Standing.PUBLISHED if known else Standing.UNKNOWN,
        layers=((Layer.FRONT_LINE, pence),) if known else (),
    )  # fmt: skip


def transfer(pence, **changes):
    one = Transfer(
        area_code="E06000001", paid_in="grant", spent_in="education", payer="department",
        receiver="authority", year="2023-24", pence=pence, basis="planted",
    )  # fmt: skip
    return replace(one, **changes)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_planted_transfer_leaves_each_pound_counted_once(own, passed, kept):
    rows = [row("grant", passed + kept), row("education", own + passed), row("other", 7)]
    got = eliminate(rows, [transfer(passed)])
    assert sum(one.net for one in got) == own + passed + kept + 7
    assert [one.eliminated for one in got] == [0, passed, 0]


def test_every_fault_is_listed_and_nothing_is_taken_out():
    rows = [row("grant", 100), row("education", 50), row("unknown", None)]
    bad = [
        transfer(60),
        transfer(10),
        transfer(5, spent_in="transport"),
        transfer(5, year="2024-25"),
        transfer(5, spent_in="unknown"),
        transfer(-5, spent_in="other"),
    ]
    with pytest.raises(InputError) as caught:
        eliminate(rows, bad)
    said = str(caught.value)
    assert "the same transfer is given twice" in said
    assert "£0.70 is taken out of £0.50" in said
    assert "no row 'transport' in 2023-24" in said
    assert "no row 'grant' in 2024-25" in said
    assert "the row 'unknown' is unknown" in said
    assert "below nothing" in said
    assert said.endswith("Nothing was taken out.")


def test_more_than_was_paid_cannot_have_been_passed_on():
    with pytest.raises(InputError, match="larger than the row 'grant'"):
        eliminate([row("grant", 10), row("education", 50)], [transfer(20)])
