"""What was asked of a plan beyond the defaults, in words a lead member reads.

Flow: web.planned -> THIS -> web.pages
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from totalplace.book.store import Book
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.measures.today import todays_authorities
from totalplace.reports.swings import amount
from totalplace.reports.words import and_list, count, day, share
from totalplace.scenarios.asked import INSIDE_WORDS
from totalplace.web.part import part_words
from totalplace.web.planned import PlanQuery

GROUPS: dict[str, str] = {
    "together": "{0} must share",
    "apart": "no two of {0} may share",
    "named": "{0} may share though they do not touch",
    "improvement": "{0} are a named improvement partnership",
    "keep": "{0} stay together as they are",
}


def asked_words(query: PlanQuery, book: Book) -> list[str]:
    """What was asked beyond the service and the ways of sharing it, one part of a sentence each."""
    names = {one.area_code: one.name for one in todays_authorities(book).authorities}
    told: list[str] = []
    if query.only:
        told.append(f"for {part_words(query.only)} only")
    told += [
        words.format(and_list([names.get(code, code) for code in group.split("+")]))
        for name, words in GROUPS.items()
        for group in getattr(query, name)
    ]
    simple: list[tuple[str, Callable[[Any], str]]] = [
        ("objective", lambda _: "judged by the worst fifth of what may happen"),
        ("floor", lambda value: f"each pays back with a chance of at least {share(value)}"),
        ("inside", lambda value: "no partnership crosses "
         + and_list([INSIDE_WORDS[one] for one in value])),
        ("keep_existing", lambda _: "partnerships known to run the service today stay"),
        ("min_members", lambda value: f"at least {value} members"),
        ("max_members", lambda value: f"at most {value} members"),
        ("partnerships", lambda value: f"exactly {count(value, 'partnership')}"),
        ("most_partnerships", lambda value: f"at most {count(value, 'partnership')}"),
        ("funding", lambda value: f"“{value}” pays for the change"),
        ("missing", lambda _: "spend without a return is estimated"),
        ("without", lambda value: "without "
         + and_list([f"the guard “{guards.TITLES[one]}”" for one in value])),
        ("hold", lambda value: and_list([_held(one) for one in value])),
        ("as_of", lambda value: f"as known on {day(value)}"),
        ("start", lambda value: f"beginning on {day(value)}"),
        ("draws", lambda value: f"{value:,} draws of the assumptions"),
        ("seed", lambda value: f"seed {value}"),
    ]  # fmt: skip
    plain = PlanQuery()
    told += [
        say(getattr(query, name)) for name, say in simple
        if getattr(query, name) != getattr(plain, name)
    ]  # fmt: skip
    return told


def _held(words: str) -> str:
    name, _, value = words.partition("=")
    row = Registry.load()[name.strip()]
    title = row.title.partition(",")[0]
    return f"{title[0].lower()}{title[1:]} held at {amount(float(value), row.unit)}"
