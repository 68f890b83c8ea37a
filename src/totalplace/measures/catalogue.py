"""Every measure in a place book, and which of the five outcomes it speaks about.

Flow: book, outcomes.csv, counts.csv, measures.breaks -> THIS -> measures.expected, triage, cli
In: a book. Out: a frozen Catalogue. The mapping to outcomes is data, one reason a row.

The five outcomes are the five heads of well-being that section 10(2) of the Children Act 2004
names. Activity (how many children are in care or on plans), counts, need and money have no better
or worse, whatever polarity a publisher prints; the published one is kept beside ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from importlib import resources
from types import MappingProxyType

import polars as pl

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.breaks import breaks

WELL_BEING: Mapping[str, str] = MappingProxyType(
    {
        "be healthy": "s.10(2)(a) physical and mental health and emotional well-being",
        "stay safe": "s.10(2)(b) protection from harm and neglect",
        "enjoy and achieve": "s.10(2)(c) education, training and recreation",
        "make a positive contribution": "s.10(2)(d) the contribution made by them to society",
        "economic well-being": "s.10(2)(e) social and economic well-being",
    }
)
"""The five outcomes, and the head of the Children Act 2004 each one answers to."""

OUTCOMES: tuple[str, ...] = tuple(WELL_BEING)


class Kind(StrEnum):
    """What sort of thing a measure measures. The first three may have a better and a worse."""

    OUTCOME = "outcome"  # how children fare
    PROCESS = "process"  # whether the service did its part, in time
    WORKFORCE = "workforce"
    ACTIVITY = "activity"  # how much is done: neither more nor less is better
    COUNT = "count"  # a number that grows with the place
    NEED = "need"  # who the children are
    MONEY = "money"


_JUDGED = (Kind.OUTCOME, Kind.PROCESS, Kind.WORKFORCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: what it is, who publishes it, what it speaks about, how much there is of it."""

    item: str
    title: str
    unit: str
    period_kind: str
    publisher: str
    topic: str  # the publisher's, empty where there is none
    description: str  # the publisher's
    published_polarity: str  # high, low or empty
    better: str  # high, low, or empty: no better or worse
    kind: Kind
    outcomes: tuple[str, ...]  # of OUTCOMES; empty where it speaks about none
    frameworks: tuple[str, ...]  # other frameworks it belongs to
    reason: str  # why these outcomes and this kind
    numerator: tuple[str, ...]  # items added up and divided, where known; empty where not
    denominator: tuple[str, ...]  # items added up that they are divided by
    breaks: tuple[str, ...]  # where the series stops being comparable, in words
    periods: int  # with at least one authority's value
    first: date | None  # last day of the earliest of them
    last: date | None
    authorities: int  # with a value in the last period

    @property
    def judged(self) -> bool:
        """Whether one direction is better, so that a verdict makes sense."""
        return self.better != ""

    @property
    def well_being(self) -> tuple[str, ...]:
        """Heads of section 10(2) of the Children Act 2004."""
        return tuple(WELL_BEING[one] for one in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The measures of one book, by item."""

    measures: tuple[Measure, ...]  # ascending by item
    book_hash: str

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures)

    def __len__(self) -> int:
        return len(self.measures)

    def to_frame(self) -> pl.DataFrame:
        """One row per measure; lists are joined by "; "."""
        rows = [
            {
                **asdict(one),
                "kind": str(one.kind),
                "outcomes": "; ".join(one.outcomes),
                "well_being": "; ".join(one.well_being),
                "frameworks": "; ".join(one.frameworks),
                "numerator": "; ".join(one.numerator),
                "denominator": "; ".join(one.denominator),
                "breaks": " ".join(one.breaks),
            }
            for one in self.measures
        ]
        schema = {"periods": pl.Int64, "authorities": pl.Int64, "first": pl.Date, "last": pl.Date}
        return pl.DataFrame(rows, schema_overrides=schema)

    def resolve(self, text: str) -> Measure:
        """The measure an id, an id without its publication, or a title means.

        Raises:
            InputError: No measure is called that, or several are; near ones are named.
        """
        wanted = _plain(text)
        for place in range(3):
            found = [one for one in self.measures if _names(one)[place] == wanted]
            if len(found) == 1:
                return found[0]
            if found:
                raise InputError(
                    Problem(
                        what=f"{text!r} could be any of {len(found)} measures",
                        example=found[0].item,
                        fix=f"Give the id: {', '.join(one.item for one in found[:5])}.",
                    )
                )
        near = self._near(wanted)
        raise InputError(
            Problem(
                what=f"{text!r} is no measure in this book",
                fix=f"Did you mean {', or '.join(f'{one.item} ({one.title})' for one in near)}?"
                if near
                else "'totalplace measures' lists every measure.",
            )
        )

    def _near(self, wanted: str) -> tuple[Measure, ...]:
        """Up to three measures whose titles share most with a text, word for word or nearly."""
        scores: list[tuple[float, int]] = []
        for index, one in enumerate(self.measures):
            words = _plain(f"{one.title} {one.item.partition('.')[2]}").split()
            hits = [
                difflib.get_close_matches(word, words, n=1, cutoff=0.8) for word in wanted.split()
            ]
            shared = sum(map(bool, hits))
            if shared * 2 >= len(hits) > 0:
                scores.append((-shared / len(hits) + len(words) / 1000, index))
        return tuple(self.measures[index] for _, index in sorted(scores)[:3])


def measures(book: Book, items: Sequence[str] | None = None) -> Catalogue:
    """Every measure of a book, with the outcomes it speaks about.

    Args:
        book: A place book; tables item, measure, source and observation are read.
        items: Ids of those wanted, which is quicker; every measure if left out.
    """
    only = "" if items is None else " AND item IN (SELECT unnest($1))"
    rows = book.query(
        "WITH seen AS (SELECT item, period_end, count(value) AS valued FROM observation"
        f" WHERE latest AND level IN ('authority', 'joint'){only} GROUP BY ALL),"
        " span AS (SELECT item, count(*) AS periods, min(period_end) AS first,"
        " max(period_end) AS last, max_by(valued, period_end) AS authorities"
        " FROM seen WHERE valued > 0 GROUP BY item)"
        " SELECT i.item, i.title, i.unit, i.period_kind, s.publisher, m.topic, m.description,"
        " i.polarity AS published_polarity, p.periods, p.first, p.last, p.authorities"
        " FROM item i LEFT JOIN source s ON s.source_id = i.source_id"
        " LEFT JOIN measure m ON m.item = i.item LEFT JOIN span p ON p.item = i.item"
        f" WHERE true{only.replace('item', 'i.item')} ORDER BY i.item",
        () if items is None else [list(items)],
    )
    exact, patterns = _mapping()
    counts = {row["item"]: row for row in _table("counts.csv").iter_rows(named=True)}
    return Catalogue(
        measures=tuple(
            _measure(row, exact, patterns, counts) for row in rows.iter_rows(named=True)
        ),
        book_hash=book.hash,
    )


def _measure(
    row: Mapping[str, object],
    exact: Mapping[str, Mapping[str, str]],
    patterns: tuple[tuple[str, Mapping[str, str]], ...],
    counts: Mapping[str, Mapping[str, str]],
) -> Measure:
    item = str(row["item"])
    mapped = exact.get(item) or next(
        (told for pattern, told in patterns if fnmatchcase(item, pattern)), _UNMAPPED
    )
    kind = Kind(mapped["kind"])
    counted = counts.get(item, {})
    published = _text(row["published_polarity"])
    first, last = row["first"], row["last"]
    return Measure(
        item=item,
        title=_text(row["title"]),
        unit=_text(row["unit"]),
        period_kind=_text(row["period_kind"]),
        publisher=_text(row["publisher"]),
        topic=_text(row["topic"]),
        description=_text(row["description"]),
        published_polarity=published,
        better=(mapped["better"] or published) if kind in _JUDGED else "",
        kind=kind,
        outcomes=_split(mapped["outcomes"]),
        frameworks=_split(mapped["frameworks"]),
        reason=mapped["reason"],
        numerator=_split(counted.get("numerator", "")),
        denominator=_split(counted.get("denominator", "")),
        breaks=tuple(found.words for found in breaks().get(item, ())),
        periods=int(str(row["periods"] or 0)),
        first=first if isinstance(first, date) else None,
        last=last if isinstance(last, date) else None,
        authorities=int(str(row["authorities"] or 0)),
    )


_UNMAPPED: Mapping[str, str] = MappingProxyType(
    {
        "kind": str(Kind.ACTIVITY),
        "better": "",
        "outcomes": "",
        "frameworks": "",
        "reason": "Not mapped to an outcome yet: it is listed, and nothing is concluded from it.",
    }
)


def _mapping() -> tuple[Mapping[str, Mapping[str, str]], tuple[tuple[str, Mapping[str, str]], ...]]:
    """Rows of outcomes.csv: those of one item, and those of a pattern in the order of the file."""
    table = _table("outcomes.csv")
    exact: dict[str, Mapping[str, str]] = {}
    patterns: list[tuple[str, Mapping[str, str]]] = []
    for row in table.iter_rows(named=True):
        if row["item"].endswith(".*"):
            patterns.append((row["item"], row))
        else:
            exact[row["item"]] = row
    return exact, tuple(patterns)


def _table(name: str) -> pl.DataFrame:
    """A table of this folder, every cell a text."""
    content = (resources.files(__package__) / name).read_bytes()
    return pl.read_csv(content, infer_schema_length=0).fill_null("")


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("; ") if part)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _names(one: Measure) -> tuple[str, str, str]:
    """What a measure may be called: its id, the id without its publication, its title."""
    return _plain(one.item), _plain(one.item.partition(".")[2]), _plain(one.title)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
