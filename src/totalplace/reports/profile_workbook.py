"""A profile as an Excel workbook anyone can read, sort and reuse.

Flow: scenarios.profile, reports.profile_words -> THIS -> profile_write
In: a frozen Profile. Out: the bytes of an .xlsx file, the same for the same profile. One table a
sheet, marked as a table; one header row; units in the headers or the measure; figures unrounded;
``[x]`` where there is none, with the reason beside it. Text is never taken for a formula or link.
"""

from __future__ import annotations

from totalplace.reports import profile_words as words
from totalplace.reports.plain_workbook import Picture, listed, plain_workbook
from totalplace.reports.profile_chart import chart_png, chart_words
from totalplace.reports.sheets import ABSENT, Cell, Column, Sheet
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.scenarios.account import Profile


def profile_workbook(place: Profile) -> bytes:
    """The profile as the bytes of an .xlsx file."""
    png = chart_png(place)
    return plain_workbook(
        title=words.title(place),
        stamp=words.stamp(place),
        cover=[
            words.children(place).capitalize(),
            *words.verdict(place),
            *words.standing(place),
            *words.cautions(place),
            words.INTERVAL_LINE,
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
        _series(place),
        listed(
            "neighbours",
            "Whom the place is compared with",
            ("Area code", "Place", "How close, in the publisher's words"),
            [
                (one.area_code, one.name, one.closeness or "not rated")
                for one in place.compared_with.members
            ],
        ),
        listed(
            "inspections",
            "Full inspections of children's services, newest first",
            tuple(head.capitalize() for head in words.INSPECTION_HEADS),
            words.inspections(place),
        ),
        listed(
            "partners",
            "Bodies this place must work with",
            ("Kind", "Body", "Inside it"),
            words.partners(place),
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
            words.gaps(place),
        ),
        listed(
            "methods",
            "How the figures and intervals were made",
            ("How", "Measures"),
            [*words.methods(place), *words.notes(place)],
        ),
        listed("sources", "Sources", ("Source",), [(text,) for text in place.sources]),
    ]


def _measures(place: Profile) -> Sheet:
    heads: list[Column] = [
        *(Column(head, "text") for head in ("Group", "Measure and unit", "Better is", "Period")),
        *(
            Column(head, "decimal")
            for head in (
                "Here (unit of the measure)",
                "Low end of 90 % interval",
                "High end of 90 % interval",
                "Expected given need",
                "Low end of the difference that lasts",
                "High end of the difference that lasts",
                "England",
            )
        ),
        Column("Against England", "text"),
        Column("Against what need leads one to expect", "text"),
        *(Column(head, "decimal") for head in ("Neighbours' mean", "Neighbours' median")),
        *(Column(head, "count") for head in ("Neighbours with a figure", "Neighbours")),
        *(
            Column(head, "text")
            for head in (
                "Mean and median disagree",
                "Against neighbours' median",
                "Over five years",
                "Why no figure, or no interval",
                "How it was put together",
                "Item of the place book",
            )
        ),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            words.GROUP_TITLES.get(line.headline.group, line.headline.group),
            line.headline.short,
            line.headline.better or "neither",
            line.rate.period,
            line.rate.value,
            line.rate.low,
            line.rate.high,
            line.expected.value if line.expected else None,
            line.expected.low if line.expected else None,
            line.expected.high if line.expected else None,
            line.england,
            words.judged(line) or "not compared",
            line.expected.words if line.expected else "not worked out for this place",
            line.neighbours.mean,
            line.neighbours.median,
            line.neighbours.used,
            line.neighbours.of,
            "yes" if line.neighbours.disagree else "no",
            line.against_neighbours or "not compared",
            line.trend or "none",
            line.rate.reason or line.rate.no_interval or "none",
            line.rate.note or "as published",
            line.headline.item or "worked out",
        )
        for line in place.lines
    ]
    return Sheet(
        name="measures",
        title="Every headline measure, newest figures",
        purpose="One row for each measure. Figures are in the unit the measure names.",
        columns=tuple(heads),
        rows=tuple(rows),
    )


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
