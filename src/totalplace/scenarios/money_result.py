"""The money of a place for programs: a count and the cut it is asked by, frozen.

Flow: scenarios.counting -> THIS -> the public face
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.book.store import Book
from totalplace.evidence.registry import Registry
from totalplace.footprints.results import report_function
from totalplace.money.count import Count, Slice
from totalplace.scenarios.counting import count_place

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What all public bodies spend on children in a place. Frozen."""

    count: Count  # every row, every cut, every elimination
    by: str  # the cut asked for

    @property
    def place(self) -> str:
        """What the place is called."""
        return self.count.place

    @property
    def pence(self) -> int:
        """Money counted once, every amount in its own year's prices."""
        return self.count.pence

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The cut, largest first; its pence add up to the whole."""
        return self.count.by(self.by)

    def to_frame(self) -> pl.DataFrame:
        """One row for each value of the cut: pounds published, estimated, range, rows unknown."""
        import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

        return pl.DataFrame(
            [
                {
                    self.by: one.name,
                    "pounds": one.pence / 100,
                    "published": one.published / 100,
                    "estimated": one.estimated / 100,
                    "low": one.low / 100,
                    "high": one.high / 100,
                    "unknown_rows": one.unknown,
                }
                for one in self.slices
            ],
            infer_schema_length=None,
        )

    def to_rows(self) -> pl.DataFrame:
        """One row for each line of each authority; an unknown amount is null, never nothing."""
        import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

        names = ("area_code", "line", "title", "service", "theme", "outcome", "age", "stance",
                 "payer", "year")  # fmt: skip
        return pl.DataFrame(
            [
                {
                    **{name: getattr(row, name) for name in names},
                    "standing": str(row.standing),
                    "pounds": None if row.pence is None else row.net / 100,
                    "low": None if row.low is None else (row.low - row.eliminated) / 100,
                    "high": None if row.high is None else (row.high - row.eliminated) / 100,
                    "basis": row.basis,
                }
                for row in self.count.rows
            ],
            infer_schema_length=None,
        )

    def to_json(self) -> str:
        """JSON text; its schema is ``reports/schema/money.schema.json``."""
        return str(report_function("money_document", "money_to_json")(self.count))

    def to_html(self) -> str:
        """A web page that stands alone."""
        return str(report_function("money_page", "money_page")(self.count, by=self.by))

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook and return where."""
        path = Path(path)
        path.write_bytes(
            report_function("money_workbook", "money_workbook")(self.count, by=self.by)
        )
        return path


def money(
    book: Book,
    area: str | Sequence[str],
    *,
    by: str = "theme",
    theme: str = "",
    registry: Registry | None = None,
) -> Money:
    """What all public bodies spend on children in a place.

    Args:
        book: A place book.
        area: An authority, a region, England, or several authorities: joined by "+", or a list.
        by: How to cut it: theme, outcome, layer, payer, service, age, stance or year.
        theme: Only this theme.
        registry: Where the shares of layers stand; the project's own when None.

    Raises:
        InputError: An unknown place, theme or cut.
    """
    text = area if isinstance(area, str) else " + ".join(area)
    count = count_place(book, text, registry or Registry.load(), theme=theme)
    count.by(by)  # an unknown cut is refused now, not when it is first read
    return Money(count=count, by=by)
