"""Every measure whose counts are known, as something that can be added up.

Flow: headlines.toml, counts.csv, measures.catalogue -> THIS -> measures.reconcile, cli
In: a catalogue. Out: headline measures first, then the others, each numerator over each
denominator once: two publications that print one figure are one measure here.
"""

from __future__ import annotations

from importlib import resources

import polars as pl

from totalplace.measures.catalogue import Catalogue
from totalplace.measures.headlines import Headline, Kind, headlines

_UNITS: dict[str, tuple[Kind, float]] = {"per cent": ("percent", 1.0), "per 10,000": ("rate", 1e4)}


def counted(catalogue: Catalogue) -> tuple[Headline, ...]:
    """Headline measures with counts, then every other measure of a book whose counts are known.

    Args:
        catalogue: The measures of a book.
    """
    found = [one for one in headlines() if one.numerator and one.item and one.step]
    seen = {(one.numerator, one.denominator) for one in found} | {one.item for one in found}
    content = (resources.files(__package__) / "counts.csv").read_bytes()
    rounding = {
        row["item"]: (float(row["step"]), float(row["total_step"]))
        for row in pl.read_csv(content, infer_schema_length=0).iter_rows(named=True)
    }
    for one in catalogue:
        counts = (one.numerator, one.denominator)
        if one.item not in rounding or one.item in seen or counts in seen:
            continue
        seen.add(counts)
        kind, per = _UNITS.get(one.unit, ("ratio", 1.0))
        step, total_step = rounding[one.item]
        found.append(
            Headline(
                id=one.item,
                item=one.item,
                short=one.title,
                group="",
                kind=kind,
                why=one.reason,
                numerator=one.numerator,
                denominator=one.denominator,
                per=per,
                step=step,
                total_step=total_step,
            )
        )
    return tuple(found)
