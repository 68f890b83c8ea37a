"""The first page: four questions, and a search for a place.

Flow: a visitor -> THIS -> templates/start.html
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, path, reverse

from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery

QUESTIONS = (  # the question, what one gets, the names of routes that answer it, the first there is
    (
        "How are children doing here?",
        "Need, outcomes beside what need leads one to expect, money, cuts, early warning and "
        "inspections of a place.",
        ("places",),
    ),
    (
        "Which councils should share a service?",
        "The best set of partnerships that protects children, and the proof that none is better.",
        ("plan",),
    ),
    (
        "What would our proposal be worth?",
        "Pick councils and see the saving, the guards that refuse it, and who gains.",
        ("propose",),
    ),
    (
        "Which figures tell us most?",
        "Every measure with a map, ranks with intervals, its trend and its definition; the few "
        "that stand for the rest.",
        ("measures",),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One way in."""

    words: str
    answer: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """What the template reads."""

    questions: tuple[Question, ...]


@page(NoQuery)
def start(request: HttpRequest, query: NoQuery) -> Page:
    """The first page."""
    content = StartPage(
        questions=tuple(
            Question(words=words, answer=answer, address=address)
            for words, answer, names in QUESTIONS
            if (address := _first(names))
        )
    )
    return Page(
        title="Children’s services, planned together",
        template="start.html",
        content=content,
        document=lambda: {
            "kind": "start",
            "questions": [{"words": q.words, "address": q.address} for q in content.questions],
        },
    )


def _first(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


ROUTES = [path("", start, name="start")]
