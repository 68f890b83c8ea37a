"""How own figures are told and marked, the same in every report.

Flow: book.own -> THIS -> every report of a result that used own figures
In: the own figures a result used. Out: plain strings and rows; nothing where none was used,
so that a result of published figures reads as it always did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from totalplace.book.own import OwnFigure
from totalplace.reports.words import and_list, count

CAPTION = "Own figures, not published, and the published ones they stand in place of"
HEADS = ("council", "measure", "period", "own figure", "published", "difference", "note")


def first_line(own: Sequence[OwnFigure]) -> str:
    """Whose figures were used and how many; "" where none was."""
    if not own:
        return ""
    owners = and_list([f"{one}'s" for one in dict.fromkeys(figure.owner for figure in own)])
    return (
        f"Uses {count(len(own), 'figure')} of {owners} own, not published, in place of published "
        "ones; each is marked."
    )


def mark(own: Sequence[OwnFigure]) -> str:
    """What stands beside a figure that is an own one, or rests on some; "" where it does not."""
    if not own:
        return ""
    return own[0].mark if len(own) == 1 else f"rests on {len(own):,} own figures"


def marked(text: str, own: Sequence[OwnFigure]) -> str:
    """A cell with its mark, if it has one."""
    return f"{text} [{mark(own)}]" if own else text


def rows(own: Sequence[OwnFigure]) -> list[tuple[str, ...]]:
    """Own beside published, in the order of HEADS."""
    return [
        (
            one.area_name,
            one.title,
            one.period,
            one.shown,
            one.published_shown,
            "-" if one.difference is None else f"{one.difference:+,.6g}",
            one.note,
        )
        for one in own
    ]


def document(own: Sequence[OwnFigure]) -> dict[str, Any]:
    """What a JSON document says of own figures; no key where none was used."""
    if not own:
        return {}
    return {
        "own_figures": [
            {
                "owner": one.owner,
                "item": one.item,
                "title": one.title,
                "unit": one.unit,
                "area_code": one.area_code,
                "area_name": one.area_name,
                "period": one.period,
                "period_end": one.period_end.isoformat() if one.period_end else None,
                "value": one.value,
                "missing": one.missing or None,
                "published": one.published,
                "published_missing": one.published_missing or None,
                "note": one.note or None,
            }
            for one in own
        ]
    }
