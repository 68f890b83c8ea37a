"""Add the authorities up and see whether England and the regions come out as published.

Flow: measures.cells, measures.rebase -> THIS -> cli.measure_checks, tests, docs
In: published cells and the headline measures. Out: a frozen Reconciliation: every value that can be
tested, and for every miss the first reason that the figures themselves bear out.

A value can be tested when every authority of the day has its counts and the publisher prints the
figure. The counts are added up, rounded where the publisher rounds totals before it divides
(``total_step``), and divided; the value agrees when that is the published one to the published
rounding. Where authorities' own published figures of that year do not come out of their own counts
either, the counts or the populations have been revised since, and the value is kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor

import polars as pl

from totalplace.measures.cells import ENGLAND, Cells
from totalplace.measures.headlines import Headline
from totalplace.measures.rebase import Piece, counts_of, pieces_of, total_of
from totalplace.measures.territory import Territory
from totalplace.measures.today import JOINT_SEPARATOR

STEPS = (10.0, 5.0, 1.0, 0.1)
"""What counts are rounded to: the largest of these that divides every authority's is taken."""

OWN_AGREE = 0.95
"""Share of authorities' own figures that come out of their own counts, below which the counts or
populations of that year are not those the publisher worked from."""

NO_REASON = "no reason found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One figure of England or a region, added up from its authorities."""

    measure: str  # the headline's id
    item: str
    area: str
    end: date
    ours: float
    published: float
    agrees: bool
    unrounded: bool  # agrees with no total rounded first
    original: bool  # authorities' own figures of that year come out of these counts
    reason: str  # why it misses; "" where it agrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Every value tested, by measure, period and area, and how many could not be."""

    tested: tuple[Tested, ...]
    untested: int  # published values some part of which has no published count

    @property
    def original(self) -> tuple[Tested, ...]:
        """Values whose counts are still those the publisher worked from."""
        return tuple(one for one in self.tested if one.original)

    @property
    def revised(self) -> tuple[Tested, ...]:
        """Values of years whose counts or populations have been revised since."""
        return tuple(one for one in self.tested if not one.original)

    @property
    def misses(self) -> tuple[Tested, ...]:
        """Values that do not agree, each with its reason."""
        return tuple(one for one in self.tested if not one.agrees)

    def only_misses(self) -> Reconciliation:
        """The same with the agreeing values left out."""
        return Reconciliation(tested=self.misses, untested=self.untested)

    def to_frame(self) -> pl.DataFrame:
        """One row per value tested."""
        names = tuple(Tested.__dataclass_fields__)
        return pl.DataFrame({name: [getattr(one, name) for one in self.tested] for name in names})


@dataclass(frozen=True, slots=True)
class _Part:
    """One published row that is added up."""

    code: str
    top: float
    bottom: float


def share(values: Sequence[Tested], field: str = "agrees") -> float:
    """Share of values that agree (or have another flag set); nan where there are none."""
    if not values:
        return float("nan")
    return sum(bool(getattr(one, field)) for one in values) / len(values)


def reconcile(cells: Cells, headlines: Sequence[Headline]) -> Reconciliation:
    """Add up every value of England and the regions that can be tested.

    Args:
        cells: Published figures; must hold every headline's items.
        headlines: Measures; those without counts or a published rounding are passed over.
    """
    register = cells.register
    regions = sorted({one.region_code for one in register.on()})
    tested: list[Tested] = []
    untested = 0
    for headline in headlines:
        if not (headline.numerator and headline.item and headline.step):
            continue
        for end in cells.ends(headline.item):
            own = _own_share(cells, headline, end)
            for area in (ENGLAND, *regions):
                published = cells.at(headline.item, area, end)
                if published is None or published.value is None:
                    continue
                members = tuple(o for o in register.on(end) if area in (ENGLAND, o.region_code))
                place = Territory(name=area, kind="footprint", parts=members, own_code="")
                parts = _parts(cells, headline, place, end)
                if parts is None:
                    untested += 1
                    continue
                tested.append(
                    _tested(
                        cells,
                        headline,
                        area,
                        end,
                        published.value,
                        parts,
                        original=own >= OWN_AGREE,
                    )
                )
    return Reconciliation(tested=tuple(tested), untested=untested)


def _parts(
    cells: Cells, headline: Headline, place: Territory, end: date
) -> tuple[_Part, ...] | None:
    """The counts of every part; None where one is not published."""
    counts = counts_of(cells, headline)
    found: list[_Part] = []
    for piece in pieces_of(cells, headline, place, end):
        top = total_of(cells, counts, piece, end)[0] if counts and not piece.lacking else None
        bottom = total_of(cells, headline.denominator, piece, end, older=True)[0]
        if top is None or bottom is None:
            return None
        found.append(_Part(piece.code, top, bottom))
    return tuple(found) if sum(part.bottom for part in found) > 0 else None


def _tested(
    cells: Cells,
    headline: Headline,
    area: str,
    end: date,
    published: float,
    parts: tuple[_Part, ...],
    *,
    original: bool,
) -> Tested:
    ours = _value(headline, parts)
    agrees = _agrees(headline, ours, published)
    plain = _value(headline, parts, rounded=False)
    return Tested(
        measure=headline.id,
        item=headline.item,
        area=area,
        end=end,
        ours=ours,
        published=published,
        agrees=agrees,
        unrounded=_agrees(headline, plain, published),
        original=original,
        reason="" if agrees else _reason(cells, headline, area, end, published, parts),
    )


def _value(headline: Headline, parts: Sequence[_Part], *, rounded: bool = True) -> float:
    top = sum(part.top for part in parts)
    bottom = sum(part.bottom for part in parts)
    if rounded and headline.total_step:
        top = floor(top / headline.total_step + 0.5) * headline.total_step
    return top / bottom * headline.scale


def _agrees(headline: Headline, ours: float, published: float) -> bool:
    return abs(ours - published) <= headline.step / 2 * (1 + 1e-6)


def _reason(
    cells: Cells,
    headline: Headline,
    area: str,
    end: date,
    published: float,
    parts: tuple[_Part, ...],
) -> str:
    """The first reason that the figures bear out."""
    joint = [part for part in parts if JOINT_SEPARATOR in part.code]
    others = [part for part in parts if part not in joint]
    if joint and others and _agrees(headline, _value(headline, others), published):
        names = " and ".join(_names(cells, part.code) for part in joint)
        return f"the published total leaves out the joint return of {names}"
    if _within_rounding(cells, headline, end, parts, published):
        return "the parts' counts are themselves rounded, by as much as the difference"
    astray = [part for part in parts if _astray(cells, headline, end, part)]
    if astray:
        whose = f"{len(astray)} of its {len(parts)} authorities'"
        return f"{whose} own figures do not come out of their counts either: revised since"
    return _own_total(cells, headline, area, end, published, parts) or NO_REASON


def _within_rounding(
    cells: Cells, headline: Headline, end: date, parts: Sequence[_Part], published: float
) -> bool:
    """Whether the published figure lies in the range that the rounding of the parts leaves."""
    top, bottom = sum(part.top for part in parts), sum(part.bottom for part in parts)
    above = _rounding(cells, counts_of(cells, headline), end) / 2 * len(parts)
    below = _rounding(cells, headline.denominator, end) / 2 * len(parts)
    if bottom <= below:
        return False
    low = (top - above) / (bottom + below) * headline.scale
    high = (top + above) / (bottom - below) * headline.scale
    spare = headline.step / 2 * (1 + 1e-6)
    return low - spare <= published <= high + spare


def _rounding(cells: Cells, items: Sequence[str], end: date) -> float:
    """What authorities' counts of a period are rounded to; 0 where they are whole."""
    whole = 0.0
    for item in items:
        values = [
            cell.value
            for code, series in cells.cells.get(item, {}).items()
            if code in cells.register.authorities
            and (cell := series.get(end)) is not None
            and cell.value is not None
        ]
        step = next((s for s in STEPS if all(abs(v / s - round(v / s)) < 1e-6 for v in values)), 0)
        whole += 0.0 if step == 1 or not values else step
    return whole


def _own_share(cells: Cells, headline: Headline, end: date) -> float:
    """Share of authorities whose own published figure comes out of their own counts."""
    counts = counts_of(cells, headline)
    agreed = known = 0
    for one in cells.register.on(end):
        piece = Piece(one.area_code)
        top = total_of(cells, counts, piece, end)[0] if counts else None
        bottom = total_of(cells, headline.denominator, piece, end, older=True)[0]
        if top is None or not bottom or cells.at(headline.item, one.area_code, end) is None:
            continue
        known += 1
        agreed += not _astray(cells, headline, end, _Part(one.area_code, top, bottom))
    return agreed / known if known else 1.0


def _astray(cells: Cells, headline: Headline, end: date, part: _Part) -> bool:
    """Whether an authority's own published figure cannot come out of its own counts."""
    cell = cells.at(headline.item, part.code, end)
    if cell is None or cell.value is None or not part.bottom:
        return False
    return not _within_rounding(cells, headline, end, [part], cell.value)


def _own_total(
    cells: Cells,
    headline: Headline,
    area: str,
    end: date,
    published: float,
    parts: Sequence[_Part],
) -> str:
    """Whether the publisher's own counts of the area give its figure, where their sum does not."""
    piece = Piece(area)
    top = total_of(cells, counts_of(cells, headline), piece, end)[0]
    bottom = total_of(cells, headline.denominator, piece, end, older=True)[0]
    if top is None or not bottom or not _agrees(headline, top / bottom * headline.scale, published):
        return ""
    return (
        f"the publisher counts {top:,.0f} of {bottom:,.0f} in the whole, its authorities' counts "
        f"add up to {sum(p.top for p in parts):,.0f} of {sum(p.bottom for p in parts):,.0f}"
    )


def _names(cells: Cells, code: str) -> str:
    known = cells.register.authorities
    return " and ".join(
        known[one].name if one in known else one for one in code.split(JOINT_SEPARATOR)
    )
