"""All public money on children in a place, cut any way, adding up to itself to the penny.

Flow: money.ledger, money.transfers -> THIS -> reports.money_text, reports.money_document
In: the rows of every authority. Out: one place's count and its eliminations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from totalplace.book.own import OwnFigure
from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.today import Today
from totalplace.money.all_ages import AllAges
from totalplace.money.apportion import apportion
from totalplace.money.benefits import PROGRAMME
from totalplace.money.counted import counted, label, to_pence
from totalplace.money.doubts import Doubt
from totalplace.money.ledger import REST, Ledger, rest_row
from totalplace.money.paid_in import Joint
from totalplace.money.reconciled import ENGLAND, TOTAL, Reconciled
from totalplace.money.rows import Row, Standing
from totalplace.money.themes import SPENT, Line, themes
from totalplace.money.transfers import Transfer, eliminate
from totalplace.types import Layer

CUTS = ("theme", "outcome", "layer", "payer", "service", "age", "stance", "year")
LEFT = "England's printed total and its lines differ by this."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One value of a cut: pence, by how well they are known."""

    name: str
    published: int
    estimated: int
    low: int  # of published and estimated together
    high: int
    unknown: int  # rows without an amount

    @property
    def pence(self) -> int:
        """Published and estimated money."""
        return self.published + self.estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The count of one place."""

    place: str
    area_codes: tuple[str, ...]
    regions: tuple[str, ...]
    rows: tuple[Row, ...]  # eliminations taken out
    transfers: tuple[Transfer, ...]
    reconciled: tuple[Reconciled, ...]
    doubts: tuple[Doubt, ...]
    years: tuple[tuple[str, str], ...]  # what it is, the year it is of
    theme: str  # "" for all
    sources: tuple[str, ...]
    book_hash: str = ""  # of the book it was read from
    around: tuple[AllAges, ...] = ()  # services for all ages; no part of the count
    joint: Joint | None = None  # what others can have paid towards the councils' lines
    own: tuple[OwnFigure, ...] = ()  # own figures used in place of published ones

    @property
    def pence(self) -> int:
        """Money counted once, every amount in its own year's prices."""
        return sum(row.net for row in self.rows)

    def own_of(self, row: Row) -> tuple[OwnFigure, ...]:
        """The own figures behind a row."""
        return tuple(
            one
            for one in self.own
            if one.area_code == row.area_code
            and (one.item == row.line or one.item.startswith(f"{row.line}."))
        )

    def by(self, cut: str) -> tuple[Slice, ...]:
        """The count cut by one key, largest first.

        Raises:
            InputError: There is no such cut.
        """
        if cut not in CUTS:
            raise InputError(
                Problem(what=f"there is no cut {cut!r}", fix=f"The cuts are {', '.join(CUTS)}.")
            )
        totals: dict[str, list[int]] = {}
        for row in self.rows:
            for name, pence, low, high in _parts(row, cut):
                one = totals.setdefault(name, [0, 0, 0, 0, 0])
                if row.standing is Standing.UNKNOWN:
                    one[4] += 1
                    continue
                one[row.standing is Standing.ESTIMATED] += pence
                one[2] += low
                one[3] += high
        slices = [
            Slice(name=name, published=p, estimated=e, low=low, high=high, unknown=u)
            for name, (p, e, low, high, u) in totals.items()
        ]
        return tuple(sorted(slices, key=lambda one: (-one.pence, one.name)))


def _parts(row: Row, cut: str) -> list[tuple[str, int, int, int]]:
    """(value of the cut, net, low, high) of a row: one, or one for each layer."""
    if row.pence is None:
        return [("not known" if cut == "layer" else str(getattr(row, cut)), 0, 0, 0)]
    low, high = row.low or 0, row.high or 0
    if cut != "layer":
        gone = row.eliminated
        return [(str(getattr(row, cut)), row.net, low - gone, high - gone)]
    weights = {str(name): float(abs(part)) for name, part in row.layers if part} or {
        str(Layer.FRONT_LINE): 1.0
    }

    def spread(pence: int) -> dict[str, int]:
        return apportion(pence, weights, name="layers")

    paid_in, below, above = (
        spread(row.eliminated),
        spread(low - row.pence),
        spread(high - row.pence),
    )
    out = []
    for name, part in row.layers:
        net = part - paid_in.get(str(name), 0)
        ends = net + below.get(str(name), 0), net + above.get(str(name), 0)
        out.append((str(name), net, *ends))
    return [one for one in out if any(one[1:])] or out[:1]


def count(
    ledger: Ledger,
    area_codes: Sequence[str],
    *,
    place: str,
    extra: Sequence[Row] = (),
    theme: str = "",
    reconciled: Sequence[Reconciled] = (),
    doubts: Sequence[Doubt] = (),
    sources: Sequence[str] = (),
) -> Count:
    """The count of some authorities together.

    Args:
        ledger: Rows of every authority.
        area_codes: Whose to count.
        place: What to call them.
        extra: Rows that belong to no authority (England's other bodies).
        theme: Only this theme; all when empty. Eliminations are made before.
        reconciled: Published totals beside their sums.
        doubts: Doubts about these authorities.
        sources: One line for each file used.

    Raises:
        InputError: An unknown theme, or a transfer that cannot be taken out.
    """
    if theme and theme not in themes():
        raise InputError(
            Problem(
                what=f"there is no theme {theme!r}", fix=f"The themes are {', '.join(themes())}."
            )
        )
    wanted = set(area_codes)
    mine = [row for row in ledger.rows if row.area_code in wanted]
    transfers = tuple(one for one in ledger.transfers if one.area_code in wanted)
    rows = [*_whole_regions(ledger.today, eliminate(mine, transfers), wanted), *extra]
    if theme:
        rows = [row for row in rows if row.theme == theme]
        lines = {row.line for row in rows}
        transfers = tuple(one for one in transfers if one.spent_in in lines)
    regions = {one.area_code: one.region_name for one in ledger.today.authorities}
    return Count(
        place=place,
        area_codes=tuple(sorted(wanted)),
        regions=tuple(sorted({regions[code] for code in wanted})),
        rows=tuple(rows),
        transfers=transfers,
        reconciled=tuple(reconciled),
        doubts=tuple(one for one in doubts if one.area_code in wanted),
        years=tuple(ledger.years.items()),
        theme=theme,
        sources=tuple(sources),
    )


def _whole_regions(today: Today, rows: Sequence[Row], wanted: Collection[str]) -> list[Row]:
    """What is shared over a region is as published where all of the region is in the place."""
    members: dict[str, set[str]] = {}
    for one in today.authorities:
        members.setdefault(one.region_code, set()).add(one.area_code)
    inside = {code for codes in members.values() if codes <= set(wanted) for code in codes}
    basis = "The region's published total; its share by authority is an estimate."
    return [
        replace(row, standing=Standing.PUBLISHED, low=row.pence, high=row.pence, basis=basis)
        if row.line.startswith(PROGRAMME)
        and row.area_code in inside
        and row.standing is Standing.ESTIMATED
        else row
        for row in rows
    ]


def england_rows(book: Book, ledger: Ledger, *, year_start: date) -> tuple[Row, ...]:
    """What England's published lines hold beyond those of its authorities.

    Districts, London's own authority, and the publisher's estimates for missing returns.

    Where an authority's return is missing its own estimated rows would count it again, so England
    is made of published rows and these. One row for each line.
    """
    frame = book.query(
        "SELECT item, level, published_code, value FROM observation WHERE latest"
        " AND item LIKE 'ro3.%.total_expenditure' AND period_start = ? AND value IS NOT NULL"
        " AND level IN ('england', 'district', 'other')"
        " AND area_name NOT LIKE '%(class total)'",
        [year_start],
    )
    whole: dict[str, int] = {}
    others: Counter[str] = Counter()
    for item, level, _, value in frame.iter_rows():
        line = item.removesuffix(SPENT)
        if level == "england":
            whole[line] = to_pence(value)
        else:
            others[line] += to_pence(value)
    year, rows = label(year_start), []
    for one in counted("ro3."):
        if one.line not in whole:
            continue
        published = sum(
            row.pence or 0
            for row in ledger.rows
            if row.line == one.line and row.standing is Standing.PUBLISHED
        )
        rest = whole[one.line] - published - others[one.line]
        if others[one.line]:
            why = "Their own returns."
            who = "Districts and London's own authority"
            rows.append(_england_row(one, year, who, Standing.PUBLISHED, others[one.line], why))
        if rest:
            why = (
                "England's printed line less every printed return: the publisher's own estimate "
                "for missing ones."
            )
            rows.append(_england_row(one, year, "Missing returns", Standing.ESTIMATED, rest, why))
    social = sum(whole.get(one.line, 0) for one in counted("ro3.") if one.theme != "health")
    left = whole.get(TOTAL, social) - social
    return (*rows, *([rest_row(ENGLAND, left, year, LEFT)] if left else []))


def in_england(row: Row) -> bool:
    """Whether an authority's row belongs in England's count: see `england_rows`."""
    return not row.line.startswith("ro3.") or (
        row.standing is Standing.PUBLISHED and row.line != REST
    )


def _england_row(one: Line, year: str, who: str, standing: Standing, pence: int, basis: str) -> Row:
    return Row(
        area_code=ENGLAND,
        line=one.line,
        title=f"{who}: {one.line.removeprefix('ro3.').replace('_', ' ')}",
        service=one.service,
        theme=one.theme,
        outcome=one.outcome,
        age=one.age,
        stance=one.stance,
        payer="authority",
        year=year,
        standing=standing,
        pence=pence,
        low=pence,
        high=pence,
        layers=((Layer.FRONT_LINE, pence),),
        basis=basis,
    )
