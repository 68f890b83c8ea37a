"""Every counted line of every authority: published, estimated or unknown, each in its own year.

Flow: book, money.counted, money.benefits -> THIS -> money.count

Councils' lines come from the revenue outturn; a return that was not received is estimated from the
other publisher's figure times the usual ratio of the two, with the middle 80 % of that ratio as
range. Schools' grant and the council's education spend are of the newest year that has both, and
what passes through is a transfer. Benefits are a region's, shared by a key of children. What has
no key of children (health, police, fire) is a row that says so, without an amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.today import Today, todays_authorities
from totalplace.money.all_ages import Service, read_services
from totalplace.money.benefits import family_benefits
from totalplace.money.counted import (
    counted,
    label,
    newest,
    row_of,
    titles_of,
    to_pence,
    unknown_row,
)
from totalplace.money.figures import Figures, financial_year_end, read_figures
from totalplace.money.layers import LayerShares, split_layers
from totalplace.money.paid_in import PaidIn, read_paid_in
from totalplace.money.plausible import ratio_spread
from totalplace.money.rows import Row, Standing
from totalplace.money.spend import LATEST_YEAR
from totalplace.money.themes import BUYS, SPENT, SPLIT, Line, Role, lines
from totalplace.money.transfers import Transfer
from totalplace.types import LAYERS, FloatArray, Layer

EDUCATION = "rsx.education"
GRANT = ("schools", "central", "high_needs", "early_years")
REST = "ro3.total_csc.rest"
UNMAPPED = "unmapped"

TOO_WIDE = 10.0
"""High end over low end of a ratio beyond which one figure says nothing about the other."""

UNKEYED = (
    ("nhs", "Health care of children", "NHS", "health", "be healthy",
     "No published figure says what the NHS spends on children here, nor what share of its spend "
     "is for children anywhere: it stays unknown."),
    ("police", "Police work with children", "police", "protection", "stay safe",
     "Police forces print no spend on children, and no count of children tells it apart."),
    ("fire", "Fire and rescue work with children", "fire", "protection", "stay safe",
     "Fire authorities print no spend on children, and no count of children tells it apart."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Every row of every authority, and the transfers between them, before any is taken out."""

    today: Today
    rows: tuple[Row, ...]  # authorities in ascending GSS order, lines in the order of the table
    transfers: tuple[Transfer, ...]
    years: Mapping[str, str]  # what it is: the year it is of
    source_ids: tuple[str, ...]
    paid_in: PaidIn  # what others paid towards councils' lines: in no row
    services: tuple[Service, ...]  # spend on all ages: in no row


def build_ledger(book: Book, shares: LayerShares, *, year_start: date = LATEST_YEAR) -> Ledger:
    """Read a book into rows.

    Args:
        book: A place book.
        shares: Assumed shares of layers (rows of the registry); the sums do not depend on them.
        year_start: First day of the financial year of councils' spend. What is not published for
            it is taken from the newest year before it, and every row carries its own.

    Raises:
        InputError: The book has no council spend for that year.
    """
    today = todays_authorities(book)
    council, council_sources = _council(book, today, shares, year_start)
    schools, transfers, school_year, school_sources = _schools(book, today, year_start)
    benefits, benefit_year, benefit_sources = family_benefits(book, today, year_start)
    unknown = [_unkeyed(code, year_start) for code in today.area_codes]
    rows = [
        row
        for index in range(today.size)
        for group in (council, schools, benefits, unknown)
        for row in group[index]
    ]
    return Ledger(
        today=today,
        rows=tuple(rows),
        transfers=tuple(transfers),
        years={
            "councils' services": label(year_start),
            "schools": school_year,
            "social security": benefit_year,
        },
        source_ids=tuple(sorted({*council_sources, *school_sources, *benefit_sources})),
        paid_in=read_paid_in(book, today, year_start=year_start),
        services=read_services(book, today, year_start=year_start),
    )


def _council(
    book: Book, today: Today, shares: LayerShares, year_start: date
) -> tuple[list[list[Row]], tuple[str, ...]]:
    """RO3's children's lines, (N) lists; the looked-after total where a return is missing."""
    wanted = counted("ro3.")
    whole = lines()["ro3.looked_after"]
    names = [one.line for one in (*wanted, whole)]
    columns = ("total_expenditure", "employees", "running")
    second = {one.within: one.line for one in lines().values() if one.role is Role.SECOND}
    items = [f"{name}.{column}" for name in names for column in columns]
    end = financial_year_end(year_start)
    figures = read_figures(
        book, today, [*items, "ro3.total_csc" + SPENT, *second.values()], start=year_start, end=end
    )
    if all(np.isnan(figures[one.line + SPENT].values).all() for one in wanted):
        raise InputError(
            Problem(
                what=f"there is no council spend for {label(year_start)}",
                where=str(book.path),
                fix="Name another year, or build the book with that year's revenue outturn.",
            )
        )
    titles = titles_of(book)
    guesses = {
        one.line: _guess(figures, one.line, second.get(one.line)) for one in (*wanted, whole)
    }
    missing = np.isnan(figures["ro3.total_csc" + SPENT].values)
    year = label(year_start)
    out = []
    for index, code in enumerate(today.area_codes):
        rows = []
        for one in wanted:
            if one.theme == "care" and missing[index]:
                continue  # its parts cannot be told apart: the whole line follows
            rows.append(
                _line_row(
                    code,
                    one,
                    figures,
                    # A total that is printed holds its lines: nothing may stand in for one of them.
                    guesses[one.line] if missing[index] else None,
                    index,
                    year,
                    titles,
                    shares,
                )
            )
        if missing[index]:
            rows.append(
                _line_row(code, whole, figures, guesses[whole.line], index, year, titles, shares)
            )
        else:
            rest = _rest(code, rows, figures["ro3.total_csc" + SPENT].values[index], year)
            rows += [rest] if rest else []
        out.append(rows)
    sources = {source for one in figures.values() for source in one.source_ids}
    return out, tuple(sorted(sources))


def _rest(code: str, rows: list[Row], total: float, year: str) -> Row | None:
    """What the printed total of children's social care holds beyond its lines; None if nothing."""
    social = [row for row in rows if row.theme != "health"]
    pence = to_pence(total) - sum(row.pence or 0 for row in social)
    absent = [row.title for row in social if row.pence is None]
    why = "The return's own total and its lines differ by this."
    if absent:
        why = f"The total is printed, but not these lines, which hold this: {'; '.join(absent)}."
    return rest_row(code, pence, year, why) if pence else None


def rest_row(code: str, pence: int, year: str, why: str) -> Row:
    """A row for money of a printed total that none of its lines has: shown, never dropped."""
    return Row(
        area_code=code,
        line=REST,
        title="Children's social care on no line (printed total less its lines)",
        service=UNMAPPED,
        theme=UNMAPPED,
        outcome=UNMAPPED,
        age=UNMAPPED,
        stance=UNMAPPED,
        payer="authority",
        year=year,
        standing=Standing.PUBLISHED,
        pence=pence,
        low=pence,
        high=pence,
        layers=((Layer.FRONT_LINE, pence),),
        basis=why,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guess:
    """A line as the other publisher has it, brought to the outturn's level."""

    values: FloatArray
    low: float
    high: float
    basis: str


def _guess(figures: Mapping[str, Figures], line: str, item: str | None) -> _Guess | None:
    if item is None:
        return None
    spread = ratio_spread(figures[line + SPENT].values, figures[item].values)
    if spread is None or spread.high > TOO_WIDE * spread.low:
        return None  # the two publishers do not put the same things on this line
    return _Guess(
        values=figures[item].values * spread.middle,
        low=spread.low / spread.middle,
        high=spread.high / spread.middle,
        basis=(
            f"Its return is missing. Section 251's figure times {spread.middle:.2f}, the usual "
            f"ratio; in eight of ten councils that ratio lies between {spread.low:.2f} and "
            f"{spread.high:.2f}."
        ),
    )


def _line_row(
    code: str,
    one: Line,
    figures: Mapping[str, Figures],
    guess: _Guess | None,
    index: int,
    year: str,
    titles: Mapping[str, str],
    shares: LayerShares,
) -> Row:
    printed = figures[one.line + SPENT]
    value = float(printed.values[index])
    title = titles.get(one.line + SPENT, one.line)

    def row(
        standing: Standing, pence: int, guess: tuple[float, float], pay: float, why: str
    ) -> Row:
        low, high = (round(pence * factor) for factor in guess)
        layers = _layers(one, pence, pay, shares)
        return row_of(code, one, title, year, standing, pence, low, high, layers, why)

    if not np.isnan(value):
        split = one.layer in (SPLIT, BUYS)
        pay = float(figures[f"{one.line}.employees"].values[index]) if split else 0.0
        return row(Standing.PUBLISHED, to_pence(value), (1.0, 1.0), pay, "")
    if guess is not None and guess.values[index] > 0:
        pounds = float(guess.values[index])
        pay = pounds * _usual_pay(figures, one.line)
        ends = (guess.low, guess.high)
        return row(Standing.ESTIMATED, to_pence(pounds), ends, pay, guess.basis)
    symbol = printed.printed[index]
    shown = f" (printed as {symbol})" if symbol else ""
    why = f"No figure in the revenue outturn{shown}, and no other publisher's to stand in."
    if guess is not None and guess.values[index] == 0:
        why = (
            f"No figure in the revenue outturn{shown}; section 251 has nothing on this line, which "
            "may be because the spend stands on another."
        )
    return unknown_row(code, one, title, year, why)


def _usual_pay(figures: Mapping[str, Figures], line: str) -> float:
    """England's share of pay in a line, by the councils that print both."""
    if f"{line}.employees" not in figures:
        return 0.0
    pay, gross = figures[f"{line}.employees"].values, figures[line + SPENT].values
    both = ~np.isnan(pay + gross)
    return float(pay[both].sum() / gross[both].sum()) if gross[both].sum() > 0 else 0.0


def _layers(
    one: Line, pence: int, pay: float, shares: LayerShares
) -> tuple[tuple[Layer, int], ...]:
    """The amount by layer: the line's own layer, or pay and running costs split by the shares."""
    if one.layer not in (SPLIT, BUYS):
        return ((Layer(one.layer), pence),)
    pay = 0.0 if np.isnan(pay) else pay
    parts = split_layers(
        np.array([pay]),
        np.array([pence / 100 - pay]),
        shares,
        buys_placements=one.layer == BUYS,
    )
    exact = np.asarray(parts, dtype=np.float64).reshape(-1, len(LAYERS))[0] * 100
    rounded = [round(float(value)) for value in exact]
    rounded[0] += pence - sum(rounded)
    return tuple(zip(LAYERS, rounded, strict=True))


def _schools(
    book: Book, today: Today, year_start: date
) -> tuple[list[list[Row]], list[Transfer], str, tuple[str, ...]]:
    start = newest(book, "dsg.total.before_recoupment", "authority", financial_year_end(year_start))
    if start is None:
        return [[] for _ in today.area_codes], [], "not in this book", ()
    grant = counted("dsg.")
    passed = {one.line: one.line.replace("before", "after") for one in grant}
    figures = read_figures(
        book,
        today,
        [*passed, *passed.values(), EDUCATION + SPENT],
        start=start,
        end=financial_year_end(start),
    )
    education, year, titles = lines()[EDUCATION], label(start), titles_of(book)
    out: list[list[Row]] = []
    transfers: list[Transfer] = []
    for index, code in enumerate(today.area_codes):
        rows = [_published(code, one, figures[one.line], index, year, titles) for one in grant]
        own = _published(code, education, figures[EDUCATION + SPENT], index, year, titles, SPENT)
        ready = [row for row in rows if row.pence is not None]
        if own.pence is None and len(ready) == len(rows):
            own = row_of(code, education, own.title, year, Standing.UNKNOWN, None, None, None, (),
                       own.basis + " The grant that passes through the council is counted with "
                       "the grant.")  # fmt: skip
        if own.pence is not None:
            transfers += [
                Transfer(
                    area_code=code,
                    paid_in=row.line,
                    spent_in=EDUCATION,
                    payer=row.payer,
                    receiver="authority",
                    year=year,
                    pence=to_pence(float(figures[passed[row.line]].values[index])),
                    basis="Allocation after recoupment: what the department pays the authority.",
                )
                for row in ready
            ]
        out.append([*rows, own])
    return out, transfers, year, tuple({s for one in figures.values() for s in one.source_ids})


def _published(
    code: str,
    one: Line,
    figures: Figures,
    index: int,
    year: str,
    titles: Mapping[str, str],
    column: str = "",
) -> Row:
    value = float(figures.values[index])
    title = titles.get(one.line + column, one.line).removesuffix(": before recoupment")
    if np.isnan(value):
        symbol = figures.printed[index]
        why = f"Not printed for this authority{f' ({symbol})' if symbol else ''}."
        return row_of(code, one, title, year, Standing.UNKNOWN, None, None, None, (), why)
    pence = to_pence(value)
    layers = ((Layer(one.layer), pence),)
    return row_of(code, one, title, year, Standing.PUBLISHED, pence, pence, pence, layers, "")


def _unkeyed(code: str, year_start: date) -> list[Row]:
    return [
        Row(
            area_code=code,
            line=line,
            title=title,
            service=line,
            theme=theme,
            outcome=outcome,
            age="0-17",
            stance=UNMAPPED,
            payer=payer,
            year=label(year_start),
            standing=Standing.UNKNOWN,
            pence=None,
            low=None,
            high=None,
            layers=(),
            basis=why,
        )
        for line, title, payer, theme, outcome, why in UNKEYED
    ]
