"""Judgements and steadiness on England's real figures."""

from datetime import date

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from totalplace.measures.judgements import judgements
from totalplace.measures.steadiness import WATCHED, StretchLimits, steadiness
from totalplace.places.register import Register

LIMITS = StretchLimits(turnover=20, agency=25, vacancy=25, caseload=20, signs=2)


def row_of(england, name):
    codes = [one.area_code for one in Register.from_book(england).on()]
    return codes.index(Register.from_book(england).resolve(name).area_code)


@pytest.mark.published
def test_judgements_agree_with_the_inspectorates_own_list(england, open_data):
    """Ofsted's own list of latest judgements at 31 March 2025, read here cell by cell."""
    path = open_data / "ofsted" / "LA_Inspection_Outcomes_as_at_31_March_2025.ods"
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name("Inspections_as_at_31_March")
    found = judgements(england, as_of=date(2025, 5, 14), grade_years=3)
    register = Register.from_book(england)
    agreed = disputed = 0
    for row in sheet.to_python()[3:]:
        code = register.resolve(row[1]).area_code
        latest = found.latest[found.area_codes.index(code)]
        assert latest is not None
        if latest.inspected is None or latest.inspected > date(2025, 3, 31):
            continue  # reported since the list was made
        if latest.disputed:
            disputed += 1
            continue
        printed = tuple(
            word.lower().removesuffix(" to be good") or None for word in map(str, row[7:11])
        )
        assert latest.grades == printed, row[2]
        agreed += 1
    assert disputed == 2
    assert agreed >= 149


def test_predecessors_and_continuing_councils(england):
    before = judgements(england, as_of=date(2024, 1, 1), grade_years=3)
    cumberland, somerset = row_of(england, "Cumberland"), row_of(england, "Somerset")
    assert before.latest[cumberland] is None  # Cumbria's judgement of 2022 is Cumbria's
    assert before.inadequate[cumberland]
    assert before.strong_leader[somerset]  # listed by the inspectorate against today's council
    after = judgements(england, as_of=date(2025, 1, 1), grade_years=3)
    assert after.strong_leader[cumberland]
    assert not after.inadequate[cumberland]


def test_the_files_that_disagree_are_named(england):
    found = judgements(england, as_of=date(2025, 12, 31), grade_years=3)
    st_helens = found.words[row_of(england, "St Helens")]
    assert "published files disagree" in st_helens
    assert sum("disagree" in words for words in found.words) == 2


def test_a_longer_memory_clears_more(england):
    cleared = [
        judgements(england, as_of=date(2026, 1, 31), grade_years=years).cleared.sum()
        for years in (2, 3, 5)
    ]
    assert cleared == sorted(cleared)
    assert 100 < cleared[1] < 153


def test_joint_returns_are_read_as_joint(england):
    found = steadiness(england, as_of=date(2026, 6, 1), limits=LIMITS)
    for one, other in (
        ("Kingston upon Thames", "Richmond upon Thames"),
        ("North Northamptonshire", "West Northamptonshire"),
    ):
        pair = found.latest[[row_of(england, one), row_of(england, other)], :4]
        assert not np.isnan(pair).any()
        np.testing.assert_array_equal(pair[0], pair[1])


def test_what_is_withheld_is_not_cleared(england):
    found = steadiness(england, as_of=date(2026, 6, 1), limits=LIMITS)
    withheld = {row_of(england, "Kensington and Chelsea"), row_of(england, "Westminster")}
    assert set(found.not_known.nonzero()[0].tolist()) == withheld
    assert all(found.unsteady[row] and "not known" in found.words[row] for row in withheld)


def test_some_are_steady_and_some_are_not(england):
    found = steadiness(england, as_of=date(2026, 6, 1), limits=LIMITS)
    assert 20 < found.unsteady.sum() < 80
    assert found.periods[0] == date(2025, 9, 30)
    assert found.unsteady[row_of(england, "Knowsley")]
    assert all(
        bool(words) == bool(bad) for words, bad in zip(found.words, found.unsteady, strict=True)
    )
    # the same day a year earlier sees last year's figures
    earlier = steadiness(england, as_of=date(2025, 6, 1), limits=LIMITS)
    assert earlier.periods[0] == date(2024, 9, 30)
    assert np.isfinite(found.upper[:, 0]).sum() > 140
    assert found.latest.shape == (153, len(WATCHED))
