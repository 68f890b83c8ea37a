"""The template of own figures: what is published for some councils, to be overwritten.

Flow: an open book -> THIS -> reports.own_template
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from totalplace.book.store import Book
from totalplace.measures.own_check import LEVEL, template_symbol
from totalplace.measures.own_file import KNOWN


def template_rows(book: Book, area_codes: Sequence[str], *, periods: int = 1) -> pl.DataFrame:
    """The newest published figures of some councils, as rows of the template.

    Args:
        book: A published book.
        area_codes: The councils.
        periods: How many of the newest periods of each measure.

    Returns:
        One row for each council, measure and period; ``value`` as text: a number or the symbol.
    """
    frame = book.query(
        "WITH told AS (SELECT o.*, i.title, i.unit, i.period_kind, dense_rank()"
        " OVER (PARTITION BY o.item ORDER BY o.period_end DESC) AS age"
        " FROM observation o JOIN item i USING (item)"
        " WHERE o.latest AND o.level = 'authority' AND o.area_code IN (SELECT unnest(?)))"
        " SELECT t.period AS time_period, t.period_kind AS time_identifier, ? AS geographic_level,"
        " t.area_code AS new_la_code, a.name AS la_name, t.title AS indicator, t.item AS measure,"
        " t.unit, t.value AS number, t.symbol, '' AS note"
        " FROM told t JOIN authority a USING (area_code)"
        " WHERE t.age <= ? ORDER BY a.name, t.area_code, t.title, t.item, t.period_end DESC",
        [list(area_codes), LEVEL, periods],
    )
    shown = [
        f"{number:.10g}" if number is not None else template_symbol(symbol or "")
        for number, symbol in frame.select("number", "symbol").iter_rows()
    ]
    return frame.with_columns(pl.Series("value", shown, dtype=pl.String)).select(*KNOWN)
