"""Which of today's authorities border each other: postcodes first, then corrections by name.

Flow: places.mosaic, reference.contiguity_correction -> THIS -> table contiguity
In: pairs found. Out: a frame in the schema's columns. No files.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

LAND, CROSSING, WATER = "land", "crossing", "water"


def corrected(
    found: Iterable[tuple[str, str]], corrections: pl.DataFrame, codes: Iterable[str]
) -> pl.DataFrame:
    """Apply the named corrections to the pairs found from postcodes.

    Args:
        found: Pairs (lower code, higher code).
        corrections: Columns ``area_code``, ``other_code``, ``verdict``, ``reason``: ``land`` adds
            a border, ``crossing`` marks or adds one that people cross water by, ``water`` takes
            away a pair that only faces each other across it.
        codes: Authorities there are; corrections about others are passed over.

    Returns:
        Table ``contiguity``: area_code, other_code, kind, basis, sorted.
    """
    present = set(codes)
    rows = dict.fromkeys(found, (LAND, "postcodes"))
    for one, other, verdict, reason in corrections.select(
        "area_code", "other_code", "verdict", "reason"
    ).iter_rows():
        if not {one, other} <= present:
            continue
        if verdict == WATER:
            rows.pop((one, other), None)
        else:
            rows[one, other] = (verdict, f"named correction: {reason}")
    return pl.DataFrame(
        [(*pair, *rows[pair]) for pair in sorted(rows)],
        schema=dict.fromkeys(("area_code", "other_code", "kind", "basis"), pl.String),
        orient="row",
    )
