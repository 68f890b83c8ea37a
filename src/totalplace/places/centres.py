"""Child-weighted centres: each district's children spread over its postcodes.

Flow: postcodes, district children -> THIS -> table centre
In: frames. Out: a frame in the schema's columns, whole metres. No files.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from totalplace.places.grid import to_latitude_longitude

BY_CHILDREN = "postcodes of each district, weighted by its children 0-17 ({period})"
BY_POSTCODES = "postcodes, each counted once"
WHOLE = "postcodes of its one district"


def district_children(observation: pl.DataFrame | None) -> tuple[dict[str, float], str]:
    """Children 0-17 by district code as printed, newest period, and that period's label.

    Args:
        observation: Figures as read; only level "district" of items called children 0-17 counts.
    """
    if observation is None or observation.is_empty():
        return {}, ""
    rows = observation.filter(
        (pl.col("level") == "district")
        & pl.col("item").str.ends_with("children_0_17")
        & pl.col("value").is_not_null()
    )
    if rows.is_empty():
        return {}, ""
    newest = rows.filter(pl.col("period_end") == pl.col("period_end").max())
    return dict(newest.select("published_code", "value").iter_rows()), newest["period"][0]


def weighted(
    postcodes: pl.DataFrame, children: Mapping[str, float], *, period: str = ""
) -> pl.DataFrame:
    """Centre of each authority.

    An authority of several districts is weighted by their children when every one of them has a
    figure; otherwise each postcode counts once.

    Args:
        postcodes: Columns ``district``, ``authority``, ``easting``, ``northing``.
        children: Children 0-17 by district.
        period: What period the children are of.

    Returns:
        Table ``centre``, by area code.
    """
    districts = (
        postcodes.group_by("authority", "district")
        .agg(pl.col("easting").mean(), pl.col("northing").mean(), pl.len().alias("postcodes"))
        .sort("authority", "district")
    )
    rows = []
    for (code,), part in districts.group_by("authority", maintain_order=True):
        where = part.select("easting", "northing").to_numpy()
        known = [children.get(one) for one in part["district"]]
        if part.height == 1:
            weights, basis = np.ones(1), WHOLE
        elif None not in known and sum(one or 0 for one in known) > 0:
            weights, basis = np.array(known, dtype=float), BY_CHILDREN.format(period=period)
        else:
            weights, basis = part["postcodes"].to_numpy().astype(float), BY_POSTCODES
        east, north = np.round(weights @ where / weights.sum()).tolist()
        rows.append((code, east, north, basis))
    frame = pl.DataFrame(
        rows,
        schema={
            "area_code": pl.String,
            "easting": pl.Float64,
            "northing": pl.Float64,
            "basis": pl.String,
        },
        orient="row",
    )
    latitude, longitude = to_latitude_longitude(
        frame["easting"].to_numpy(), frame["northing"].to_numpy()
    )
    return frame.with_columns(
        pl.Series("latitude", latitude).round(5), pl.Series("longitude", longitude).round(5)
    ).select("area_code", "easting", "northing", "latitude", "longitude", "basis")
