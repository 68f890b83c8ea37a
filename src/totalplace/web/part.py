"""The part of England a plan is for: what may be chosen, and what a choice is called.

Flow: scenarios.within -> THIS -> web.planned, web.pages.plan
"""

from __future__ import annotations

from dataclasses import replace

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.footprints.problem import Problem
from totalplace.scenarios.question import setting_of
from totalplace.scenarios.within import within
from totalplace.web.library import library

GROUPS = {
    "region": "Regions",
    "strategic": "Strategic authorities",
    "nhs": "NHS integrated care boards",
    "police": "Police force areas",
}
Choices = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def part_words(only: tuple[str, ...]) -> str:
    """The part in words, to stand after "of" or "only"; "" for all of England.

    Raises:
        InputError: A name nobody knows, or fewer than two authorities in all.
    """
    if not only:
        return ""
    try:
        return library().lately(("part", only), lambda book: within(book, _whole(), only).part)
    except InputError as error:
        raise InputError(
            [replace(one, fix=one.fix.replace("--only ", "")) for one in error.problems]
        ) from error


def part_choices() -> Choices:
    """What may be chosen from a list, by kind: value and words."""
    return library().once("parts of the country", _choices)


def _choices(_: Book) -> Choices:
    footprints = _whole().footprints
    groups = []
    for kind, title in GROUPS.items():
        names = [name for name in footprints.get(kind, ()) if name]
        several = sorted({name for name in names if names.count(name) > 1})
        values = (name if kind == "region" else f"{kind}:{name}" for name in several)
        if several:
            groups.append((title, tuple(zip(values, several, strict=True))))
    return tuple(groups)


def _whole() -> Problem:
    return library().once("whole country", _gathered)


def _gathered(book: Book) -> Problem:
    return setting_of(book, "social-work", None, 2, 1, None, None, "leave-out", None, None).problem
