"""What a profile says, as sentences and rows: every report tells the same story.

Flow: scenarios.profile -> THIS -> reports.profile_text, profile_page, profile_workbook,
profile_paper
In: a frozen Profile. Out: plain strings; each figure with its interval, or where it has none the
reason stands in the notes. Formatting only.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from totalplace.measures.headlines import GROUPS, OUTCOMES
from totalplace.measures.judgements import AREAS
from totalplace.measures.ranks import Rank
from totalplace.measures.rates import METHODS, Rate
from totalplace.reports.words import and_list, count, counted, day, sentence, short_hash
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
INTERVAL_LINE = (
    "Intervals are 90 %. Where an interval holds the other figure, there is no clear difference. "
    "Neighbours: the median of those that have a figure; the mean is in the workbook and the JSON."
)
NEED_LINE = (
    "Expected is what councils of like need have, worked out without this place's own figures; the "
    "difference that lasts is over the latest five years."
)
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


def title(place: Profile) -> str:
    """The place with its codes: ``Camden (E09000007, 202)``."""
    codes = ", ".join(code for code in (place.area_code, place.la_number) if code)
    return f"{place.name} ({codes})" if codes else place.name


def children(place: Profile) -> str:
    """How many children live there, and when that was."""
    if not isfinite(place.children) or place.children_end is None:
        return f"children 0-17: {ABSENT}"
    return f"children 0-17: {place.children:,.0f} (mid-{place.children_end.year})"


def standing(place: Profile) -> list[str]:
    """What kind of place it is, where that needs saying."""
    said = []
    if place.kind == "footprint":
        said.append(
            f"{count(len(place.parts), 'council')} taken together, as one place: counts are added "
            "up and rates worked out from the sums, never averaged."
        )
    if place.ended is not None:
        said.append(
            f"It was abolished on {day(place.ended)}; later figures are those of "
            f"{and_list(place.became)}."
        )
    if place.ending is not None:
        said.append(
            f"It is to be abolished on {day(place.ending.expected)} ({place.ending.status}; "
            f"confidence {place.ending.confidence})."
        )
    if place.as_of is not None:
        said.append(f"As it was known on {day(place.as_of)}.")
    return said


def verdict(place: Profile) -> list[str]:
    """The answer first: need, then what is better, worse or not clear."""
    return [text for text in (_need(place), _given_need(place), _outcomes(place)) if text]


def cautions(place: Profile) -> list[str]:
    """What to read with care: neighbours, disagreement, gaps."""
    others = place.compared_with
    said = [f"* neighbours are {others.words}"]
    if others.not_close:
        said[0] += (
            f'; {counted(others.not_close, "of them is", "of them are")} "not close": read that '
            "column with care"
        )
    disagree = [line.headline.short for line in place.lines if line.neighbours.disagree]
    if disagree:
        said.append(
            "The neighbours' mean and median disagree on whether this place is above or below for "
            f"{and_list(disagree, most=4)}"
        )
    if place.gaps:
        said.append(
            f"{counted(len(place.gaps), 'measure has', 'measures have')} no figure of "
            "their own; the reasons are below"
        )
    return [sentence(text) for text in said]


def rows(place: Profile) -> list[tuple[str, list[Row]]]:
    """Measures by group, in the order shown; groups with none are left out."""
    groups = [(GROUP_TITLES.get(name, name), place.group(name)) for name in GROUPS]
    return [(name, [_row(place, line) for line in lines]) for name, lines in groups if lines]


def need_rows(place: Profile) -> list[tuple[str, ...]]:
    """Measures that need leads one to expect something of, in the order of NEED_HEADS."""
    return [
        (
            line.headline.short,
            _number(line.expected.value, line.headline.decimals),
            _difference(line.expected, line.headline.decimals),
            _span(line.expected.rank),
            _span(line.expected.adjusted_rank),
            line.expected.words.removesuffix(" from expected").removesuffix(" than expected"),
        )
        for line in place.lines
        if line.expected is not None
    ]


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
    return ABSENT if found is None else f"{_span(found)} of {found.of}"


def need_line(place: Profile) -> str:
    """How to read the table of what need leads one to expect."""
    sizes = sorted({one.of for line in place.lines for one in _ranks(line)})
    among = " to ".join(str(size) for size in dict.fromkeys((sizes[0], sizes[-1]))) if sizes else ""
    ranked = (
        f" Ranks are among the {among} councils with a figure, from draws of what the figures "
        "leave open; 1 is best, or most where nothing is better."
    )
    return NEED_LINE + (ranked if among else "")


def neighbour_words(place: Profile) -> str:
    """Every neighbour with how close it is, in one sentence; "" where there is none."""
    others = place.compared_with.members
    named = [f"{one.name} ({one.closeness.lower() or 'not rated'})" for one in others]
    return f"Neighbours: {and_list(named)}." if named else ""


def _ranks(line: Line) -> list[Rank]:
    given = line.expected
    return [one for one in (given.rank, given.adjusted_rank) if one] if given else []


def _span(found: Rank | None) -> str:
    if found is None:
        return ABSENT
    return f"{found.low} to {found.high}" if found.low != found.high else f"{found.low}"


def figure(rate: Rate, decimals: int) -> str:
    """A figure with its interval in the same cell."""
    if not rate.known:
        if rate.has_interval:
            return f"{_number(rate.low, decimals)} to {_number(rate.high, decimals)}"
        return ABSENT
    value = _number(rate.value, decimals)
    if not rate.has_interval:
        return value
    low, high = (_number(end, _digits(rate, decimals)) for end in (rate.low, rate.high))
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


INSPECTION_HEADS = ("council", "published", *AREAS.values())


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


def doubts(place: Profile) -> list[str]:
    """What to ask about before relying on the spend."""
    return [sentence(doubt.words) for doubt in place.doubts]


def stamp(place: Profile) -> str:
    """Where it came from, on one line."""
    known = f"As known on {day(place.as_of)} · " if place.as_of else ""
    return f"{known}book {short_hash(place.book_hash)} · Total Place {place.version}"


def _need(place: Profile) -> str:
    line = next((one for one in place.lines if one.headline.id == "child-poverty"), None)
    if line is None or place.kind == "england":
        return ""
    if not line.against_england or line.against_england.startswith("no interval"):
        return ""
    shown = figure(line.rate, line.headline.decimals)
    words = {
        "above": "Need is above England's",
        "below": "Need is below England's",
        "no clear difference": "Need is not clearly different from England's",
    }[line.against_england]
    ranked = f"; rank {rank(line.rank)}, where 1 is most" if line.rank else ""
    return (
        f"{words}: children in low-income families {shown} %, "
        f"England {_number(line.england, line.headline.decimals)} %{ranked}."
    )


def _outcomes(place: Profile) -> str:
    lines = [line for line in place.lines if line.headline.group in OUTCOMES]
    if place.kind == "england":
        return "England as a whole: there is nothing to compare it with here."
    found: dict[str, list[str]] = {}
    for line in lines:
        short = line.headline.short.split(" %")[0]
        found.setdefault(judged(line), []).append(short[0].lower() + short[1:])
    said = [
        f"clearly {name} than England on {len(found[name])} ({and_list(found[name], most=4)})"
        for name in ("better", "worse")
        if found.get(name)
    ]
    level = len(found.get("no clear difference", ()))
    rest = len(lines) - level - sum(len(found.get(name, ())) for name in ("better", "worse"))
    said = said or ["nothing is clearly better or worse than England"]
    text = (
        f"Not allowing for need, of {count(len(lines), 'measure')} of the five outcomes: "
        f"{'; '.join(said)}; no clear difference on {level}"
    )
    return sentence(text + (f"; {rest} could not be compared" if rest else ""))


def _given_need(place: Profile) -> str:
    """Where the place lies clearly away from what its need leads one to expect."""
    judged_lines = [
        line
        for line in place.lines
        if line.expected is not None
        and isfinite(line.expected.low)
        and line.headline.group in OUTCOMES
    ]
    if not judged_lines:
        return ""
    said = []
    for name in ("better than expected", "worse than expected"):
        lines = [line for line in judged_lines if line.expected and line.expected.words == name]
        shorts = [
            f"{line.headline.short.split(' %')[0].lower()} "
            f"({_difference(line.expected, line.headline.decimals)}; rank "
            f"{rank(line.expected.adjusted_rank)})"
            for line in lines
            if line.expected
        ]
        if shorts:
            said.append(f"{name} on {len(shorts)}: {and_list(shorts, most=3)}")
    level = sum(
        line.expected is not None and line.expected.words == "no clear difference from expected"
        for line in judged_lines
    )
    said.append(f"no clear difference from expected on {level}")
    return sentence(
        f"Given its need, of {count(len(judged_lines), 'measure')} of the five outcomes that can "
        f"be judged: {'; '.join(said)}"
    )


def _difference(given: Expectation, decimals: int) -> str:
    """The difference that lasts with its interval: ``+5.1 (+2.0 to +8.1)``."""
    if not isfinite(given.low):
        return ABSENT
    point, low, high = (f"{x:+,.{decimals}f}" for x in (given.lasting, given.low, given.high))
    return f"{point} ({low} to {high})"


def _row(place: Profile, line: Line) -> Row:
    headline, beside = line.headline, line.neighbours
    near = _number(beside.median, headline.decimals) if beside.used else "none"
    if beside.used and beside.used < beside.of:
        near += f" ({beside.used} of {beside.of})"
    verdict_words = judged(line) if headline.group != "money" else ""
    return Row(
        title=headline.short,
        here=figure(line.rate, headline.decimals),
        england=_number(line.england, headline.decimals) if isfinite(line.england) else "none",
        verdict="" if verdict_words.startswith("no interval") else verdict_words,
        neighbours=near if place.compared_with.members else "",
        trend=line.trend.split(";")[0].removeprefix("one year only: "),
        period=line.rate.period,
    )


def _digits(rate: Rate, decimals: int) -> int:
    """One more place for the ends where they would round to the same figure."""
    same = f"{rate.low:.{decimals}f}" == f"{rate.high:.{decimals}f}"
    return decimals + 1 if same else decimals


def _number(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}" if isfinite(value) else ABSENT
