"""Check own figures against a book: every fault of every row at once, and nothing is kept.

Flow: measures.own_file, an open book -> THIS -> book.own
In: a file in the shape of the template. Out: frozen OwnFigures: what differs from the published.
Rows that say what was published are counted and left out. What is strange but possible is a
warning. Own figures stand in place of published ones: a period that nobody has published, or a
council that makes a joint return, has nothing to stand in place of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from math import isfinite

from totalplace.book.own import OwnFigure, OwnFigures
from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.catalogue import Catalogue, Measure, measures
from totalplace.measures.own_doubts import rows_words, warnings
from totalplace.measures.own_file import KNOWN, NOTHING_KEPT, PLACES, OwnFile, Row, read_file
from totalplace.measures.today import JOINT_SEPARATOR, todays_authorities
from totalplace.places.register import Authority, Register
from totalplace.publishers.cells import DFE_SYMBOLS
from totalplace.publishers.periods import parse
from totalplace.types import Missing

LEVEL = "Local authority"
MAY_BE_NEGATIVE = ("pounds", "score")
PER_CENT = "per cent"
MOST_NOTE = 300
NOT_PUBLISHED = "not published"
NOT_AVAILABLE = "x"


@dataclass(frozen=True, slots=True)
class _Published:
    """A published figure, as read from the book."""

    value: float | None
    missing: str
    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Against:
    """What rows are checked against."""

    register: Register
    catalogue: Catalogue
    only: frozenset[str]  # area codes allowed; empty: every authority of today
    whose: str
    periods: Mapping[str, Mapping[str, date | None]]  # by item: label as published, last day
    published: Mapping[tuple[str, str, date | None], _Published]
    joint: frozenset[tuple[str, str, date | None]]
    found: dict[str, Measure | Problem] = field(default_factory=dict)  # by what was written


@dataclass(slots=True)
class _Faults:
    """Faults as they are met, equal ones of several rows as one."""

    rows: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def add(self, row: Row, column: str, what: str, fix: str) -> None:
        self.rows.setdefault((column, what, fix), []).append(row.number)

    def problems(self) -> list[Problem]:
        """In the order of the rows."""
        ordered = sorted(self.rows.items(), key=lambda one: (one[1][0], _place(one[0][0])))
        return [
            Problem(what=what, where=f"{rows_words(rows)}, {column}", count=len(rows), fix=fix)
            for (column, what, fix), rows in ordered
        ]


def read_own(
    book: Book,
    content: bytes,
    *,
    file_name: str,
    title: str,
    owner: str = "",
    only: Collection[str] = (),
) -> OwnFigures:
    """The own figures of a file, checked against a published book.

    Args:
        book: The book they are to be laid over.
        content: The file.
        file_name: What it is called.
        title: What the set is to be called.
        owner: Whose figures they are; the authorities they are of, if left out.
        only: Area codes whose figures may be given; every authority of today if left out.

    Raises:
        InputError: Everything that is wrong with the file, by row and column. Nothing was kept.
    """
    file = read_file(content)
    against = _read_against(book, file, frozenset(only), owner)
    faults, figures, same = _Faults(), [], 0
    seen: dict[tuple[str, str, date | None], int] = {}
    for row in file.rows:
        figure = _figure(row, file, against, faults)
        if figure is None:
            continue
        key = (figure.item, figure.area_code, figure.period_end)
        if key in seen:
            what = f"the same figure stands in row {seen[key]:,} already"
            faults.add(row, "measure", what, "Leave one of the two.")
            continue
        seen[key] = row.number
        if _is_published(figure):
            same += 1
        else:
            figures.append((row.number, figure))
    problems = faults.problems()
    if not problems and not figures:
        problems = [
            Problem(
                what=f"all {same:,} rows say what was published, so there is nothing to keep",
                fix="Overwrite the figures of your own in the column value.",
            )
        ]
    if problems:
        raise InputError(problems, after=NOTHING_KEPT)
    whose = owner or _names(one.area_name for _, one in figures)
    return OwnFigures(
        title=title,
        owner=whose,
        file_name=file_name,
        sha256=sha256(content).hexdigest(),
        figures=tuple(replace(one, owner=whose) for _, one in figures),
        same=same,
        warnings=tuple(warnings(figures)),
    )


def beside_published(book: Book, own: OwnFigures) -> OwnFigures:
    """The same figures beside what another, newer book has published."""
    items = sorted({one.item for one in own.figures})
    _, published, _ = _read_published(book, items)

    def again(one: OwnFigure) -> OwnFigure:
        now = published.get((one.item, one.area_code, one.period_end))
        return replace(
            one,
            published=now.value if now else None,
            published_symbol=now.symbol if now else "",
            published_missing=now.missing if now else NOT_PUBLISHED,
        )

    return replace(own, figures=tuple(map(again, own.figures)))


_Key = tuple[str, str, date | None]  # item, area code, last day


def _read_published(
    book: Book, items: Sequence[str]
) -> tuple[dict[str, dict[str, date | None]], dict[_Key, _Published], set[_Key]]:
    """Of some items: the periods, the figures of authorities, and who makes joint returns."""
    frame = book.query(
        "SELECT item, level, coalesce(area_code, published_code), period, period_end, value,"
        " coalesce(missing, ''), coalesce(symbol, '') FROM observation WHERE latest"
        " AND level IN ('authority', 'joint') AND item IN (SELECT unnest(?))"
        " ORDER BY item, period_end, period",
        [list(items)],
    )
    periods: dict[str, dict[str, date | None]] = {}
    published: dict[_Key, _Published] = {}
    joint: set[_Key] = set()
    for item, level, code, period, end, value, missing, symbol in frame.iter_rows():
        periods.setdefault(item, {})[period] = end
        if level == "joint":
            joint.update((item, part, end) for part in (code or "").split(JOINT_SEPARATOR))
        else:
            published[item, code, end] = _Published(value, missing, symbol)
    return periods, published, joint


def _read_against(book: Book, file: OwnFile, only: frozenset[str], whose: str) -> _Against:
    catalogue = measures(book)
    wanted: dict[str, Measure | Problem] = {}
    for words in dict.fromkeys(row.get("measure") for row in file.rows):
        if words:
            try:
                wanted[words] = catalogue.resolve(words)
            except InputError as error:
                wanted[words] = error.problems[0]
    items = sorted({one.item for one in wanted.values() if isinstance(one, Measure)})
    periods, published, joint = _read_published(book, items)
    return _Against(
        register=todays_authorities(book).register,
        catalogue=catalogue,
        only=only,
        whose=whose,
        periods=periods,
        published=published,
        joint=frozenset(joint),
        found=wanted,
    )


def _figure(row: Row, file: OwnFile, against: _Against, faults: _Faults) -> OwnFigure | None:
    """One row understood; None, and its faults told, where it cannot be."""
    formulas = [heading for heading in KNOWN if (row.number, heading) in file.formulas]
    for heading in formulas:
        what, fix = "a formula, which may show another figure elsewhere", "Paste its value instead."
        faults.add(row, heading, what, fix)
    level = row.get("geographic_level")
    if level and level.casefold() != LEVEL.casefold():
        fix = f"Only figures of authorities can be your own: write {LEVEL}, or take the row out."
        faults.add(row, "geographic_level", f"the level is {level[:40]!r}", fix)
    area = _area(row, against, faults)
    measure = _measure(row, against, faults)
    value, symbol, missing = None, "", ""
    told = "value" in formulas
    if not told:
        value, symbol, missing, told = _value(row, measure, faults)
    period, end, dated = _period(row, measure, against, faults)
    if area is None or measure is None or not dated or told or formulas:
        return None
    key = (measure.item, area.area_code, end)
    before = against.published.get(key)
    if before is None and key in against.joint:
        what = f"{area.name} is published together with others, in a joint return"
        fix = "A figure of one of them has nothing to stand in place of: take the row out."
        faults.add(row, PLACES[0], what, fix)
        return None
    return OwnFigure(
        owner=against.whose,
        item=measure.item,
        title=measure.title,
        unit=measure.unit,
        area_code=area.area_code,
        area_name=area.name,
        period=period,
        period_end=end,
        value=value,
        symbol=symbol,
        missing=missing,
        published=before.value if before else None,
        published_symbol=before.symbol if before else "",
        published_missing=before.missing if before else NOT_PUBLISHED,
        note=row.get("note")[:MOST_NOTE],
    )


def _area(row: Row, against: _Against, faults: _Faults) -> Authority | None:
    given = {heading: row.get(heading) for heading in PLACES if row.get(heading)}
    if not given:
        fix = "Give the authority's code (E09000007) or its name."
        faults.add(row, PLACES[0], "no authority is named", fix)
        return None
    found: dict[str, Authority] = {}
    for heading, words in given.items():
        try:
            found[heading] = against.register.resolve(words)
        except InputError as error:
            faults.add(row, heading, error.problems[0].what, error.problems[0].fix)
    if len(found) < len(given):
        return None
    one, *others = found.values()
    if others and others[0].area_code != one.area_code:
        what = f"{given[PLACES[0]]} is {one.name}, but the name says {given[PLACES[1]]}"
        faults.add(row, PLACES[0], what, "Mend the code or the name.")
        return None
    if one.ends is not None:
        news = [against.register.authorities[code].name for code, _ in
                against.register.current_of(one.area_code)]  # fmt: skip
        what = f"{one.name} was abolished on {one.ends.day} {one.ends:%B %Y}"
        fix = f"Its area is in {' and '.join(news)}." if news else "Take the row out."
        faults.add(row, PLACES[0], what, fix)
        return None
    if against.only and one.area_code not in against.only:
        names = sorted(against.register.authorities[code].name for code in against.only)
        what = f"{one.name} is not among the councils of {against.whose}"
        faults.add(row, PLACES[0], what, f"Its councils are {', '.join(names)}.")
        return None
    return one


def _measure(row: Row, against: _Against, faults: _Faults) -> Measure | None:
    words = row.get("measure")
    if not words:
        fix = "Give its id, as the template and the page of measures print it."
        faults.add(row, "measure", "no measure is named", fix)
        return None
    found = against.found[words]
    if isinstance(found, Problem):
        faults.add(row, "measure", found.what, found.fix)
        return None
    if found.item not in against.periods:
        what = f"{found.item} has no figures of authorities in this book"
        faults.add(row, "measure", what, "Take the row out.")
        return None
    unit = row.get("unit")
    if unit and unit.casefold() != found.unit.casefold():
        what = f"the unit is {unit[:40]!r}, but {found.item} is in {found.unit or 'no unit'}"
        faults.add(row, "unit", what, "Give the figure in the unit that is published.")
    return found


def _period(
    row: Row, measure: Measure | None, against: _Against, faults: _Faults
) -> tuple[str, date | None, bool]:
    """The label as published, its last day, and whether there is one."""
    words = row.get("time_period")
    if not words:
        faults.add(row, "time_period", "no period is given", "Give it as it is published.")
        return "", None, False
    if measure is None:
        return "", None, False
    held = against.periods[measure.item]
    for label, end in held.items():
        if _plain(label) == _plain(words):
            return label, end, True
    try:
        day = parse(words, measure.period_kind).end
    except ValueError:
        day = None
    for label, end in held.items():
        if day is not None and end == day:
            return label, end, True
    kind = measure.period_kind or "a period of its own"
    newest = ", ".join(list(held)[::-1][:4])
    what = f"{words[:40]!r} is no period for which {measure.item} is published ({kind})"
    faults.add(row, "time_period", what, f"The latest are {newest}.")
    return "", None, False


def _value(
    row: Row, measure: Measure | None, faults: _Faults
) -> tuple[float | None, str, str, bool]:
    """Value, symbol, reason; and whether there is a fault."""
    words = row.get("value")
    if not words:
        fix = f"Give a number, a symbol ({', '.join(DFE_SYMBOLS)}), or take the row out."
        faults.add(row, "value", "there is no value", fix)
        return None, "", "", True
    reason: Missing | None = DFE_SYMBOLS.get(words.casefold())
    if reason is not None:
        return None, words.casefold(), str(reason), False
    number = _number(words)
    if number is None:
        plain = _number(re.sub(r"[£%,\s]", "", words))
        fix = (
            f"Write it without signs and separators: {plain:.10g}."
            if plain is not None
            else f"Give a number, or a symbol ({', '.join(DFE_SYMBOLS)})."
        )
        faults.add(row, "value", f"{words[:40]!r} is not a number", fix)
        return None, "", "", True
    if measure is not None and number < 0 and measure.unit not in MAY_BE_NEGATIVE:
        unit = measure.unit or measure.title
        fix = "Give the figure as it was counted."
        faults.add(row, "value", f"{words[:40]} is less than nothing, of {unit}", fix)
        return None, "", "", True
    if measure is not None and number > 100 and measure.unit == PER_CENT:
        what = f"{words[:40]} is more than a hundred per cent"
        faults.add(row, "value", what, "Is it a count? Give the percentage.")
        return None, "", "", True
    return number, "", "", False


def _number(words: str) -> float | None:
    try:
        found = float(words)
    except ValueError:
        return None
    return found if isfinite(found) and re.fullmatch(r"[-+0-9.eE]+", words) else None


def _is_published(figure: OwnFigure) -> bool:
    """Whether it says what was published; to the tenth digit, which is what the template prints."""
    if figure.published_missing == NOT_PUBLISHED:
        return False
    if figure.value is None or figure.published is None:
        both = figure.value is None and figure.published is None
        return both and figure.symbol == template_symbol(figure.published_symbol)
    return f"{figure.value:.10g}" == f"{figure.published:.10g}"


def template_symbol(printed: str) -> str:
    """What the template prints where a publisher printed a symbol: a symbol that can be read."""
    return printed if printed in DFE_SYMBOLS else NOT_AVAILABLE


def _names(names: Iterable[str]) -> str:
    """``Camden``; ``Camden and Islington``; ``Camden and 4 more``."""
    first, *others = sorted(set(names))
    if not others:
        return first
    return f"{first} and {others[0] if len(others) == 1 else f'{len(others):,} more'}"


def _plain(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.casefold())


def _place(column: str) -> int:
    return KNOWN.index(column) if column in KNOWN else len(KNOWN)
