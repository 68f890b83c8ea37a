"""Total Place: plan, run and judge joint children's services in England.

The flow: publishers -> book -> places, measures, money, evidence -> footprints -> scenarios
-> reports -> cli. Names are loaded on first use, so importing this package is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totalplace.book.store import Book, open_book
    from totalplace.errors import TotalPlaceError

__version__ = "0.1.0"

_PUBLIC = {
    "Book": "totalplace.book.store",
    "open_book": "totalplace.book.store",
    "england": "totalplace.book.pack",
    "plan": "totalplace.scenarios.planning",
    "appraise": "totalplace.scenarios.planning",
    "bundle": "totalplace.scenarios.bundling",
    "candidates": "totalplace.scenarios.listing",
    "measures": "totalplace.measures.catalogue",
    "profile": "totalplace.scenarios.profile",
    "expected": "totalplace.measures.expected",
    "triage": "totalplace.measures.triage",
    "money": "totalplace.scenarios.money_result",
    "split": "totalplace.scenarios.splitting",
    "gap": "totalplace.scenarios.closing",
    "overlap": "totalplace.scenarios.sharing",
    "pool": "totalplace.scenarios.sharing",
    "make_or_buy": "totalplace.scenarios.providing",
    "unit_costs": "totalplace.scenarios.costing",
    "spend_against_need": "totalplace.scenarios.costing",
    "two_publishers": "totalplace.scenarios.two_publishers",
    "TotalPlaceError": "totalplace.errors",
}

__all__ = ["Book", "TotalPlaceError", "open_book"]


def __getattr__(name: str) -> object:
    if name in _PUBLIC:
        from importlib import import_module

        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'totalplace' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
