"""Our own small tables of facts, each row with its source. Data and one reader, no logic.

Place in the flow: at the bottom, so that publishers, book and places may all read it.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def table(name: str) -> pl.DataFrame:
    """Read one of the tables in this folder, every column as text, empty cells as null.

    Args:
        name: File name without ``.csv``, for example ``"authority"``.

    Raises:
        FileNotFoundError: There is no such table.
    """
    import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

    path = resources.files(__package__) / f"{name}.csv"
    return pl.read_csv(path.read_bytes(), infer_schema_length=0, null_values=[""])
