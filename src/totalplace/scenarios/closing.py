"""Close a gap in one council's children's social care, in one year or over several.

Flow: book, money, footprints -> THIS -> cli.gap, the public face
The statutory core is held whole; joint options come from the planner's own values; what may fall,
and how much a pound off it harms, are rows of the registry.
"""

from __future__ import annotations

from collections.abc import Sequence

from totalplace import __version__
from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.money.core import core_lines
from totalplace.money.doubts import find_doubts
from totalplace.money.gap import Choice, Mix, close, close_years
from totalplace.money.rows import Row
from totalplace.scenarios.bearing import bearers
from totalplace.scenarios.counting import count_place, read_ledger
from totalplace.scenarios.gap_options import joint_options
from totalplace.scenarios.gap_result import Closing

DRAWS = 64
MOST = 0.35
"""The deepest cut that is answered."""


def gap(
    book: Book,
    area: str,
    *,
    cut: float | Sequence[float],
    registry: Registry | None = None,
    seed: int = 1,
    draws: int = DRAWS,
) -> Closing:
    """What closes a gap in a council's children's social care.

    Args:
        book: A place book.
        area: One authority, in words.
        cut: The gap as a part of gross spend, above 0 and at most 0.35: one for when all is
            settled, or one for each year from the first that sharing could start in. The last one
            stays until the end of the planner's horizon, which the answer shows too.
        registry: The assumptions; the project's own when None.
        seed: Of the draws.
        draws: How many, rounded up to a power of two.

    Raises:
        InputError: A cut is out of range, the place unknown or not one authority, or its spend
            is not known at all.
    """
    registry = registry or Registry.load()
    cuts = (float(cut),) if isinstance(cut, int | float) else tuple(float(one) for one in cut)
    horizon = round(registry["horizon.years"].value)
    _check(cuts, horizon)
    ledger = read_ledger(book, registry)
    counted = count_place(book, area, registry, ledger=ledger, doubts=find_doubts(book))
    if len(counted.area_codes) != 1:
        raise InputError(
            Problem(
                what=f"{counted.place} is {len(counted.area_codes)} councils",
                fix="A gap is one council's: name one.",
            )
        )
    rows = [row for row in counted.rows if row.line in core_lines()]
    known = [row for row in rows if row.pence is not None]
    spend = sum(row.net for row in known) / 100
    if spend <= 0:
        raise InputError(f"{counted.place}: its spend on children's social care is not known.")
    code = counted.area_codes[0]
    drawn = draw(registry, n=draws, seed=seed)
    options = joint_options(book, code, registry, drawn, today=ledger.today)
    choices = [_choice(row, registry) for row in known if _may_fall(row)]
    if len(cuts) == 1:
        mixes: tuple[Mix, ...] = (close(cuts[0] * spend, options.joint, choices),)
    else:
        stated = len(cuts)
        cuts += (cuts[-1],) * (horizon - stated)  # a gap does not go away after the last year
        every = close_years([one * spend for one in cuts], options.joint, choices)
        shown = sorted({*range(stated), horizon - 1})
        cuts, mixes = tuple(cuts[at] for at in shown), tuple(every[at] for at in shown)
    return Closing(
        place=counted.place,
        area_code=code,
        cuts=cuts,
        start=options.start,
        spend=spend,
        core=sum(row.net for row in known if core_lines()[row.line].core) / 100,
        estimated=any(str(row.standing) == "estimated" for row in known),
        unknown=tuple(row.title for row in rows if row.pence is None),
        options=len(options.joint),
        refused=options.refused,
        ends_words=options.ends_words,
        mixes=mixes,
        bearers=bearers(book, ledger.today, code, counted.place, known, mixes[-1]),
        doubts=tuple(one.words for one in counted.doubts),
        sources=counted.sources,
        seed=seed,
        draws=drawn.n,
        assumptions_sha256=registry.sha256,
        book_hash=book.hash,
        version=__version__,
    )


def _check(cuts: Sequence[float], horizon: int) -> None:
    problems = [
        Problem(
            what=f"a cut of {cut:.0%} cannot be answered",
            fix=f"Give more than 0 % and at most {MOST:.0%}.",
        )
        for cut in cuts
        if not 0 < cut <= MOST
    ]
    if not 1 <= len(cuts) <= horizon:
        problems.append(
            Problem(what=f"{len(cuts)} years cannot be answered", fix=f"Give from 1 to {horizon}.")
        )
    if problems:
        raise InputError(problems)


def _may_fall(row: Row) -> bool:
    return not core_lines()[row.line].core and row.net > 0


def _choice(row: Row, registry: Registry) -> Choice:
    rule = core_lines()[row.line]
    return Choice(
        line=row.line,
        title=row.title,
        theme=row.theme,
        outcome=row.outcome,
        spend=row.net / 100,
        most=registry[rule.most_id].value,
        harm=registry[rule.harm_id].value,
        law=rule.law,
    )
