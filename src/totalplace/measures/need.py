"""What a place cannot help: the need measures that an expected value is drawn from.

Flow: book, measures.panel -> THIS -> measures.expected
In: a book. Out: (N, K) need, one column each, and why a value is missing.

Need is taken over several years, because it changes slowly and one year's figure is noisy. London
is no need: a flag for it is kept apart, to see how far it would move a place. Places with almost
no children (City of London, Isles of Scilly) have no need here, so that nothing is expected of
rates that one child can double, and so that they bend no line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.panel import level_of, read_panels
from totalplace.measures.today import Today
from totalplace.types import FloatArray

YEARS = 5
"""Years of a need measure that are averaged."""

LONDON = "E12000007"
CHILDREN = "population.children_0_17"

FEWEST_CHILDREN = 1000
"""Children below which nothing is expected of an authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedMeasure:
    """One need measure: the mean of the items that have a value."""

    key: str
    words: str
    items: tuple[str, ...]
    logarithm: bool = False


NEEDS: tuple[NeedMeasure, ...] = (
    NeedMeasure(key="poverty", words="child poverty", items=("lait.ChildPov",)),
    NeedMeasure(
        key="school-meals",
        words="free school meals (ever in six years)",
        items=("lait.Ever6_FSM_Prim", "lait.Ever6_FSM_Sec"),
    ),
    NeedMeasure(
        key="language",
        words="English as an additional language",
        items=("lait.EALPri", "lait.EALSec"),
    ),
    NeedMeasure(
        key="deprivation",
        words="income deprivation affecting children (IDACI 2025)",
        items=("deprivation.idaci_2025_average_score",),
    ),
    NeedMeasure(
        key="children",
        words="number of children",
        items=(CHILDREN,),
        logarithm=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Need of today's authorities, N in ascending GSS order."""

    measures: tuple[NeedMeasure, ...]  # (K,), those the book has
    absent: tuple[NeedMeasure, ...]  # those it does not
    values: FloatArray  # (N, K), nan where missing
    london: FloatArray  # (N,), 1 in London
    regions: tuple[str, ...]  # (N,), region codes

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns, (K,)."""
        return tuple(one.key for one in self.measures)


def read_need(book: Book, today: Today) -> Need:
    """Read the need measures of a book; one that the book has for few authorities is left out."""
    items = [item for one in NEEDS for item in one.items]
    panels = read_panels(book, today, items)
    columns: list[FloatArray] = []
    found: list[NeedMeasure] = []
    for one in NEEDS:
        levels = np.column_stack([level_of(panels[item].values[:, -YEARS:]) for item in one.items])
        column = level_of(levels)
        if 2 * np.isnan(column).sum() > column.size:
            continue
        columns.append(np.log(np.where(column > 0, column, np.nan)) if one.logarithm else column)
        found.append(one)
    values = np.column_stack(columns) if columns else np.empty((today.size, 0))
    values[level_of(panels[CHILDREN].values[:, -1:]) < FEWEST_CHILDREN] = np.nan
    return Need(
        measures=tuple(found),
        absent=tuple(one for one in NEEDS if one not in found),
        values=values,
        london=np.array([float(one.region_code == LONDON) for one in today.authorities]),
        regions=tuple(one.region_code for one in today.authorities),
    )
