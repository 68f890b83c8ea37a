"""A region's family benefits, shared over its authorities by a named key of children.

Flow: book, money.apportion -> THIS -> money.ledger
The analysis prints regions only. Child benefit follows children; help for low incomes follows
children in low-income families. The range of a share is what the other key would give.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today
from totalplace.money.apportion import apportion
from totalplace.money.counted import (
    counted,
    label,
    newest,
    row_of,
    titles_of,
    to_pence,
)
from totalplace.money.figures import financial_year_end, read_figures
from totalplace.money.rows import Row, Standing
from totalplace.types import FloatArray, Layer

CHILDREN = "population.children_0_17"
POOR = "lait.ChildPov"
PROGRAMME = "cra.programme."
BY_POVERTY = ("income_support", "social_fund_sure_start_maternity_grants")
"""Benefits that go to families on low incomes; every other one is shared by children."""


def family_benefits(
    book: Book, today: Today, year_start: date
) -> tuple[list[list[Row]], str, tuple[str, ...]]:
    """A region's family benefits, shared over its authorities by children."""
    out: list[list[Row]] = [[] for _ in today.area_codes]
    wanted = counted(PROGRAMME)
    start = newest(book, PROGRAMME + "child_benefit", "region", financial_year_end(year_start))
    keys = child_keys(book, today, financial_year_end(year_start))
    if start is None or keys is None:
        return out, "not in this book", ()
    children, poor, words, key_sources = keys
    frame = book.query(
        "SELECT area_code, item, value, source_id FROM observation WHERE latest"
        " AND level = 'region' AND period_start = ? AND value IS NOT NULL"
        " AND item LIKE 'cra.programme.%'",
        [start],
    )
    amounts = {(area, item): value for area, item, value, _ in frame.iter_rows()}
    year, titles = label(start), titles_of(book)
    for region in dict.fromkeys(one.region_code for one in today.authorities):
        inside = [i for i, one in enumerate(today.authorities) if one.region_code == region]
        first = {today.area_codes[i]: float(children[i]) for i in inside}
        second = {today.area_codes[i]: float(poor[i]) for i in inside}
        for one in wanted:
            whole = amounts.get((region, one.line))
            if whole is None or np.isnan([*first.values(), *second.values()]).any():
                for i in inside:
                    out[i].append(row_of(today.area_codes[i], one, titles.get(one.line, one.line),
                                       year, Standing.UNKNOWN, None, None, None, (),
                                       "The region's figure or the key is missing."))  # fmt: skip
                continue
            pence = to_pence(whole)
            if not pence:
                continue
            by_children = apportion(pence, first, name="children aged 0 to 17")
            by_poverty = apportion(pence, second, name="children in low-income families")
            needy = one.line.removeprefix(PROGRAMME) in BY_POVERTY
            main, other = (by_poverty, by_children) if needy else (by_children, by_poverty)
            named = "children in low-income families" if needy else "children aged 0 to 17"
            for i in inside:
                code = today.area_codes[i]
                low, high = sorted((main[code], other[code]))
                out[i].append(
                    row_of(code, one, titles.get(one.line, one.line), year, Standing.ESTIMATED,
                         main[code], low, high, ((Layer.FRONT_LINE, main[code]),),
                         f"The region's {year} total shared by {named}; the range is the share "
                         f"by the other key. {words}"))  # fmt: skip
    return out, year, (*key_sources, *tuple(set(frame["source_id"])))


def child_keys(
    book: Book, today: Today, by: date
) -> tuple[FloatArray, FloatArray, str, tuple[str, ...]] | None:
    """Children, and those in low-income families, (N,) each, with words on their dates."""
    first, second = newest(book, CHILDREN, "authority", by), newest(book, POOR, "authority", by)
    if first is None or second is None:
        return None
    day = book.query(
        "SELECT max(period_end) AS day FROM observation WHERE latest AND item = ?"
        " AND period_start = ? AND level = 'authority'", [POOR, second]
    )["day"].item()  # fmt: skip
    people = read_figures(book, today, [CHILDREN], start=first, end=first.replace(month=12))[
        CHILDREN
    ]
    poverty = read_figures(book, today, [POOR], start=day, end=day)[POOR]
    share = np.where(np.isnan(poverty.values), np.nanmedian(poverty.values), poverty.values)
    words = f"Keys: children in mid-{first.year}, low incomes in {day.year}."
    if np.isnan(poverty.values).any():
        words += " Where the share on low incomes is withheld, the middle one stands in."
    sources = (*people.source_ids, *poverty.source_ids)
    return people.values, people.values * share / 100, words, sources
