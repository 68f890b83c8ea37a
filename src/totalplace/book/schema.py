"""The book's schema, read from schema.toml; the one place that knows its tables and columns.

Flow: schema.toml -> THIS -> book.store, book.build, the generated reference page.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import polars as pl

_POLARS: dict[str, pl.DataType | type[pl.DataType]] = {
    "VARCHAR": pl.String,
    "DOUBLE": pl.Float64,
    "INTEGER": pl.Int32,
    "BOOLEAN": pl.Boolean,
    "DATE": pl.Date,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: name, DuckDB type, meaning and unit (empty when it has none)."""

    name: str
    sql_type: str
    meaning: str
    unit: str = ""

    @property
    def polars(self) -> pl.DataType | type[pl.DataType]:
        """The polars type that matches."""
        return _POLARS[self.sql_type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: name, meaning, columns in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def polars_schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        """Column names and polars types, in order."""
        return {column.name: column.polars for column in self.columns}

    @property
    def ddl(self) -> str:
        """The statement that creates the table."""
        body = ", ".join(f'"{column.name}" {column.sql_type}' for column in self.columns)
        return f'CREATE TABLE "{self.name}" ({body})'

    def empty(self) -> pl.DataFrame:
        """A frame with the right columns and no rows."""
        return pl.DataFrame(schema=self.polars_schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Put a frame's columns in schema order and type; absent columns become empty.

        Raises:
            ValueError: The frame has a column the schema does not know.
        """
        unknown = sorted(set(frame.columns) - set(self.polars_schema))
        if unknown:
            raise ValueError(f"table {self.name!r} has no column {', '.join(unknown)}")
        return frame.select(
            (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in self.polars_schema.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All tables, by name, and the schema's version."""

    version: int
    tables: dict[str, Table]


def _column(row: dict[str, str]) -> Column:
    return Column(
        name=row["name"], sql_type=row["type"], meaning=row["meaning"], unit=row.get("unit", "")
    )


@cache
def load_schema() -> Schema:
    """Read schema.toml. Constant for a given installation, so it is read once."""
    raw = tomllib.loads((resources.files(__package__) / "schema.toml").read_text("utf-8"))
    tables = {
        entry["name"]: Table(
            name=entry["name"],
            meaning=entry["meaning"],
            columns=tuple(_column(column) for column in entry["columns"]),
        )
        for entry in raw["table"]
    }
    return Schema(version=raw["version"], tables=tables)
