"""The readable table of observations loses nothing, whatever was printed."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from totalplace.book.wide import (
    OBSERVATION,
    from_wide,
    number_areas,
    number_periods,
    number_symbols,
    to_wide,
)
from totalplace.publishers.base import OBSERVATION_SCHEMA
from totalplace.types import Missing

SCHEMA = {**OBSERVATION_SCHEMA, "area_code": pl.String, "latest": pl.Boolean}

values = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: (x + 0.0, None, None)),
    st.tuples(
        st.none(),
        st.sampled_from([reason.value for reason in Missing]),
        st.sampled_from(["c", "-", "[x]", "12", "low", None, "c?"]),
    ),
)
areas = st.tuples(
    st.sampled_from(["E06000001", "E06000002", None]),
    st.sampled_from(["E06000001", "E06000009", None]),
    st.sampled_from(["301", None]),
    st.sampled_from(["Here, There", 'The "Other"']),
)
periods = st.sampled_from(
    [("2024", date(2024, 3, 31)), ("2024", date(2024, 9, 30)), ("2023-24 (OT)", date(2024, 3, 31))]
)


@given(
    st.lists(
        st.tuples(areas, periods, st.sampled_from(["a.b", "a.c"]), values, st.booleans()),
        unique_by=lambda row: row[:3],
        min_size=1,
        max_size=12,
    )
)
def test_wide_and_back_is_the_same(rows) -> None:
    frame = pl.DataFrame(
        [
            {
                "area_code": code,
                "published_code": published,
                "la_number": number,
                "area_name": name,
                "level": "authority",
                "period": label,
                "period_start": day,
                "period_end": day,
                "status": "final",
                "item": item,
                "value": value,
                "missing": missing,
                "symbol": symbol,
                "latest": latest,
            }
            for (code, published, number, name), (label, day), item, (
                value,
                missing,
                symbol,
            ), latest in rows
        ],
        schema=SCHEMA,
    ).select(OBSERVATION)
    known = number_areas(frame), number_periods(frame), number_symbols(frame)
    wide = to_wide(frame, *known)
    through_csv = pl.read_csv(wide.write_csv().encode(), infer_schema=False)
    back = from_wide(through_csv, *known)
    assert_frame_equal(back.sort(OBSERVATION), frame.sort(OBSERVATION), check_exact=True)
