"""The same question under every choice of need measures, shown rather than hidden.

Flow: measures.baseline, need -> THIS -> measures.expected
In: levels and need. Out: a frozen Choices: S = every subset, with and without a flag for London.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from totalplace.measures.need import Need
from totalplace.measures.ranks import plain_rank
from totalplace.measures.ridge import fit_ridge
from totalplace.types import BoolArray, FloatArray

FLAG = "london"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """S choices of need measures, N authorities; nan for authorities not used."""

    needs: tuple[tuple[str, ...], ...]  # (S,), keys of need measures; FLAG where London is flagged
    errors: FloatArray  # (S,), root mean square error out of sample
    differences: FloatArray  # (S, N), level minus expectation
    ranks: FloatArray  # (S, N), of the differences

    def to_frame(self) -> pl.DataFrame:
        """One row per choice, the smallest error first."""
        return pl.DataFrame(
            {"needs": [" + ".join(one) or "none" for one in self.needs], "error": self.errors}
        ).sort("error", "needs")

    def rank_range(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest rank number of each authority over the choices, (N,) each."""
        return self.ranks.min(axis=0), self.ranks.max(axis=0)


def every_choice(need: Need, level: FloatArray, used: BoolArray, *, low_is_first: bool) -> Choices:
    """Fit every subset of the need measures, with and without London.

    Args:
        need: Need measures, K of them; 2 to the power K + 1 choices result.
        level: Shape (N,).
        used: Shape (N,), authorities with a level and every need measure.
        low_is_first: Whether the lowest difference ranks 1.
    """
    columns = (*need.keys, FLAG)
    table = np.column_stack([need.values, need.london])[used]
    picks = [
        pick for size in range(len(columns) + 1) for pick in combinations(range(len(columns)), size)
    ]
    differences = np.full((len(picks), level.size), np.nan)
    for row, pick in enumerate(picks):
        differences[row, used] = level[used] - fit_ridge(table[:, list(pick)], level[used]).left_out
    return Choices(
        needs=tuple(tuple(columns[column] for column in pick) for pick in picks),
        errors=np.sqrt(np.nanmean(differences**2, axis=1)),
        differences=differences,
        ranks=np.array([plain_rank(row, low_is_first=low_is_first) for row in differences]),
    )
