"""Give a frame exactly the columns of a table of the book.

Flow: a reader's working frame -> THIS -> Reading.tables
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def tidy(
    frame: pl.DataFrame, schema: Mapping[str, pl.DataType | type[pl.DataType]]
) -> pl.DataFrame:
    """The schema's columns in the schema's order; a column the frame lacks is null throughout."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )
