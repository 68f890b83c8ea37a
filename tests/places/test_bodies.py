"""Partner bodies faced, one main body each, and the cost of boundaries that differ."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.book.schema import load_schema
from totalplace.book.store import open_book, write_book
from totalplace.places.bodies import body_matrix, extra_bodies, main_body
from totalplace.places.derive import register_tables

CODES = ("E06000001", "E06000061", "E10000012")  # Hartlepool, North Northamptonshire, Essex
OLD, NEW = date(2023, 3, 31), date(2024, 4, 1)
ROWS = [
    # area, kind, code, name, share, main, as_at
    ("E06000001", "nhs", "H1", "North East", 1.0, True, NEW),
    ("E06000001", "police", "P1", "Cleveland", 1.0, True, NEW),
    ("E06000001", "adoption", "R1", "Tees Valley", 1.0, True, OLD),
    ("E06000001", "adoption", "R2", "Coast to Coast", 1.0, True, NEW),
    ("E10000021", "adoption", "R3", "Northamptonshire", 1.0, True, OLD),
    ("E06000061", "police", "P2", "Northamptonshire Police", 1.0, True, NEW),
    ("E10000012", "nhs", "H2", "Mid and South", 0.6, True, NEW),
    ("E10000012", "nhs", "H3", "West Essex", 0.4, False, NEW),
    ("E10000012", "nhs", "H4", "Nowhere", 0.0, False, NEW),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("bodies") / "book.duckdb"
    tables = register_tables()
    columns = ("area_code", "kind", "body_code", "body_name", "share", "main", "as_at")
    tables["partner_body"] = pl.DataFrame(ROWS, schema=columns, orient="row")
    write_book(path, tables, {"schema_version": str(load_schema().version)})
    with open_book(path) as opened:
        yield opened


def test_a_body_is_faced_by_everyone_it_reaches_and_only_them(book):
    bodies = body_matrix(book, CODES)
    assert bodies.codes == ("H2", "H1", "H3", "P1", "P2")  # by kind asked for, then name
    assert bodies.kinds == ("nhs", "nhs", "nhs", "police", "police")
    assert bodies.faces.tolist() == [
        [False, True, False, True, False],
        [False, False, False, False, True],
        [True, False, True, False, False],
    ]
    turned = body_matrix(book, CODES[::-1])
    assert np.array_equal(turned.faces[::-1], bodies.faces)


def test_the_main_body_has_the_largest_share_and_is_the_newest(book):
    assert main_body(book, CODES, kind="nhs") == ("North East", "", "Mid and South")
    assert main_body(book, CODES, kind="adoption")[0] == "Coast to Coast"


def test_a_successor_keeps_what_its_predecessor_belonged_to(book):
    assert main_body(book, CODES, kind="adoption")[1] == "Northamptonshire"


def test_extra_bodies_count_from_the_best_placed_member():
    faces = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=bool)
    assert extra_bodies(faces, [0]) == 0
    assert extra_bodies(faces, [1]) == 0
    assert extra_bodies(faces, [0, 1]) == 1
    assert extra_bodies(faces, [0, 1, 2]) == 2


@given(
    faces=st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=2, max_size=6),
    data=st.data(),
)
def test_extra_bodies_are_never_negative_and_nought_for_one(faces, data):
    matrix = np.array(faces, dtype=bool)
    members = data.draw(st.sets(st.integers(0, len(faces) - 1), min_size=1))
    extra = extra_bodies(matrix, members)
    assert extra >= 0
    best = min(int(matrix[one].sum()) for one in members)
    together = {b for one in members for b in np.flatnonzero(matrix[one]).tolist()}
    assert extra == len(together) - best
    if len(members) == 1:
        assert extra == 0
