"""Any measure for any footprint, past or proposed: counts added up, rates worked out anew.

Flow: measures.cells, places.register -> THIS -> measures.neighbours, scenarios.profile
In: published cells and a place as typed. Out: a Rate with its interval, or why there is none.

Rules. A figure published for the whole place is used as it stands. Otherwise each part's counts
are added: what a part was before it existed is its predecessors, a county's counts split by the
register's share of its children; what an abolished part is now is its successors, if they came
from it alone. A joint return counts once. Rates are worked out from the sums and never averaged;
where the counts are not published there is no figure, and the reason says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from totalplace.measures.cells import ENGLAND, Cell, Cells
from totalplace.measures.headlines import YEAR_NOISE, Headline
from totalplace.measures.rates import Rate, between, from_counts, from_noise
from totalplace.measures.territory import Territory
from totalplace.measures.today import JOINT_SEPARATOR
from totalplace.places.register import Authority

MOST_NAMED = 3
"""How many withheld parts a reason names."""

DENOMINATOR_AGE = timedelta(days=400)
"""How much older than the figure a denominator may be: rates use the mid-year before."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A published row that stands for a part, or a share of one."""

    code: str
    share: float = 1.0
    lacking: str = ""  # why nothing can be had for it


def rebased(
    cells: Cells,
    headline: Headline,
    place: Territory,
    end: date,
    *,
    noise: Mapping[str, float] | None = None,
) -> Rate:
    """One measure of one place for one period.

    Args:
        cells: Published figures; must hold ``headline.items``.
        headline: The measure.
        place: The place.
        end: Last day of the period.
        noise: Year-to-year noise of the published item, by area code.
    """
    code = place.own_code
    if not code and len(place.parts) == 1:
        code = place.codes[0]
    own = cells.at(headline.item, code, end) if headline.item and code else None
    if own is not None and place.kind == "past authority" and not _stood(place.parts[0], end):
        own = None  # some publishers print nothings for councils that are no more
    period = _period(cells, headline, end)
    if own is not None and own.value is not None:
        return replace(_published(cells, headline, code, end, own.value, noise), period=period)
    if headline.kind != "level":
        summed = _summed(cells, headline, place, end)
        if summed.known or summed.has_interval:
            return replace(summed, period=period)
        reason = summed.reason
    else:
        standing = _stands_in(cells, headline, place, end, noise)
        if standing is not None:
            return replace(standing, period=period)
        parts = _between_parts(cells, headline, place, end, noise)
        if parts.has_interval:
            return replace(parts, period=period)
        reason = parts.reason
    if own is not None and code and _existed(place, end):
        reason = missing_words(own)
    return Rate(reason=reason, period=period)


def value_of(cells: Cells, headline: Headline, place: Territory, end: date) -> float:
    """The value alone; nan where there is none."""
    if place.kind in ("authority", "region", "england"):
        own = cells.at(headline.item, place.own_code, end)
        if own is not None and own.value is not None:
            return own.value
    return rebased(cells, headline, place, end).value


def count_of(cells: Cells, item: str, place: Territory, end: date) -> float:
    """A count added up over a place; nan where any part is missing."""
    headline = Headline(
        id=item,
        item="",
        short=item,
        group="",
        kind="ratio",
        why="",
        numerator=(item,),
        denominator=(item,),
        interval="none: a count",
    )
    return _summed(cells, headline, place, end).numerator


def _published(
    cells: Cells,
    headline: Headline,
    code: str,
    end: date,
    value: float,
    noise: Mapping[str, float] | None,
) -> Rate:
    if headline.kind == "level":
        if code not in cells.register.authorities and headline.interval == YEAR_NOISE:
            return Rate(
                value=value,
                no_interval="no counts are published beside it, and there is nothing of this size "
                "to judge its year-to-year noise from",
            )
        return from_noise(headline, value, (noise or {}).get(code))
    bottom, _ = total_of(cells, headline.denominator, Piece(code), end, older=True)
    if bottom is None or not bottom > 0:
        return Rate(
            value=value,
            no_interval=headline.no_interval
            or "the number it is divided by is not published for this period",
        )
    top = None
    counts = counts_of(cells, headline)
    if counts:
        top, _ = total_of(cells, counts, Piece(code), end)
    if top is not None and abs(top / bottom * headline.scale - value) <= _tolerance(
        headline, value
    ):
        return from_counts(headline, top, bottom, published=value)
    implied = value / headline.scale * bottom
    return from_counts(headline, implied, bottom, published=value, implied=True)


def _tolerance(headline: Headline, value: float) -> float:
    """How far counts may lie from the published figure and still be the counts behind it."""
    return max(headline.step, 0.02 * abs(value))


def _summed(cells: Cells, headline: Headline, place: Territory, end: date) -> Rate:
    """Counts of every part added up."""
    pieces = pieces_of(cells, headline, place, end)
    top, bottom, widest = 0.0, 0.0, 0.0
    withheld: list[str] = []
    for piece in pieces:
        below, why = total_of(cells, headline.denominator, piece, end, older=True)
        if piece.lacking or below is None:
            return Rate(reason=piece.lacking or _named(cells, piece, why))
        above, why = _numerator(cells, headline, piece, end, below)
        bottom += below
        if above is None:
            widest += below
            withheld.append(_named(cells, piece, why))
        else:
            top += above
    if withheld:
        found = Rate()
        if headline.kind == "percent" and len(withheld) < len(pieces):
            found = between(headline, top, top + widest, bottom)
        more = f"; and {len(withheld) - MOST_NAMED} more" if len(withheld) > MOST_NAMED else ""
        return replace(found, reason="; ".join(withheld[:MOST_NAMED]) + more)
    found = from_counts(headline, top, bottom, implied=not counts_of(cells, headline))
    return replace(found, note=_how(cells, pieces, place))


def pieces_of(cells: Cells, headline: Headline, place: Territory, end: date) -> list[Piece]:
    """The published rows that make up a place; those that cannot be had say so in ``lacking``."""
    items = counts_of(cells, headline) or (headline.item,)
    if place.kind in ("region", "england") and _has_value(cells, items, place.own_code, end):
        return [Piece(place.own_code)]
    pieces: list[Piece] = []
    for part in place.parts:
        found = _pieces(cells, headline, part, end)
        if isinstance(found, str):
            pieces.append(
                Piece(
                    part.area_code,
                    lacking=found if len(place.parts) == 1 else f"{part.name}: {found}",
                )
            )
        else:
            pieces += found
    shares: dict[str, float] = {}
    lacking: dict[str, str] = {}
    for one in pieces:  # two halves of a county are the county; a joint return counts once
        joint = JOINT_SEPARATOR in one.code
        shares[one.code] = one.share if joint else shares.get(one.code, 0.0) + one.share
        lacking[one.code] = one.lacking
        outside = [code for code in one.code.split(JOINT_SEPARATOR) if code not in place.codes]
        if joint and outside and len(place.parts) > 1:
            names = " and ".join(cells.register.authorities[code].name for code in outside)
            lacking[one.code] = f"one part makes a joint return with {names}, outside this place"
    return [
        Piece(code, 1.0 if abs(share - 1) < 1e-6 else share, lacking[code])
        for code, share in shares.items()
    ]


def _numerator(
    cells: Cells, headline: Headline, piece: Piece, end: date, below: float
) -> tuple[float | None, str]:
    """The count of one piece: published, or worked back from its published figure."""
    counts = counts_of(cells, headline)
    top, why = total_of(cells, counts, piece, end) if counts else (None, "")
    if top is not None:
        return top, ""
    cell = cells.at(headline.item, piece.code, end) if headline.item else None
    if cell is not None and cell.value is not None:
        return cell.value / headline.scale * below, ""
    return None, why or (missing_words(cell) if cell else "nothing was published")


def _pieces(
    cells: Cells, headline: Headline, part: Authority, end: date, *, back: bool = True
) -> list[Piece] | str:
    """The published rows that stand for one part in one period, or why there are none.

    ``back`` looks among its predecessors where it has no figure of its own.
    """
    items = counts_of(cells, headline) or (headline.item,)
    joint = cells.joint_of.get(items[0], {}).get(part.area_code, "")
    if _stood(part, end) and _has_value(cells, items, part.area_code, end):
        return [Piece(part.area_code)]
    if joint and _has_value(cells, items, joint, end):
        return [Piece(joint)]
    register = cells.register
    known = register.authorities
    if back and part.starts is not None:
        before = [
            change
            for change in register.changes
            if change.new_code == part.area_code
            and change.old_code in known
            and _stood(known[change.old_code], end)
        ]
        steps: list[Piece] = []
        for change in before:
            found = _pieces(cells, headline, known[change.old_code], end)
            if isinstance(found, str) or change.share is None:
                break
            steps += [replace(one, share=one.share * change.share) for one in found]
        else:
            if steps:
                return steps
    if part.ends is not None and end > part.ends:
        return _after(cells, headline, part, end)
    if cells.at(items[0], part.area_code, end) is not None:
        return [Piece(part.area_code)]  # a row without a value: the reason stands there
    return "nothing was published for this period"


def _after(cells: Cells, headline: Headline, part: Authority, end: date) -> list[Piece] | str:
    """The successors of an abolished authority, where they came from it alone."""
    register = cells.register
    news = [change.new_code for change in register.changes if change.old_code == part.area_code]
    for new in news:
        others = [
            change.old_code
            for change in register.changes
            if change.new_code == new
            and change.old_code != part.area_code
            and change.old_code in register.authorities
        ]
        if others:
            return (
                f"abolished on {part.ends}; {register.authorities[new].name} took other areas in "
                "too, and no key parts its figures again"
            )
    found: list[Piece] = []
    for new in news:
        more = _pieces(cells, headline, register.authorities[new], end, back=False)
        if isinstance(more, str):
            return f"{register.authorities[new].name}: {more}"
        found += more
    return found or f"abolished on {part.ends}"


def total_of(
    cells: Cells, items: Sequence[str], piece: Piece, end: date, *, older: bool = False
) -> tuple[float | None, str]:
    """The sum of some items for one piece, or None and why."""
    total = 0.0
    for item in items:
        cell = _cell(cells, item, piece.code, end, older=older)
        if cell is None:
            return None, "nothing was published for this period"
        if cell.value is None:
            return None, missing_words(cell)
        total += cell.value * piece.share
    return total, ""


def _cell(cells: Cells, item: str, code: str, end: date, *, older: bool) -> Cell | None:
    exact = cells.at(item, code, end)
    if exact is not None or not older:
        return exact
    days = [
        day
        for day in cells.cells.get(item, {}).get(code, {})
        if timedelta(0) <= end - day <= DENOMINATOR_AGE
    ]
    return cells.at(item, code, max(days)) if days else None


def _has_value(cells: Cells, items: Sequence[str], code: str, end: date) -> bool:
    return all(
        (cell := cells.at(item, code, end)) is not None and cell.value is not None for item in items
    )


def _stands_in(
    cells: Cells,
    headline: Headline,
    place: Territory,
    end: date,
    noise: Mapping[str, float] | None,
) -> Rate | None:
    """A figure without counts for one part alone: its joint return's, or its only predecessor's."""
    if len(place.parts) != 1:
        return None
    found = _pieces(cells, headline, place.parts[0], end)
    if isinstance(found, str) or len(found) != 1:
        return None
    piece = found[0]
    cell = cells.at(headline.item, piece.code, end)
    if cell is None or cell.value is None:
        return None
    rate = from_noise(headline, cell.value, (noise or {}).get(piece.code))
    return replace(rate, note=_how(cells, [piece], place))


def _between_parts(
    cells: Cells,
    headline: Headline,
    place: Territory,
    end: date,
    noise: Mapping[str, float] | None,
) -> Rate:
    """A figure without counts for several parts: no value, but it lies between theirs."""
    pieces = pieces_of(cells, headline, place, end)
    lacking = next((one.lacking for one in pieces if one.lacking), "")
    if lacking or not pieces:
        return Rate(reason=lacking or "no part of it has published figures for this period")
    values = []
    for one in pieces:
        cell = cells.at(headline.item, one.code, end)
        if cell is None or cell.value is None:
            why = missing_words(cell) if cell else ""
            return Rate(reason=why if len(pieces) == 1 and why else _named(cells, one, why))
        values.append(cell.value)
    low, high = (f"{value:,.{headline.decimals}f}" for value in (min(values), max(values)))
    reason = (
        "cannot be added up: the book has no counts behind it, and figures are never averaged; "
        f"its parts have {low} to {high}"
    )
    if headline.no_interval:
        return Rate(reason=reason)
    rates = [
        from_noise(headline, value, (noise or {}).get(one.code))
        for one, value in zip(pieces, values, strict=True)
    ]
    if not all(rate.has_interval for rate in rates):
        return Rate(reason=reason)
    return Rate(
        low=min(rate.low for rate in rates),
        high=max(rate.high for rate in rates),
        method="parts",
        reason=reason,
    )


def _how(cells: Cells, pieces: Sequence[Piece], place: Territory) -> str:
    """How a figure was put together, "" where it is simply one row."""
    names = cells.register.authorities
    if any(JOINT_SEPARATOR in one.code for one in pieces):
        joint = {
            code
            for one in pieces
            if JOINT_SEPARATOR in one.code
            for code in one.code.split(JOINT_SEPARATOR)
        }
        return f"from the joint return of {' and '.join(names[c].name for c in sorted(joint))}"
    split = [
        f"{one.share:.1%} of {names[one.code].name}'s counts, by its share of the children"
        for one in pieces
        if one.share != 1.0
    ]
    past = [
        names[one.code].name
        for one in pieces
        if one.share == 1.0 and one.code in names and one.code not in place.codes
    ]
    if split:
        return "; ".join(split)
    if past:
        return f"from the counts of {' + '.join(past)}"
    return f"from the counts of {len(pieces)} councils" if len(pieces) > 1 else ""


def _named(cells: Cells, piece: Piece, why: str) -> str:
    one = cells.register.authorities.get(piece.code)
    return f"{one.name if one else piece.code}: {why or 'not published'}"


def counts_of(cells: Cells, headline: Headline) -> tuple[str, ...]:
    """The items that are its numerator, where this book holds them all."""
    held = all(item in cells.cells for item in headline.numerator)
    return headline.numerator if held else ()


def _stood(part: Authority, end: date) -> bool:
    """Whether it still existed at the end of a period; its own later rows are not figures."""
    return part.ends is None or end <= part.ends


def missing_words(cell: Cell) -> str:
    """Why a figure has no value, with the published symbol."""
    printed = f" (printed as {cell.symbol})" if cell.symbol else ""
    reason = "withheld or absent, the publisher does not say which"
    words = reason if cell.missing == "unstated" else (cell.missing or "not published")
    return f"{words}{printed}"


def _existed(place: Territory, end: date) -> bool:
    return all(one.exists_on(end) for one in place.parts) or place.kind in ("region", "england")


def _period(cells: Cells, headline: Headline, end: date) -> str:
    item = headline.item or headline.numerator[0]
    cell = cells.at(item, ENGLAND, end)
    if cell is None:
        rows = cells.cells.get(item, {})
        cell = next((series[end] for _, series in sorted(rows.items()) if end in series), None)
    if cell is None:
        return ""
    return cell.period + (f" ({cell.status})" if cell.status == "provisional" else "")
