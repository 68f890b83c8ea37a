"""What dividing a county comes to, in words and tables: one telling for every kind of report.

Flow: scenarios.split_result -> THIS -> reports.split_report
In: a frozen CountySplit. Out: a Leaflet. Formatting only.
"""

from __future__ import annotations

from totalplace.footprints.results import Range
from totalplace.money.divide import PartRow
from totalplace.reports.leaflet import Leaflet, Table
from totalplace.reports.sheets import Cell, Column
from totalplace.reports.words import (
    and_list,
    money,
    money_cell,
    number,
    pounds,
    scale_for,
    share,
    short_hash,
)
from totalplace.scenarios.split_result import CountySplit, Subsidy

NOTES = (
    "Intervals are 80 % over draws of the assumptions. A range of an apportioned amount is another "
    "thing: it runs over the keys that could have divided the line, and over an estimate's own "
    "range.",
    "Loss of scale is the planner's own rules run the other way: a new authority needs its own "
    "director and top team whatever sharing would have released, so parting costs more than "
    "joining saves. What reorganising a whole council costs (staff, systems, buildings, districts' "
    "own services) is not in it, nor what it may gain.",
    "Districts say nothing of where borders run between schools, homes and teams; whether the new "
    "authorities hang together on the map is not checked.",
)


def split_leaflet(one: CountySplit) -> Leaflet:
    """The whole report."""
    names = [part.name for part in one.parts]
    keys = {key.name: key for key in one.keys}
    stated = [key.title for key in one.keys if key.stated]
    cautions = [
        f"Not known of the county, so of no part: {and_list(one.unknown)}.",
        "Nobody publishes looked-after children or children in need by district: their keys are "
        "foretold from poverty unless you state your own."
        if not {"looked_after", "in_need"} <= {k.name for k in one.keys if k.stated}
        else "",
        f"Stated by you: {and_list(stated)}." if stated else "",
        *(f"{word}." for word in one.doubts),
        f"Not priced in the loss of scale: {'; '.join(one.unpriced)}." if one.unpriced else "",
    ]
    years = "; ".join(f"{what} {year}" for what, year in one.count_years)
    return Leaflet(
        title=f"{one.place} divided into {and_list(names)}",
        answer=(
            f"All public money counted on its children, {pounds(one.whole_pence / 100)} a year, "
            f"goes {and_list([f'{pounds(p.pence / 100)} to {p.name}' for p in one.parts])}: the "
            "parts add up to the whole to the penny.",
            f"Being smaller costs children's services {money(one.added_a_year)} more a year, and "
            f"{money(one.set_up)} once to set up; over {one.years} years {money(one.over_years)} "
            "in present value.",
            _subsidy_sentence(one),
        ),
        cautions=tuple(word for word in cautions if word),
        tables=(
            _parts(one),
            _added(one),
            _ways(one),
            _subsidies(one),
            _ring_fences(one),
            _keys(one),
            _money(one, {name: key.title for name, key in keys.items()}),
        ),
        notes=(f"Years: {years}.", *NOTES),
        sources=one.sources,
        stamp=(
            f"{one.draws:,} draws · seed {one.seed} · assumptions "
            f"{short_hash(one.assumptions_sha256)} · book {short_hash(one.book_hash)} · Total "
            f"Place {one.version}"
        ),
    )


def _beyond(one: CountySplit, name: str) -> float:
    return sum(subsidy.beyond[name] for subsidy in one.subsidies)


def _subsidy_sentence(one: CountySplit) -> str:
    """Who pays for whom inside the county today."""
    totals = sorted(((_beyond(one, part.name), part.name) for part in one.parts), reverse=True)
    takes = [(amount, name) for amount, name in totals if amount >= 500]
    if not takes:
        return "By the keys used, no part takes more of the council's own money than its children."
    said = and_list([f"{name} takes {pounds(amount)} a year" for amount, name in takes])
    return (
        f"Hidden subsidy: today {said} more of the council's own money than {_their(takes)} share "
        "of children, and the rest of the county pays for it; once divided, somebody must decide "
        "to go on paying."
    )


def _their(takes: list[tuple[float, str]]) -> str:
    return "its" if len(takes) == 1 else "their"


def _parts(one: CountySplit) -> Table:
    scale = scale_for([part.added_a_year for part in one.parts], column=True)
    heads = ("part", "districts", "children", "poor", "smaller today", "money", "range over keys",
             "dearer by a year", "set up")  # fmt: skip
    return Table(
        name="parts",
        title="The new authorities",
        note="Poor: children in income-deprived families. Smaller today: how many of England's "
        "authorities have fewer children.",
        heads=heads,
        shown=tuple(
            (
                part.name,
                and_list(part.districts),
                number(part.children),
                share(part.poor_share),
                number(part.smaller),
                pounds(part.pence / 100),
                f"{pounds(part.low / 100)} to {pounds(part.high / 100)}",
                money_cell(part.added_a_year, scale),
                pounds(part.set_up.mean),
            )
            for part in one.parts
        ),
        columns=(
            Column("Part", "text"),
            Column("Districts", "text"),
            Column("Children aged 0 to 17", "count"),
            Column("Share of children in income-deprived families", "share"),
            Column("Authorities of today with fewer children", "count"),
            Column("All public money (£ a year)", "pounds"),
            Column("Lowest over keys (£ a year)", "pounds"),
            Column("Highest over keys (£ a year)", "pounds"),
            Column("Of it paid by the council (£ a year)", "pounds"),
            Column("Lines without an amount", "count"),
            *_interval("Dearer by"),
            Column("With what is added (£ a year)", "pounds"),
            Column("Setting up, once: mean (£)", "pounds"),
        ),
        cells=tuple(
            (
                part.name,
                ", ".join(part.districts),
                part.children,
                part.poor_share,
                part.smaller,
                part.pence / 100,
                part.low / 100,
                part.high / 100,
                part.own_pence / 100,
                part.unknown,
                *_ends(part.added_a_year),
                part.after_pence / 100,
                part.set_up.mean,
            )
            for part in one.parts
        ),
    )


def _interval(what: str) -> tuple[Column, ...]:
    return (
        Column(f"{what}: mean (£ a year)", "pounds"),
        Column(f"{what}: low end of 80 % interval (£ a year)", "pounds"),
        Column(f"{what}: high end of 80 % interval (£ a year)", "pounds"),
    )


def _ends(amount: Range) -> tuple[float, float, float]:
    return amount.mean, amount.low, amount.high


def _added(one: CountySplit) -> Table:
    names = [part.name for part in one.parts]
    scale = scale_for([each.a_year for each in one.added], column=True)
    return Table(
        name="lost_scale",
        title="What being smaller costs, a year",
        note="Now: what the whole spends on it by the same rule.",
        heads=("what", "rule", "now", "dearer by", *names),
        shown=tuple(
            (
                each.title,
                each.rule,
                pounds(each.now.mean, scale),
                money_cell(each.a_year, scale),
                *(pounds(each.by_part[name].mean, scale) for name in names),
            )
            for each in one.added
        ),
        columns=(
            Column("What", "text"),
            Column("Rule", "text"),
            Column("Now (£ a year)", "pounds"),
            *_interval("Dearer by"),
            *(Column(f"{name}: mean (£ a year)", "pounds") for name in names),
        ),
        cells=tuple(
            (
                each.title,
                each.rule,
                each.now.mean,
                *_ends(each.a_year),
                *(pence / 100 for pence in each.pence),
            )
            for each in one.added
        ),
    )


def _ways(one: CountySplit) -> Table:
    scale = scale_for([each.dearer for each in one.ways], column=True)
    return Table(
        name="ways",
        title="Ways to go about it: dearer than one authority by, a year",
        note="Sharing is priced as the planner prices it, less what working together costs. How "
        "far apart the parts' centres are is not known, so no cost of distance is in it.",
        heads=("way", "dearer by"),
        shown=tuple((each.title, money_cell(each.dearer, scale)) for each in one.ways),
        columns=(Column("Way", "text"), *_interval("Dearer by")),
        cells=tuple((each.title, *_ends(each.dearer)) for each in one.ways),
    )


def _subsidies(one: CountySplit) -> Table:
    names = [part.name for part in one.parts]
    told = [each for each in one.subsidies if _worth_telling(each)]
    return Table(
        name="subsidies",
        title="Hidden subsidies: the council's own money beyond a share by children, a year",
        note="Above nothing: a part takes more than its children's share. The range runs over the "
        "keys. Ring-fenced money is left out.",
        heads=("theme", "county", *names),
        shown=tuple(
            (
                each.theme,
                pounds(each.whole),
                *(
                    f"{pounds(each.beyond[name])} ({pounds(each.low[name])} to "
                    f"{pounds(each.high[name])})"
                    for name in names
                ),
            )
            for each in told
        ),
        columns=(
            Column("Theme", "text"),
            Column("County (£ a year)", "pounds"),
            *(
                Column(f"{name}: {what} (£ a year)", "pounds")
                for name in names
                for what in ("beyond its share", "lowest over keys", "highest over keys")
            ),
        ),
        cells=tuple(
            (
                each.theme,
                each.whole,
                *(
                    amount
                    for name in names
                    for amount in (each.beyond[name], each.low[name], each.high[name])
                ),
            )
            for each in one.subsidies
        ),
        empty="None: every line is divided by children.",
    )


def _worth_telling(each: Subsidy) -> bool:
    return any(
        abs(end) >= 500 for ends in (each.beyond, each.low, each.high) for end in ends.values()
    )


def _ring_fences(one: CountySplit) -> Table:
    names = [part.name for part in one.parts]
    rows = [
        (
            each.rule,
            each.lines,
            each.pence if any(each.pence.values()) else None,
        )
        for each in one.ring_fences
    ]
    return Table(
        name="ring_fences",
        title="Money that may not be moved between the parts or to other ends",
        note="",
        heads=("what holds it", "lines", *names),
        shown=tuple(
            (
                rule,
                and_list(lines, most=3),
                *(pounds(pence[name] / 100) if pence else "not known" for name in names),
            )
            for rule, lines, pence in rows
        ),
        columns=(
            Column("What holds it", "text"),
            Column("Lines", "text"),
            *(Column(f"{name} (£ a year)", "pounds") for name in names),
        ),
        cells=tuple(
            (rule, "; ".join(lines), *(pence[name] / 100 if pence else None for name in names))
            for rule, lines, pence in rows
        ),
    )


def _keys(one: CountySplit) -> Table:
    names = [part.name for part in one.parts]
    kinds = {(True, False): "stated", (True, True): "stated", (False, True): "foretold"}
    rows = [(key, kinds.get((key.stated, key.estimated), "counted")) for key in one.keys]
    return Table(
        name="keys",
        title="The keys, and what each would give",
        note="Where they disagree, the answer is only as sure as the key.",
        heads=("key", "kind", *names, "source"),
        shown=tuple(
            (key.title, kind, *(f"{key.shares[name] * 100:.1f} %" for name in names), key.basis)
            for key, kind in rows
        ),
        columns=(
            Column("Key", "text"),
            Column("Kind", "text"),
            *(Column(f"{name}: share", "share") for name in names),
            Column("Source", "text"),
        ),
        cells=tuple(
            (key.title, kind, *(key.shares[name] for name in names), key.basis)
            for key, kind in rows
        ),
    )


def _money(one: CountySplit, titles: dict[str, str]) -> Table:
    def amounts(row: PartRow) -> tuple[float | None, ...]:
        return tuple(None if p is None else p / 100 for p in (row.pence, row.low, row.high))

    shown: list[tuple[str, ...]] = []
    lines: list[tuple[Cell, ...]] = []
    for row in one.rows:
        amount, low, high = amounts(row)
        shown.append(
            (
                row.part,
                row.title,
                row.theme,
                row.payer,
                titles[row.key],
                "not known" if amount is None else pounds(amount),
                "" if amount is None else f"{pounds(low)} to {pounds(high)}",
            )
        )
        words = (row.part, row.title, row.theme, row.outcome, row.payer, row.year)
        lines.append((*words, str(row.standing), titles[row.key], amount, low, high))
    return Table(
        name="money",
        title="Every line, divided",
        note="",
        heads=("part", "line", "theme", "payer", "divided by", "a year", "range over keys"),
        shown=tuple(shown),
        columns=(
            *(
                Column(head, "text")
                for head in ("Part", "Line", "Theme", "Outcome", "Payer", "Year", "Standing", "Key")
            ),
            Column("Amount (£ a year)", "pounds"),
            Column("Lowest over keys (£ a year)", "pounds"),
            Column("Highest over keys (£ a year)", "pounds"),
        ),
        cells=tuple(lines),
        in_text=False,
    )
