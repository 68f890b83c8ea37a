"""A profile as an Excel workbook anyone can read, sort and reuse.

Flow: scenarios.profile, reports.profile_words -> THIS -> profile_write
In: a frozen Profile. Out: the bytes of an .xlsx file, the same for the same profile. One table a
sheet, marked as a table; one header row; units in the headers or the measure; figures unrounded;
``[x]`` where there is none, with the reason beside it. Text is never taken for a formula or link.
"""

from __future__ import annotations

from totalplace.measures.ranks import Rank
from totalplace.measures.rates import METHODS
from totalplace.reports import own_words
from totalplace.reports import profile_tables as tables
from totalplace.reports import profile_words as words
from totalplace.reports.plain_workbook import Picture, listed, plain_workbook
from totalplace.reports.profile_chart import chart_png, chart_words
from totalplace.reports.sheets import ABSENT, Cell, Column, Sheet, own_sheets
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.scenarios.account import Expectation, Profile


def profile_workbook(place: Profile) -> bytes:
    """The profile as the bytes of an .xlsx file."""
    png = chart_png(place)
    return plain_workbook(
        title=words.title(place),
        stamp=words.stamp(place),
        cover=[
            words.children(place).capitalize(),
            *words.verdict(place),
            *words.findings(place),
            *words.standing(place),
            *words.cautions(place),
            words.INTERVAL_LINE,
            *([words.need_line(place)] if tables.need_rows(place) else []),
            f"{ABSENT} stands for a figure that is not available. It is not zero; the reason is "
            "beside it.",
            words.stamp(place),
            LICENCE_LINE,
        ],
        sheets=profile_sheets(place),
        pictures=[
            Picture(
                name="picture",
                title="The five outcomes beside England",
                note="England is 100. The same figures are on sheet measures.",
                png=png,
                words=chart_words(place),
            )
        ]
        if png
        else (),
    )


def profile_sheets(place: Profile) -> list[Sheet]:
    """Every data sheet, in reading order."""
    return [
        _measures(place),
        _given_need(place),
        _compared(place),
        _series(place),
        _costs(place),
        listed(
            "neighbours",
            tables.NEIGHBOURS_CAPTION,
            tuple(map(tables.heading, tables.NEIGHBOUR_HEADS)),
            tables.neighbour_rows(place),
        ),
        listed(
            "inspections",
            tables.INSPECTIONS_CAPTION,
            tuple(map(tables.heading, tables.INSPECTION_HEADS)),
            tables.inspections(place),
        ),
        listed(
            "partners",
            tables.PARTNERS_CAPTION,
            tuple(map(tables.heading, tables.PARTNER_HEADS)),
            tables.partners(place),
        ),
        listed(
            "doubts",
            "Doubts about the money",
            ("Doubt",),
            [(text,) for text in words.doubts(place)],
        ),
        listed(
            "gaps",
            "What is not known, and why",
            ("Measure", "Why"),
            tables.gaps(place),
        ),
        _made(place),
        listed(
            "methods",
            "How the figures and intervals were made",
            ("How", "Measures"),
            [*tables.methods(place), *tables.notes(place)],
        ),
        *own_sheets(place.own),
        listed("sources", "Sources", ("Source",), [(text,) for text in place.sources]),
    ]


_MEASURE = Column("Measure and unit", "text")


def _measures(place: Profile) -> Sheet:
    return Sheet(
        name="measures",
        title="Every headline measure, newest figures",
        purpose="One row for each measure. Figures are in the unit the measure names.",
        columns=(
            Column("Group", "text"),
            _MEASURE,
            Column("Better is", "text"),
            Column("Period", "text"),
            Column("Here (unit of the measure)", "decimal"),
            Column("Low end of 90 % interval", "decimal"),
            Column("High end of 90 % interval", "decimal"),
            Column("England", "decimal"),
            Column("Why no figure, or no interval", "text"),
            *([Column("Own figure", "text")] if place.own else []),
        ),
        rows=tuple(
            (
                tables.GROUP_TITLES.get(line.headline.group, line.headline.group),
                line.headline.short,
                line.headline.better or "neither",
                line.rate.period,
                line.rate.value,
                line.rate.low,
                line.rate.high,
                line.england,
                line.rate.reason or line.rate.no_interval or "none",
                *([own_words.mark(line.own) or "none"] if place.own else []),
            )
            for line in place.lines
        ),
    )


def _compared(place: Profile) -> Sheet:
    return Sheet(
        name="compared",
        title="Every headline measure beside England, neighbours and its own past",
        purpose="One row for each measure.",
        columns=(
            _MEASURE,
            Column("Against England", "text"),
            Column("Neighbours' mean", "decimal"),
            Column("Neighbours' median", "decimal"),
            Column("Neighbours with a figure", "count"),
            Column("Neighbours", "count"),
            Column("Mean and median disagree", "text"),
            Column("Against neighbours' median", "text"),
            Column("Over five years", "text"),
        ),
        rows=tuple(
            (
                line.headline.short,
                tables.judged(line) or "not compared",
                line.neighbours.mean,
                line.neighbours.median,
                line.neighbours.used,
                line.neighbours.of,
                "yes" if line.neighbours.disagree else "no",
                line.against_neighbours or "not compared",
                line.trend or "none",
            )
            for line in place.lines
        ),
    )


def _given_need(place: Profile) -> Sheet:
    decimals = (
        "Expected given need",
        "Difference in the newest year",
        "Difference that lasts",
        "What lasts: low",
        "What lasts: high",
    )
    ranks = (f"{what}: {end}" for what in ("Plain rank", "Rank given need") for end in _ENDS)
    return Sheet(
        name="given_need",
        title="What need leads one to expect, and ranks before and after allowing for it",
        purpose="One row for each measure. Low and high are the ends of 90 % intervals. Rank 1 is "
        "best, or most where nothing is better.",
        columns=(
            _MEASURE,
            *(Column(head, "decimal") for head in decimals),
            *(Column(head, "count") for head in ranks),
            Column("What that says, or why nothing is expected", "text"),
        ),
        rows=tuple(
            (
                line.headline.short,
                *_difference(line.expected),
                *_rank(line.expected.rank if line.expected else line.rank),
                *_rank(line.expected.adjusted_rank if line.expected else None),
                line.expected.words if line.expected else tables.no_expectation(place, line),
            )
            for line in place.lines
        ),
    )


_ENDS = ("low", "high", "of")


def _difference(given: Expectation | None) -> tuple[Cell, ...]:
    if given is None:
        return (None,) * 5
    return given.value, given.difference, given.lasting, given.low, given.high


def _costs(place: Profile) -> Sheet:
    return Sheet(
        name="unit_costs",
        title=tables.COSTS_CAPTION,
        purpose="One row for each.",
        columns=(
            Column("Per child", "text"),
            Column("Time", "text"),
            Column("Year", "text"),
            *(
                Column(head, "pounds")
                for head in (
                    "Here (£)",
                    "Low end of 80 % interval (£)",
                    "High end of 80 % interval (£)",
                    "England (£)",
                    "By the last day's count (£)",
                    "As published (£)",
                )
            ),
            Column("What is wrong with it", "text"),
        ),
        rows=tuple(
            (
                one.here.unit.title,
                "a week" if one.here.unit.weekly else "a year",
                one.here.year,
                one.here.value,
                one.here.low,
                one.here.high,
                one.england.value,
                one.here.one_day,
                one.here.published,
                fault,
            )
            for one, fault in zip(place.costs, tables.cost_faults(place), strict=True)
        ),
        empty="Unit costs are made of the newest figures only.",
    )


def _made(place: Profile) -> Sheet:
    return Sheet(
        name="how_made",
        title="What every figure was made from",
        purpose="One row for each measure.",
        columns=(
            _MEASURE,
            Column("Numerator (children, cases or £)", "decimal"),
            Column("Denominator (children or cases)", "decimal"),
            Column("Interval", "text"),
            Column("How it was put together", "text"),
            Column("Why it is here", "text"),
            Column("Item of the place book", "text"),
        ),
        rows=tuple(
            (
                line.headline.short,
                line.rate.numerator,
                line.rate.denominator,
                METHODS.get(line.rate.method, "none"),
                line.rate.note or "as published",
                line.headline.why,
                line.headline.item or "worked out",
            )
            for line in place.lines
        ),
    )


def _rank(found: Rank | None) -> tuple[Cell, ...]:
    return (found.low, found.high, found.of) if found else (None, None, None)


def _series(place: Profile) -> Sheet:
    return Sheet(
        name="years",
        title="Every headline measure by year",
        purpose="One row for each measure and period with a figure.",
        columns=(
            Column("Measure and unit", "text"),
            Column("Period", "text"),
            Column("Last day of the period", "text"),
            Column("Figure (unit of the measure)", "decimal"),
            Column("Low end of 90 % interval", "decimal"),
            Column("High end of 90 % interval", "decimal"),
            Column("How it was put together", "text"),
        ),
        rows=tuple(
            (
                line.headline.short,
                point.rate.period,
                point.end.isoformat(),
                point.rate.value,
                point.rate.low,
                point.rate.high,
                point.rate.note or "as published",
            )
            for line in place.lines
            for point in line.series
        ),
    )
