"""Judgements as known on a day: merging, clearing, predecessors."""

from datetime import date

import numpy as np
import pytest

from totalplace.errors import BookError, InputError
from totalplace.measures.judgements import judgements

ADA, BEE, CEE = "E06000001", "E06000002", "E06000003"
AUTHORITIES = [
    {"area_code": BEE, "la_number": "802", "name": "Bee", "starts": date(2023, 4, 1)},
    {"area_code": ADA, "la_number": "801", "name": "Ada"},
    {"area_code": CEE, "la_number": "803", "name": "Cee"},
    {"area_code": "E10000006", "la_number": "909", "name": "Old Bee", "ends": date(2023, 3, 31)},
]


def inspection(code, grades, *, inspected=None, published=None, **more):
    """A row; grades as a string such as 'gorg': outstanding, good, requires, inadequate, - none."""
    words = {"o": "outstanding", "g": "good", "r": "requires improvement", "i": "inadequate"}
    areas = ("leaders", "protection", "in_care", "care_leavers")
    return {
        "area_code": code,
        "published_code": more.get("printed", code),
        "inspected": inspected,
        "published": published,
        **{area: words.get(letter) for area, letter in zip(areas, grades, strict=True)},
    }


def look(make_book, rows, *, as_of=date(2025, 6, 1), grade_years=3.0):
    book = make_book(authority=AUTHORITIES, inspection=rows)
    return judgements(book, as_of=as_of, grade_years=grade_years)


def test_order_is_ascending_code_and_missing_is_not_cleared(make_book):
    found = look(make_book, [inspection(ADA, "ggog", published=date(2024, 7, 23))])
    assert found.area_codes == (ADA, BEE, CEE)
    assert found.strong_leader.tolist() == [True, False, False]
    assert found.strong_protection.tolist() == [True, False, False]
    assert found.inadequate.tolist() == [False, True, True]
    assert found.cleared.tolist() == [True, False, False]
    assert np.isnan(found.age_years).tolist() == [False, True, True]
    assert found.words[0] == "leaders good (published July 2024)"
    assert "since the council began on 1 April 2023" in found.words[1]


def test_the_same_inspection_in_three_files_is_one(make_book):
    rows = [
        inspection(ADA, "ggrg", inspected=date(2023, 7, 10), published=date(2023, 9, 4)),
        inspection(ADA, "ggrg", inspected=date(2023, 7, 11)),  # a day apart, one date only
        inspection(ADA, "ggr-", published=date(2023, 9, 4)),
    ]
    found = look(make_book, rows)
    latest = found.latest[0]
    assert latest is not None
    assert latest.inspected == date(2023, 7, 10)
    assert latest.published == date(2023, 9, 4)
    assert latest.grade("care_leavers") == "good"
    assert latest.disputed == ()


def test_where_files_disagree_the_worse_grade_counts_and_the_words_say_so(make_book):
    rows = [
        inspection(ADA, "gggg", inspected=date(2023, 7, 10), published=date(2023, 9, 4)),
        inspection(ADA, "gigg", inspected=date(2023, 7, 10), published=date(2023, 9, 4)),
    ]
    found = look(make_book, rows)
    assert found.inadequate[0]
    assert "disagree on help and protection" in found.words[0]


def test_an_inadequate_area_counts_even_under_a_good_leader(make_book):
    found = look(make_book, [inspection(ADA, "gggi", published=date(2024, 1, 2))])
    assert found.strong_leader[0]
    assert found.inadequate[0]
    assert "inadequate for care leavers" in found.words[0]


def test_care_leavers_were_not_graded_before_2023(make_book):
    early = [inspection(ADA, "gggi", inspected=date(2022, 7, 1), published=date(2022, 9, 1))]
    found = look(make_book, early)
    latest = found.latest[0]
    assert latest is not None
    assert latest.grade("care_leavers") is None
    assert not found.inadequate[0]


def test_only_what_was_published_by_the_day_is_known(make_book):
    rows = [
        inspection(ADA, "iiii", published=date(2023, 1, 1)),
        inspection(ADA, "gggg", inspected=date(2025, 5, 1), published=date(2025, 7, 1)),
    ]
    before = look(make_book, rows, as_of=date(2025, 6, 30))
    after = look(make_book, rows, as_of=date(2025, 7, 1))
    assert before.inadequate[0]
    assert not before.strong_leader[0]
    assert after.strong_leader[0]
    assert not after.inadequate[0]


@pytest.mark.parametrize(
    ("as_of", "cleared"), [(date(2025, 2, 28), True), (date(2025, 3, 1), False)]
)
def test_a_grade_ages_out_to_the_day(make_book, as_of, cleared):
    found = look(make_book, [inspection(ADA, "oooo", published=date(2022, 2, 28))], as_of=as_of)
    assert bool(found.cleared[0]) is cleared
    assert bool(found.strong_leader[0]) is cleared
    assert bool(found.inadequate[0]) is not cleared
    assert found.words[0].startswith("not cleared: over 3 years old") is not cleared


def test_leap_day(make_book):
    rows = [inspection(ADA, "oooo", published=date(2021, 2, 28))]
    assert look(make_book, rows, as_of=date(2024, 2, 29)).cleared[0]


def test_a_visit_without_grades_is_no_judgement(make_book):
    rows = [
        inspection(ADA, "gggg", published=date(2023, 6, 1)),
        inspection(ADA, "----", published=date(2025, 1, 1)),
    ]
    latest = look(make_book, rows).latest[0]
    assert latest is not None
    assert latest.published == date(2023, 6, 1)


def test_a_predecessors_judgement_does_not_carry_over(make_book):
    rows = [
        inspection("E10000006", "gggg", published=date(2022, 11, 15)),
        # matched by a name both councils bear, printed without today's code
        inspection(BEE, "gggg", published=date(2022, 11, 15), printed=None),
    ]
    found = look(make_book, rows, as_of=date(2024, 1, 1))
    assert found.latest[1] is None
    assert found.inadequate[1]


def test_an_earlier_inspection_counts_when_printed_against_todays_code(make_book):
    rows = [inspection(BEE, "gggg", inspected=date(2022, 7, 18), published=date(2022, 9, 21))]
    assert look(make_book, rows, as_of=date(2024, 1, 1)).strong_leader[1]


def test_row_order_changes_nothing(make_book):
    rows = [
        inspection(ADA, "ggrg", inspected=date(2023, 7, 10), published=date(2023, 9, 4)),
        inspection(ADA, "rrrr", published=date(2019, 9, 4)),
        inspection(CEE, "iiii", published=date(2024, 9, 4)),
        inspection(ADA, "ggrg", inspected=date(2023, 7, 11)),
    ]
    one, two = look(make_book, rows), look(make_book, rows[::-1])
    assert one.latest == two.latest
    assert one.words == two.words


def test_bad_limits_and_bad_grades_are_refused(make_book):
    with pytest.raises(InputError, match="positive"):
        look(make_book, [], grade_years=0)
    row = inspection(ADA, "gggg", published=date(2024, 1, 1)) | {"leaders": "splendid"}
    with pytest.raises(BookError, match="splendid"):
        look(make_book, [row])
