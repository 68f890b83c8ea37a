"""The contiguity graph and distances in the order asked for."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from totalplace.book.schema import load_schema
from totalplace.book.store import open_book, write_book
from totalplace.errors import UnknownAreaError
from totalplace.places import graph


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / "book.duckdb"
    tables = {
        "contiguity": pl.DataFrame(
            {
                "area_code": ["A", "A", "B"],
                "other_code": ["B", "C", "C"],
                "kind": ["land", "crossing", "land"],
                "basis": ["postcodes"] * 3,
            }
        ),
        "centre": pl.DataFrame(
            {"area_code": ["A", "B"], "easting": [0.0, 3000.0], "northing": [0.0, 4000.0]}
        ),
    }
    write_book(path, tables, {"schema_version": str(load_schema().version)})
    with open_book(path) as opened:
        yield opened


def test_edges_follow_the_order_of_the_codes(book):
    assert graph.contiguity(book, ["A", "B", "C"]).tolist() == [[0, 1], [0, 2], [1, 2]]
    edges = graph.contiguity(book, ["C", "A"])
    assert edges.tolist() == [[0, 1]]
    assert edges.dtype == np.int32
    assert graph.contiguity(book, ["A", "C"], crossings=False).shape == (0, 2)


def test_centres_keep_the_order_and_name_every_missing_area(book):
    assert graph.centres(book, ["B", "A"]).tolist() == [[3000.0, 4000.0], [0.0, 0.0]]
    with pytest.raises(UnknownAreaError, match="C, D"):
        graph.centres(book, ["A", "C", "D"])


def test_span_is_the_largest_distance():
    where = np.array([[0.0, 0.0], [3000.0, 4000.0], [6000.0, 8000.0]])
    assert graph.span_km(where, [0, 1]) == pytest.approx(5.0)
    assert graph.span_km(where, [2, 0, 1]) == pytest.approx(10.0)
    assert graph.span_km(where, [1]) == 0.0


edge_lists = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15)


@given(edges=edge_lists, members=st.sets(st.integers(0, 9), min_size=1))
def test_components_agree_with_scipy(edges, members):
    array = np.array(edges, dtype=np.int32).reshape(-1, 2)
    pieces = graph.components(members, array)
    order = sorted(members)
    inside = [(order.index(i), order.index(j)) for i, j in edges if {i, j} <= members]
    i, j = np.array(inside, dtype=int).reshape(-1, 2).T
    matrix = coo_array((np.ones(len(i)), (i, j)), shape=(len(order), len(order)))
    count, labels = connected_components(matrix, directed=False)
    assert len(pieces) == count
    assert graph.is_connected(members, array) == (count == 1)
    for piece in pieces:
        assert len({labels[order.index(one)] for one in piece}) == 1
    assert sorted(one for piece in pieces for one in piece) == order
