"""Which part of the country a plan is for: "the South West" becomes the authorities that take part.

Flow: names as people write them -> THIS (places, footprints.part) -> scenarios.question
In: regions, NHS boards, police forces, strategic authorities, adoption agencies or authorities by
name or code. Out: a Problem of those authorities alone, or every fault at once.

A plain name means an authority first, then a region, then another body; a kind in front of it, as
in "police:West Midlands", says which is meant. An authority that a body's border crosses belongs
to the body most of its children live in, as everywhere in a plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError, UnknownAreaError
from totalplace.errors import Problem as Fault
from totalplace.footprints.part import part_of
from totalplace.footprints.problem import Problem
from totalplace.measures.today import Today, todays_authorities
from totalplace.places.register import spelling_key

COUNCIL = "council"
KINDS = {
    "region": "{0}",
    "nhs": "the area of {0}",
    "police": "the {0} police force area",
    "strategic": "the {0} strategic authority",
    "adoption": "the regional adoption agency {0}",
}
NO_ARTICLE = frozenset({"London", "Yorkshire and The Humber"})
DECORATION = frozenset(
    {"the", "nhs", "integrated", "care", "board", "icb", "police", "force", "area", "combined"}
    | {"county", "mayoral", "authority", "strategic", "region", "regional", "adoption", "agency"}
)
LISTED = 6  # authorities named one by one in the words for a part
EXAMPLES = "--only 'South West', --only police:Kent or --only Devon+Torbay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One body that a part may be named after."""

    kind: str
    name: str
    members: frozenset[int]  # positions


def within(book: Book, problem: Problem, only: str | Sequence[str] | None) -> Problem:
    """The problem of the part that was asked for; the whole where nothing was.

    Args:
        book: The book that the problem was gathered from.
        problem: The whole country.
        only: Names or codes; several joined by ``+`` or as a list are taken together.

    Raises:
        InputError: A name nobody knows or that may mean several bodies; fewer than two
            authorities in all; all faults at once.
    """
    asked = names_of(only)
    if not asked:
        return problem
    today = todays_authorities(book)
    bodies = list(_bodies(problem))
    codes = _body_codes(book)
    taken: list[Body] = []
    faults: list[Fault] = []
    for text in asked:
        try:
            taken.append(_meant(text, problem, today, bodies, codes))
        except InputError as error:
            faults += error.problems
    if faults:
        raise InputError(faults)
    keep = np.zeros(problem.size, dtype=bool)
    for body in taken:
        keep[list(body.members)] = True
    words = _in_words(taken, bodies)
    if keep.sum() < 2:
        raise InputError(_too_few(asked, taken, problem, bodies))
    return part_of(problem, keep, words)


def names_of(only: str | Sequence[str] | None) -> tuple[str, ...]:
    """Each name asked for, once, in the order given."""
    given = [only] if isinstance(only, str) else list(only or ())
    names = [name.strip() for text in given for name in text.split("+")]
    return tuple(dict.fromkeys(name for name in names if name))


def _bodies(problem: Problem) -> Iterator[Body]:
    for kind in KINDS:
        held: dict[str, set[int]] = {}
        for i, name in enumerate(problem.footprints.get(kind, ())):
            if name:
                held.setdefault(name, set()).add(i)
        for name, members in sorted(held.items()):
            yield Body(kind=kind, name=name, members=frozenset(members))


def _body_codes(book: Book) -> dict[tuple[str, str], str]:
    """Name of each body by kind and published code."""
    rows = book.query("SELECT DISTINCT kind, body_code, body_name FROM partner_body ORDER BY ALL")
    return {(kind, str(code).casefold()): name for kind, code, name in rows.rows() if code}


def _meant(
    text: str,
    problem: Problem,
    today: Today,
    bodies: Sequence[Body],
    codes: Mapping[tuple[str, str], str],
) -> Body:
    """The authority or body that one name means."""
    kind, colon, rest = (part.strip() for part in text.partition(":"))
    kind = kind.casefold()
    if colon and kind not in {*KINDS, COUNCIL}:
        raise InputError(
            Fault(
                what=f"{text!r}: there is no kind of area {kind!r}",
                fix=f"Write one of {', '.join([*KINDS, COUNCIL])}, a colon and a name, or the "
                "name by itself.",
            )
        )
    name = rest if colon else text
    if not colon or kind == COUNCIL:
        found = today.register.find(name)
        if found is not None and found.area_code in problem.area_codes:
            at = problem.area_codes.index(found.area_code)
            return Body(kind=COUNCIL, name=problem.names[at], members=frozenset({at}))
        if found is not None:
            raise InputError(
                Fault(
                    what=f"{found.name} ended on {found.ends}",
                    fix="Name the authorities that took its place.",
                )
            )
    fitting = [
        one for one in bodies if (not colon or one.kind == kind) and _is_called(one, name, codes)
    ]
    regions = [one for one in fitting if one.kind == "region"]
    fitting = regions or fitting
    if len({one.members for one in fitting}) > 1:
        choices = " or ".join(f"{one.kind}:{one.name}" for one in fitting)
        raise InputError(
            Fault(what=f"{text!r} may mean areas that are not the same", fix=f"Write {choices}.")
        )
    if not fitting:
        raise InputError(_unknown(text, name, today, bodies))
    return fitting[0]


def _is_called(body: Body, text: str, codes: Mapping[tuple[str, str], str]) -> bool:
    by_code = codes.get((body.kind, text.casefold()))
    return body.name == by_code or _key(text) in {_key(body.name), spelling_key(body.name)}


def _key(text: str) -> str:
    """What is left of a body's name without the words that say what kind of body it is."""
    words = text.casefold().replace("&", " and ").split()
    kept = [word for word in words if word.strip(",.") not in DECORATION]
    return spelling_key(" ".join(kept or words))


def _unknown(text: str, name: str, today: Today, bodies: Sequence[Body]) -> Fault:
    from difflib import get_close_matches  # noqa: PLC0415 (only for an error)

    keys = {_key(body.name): body.name for body in bodies}
    near = [keys[key] for key in get_close_matches(_key(name), keys, n=3, cutoff=0.6)]
    try:
        today.register.resolve(name)
    except UnknownAreaError as error:
        tip = error.problems[0].fix
    else:
        tip = ""
    if near:
        tip = f"Did you mean {' or '.join(dict.fromkeys(near))}?"
    return Fault(
        what=f"{text!r} is no part of England that a plan can be made for",
        fix=(tip + " " if "Did you mean" in tip else "")
        + "Name a region, an NHS integrated care board, a police force area, a strategic "
        f"authority or councils: {EXAMPLES}.",
    )


def _too_few(
    asked: Sequence[str], taken: Sequence[Body], problem: Problem, bodies: Sequence[Body]
) -> Fault:
    one = problem.names[next(iter(taken[0].members))]
    wider = [
        f"{body.kind}:{body.name}"
        for body in bodies
        if len(body.members) > 1 and any(_key(body.name) == _key(text) for text in asked)
    ]
    also = f" There is also {' and '.join(wider)}." if wider else ""
    return Fault(
        what=f"Only {one} would take part, and nobody can share with itself",
        fix=f"Name two councils or more: {EXAMPLES}.{also}",
    )


def _in_words(taken: Sequence[Body], bodies: Sequence[Body]) -> str:
    """What the part is called, to stand after "of"."""
    taken = list({body.members: body for body in taken}.values())
    councils = [body.name for body in taken if body.kind == COUNCIL]
    said = [_title(body, bodies) for body in taken if body.kind != COUNCIL]
    said += councils if len(councils) <= LISTED else [f"a list of {len(councils)}"]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _title(body: Body, bodies: Sequence[Body]) -> str:
    if body.kind != "region":
        return KINDS[body.kind].format(body.name)
    shared = any(other.kind != "region" and _key(other.name) == _key(body.name) for other in bodies)
    if shared:
        return f"the {body.name} region"
    return body.name if body.name in NO_ARTICLE else f"the {body.name}"
