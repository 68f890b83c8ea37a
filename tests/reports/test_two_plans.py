"""Two plans side by side: what differs is told, what does not is not."""

from __future__ import annotations

from dataclasses import replace

from plans import sample_plan

from totalplace.reports import two_plans


def test_a_plan_differs_from_itself_in_nothing_and_from_one_without_a_partnership_in_its_members():
    one = sample_plan()
    assert two_plans.lot_rows(one, one) == []
    assert all(row[1] == row[2] for row in two_plans.figure_rows(one, one))
    gone = one.partnerships[0]
    other = replace(
        one,
        partnerships=one.partnerships[1:],
        alone=tuple(sorted((*one.alone, *gone.members))),
    )
    changed = two_plans.lot_rows(one, other)
    assert {row[0] for row in changed} == set(gone.names)
    assert {row[2] for row in changed} == {"keeps its own"}
    rows = two_plans.partnership_rows(one, other)
    assert [row[0] for row in rows if row[2] == "not in it"] == [" + ".join(gone.names)]
    assert len(rows) == len(one.partnerships)
    assert f"{len(other.partnerships)} partnerships in common" in two_plans.difference(one, other)
