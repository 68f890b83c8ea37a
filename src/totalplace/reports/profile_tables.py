"""What a profile shows in tables: heads, captions and rows of words, the same in every report.

Flow: scenarios.profile -> THIS -> profile_words, profile_text, profile_page, profile_workbook,
profile_paper, profile_json
In: a frozen Profile. Out: plain strings; each figure with its interval, or where it has none the
reason stands in the notes. Formatting only.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from totalplace.measures.headlines import GROUPS
from totalplace.measures.judgements import AREAS
from totalplace.measures.ranks import Rank
from totalplace.measures.rates import METHODS, Rate
from totalplace.money.unit_costs import UnitCost
from totalplace.reports import own_words
from totalplace.reports.words import and_list, counted, day, sentence
from totalplace.scenarios.account import Expectation, Line, Profile

GROUP_TITLES = {
    "need": "Need",
    "activity": "Activity (neither better nor worse)",
    "workforce": "Steady hands: the workforce",
    "money": "Money",
}
HEADS = (
    "measure",
    "here (interval)",
    "England",
    "beside England",
    "neighbours*",
    "over five years",
)
NEED_TITLE = "Given its need"
NEED_HEADS = (
    "measure",
    "expected",
    "difference that lasts",
    "plain rank",
    "rank given need",
    "given need",
)
NEED_CAPTION = "What need leads one to expect, and what lasts of the difference"
INSPECTIONS_CAPTION = "Full inspections of children's services, newest first"
COSTS_CAPTION = "What a year's spend comes to per child, with 80 % intervals"
COST_HEADS = ("per child", "year", "here (80 % interval)", "England", "by the last day's count")
NEIGHBOURS_CAPTION = "Compared with, nearest first where the list says so"
INSPECTION_HEADS = ("council", "published", *AREAS.values())
PARTNERS_CAPTION = "Bodies this place must work with"
PARTNER_HEADS = ("kind", "body", "inside it")
NEIGHBOUR_HEADS = ("area code", "place", "how close, in the publisher's words")
ABSENT = "not available"
_VERDICT = {
    ("above", "high"): "better",
    ("below", "high"): "worse",
    ("above", "low"): "worse",
    ("below", "low"): "better",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure as it is shown."""

    title: str
    here: str
    england: str
    verdict: str
    neighbours: str
    trend: str
    period: str

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of HEADS."""
        return (
            self.title,
            self.here,
            self.england,
            self.verdict,
            self.neighbours,
            self.trend,
        )


def heading(text: str) -> str:
    """A column's head with a capital in front and the rest as it is."""
    return text[:1].upper() + text[1:]


def rows(place: Profile) -> list[tuple[str, list[Row]]]:
    """Measures by group, in the order shown; groups with none are left out."""
    groups = [(GROUP_TITLES.get(name, name), place.group(name)) for name in GROUPS]
    return [(name, [_row(place, line) for line in lines]) for name, lines in groups if lines]


def need_rows(place: Profile) -> list[tuple[str, ...]]:
    """Measures that need leads one to expect something of, in the order of NEED_HEADS."""
    return [
        (
            line.headline.short,
            number(line.expected.value, line.headline.decimals),
            _difference(line.expected, line.headline.decimals),
            span(line.expected.rank),
            span(line.expected.adjusted_rank),
            line.expected.words.removesuffix(" from expected").removesuffix(" than expected"),
        )
        for line in place.lines
        if line.expected is not None
    ]


def cost_rows(place: Profile) -> list[tuple[str, ...]]:
    """What a year's spend comes to per child, in the order of COST_HEADS."""
    return [
        (
            f"{one.here.unit.title}, {'a week' if one.here.unit.weekly else 'a year'} £",
            one.here.year,
            _cost(one.here),
            _pounds(one.england.value),
            _pounds(one.here.one_day) if one.here.unit.moves else "as here",
        )
        for one in place.costs
    ]


def cost_faults(place: Profile) -> list[str]:
    """What is wrong with each unit cost: first what always is, then what is so here."""
    return [
        f"{one.here.unit.title}: {' '.join((*_left_out(one.here), *one.here.faults))}"
        for one in place.costs
    ]


def _left_out(one: UnitCost) -> list[str]:
    if not one.unknown_areas:
        return []
    return [f"No spend or no count for {counted(len(one.unknown_areas), 'council', 'councils')}."]


def _cost(one: UnitCost) -> str:
    if one.value is None or one.low is None or one.high is None:
        return ABSENT
    return f"{_pounds(one.value)} ({_pounds(one.low)} to {_pounds(one.high)})"


def _pounds(value: float | None) -> str:
    return ABSENT if value is None else number(value, 0)


def no_expectation(place: Profile, line: Line) -> str:
    """Why nothing is expected of a measure; "" where something is."""
    if line.expected is not None:
        return ""
    if line.headline.group in ("need", "money"):
        return f"it is {line.headline.group}: nothing is expected of it"
    if place.kind != "authority":
        return "worked out only for single authorities of today"
    if place.as_of is not None:
        return "worked out only from the newest figures"
    return "this book has too few figures, or none for the newest period"


def rank(found: Rank | None) -> str:
    """A rank as the interval it lies in: ``3 to 20 of 151``."""
    return ABSENT if found is None else f"{span(found)} of {found.of}"


def neighbour_rows(place: Profile) -> list[tuple[str, str, str]]:
    """Code, name and closeness of every neighbour, in the order of NEIGHBOUR_HEADS."""
    return [
        (one.area_code, one.name, one.closeness or "not rated")
        for one in place.compared_with.members
    ]


def span(found: Rank | None) -> str:
    """The interval of a rank alone: ``3 to 20``."""
    if found is None:
        return ABSENT
    return f"{found.low} to {found.high}" if found.low != found.high else f"{found.low}"


def figure(rate: Rate, decimals: int) -> str:
    """A figure with its interval in the same cell."""
    if not rate.known:
        if rate.has_interval:
            return f"{number(rate.low, decimals)} to {number(rate.high, decimals)}"
        return ABSENT
    value = number(rate.value, decimals)
    if not rate.has_interval:
        return value
    low, high = (number(end, _digits(rate, decimals)) for end in (rate.low, rate.high))
    return f"{value} ({low} to {high})"


def judged(line: Line) -> str:
    """Better, worse, above, below or no clear difference, against England."""
    against = line.against_england
    return _VERDICT.get((against, line.headline.better), against)


def gaps(place: Profile) -> list[tuple[str, str]]:
    """Measures without a figure, each with its reason; then those without an interval."""
    listed = [(short, sentence(reason)) for short, reason in place.gaps]
    bare: dict[str, list[str]] = {}
    for line in place.lines:
        if line.rate.known and line.rate.no_interval:
            bare.setdefault(line.rate.no_interval, []).append(line.headline.short)
    listed += [(and_list(shorts), sentence(f"no interval: {why}")) for why, shorts in bare.items()]
    if place.not_held:
        listed.append((and_list(place.not_held), "This book does not hold it."))
    return listed


def methods(place: Profile) -> list[tuple[str, str]]:
    """How each interval was made: words, then the measures it was made for."""
    used: dict[str, list[str]] = {}
    for line in place.lines:
        if line.rate.method:
            used.setdefault(line.rate.method, []).append(line.headline.short)
    return [(sentence(METHODS[name]), and_list(used[name])) for name in METHODS if name in used]


def notes(place: Profile) -> list[tuple[str, str]]:
    """How figures that are not simply published were put together."""
    found: dict[str, list[str]] = {}
    for line in place.lines:
        if line.rate.note:
            found.setdefault(line.rate.note, []).append(line.headline.short)
    return [(sentence(note), and_list(shorts)) for note, shorts in found.items()]


def inspections(place: Profile) -> list[tuple[str, ...]]:
    """Council, date published and the four grades, newest first."""
    return [
        (
            one.name,
            day(one.judgement.published),
            *(
                (grade or "not graded")
                + (" (files disagree)" if words in one.judgement.disputed else "")
                for grade, words in zip(one.judgement.grades, AREAS.values(), strict=True)
            ),
        )
        for one in place.inspections
    ]


def partners(place: Profile) -> list[tuple[str, str, str]]:
    """Kind, name and which parts are inside it."""
    return [
        (
            one.kind,
            one.name,
            and_list([f"{name} (part)" if name in one.partly else name for name in one.members])
            if len(place.parts) > 1 or one.partly or place.became
            else "all of it",
        )
        for one in place.partners
    ]


def difference_digits(given: Expectation, decimals: int) -> int:
    """One more place where an end of the interval that is not nothing would read as nothing."""
    ends = (given.low, given.high)
    hidden = any(end != 0 and not _shows(f"{end:.{decimals}f}") for end in ends)
    return decimals + 1 if hidden and (given.low > 0) == (given.high > 0) else decimals


def _shows(text: str) -> bool:
    return any(digit in "123456789" for digit in text)


def _difference(given: Expectation, decimals: int) -> str:
    """The difference that lasts with its interval: ``+5.1 (+2.0 to +8.1)``."""
    if not isfinite(given.low):
        return ABSENT
    places = difference_digits(given, decimals)
    point, low, high = (_signed(x, places) for x in (given.lasting, given.low, given.high))
    return f"{point} ({low} to {high})"


def _signed(value: float, decimals: int) -> str:
    """With its sign, and without one where it rounds to nothing."""
    text = f"{value:+,.{decimals}f}"
    return text if _shows(text) else text[1:]


def _row(place: Profile, line: Line) -> Row:
    headline, beside = line.headline, line.neighbours
    near = number(beside.median, headline.decimals) if beside.used else "none"
    if beside.used and beside.used < beside.of:
        near += f" ({beside.used} of {beside.of})"
    verdict_words = judged(line) if headline.group != "money" else ""
    return Row(
        title=headline.short,
        here=own_words.marked(figure(line.rate, headline.decimals), line.own),
        england=number(line.england, headline.decimals),
        verdict="" if verdict_words.startswith("no interval") else verdict_words or "not compared",
        neighbours=near if place.compared_with.members else "",
        trend=line.trend.split(";")[0].removeprefix("one year only: ") or ABSENT,
        period=line.rate.period,
    )


def _digits(rate: Rate, decimals: int) -> int:
    """One more place for the ends where they would round to the same figure."""
    same = f"{rate.low:.{decimals}f}" == f"{rate.high:.{decimals}f}"
    return decimals + 1 if same else decimals


def number(value: float, decimals: int) -> str:
    """A figure, or that it is not available."""
    return f"{value:,.{decimals}f}" if isfinite(value) else ABSENT
