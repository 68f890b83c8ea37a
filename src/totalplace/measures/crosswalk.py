"""One measure under several regimes: the same, similar, or conflicting, and why.

Flow: book, crosswalk.csv, measures.catalogue, breaks -> THIS -> cli.measure_checks
In: a book. Out: a frozen Crosswalk: links from our measures to what schools, health, social care,
police, youth justice and inspectors count, and every conflict found.

*same*: one figure, interchangeable. *similar*: the same matter, other children or another way of
counting, so not interchangeable. *conflicting*: under one name or about one matter, but one can
improve while the other worsens. Where a book holds both figures of a link, they are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from importlib import resources
from math import nan
from typing import Literal, cast

import polars as pl

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.breaks import breaks, undeclared
from totalplace.measures.catalogue import Catalogue, Kind, measures

Relation = Literal["same", "similar", "conflicting"]

AGREE = 0.99
"""Share of figures that must be equal for two measures to be the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One measure beside what one regime counts."""

    item: str
    title: str  # "" where the book has no such measure
    regime: str
    indicator: str  # the regime's
    other: str  # the measure of this catalogue that the regime's is; "" where there is none
    relation: Relation
    reason: str
    shared: int  # figures of one authority and period that both have
    equal: float  # share of them that are equal; nan where none is shared

    @property
    def refuted(self) -> bool:
        """Whether it is said to be the same and the figures say otherwise."""
        return self.relation == "same" and self.shared > 0 and self.equal < AGREE


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One thing that does not fit."""

    kind: Literal["regimes", "figures", "direction", "break"]
    item: str
    title: str
    against: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """Links by measure and regime, and the conflicts among them."""

    links: tuple[Link, ...]
    conflicts: tuple[Conflict, ...]
    book_hash: str

    @property
    def regimes(self) -> tuple[str, ...]:
        """Every regime, ascending."""
        return tuple(sorted({one.regime for one in self.links}))

    def of(self, regime: str) -> tuple[Link, ...]:
        """The links of one regime, or of those whose name holds the words.

        Raises:
            InputError: No regime's name holds them.
        """
        wanted = regime.casefold()
        found = tuple(one for one in self.links if wanted in one.regime.casefold())
        if not found:
            raise InputError(
                Problem(
                    what=f"no regime is called {regime!r}", fix=f"Use {', '.join(self.regimes)}."
                )
            )
        return found

    def to_frame(self) -> pl.DataFrame:
        """One row per link."""
        return _frame(self.links, Link).with_columns(pl.col("equal").fill_nan(None))

    def conflicts_frame(self) -> pl.DataFrame:
        """One row per conflict."""
        return _frame(self.conflicts, Conflict)


def crosswalk(book: Book) -> Crosswalk:
    """Every link to another regime, compared where the book holds both figures.

    Args:
        book: A place book.
    """
    catalogue = measures(book)
    titles = {one.item: one.title for one in catalogue}
    rows = _rows()
    pairs = [(row["item"], row["other"]) for row in rows if row["other"]]
    compared = _compare(book, pairs)
    links = tuple(
        Link(
            item=row["item"],
            title=titles.get(row["item"], ""),
            regime=row["regime"],
            indicator=row["indicator"],
            other=row["other"],
            relation=cast(Relation, row["relation"]),
            reason=row["reason"],
            shared=compared.get((row["item"], row["other"]), (0, nan))[0],
            equal=compared.get((row["item"], row["other"]), (0, nan))[1],
        )
        for row in rows
    )
    rates = [one.item for one in catalogue if one.kind not in (Kind.COUNT, Kind.MONEY)]
    signs = [
        Conflict(
            kind="break",
            item=one.item,
            title=titles[one.item],
            against=f"{one.end}",
            reason=f"Not explained by any break we know: {one.words}.",
        )
        for one in undeclared(book, rates)
    ]
    conflicts = (*_conflicts(links, catalogue, titles), *signs)
    return Crosswalk(links=links, conflicts=conflicts, book_hash=book.hash)


def _conflicts(
    links: Sequence[Link], catalogue: Catalogue, titles: dict[str, str]
) -> tuple[Conflict, ...]:
    found = [
        Conflict(
            kind="figures" if one.refuted else "regimes",
            item=one.item,
            title=one.title,
            against=f"{one.regime}: {one.indicator}",
            reason=f"said to be the same, but only {100 * one.equal:.0f} % of {one.shared:,} "
            "figures are equal"
            if one.refuted
            else one.reason,
        )
        for one in links
        if one.refuted or one.relation == "conflicting"
    ]
    found += [
        Conflict(
            kind="direction",
            item=one.item,
            title=one.title,
            against=f"{one.publisher}: {one.published_polarity} is better",
            reason=one.reason,
        )
        for one in catalogue
        if one.published_polarity and one.published_polarity != one.better
    ]
    found += [
        Conflict(
            kind="break",
            item=item,
            title=titles.get(item, ""),
            against="its own earlier figures" if one.level == "authority" else "the councils' rows",
            reason=one.words,
        )
        for item, several in breaks().items()
        for one in several
    ]
    return tuple(found)


def _compare(
    book: Book, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, float]]:
    """How many figures each pair shares, and the share of them that are equal."""
    if not pairs:
        return {}
    frame = book.query(
        "WITH o AS (SELECT item, area_code, period_end, value FROM observation WHERE latest"
        " AND value IS NOT NULL AND level = 'authority' AND area_code IS NOT NULL),"
        " p AS (SELECT unnest(?) AS one, unnest(?) AS other)"
        " SELECT one, other, count(*) AS shared,"
        " avg((abs(x.value - y.value) < 1e-6)::INT) AS equal FROM p"
        " JOIN o x ON x.item = p.one JOIN o y ON y.item = p.other"
        " AND y.area_code = x.area_code AND y.period_end = x.period_end"
        " GROUP BY ALL ORDER BY one, other",
        [[one for one, _ in pairs], [other for _, other in pairs]],
    )
    return {(one, other): (shared, equal) for one, other, shared, equal in frame.iter_rows()}


def _rows() -> list[dict[str, str]]:
    content = (resources.files(__package__) / "crosswalk.csv").read_bytes()
    return pl.read_csv(content, infer_schema_length=0).fill_null("").to_dicts()


def _frame(
    rows: Sequence[Link] | Sequence[Conflict], kind: type[Link] | type[Conflict]
) -> pl.DataFrame:
    names = [field.name for field in fields(kind)]
    return pl.DataFrame([asdict(row) for row in rows], schema=None if rows else names)
