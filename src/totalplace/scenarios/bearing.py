"""Who bears what is taken away: by body, by theme, by outcome, by the need of the area.

Flow: money.gap, money.core, scenarios.districts -> THIS -> scenarios.closing
In: a mix, the council's known lines. Out: bearers; what is felt but cannot be priced has no amount.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.measures.today import Today
from totalplace.money.core import core_lines
from totalplace.money.gap import Choice, Mix
from totalplace.money.keys import rule_of
from totalplace.money.rows import Row
from totalplace.scenarios.districts import (
    COUNTED,
    POOR,
    District,
    all_districts,
    district_keys,
    newest_by_authority,
)
from totalplace.scenarios.gap_result import BODY, NEED, OUTCOME, THEME, Bearer

BANDS = ("poorest third of districts", "middle third of districts", "least poor third of districts")
FIFTHS = ("poorest fifth", "second poorest fifth", "middle fifth", "second least poor fifth",
          "least poor fifth")  # fmt: skip


def bearers(
    book: Book, today: Today, code: str, name: str, known: Sequence[Row], mix: Mix
) -> tuple[Bearer, ...]:
    """Everyone who bears a part of a mix.

    Args:
        book: A place book.
        today: Its authorities.
        code: The council's.
        name: The council's.
        known: Its lines of children's social care that have an amount.
        mix: What is taken away.
    """
    return (
        *_bodies(name, known, mix),
        *_grouped(THEME, known, mix, lambda one: one.theme),
        *_grouped(OUTCOME, known, mix, lambda one: one.outcome),
        *_need(book, today, code, name, mix),
    )


def _bodies(name: str, known: Sequence[Row], mix: Mix) -> list[Bearer]:
    spend = sum(row.net for row in known) / 100
    found = [
        Bearer(
            by=BODY,
            name=f"{name}'s own services",
            pounds=sum(cut for _, cut in mix.choices),
            of=spend,
            children=None,
            note="What families no longer get from the council.",
        )
    ]
    if mix.joint:
        partners = dict.fromkeys(partner for one in mix.joint for partner in one.partners)
        found.append(
            Bearer(
                by=BODY,
                name=" and ".join(partners),
                pounds=None,
                of=None,
                children=None,
                note="Shares the work and its risk, and saves its own part.",
            )
        )
    for one, _ in mix.choices:
        also = core_lines()[one.line].also_bears
        if also:
            found.append(
                Bearer(
                    by=BODY,
                    name=also,
                    pounds=None,
                    of=None,
                    children=None,
                    note=f"Less of {one.title}.",
                )
            )
    return found


def _grouped(
    by: str, known: Sequence[Row], mix: Mix, name_fn: Callable[[Choice | Row], str]
) -> list[Bearer]:
    groups = dict.fromkeys(name_fn(row) for row in known)
    taken = {name: sum(cut for one, cut in mix.choices if name_fn(one) == name) for name in groups}
    return [
        Bearer(
            by=by,
            name=name,
            pounds=taken[name],
            of=sum(row.net for row in known if name_fn(row) == name) / 100,
            children=None,
            note="" if taken[name] else "Untouched.",
        )
        for name in groups
    ]


def _need(book: Book, today: Today, code: str, name: str, mix: Mix) -> list[Bearer]:
    taken = sum(cut for _, cut in mix.choices)
    found = newest_by_authority(book, today, [POOR, COUNTED["children"]])
    poor, children = found[POOR], found[COUNTED["children"]]
    at = today.area_codes.index(code)
    if np.isnan(poor[at]):
        return []
    poorer = int((poor > poor[at]).sum())
    fifth = FIFTHS[min(4, poorer * 5 // int((~np.isnan(poor)).sum()))]
    whole = Bearer(
        by=NEED,
        name=f"{name}, in the {fifth} of England's authorities",
        pounds=taken,
        of=None,
        children=float(children[at]) if not np.isnan(children[at]) else None,
        note=f"{poor[at] * 100:.0f} % of its children live in income-deprived families; {poorer} "
        "authorities have a larger share.",
    )
    mine = {one.code: one for one in all_districts() if one.area_code == code}
    if len(mine) < len(BANDS):
        return [whole]
    try:
        return [whole, *_by_district(book, today, mine, mix)]
    except InputError:
        return [whole]  # the book has no figures by district


def _by_district(book: Book, today: Today, mine: dict[str, District], mix: Mix) -> list[Bearer]:
    """By thirds of a county's districts: each line's cut goes where its key says it is spent."""
    found = district_keys(book, today, mine)
    order = sorted(mine, key=lambda one: (-found.poor_share[one], one))
    bands = {one: BANDS[rank * len(BANDS) // len(order)] for rank, one in enumerate(order)}
    taken = dict.fromkeys(BANDS, 0.0)
    for one, cut in mix.choices:
        weights = found.keys[rule_of(one.line).key].of_parts(bands)
        whole = sum(weights.values())
        for band, weight in weights.items():
            taken[band] += cut * weight / whole
    children = found.keys["children"].of_parts(bands)
    return [
        Bearer(
            by=NEED,
            name=band,
            pounds=taken[band],
            of=None,
            children=children[band],
            note="Apportioned by each line's key: "
            + ", ".join(mine[one].name for one in order if bands[one] == band),
        )
        for band in BANDS
    ]
