"""Which authorities are most like a place in what their children need: our own distance.

Flow: measures.need -> THIS -> measures.neighbours
In: need of today's authorities and the members of a place. Out: the nearest others, nearest first.

The distance between two places is the root of the mean squared difference of their need measures,
each in standard deviations over England's authorities. Every need measure counts alike and no
outcome enters, so a place is not compared with others for faring as it does. A place of several
parts has the mean need of its parts, weighted by children.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from totalplace.measures.need import Need
from totalplace.types import FloatArray, IntArray

NEAREST = 10
"""How many are compared with, as in the official lists."""

FAR = 1.0
"""Distance from which a neighbour is not close: a whole standard deviation on average."""


def distances(need: Need, members: Sequence[int], children: FloatArray) -> FloatArray:
    """Distance of every authority from a place, (N,); nan where need is not known.

    Args:
        need: Need of N authorities.
        members: Rows of the authorities that the place is made of, at least one.
        children: Shape (N,), numbers of children.
    """
    known = ~np.isnan(need.values).any(axis=1)
    centre, spread = need.values[known].mean(axis=0), need.values[known].std(axis=0)
    scaled = (need.values - centre) / np.where(spread > 0, spread, 1.0)
    rows: IntArray = np.array(list(members), dtype=np.int64)
    weights = children[rows] / children[rows].sum()
    place = weights @ scaled[rows]
    if "children" in need.keys:  # the size of a place is that of all its parts
        at = need.keys.index("children")
        size = np.log(np.exp(need.values[rows, at]).sum())
        place[at] = (size - centre[at]) / (spread[at] if spread[at] > 0 else 1.0)
    return np.asarray(np.sqrt(np.mean((scaled - place) ** 2, axis=1)))


def nearest(
    need: Need, members: Sequence[int], children: FloatArray, *, count: int = NEAREST
) -> tuple[tuple[int, float], ...]:
    """The rows most like a place and their distances, nearest first, its own parts left out.

    Args:
        need: Need of N authorities.
        members: Rows of the authorities that the place is made of.
        children: Shape (N,), numbers of children.
        count: How many.
    """
    apart = distances(need, members, children)
    apart[list(members)] = np.nan
    order = np.argsort(apart, kind="stable")[:count]
    return tuple((int(row), float(apart[row])) for row in order if np.isfinite(apart[row]))
