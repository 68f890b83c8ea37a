"""The table of lines: whole, with reasons, and nothing in the England pack left out."""

import pytest

from totalplace.errors import InputError
from totalplace.measures.catalogue import OUTCOMES
from totalplace.money.themes import Role, find_line, lines, read_lines, unmapped


def test_every_line_of_the_pack_is_mapped(england):
    assert unmapped(england) == ()


def test_money_nobody_mapped_is_named_not_dropped(england):
    table = {name: one for name, one in lines().items() if name != "ro3.fostering"}
    assert unmapped(england, table=table) == ("ro3.fostering.total_expenditure",)


def test_every_counted_line_has_its_keys_and_every_outcome_is_reached():
    counted = [one for one in lines().values() if one.role is Role.COUNT]
    assert {one.outcome for one in counted} == set(OUTCOMES)
    assert {one.stance for one in counted} == {"prevention", "reaction"}
    assert all(one.reason.endswith(".") for one in lines().values())


def test_a_line_inside_another_names_one_that_is_there():
    for one in lines().values():
        assert not one.within or one.within in lines() or one.within.startswith("s251."), one.line


def test_the_own_row_goes_before_a_pattern():
    assert find_line("ro3.obesity_children").role is Role.COUNT
    assert find_line("ro3.obesity_adults").role is Role.ADULTS
    assert find_line("ro3.nobody_knows_this") is None


def test_a_table_that_contradicts_itself_lists_every_fault():
    good = {"line": "a", "role": "count", "within": "", "service": "s", "layer": "split"}
    good |= {"theme": "t", "outcome": "stay safe", "age": "0-17", "stance": "reaction"}
    good |= {"payer": "authority", "reason": "Because."}
    rows = [good, good, {**good, "line": "b", "role": "guess"}]
    rows += [
        {**good, "line": "c", "layer": "cellar", "outcome": "be rich", "theme": "", "reason": ""}
    ]
    with pytest.raises(InputError) as caught:
        read_lines(rows)
    said = str(caught.value)
    for words in (
        "'a' stands twice",
        "role 'guess'",
        "layer 'cellar'",
        "outcome 'be rich'",
        "no theme",
        "no reason",
    ):
        assert words in said


@pytest.mark.published
@pytest.mark.slow
def test_every_line_of_a_full_book_is_mapped(open_data, tmp_path):
    from totalplace.book.store import open_book
    from totalplace.scenarios.building import build

    build(open_data, tmp_path / "book.duckdb")
    with open_book(tmp_path / "book.duckdb") as book:
        assert unmapped(book) == ()
