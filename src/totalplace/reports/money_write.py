"""Write a count's files into a folder: all of them whole, or none.

Flow: reports.money_page, reports.money_workbook, reports.money_document -> THIS -> cli.money
"""

from __future__ import annotations

from pathlib import Path

from totalplace.money.count import Count
from totalplace.reports.money_document import money_to_json
from totalplace.reports.money_page import money_page
from totalplace.reports.money_workbook import money_workbook
from totalplace.reports.write import write_whole


def write_money(one: Count, folder: str | Path, *, by: str = "theme") -> list[Path]:
    """Write ``money.html``, ``.xlsx`` and ``.json`` into a folder, made if need be.

    Args:
        one: The count.
        folder: Where to write.
        by: The cut to show first.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    return write_whole(
        folder,
        {
            "money.html": money_page(one, by=by).encode("utf-8"),
            "money.xlsx": money_workbook(one, by=by),
            "money.json": money_to_json(one).encode("utf-8"),
        },
    )
