"""A partnership's own figures, each of which stands in place of a published one.

Flow: measures.own_check -> THIS -> book.overlay, scenarios
In: figures that were checked against a book. Out: frozen, with an identity of their own; the rows
as the book's table of observations has them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from totalplace.errors import Problem

if TYPE_CHECKING:
    import polars as pl

PUBLICATION = "own"
LICENCE = "own figures, not published"
SHORT = 8  # digits of a hash in a source's name, as for published files


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigure:
    """One own figure, and the published one it stands in place of. A value or a reason, each."""

    owner: str  # whose figure it is
    item: str
    title: str
    unit: str
    area_code: str
    area_name: str
    period: str  # as published
    period_end: date | None
    value: float | None
    symbol: str  # what was given instead of a number; "" where a number was
    missing: str  # why there is no value
    published: float | None
    published_symbol: str
    published_missing: str  # "not published" where there is no row at all
    note: str = ""

    @property
    def shown(self) -> str:
        """The own figure as it was given."""
        return _shown(self.value, self.symbol, self.missing)

    @property
    def published_shown(self) -> str:
        """The published figure, or what was printed instead."""
        return _shown(self.published, self.published_symbol, self.published_missing)

    @property
    def difference(self) -> float | None:
        """Own less published; None where either has no value."""
        if self.value is None or self.published is None:
            return None
        return self.value - self.published

    @property
    def mark(self) -> str:
        """What stands beside it wherever it is shown."""
        return f"own figure, published {self.published_shown}"

    @property
    def words(self) -> str:
        """The whole of it in one line."""
        what = f"{self.title}, {self.area_name}, {self.period}: {self.shown}"
        return f"{what} ({self.mark})" + (f". {self.note}" if self.note else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigures:
    """A set of own figures that was checked and may be laid over a book."""

    title: str  # what the set is called
    owner: str  # whose figures they are
    file_name: str
    sha256: str  # of the file they came in
    figures: tuple[OwnFigure, ...]
    same: int = 0  # rows that say what was published, and were left out
    warnings: tuple[Problem, ...] = ()
    digest: str = field(init=False)  # of what the figures say: equal sets have the same
    source_ids: tuple[str, ...] = field(init=False)
    """What each figure's row names as its source: one for each, so that its use is traced."""

    def __post_init__(self) -> None:
        """Work out the identity, once."""
        rows = [asdict(one) for one in self.figures]
        text = json.dumps([self.title, self.owner, rows], sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        ids = (f"{PUBLICATION}:{digest[:SHORT]}.{at}" for at in range(1, len(rows) + 1))
        object.__setattr__(self, "digest", digest)
        object.__setattr__(self, "source_ids", tuple(ids))

    @property
    def areas(self) -> tuple[str, ...]:
        """Names of the authorities the figures are of, in order."""
        return tuple(sorted({one.area_name for one in self.figures}))

    def among(self, source_ids: Iterable[str]) -> tuple[OwnFigure, ...]:
        """The figures whose sources are among those given: those that were used."""
        named = {one for one in source_ids if one.startswith(f"{PUBLICATION}:")}
        if not named:
            return ()
        return tuple(
            figure
            for source, figure in zip(self.source_ids, self.figures, strict=True)
            if source in named
        )

    def to_frame(self) -> pl.DataFrame:
        """One row for each figure: own, published, difference."""
        import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

        schema = {
            "time_period": pl.String,
            "new_la_code": pl.String,
            "la_name": pl.String,
            "indicator": pl.String,
            "measure": pl.String,
            "unit": pl.String,
            "value": pl.Float64,
            "symbol": pl.String,
            "published": pl.Float64,
            "published_symbol": pl.String,
            "difference": pl.Float64,
            "note": pl.String,
        }
        rows = [
            (
                one.period,
                one.area_code,
                one.area_name,
                one.title,
                one.item,
                one.unit,
                one.value,
                one.symbol,
                one.published,
                one.published_symbol or one.published_missing,
                one.difference,
                one.note,
            )
            for one in self.figures
        ]
        return pl.DataFrame(rows, schema=schema, orient="row")


def _shown(value: float | None, symbol: str, missing: str) -> str:
    if value is None:
        return f"{symbol} ({missing})" if symbol else missing
    return f"{value:,.10g}"
