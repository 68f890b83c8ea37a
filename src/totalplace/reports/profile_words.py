"""What a profile says, as sentences: every report tells the same story.

Flow: scenarios.profile, reports.profile_tables -> THIS -> reports.profile_text, profile_page,
profile_workbook, profile_paper
In: a frozen Profile. Out: plain strings, the answer first. Formatting only.
"""

from __future__ import annotations

from math import isfinite

from totalplace.measures.headlines import OUTCOMES
from totalplace.measures.ranks import Rank
from totalplace.reports import own_words
from totalplace.reports.profile_tables import (
    ABSENT,
    difference_digits,
    judged,
    neighbour_rows,
    number,
    rank,
)
from totalplace.reports.words import and_list, count, counted, day, sentence, short_hash
from totalplace.scenarios.account import Expectation, Line, Profile

INTERVAL_LINE = (
    "Intervals are 90 %. Where an interval holds the other figure, there is no clear difference. "
    "Neighbours: the median of those that have a figure; the mean is in the workbook and the JSON."
)
NEED_LINE = (
    "Expected is what councils of like need have, worked out without this place's own figures; the "
    "difference that lasts is over the latest five years."
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
    said = [text] if (text := own_words.first_line(place.own)) else []
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
    return [text for text in (_need(place), _outcomes(place), _given_need(place)) if text]


def cautions(place: Profile) -> list[str]:
    """What to read with care: neighbours, disagreement, gaps."""
    others = place.compared_with
    said = [f"* neighbours are {others.words}"]
    if others.not_close:
        said[0] += (
            f'; {counted(others.not_close, "of them is", "of them are")} "not close": read that '
            "column with care"
        )
    disagree = [_amid(line.headline.short) for line in place.lines if line.neighbours.disagree]
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
    named = [f"{name} ({close.lower()})" for _, name, close in neighbour_rows(place)]
    return f"Neighbours: {and_list(named)}." if named else ""


def _ranks(line: Line) -> list[Rank]:
    given = line.expected
    return [one for one in (given.rank, given.adjusted_rank) if one] if given else []


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
    decimals = line.headline.decimals
    said = {
        "above": "Need is above England's",
        "below": "Need is below England's",
        "no clear difference": "Need is not clearly different from England's",
    }[line.against_england]
    low, high = (number(end, decimals) for end in (line.rate.low, line.rate.high))
    ranked = f"rank {rank(line.rank)}, where 1 is most" if line.rank else ""
    if line.rate.known:
        told = f"{number(line.rate.value, decimals)} % of children"
        within = "; ".join(part for part in (f"90 % interval {low} to {high}", ranked) if part)
        told += f" are in low-income families ({within})"
    else:
        told = f"between {low} and {high} % of children are in low-income families"
    return f"{said}: {told}; England {number(line.england, decimals)} %."


def _outcomes(place: Profile) -> str:
    lines = [line for line in place.lines if line.headline.group in OUTCOMES]
    if place.kind == "england":
        return "England as a whole: there is nothing to compare it with here."
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(judged(line), []).append(_amid(line.headline.short.split(" %")[0]))
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
    """How many outcomes lie clearly away from what need leads one to expect."""
    verdicts = [given.words for _, given in _judged_outcomes(place)]
    if not verdicts:
        return ""
    better, worse = (verdicts.count(f"{name} than expected") for name in ("better", "worse"))
    level = verdicts.count("no clear difference from expected")
    return sentence(
        f"Given its need, of {count(len(verdicts), 'measure')} of the five outcomes that can be "
        f"judged: {better or 'none'} better than expected, {worse or 'none'} worse, "
        f"no clear difference on {level}"
    )


def findings(place: Profile) -> list[str]:
    """Each outcome that lies clearly away from what need leads one to expect, better ones first."""
    told = []
    for word in ("better", "worse"):
        for line, given in _judged_outcomes(place):
            if given.words != f"{word} than expected":
                continue
            places = difference_digits(given, line.headline.decimals)
            short, percent, _ = line.headline.short.partition(" %")
            unit = " percentage points" if percent else ""
            side = "above" if given.low > 0 else "below"
            ends = sorted((abs(given.low), abs(given.high)))
            ranked = f"; rank {rank(given.adjusted_rank)}" if given.adjusted_rank else ""
            told.append(
                f"{word.capitalize()} than expected: {_amid(short)}, "
                f"{number(abs(given.lasting), places)}{unit} {side} (90 % interval "
                f"{number(ends[0], places)} to {number(ends[1], places)}{ranked})."
            )
    return told


def _amid(title: str) -> str:
    """A measure's title amid a sentence: a small letter in front, except of initials."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _judged_outcomes(place: Profile) -> list[tuple[Line, Expectation]]:
    return [
        (line, line.expected)
        for line in place.lines
        if line.headline.group in OUTCOMES
        and line.expected is not None
        and isfinite(line.expected.low)
    ]
