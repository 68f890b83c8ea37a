"""What closes a gap, in words and tables: one telling for every kind of report.

Flow: scenarios.gap_result -> THIS -> reports.gap_report
In: a frozen Closing. Out: a Leaflet. Formatting only.
"""

from __future__ import annotations

from totalplace.money.gap import Mix
from totalplace.reports.leaflet import Leaflet, Table, table
from totalplace.reports.sheets import Column
from totalplace.reports.words import (
    and_list,
    chance,
    count,
    members,
    number,
    pounds,
    share,
    short_hash,
)
from totalplace.scenarios.gap_result import NEED, Bearer, Closing

NOTES = (
    "Savings by sharing are the planner's own values: this council's part, with an 80 % interval "
    "over draws of the assumptions. The front line of safeguarding is never touched.",
    "How far a service may fall, and the harm of a pound off it, are judgements: rows gap.most and "
    "gap.harm of the assumptions (totalplace evidence). A saving here is a choice about children, "
    "not advice.",
)
BY = {
    "body": "By body",
    "theme": "By theme",
    "outcome": "By outcome",
    "need": "By the area's need",
}


def gap_leaflet(one: Closing) -> Leaflet:
    """The whole report."""
    cautions = [
        f"Not known, so not in it: {and_list(one.unknown)}." if one.unknown else "",
        "Part of the spend is an estimate." if one.estimated else "",
        f"{one.place} is {one.ends_words}: sharing begun in {one.start.year} has little or no time "
        "to pay."
        if one.ends_words
        else "",
        *(f"{word}." for word in one.doubts),
    ]
    return Leaflet(
        title=f"A gap of {_cuts(one)} in children's social care: {one.place}",
        answer=(_verdict(one), _core(one), _options(one)),
        cautions=tuple(word for word in cautions if word),
        tables=(
            *((_years(one),) if one.by_year else ()),
            _sharing(one),
            _less(one),
            _bearers(one),
            _others(one),
        ),
        notes=NOTES,
        sources=one.sources,
        stamp=(
            f"{one.draws:,} draws · seed {one.seed} · assumptions "
            f"{short_hash(one.assumptions_sha256)} · book {short_hash(one.book_hash)} · Total "
            f"Place {one.version}"
        ),
    )


def _cuts(one: Closing) -> str:
    return and_list(list(dict.fromkeys(share(cut) for cut in one.cuts)))


def _verdict(one: Closing) -> str:
    mix = one.mix
    if not one.by_year:
        said = f"{pounds(mix.gap)} of {pounds(one.spend)} a year (gross, 2024-25). "
        if mix.closed:
            return f"{said}It can be closed: {pounds(mix.saved)} a year."
        return (
            f"{said}It cannot be closed. {pounds(mix.left)} a year is left "
            f"({share(mix.left / mix.gap)} of it)."
        )
    left = [(one.year_label(each), each.left) for each in one.mixes if not each.closed]
    if not left:
        return "It can be closed in every year."
    told = and_list([f"{pounds(amount)} in {year}" for year, amount in left])
    return f"It cannot be closed in every year. Left open: {told}."


def _core(one: Closing) -> str:
    return (
        f"Held whole by law: {pounds(one.core)}, {share(one.core / one.spend)} of spend "
        "(looked-after children, care leavers, safeguarding, asylum)."
    )


def _options(one: Closing) -> str:
    told = count(one.options, "way of sharing", "ways of sharing")
    if not one.options and not one.refused:
        return (
            "By sharing: not known. The council's own figures are missing or it has no neighbour."
        )
    if not one.options:
        return (
            f"By sharing: nothing. Of {one.refused:,} ways of sharing with one or two neighbours "
            "each is refused by a guard, saves nothing or would touch the front line."
        )
    if not one.mix.joint:
        return (
            f"By sharing: nothing. Of {told} with one or two neighbours that would save and no "
            f"guard refuses, none is taken; {one.refused:,} others were refused, save nothing or "
            "would touch the front line."
        )
    return (
        f"Sharing is chosen from {told} with one or two neighbours that save and that no guard "
        f"refuses; {one.refused:,} others are not."
    )


def _years(one: Closing) -> Table:
    def row(cut: float, mix: Mix) -> tuple[str, float, float, float, float, float]:
        return (
            one.year_label(mix),
            cut,
            mix.gap,
            mix.shared,
            sum(taken for _, taken in mix.choices),
            mix.left,
        )

    rows = [row(cut, mix) for cut, mix in zip(one.cuts, one.mixes, strict=True)]
    heads = ("year", "cut", "gap", "by sharing", "by doing less", "left open")
    return Table(
        name="years",
        title="Year by year",
        note="The last gap stays until the end of the horizon, the last year shown. Sharing costs "
        "before it saves. What is taken off a service may be given back.",
        heads=heads,
        shown=tuple(
            (year, share(cut), *(pounds(amount) for amount in amounts))
            for year, cut, *amounts in rows
        ),
        columns=(
            Column("Year", "text"),
            Column("Cut (share of spend)", "share"),
            *(Column(f"{head.capitalize()} (£)", "pounds") for head in heads[2:]),
        ),
        cells=tuple(rows),
    )


def _sharing(one: Closing) -> Table:
    return Table(
        name="sharing",
        title="By sharing, once settled",
        note="",
        heads=("service", "how", "with", "saves a year", "interval", "chance of a loss"),
        shown=tuple(
            (
                each.title,
                each.arrangement,
                members(each.partners),
                pounds(each.saving),
                f"{pounds(each.low)} to {pounds(each.high)}",
                chance(each.chance_worse_off),
            )
            for each in one.mix.joint
        ),
        columns=(
            Column("Service", "text"),
            Column("Arrangement", "text"),
            Column("With", "text"),
            Column("Saving: mean (£ a year)", "pounds"),
            Column("Saving: low end of 80 % interval (£ a year)", "pounds"),
            Column("Saving: high end of 80 % interval (£ a year)", "pounds"),
            Column("Chance of ending worse off", "share"),
            Column("First year's cost, whole partnership (£)", "pounds"),
        ),
        cells=tuple(
            (
                each.title,
                each.arrangement,
                members(each.partners),
                each.saving,
                each.low,
                each.high,
                each.chance_worse_off,
                each.first_year_cost,
            )
            for each in one.mix.joint
        ),
        empty="Nothing is shared.",
    )


def _less(one: Closing) -> Table:
    last = one.year_label(one.mix)
    return Table(
        name="doing_less",
        title=f"By doing less, {last}",
        note="",
        heads=("service", "theme", "outcome that bears it", "a year", "of it", "at most"),
        shown=tuple(
            (
                each.title,
                each.theme,
                each.outcome,
                pounds(cut),
                share(cut / each.spend),
                share(each.most),
            )
            for each, cut in one.mix.choices
        ),
        columns=(
            Column("Service", "text"),
            Column("Theme", "text"),
            Column("Outcome", "text"),
            Column("Taken out (£ a year)", "pounds"),
            Column("Share of it", "share"),
            Column("Largest share allowed", "share"),
            Column("Spend (£ a year)", "pounds"),
            Column("Weight of a pound", "decimal"),
            Column("Law", "text"),
        ),
        cells=tuple(
            (
                each.title,
                each.theme,
                each.outcome,
                cut,
                cut / each.spend,
                each.most,
                each.spend,
                each.harm,
                each.law,
            )
            for each, cut in one.mix.choices
        ),
        empty="No service need be lowered.",
    )


def _bearers(one: Closing) -> Table:
    return Table(
        name="who_bears_it",
        title=f"Who bears it, {one.year_label(one.mix)}",
        note="Each way of saying it is of the same pounds: do not add them up.",
        heads=("seen", "who", "taken away", "of", "a child"),
        shown=tuple(
            (
                BY[each.by],
                each.name,
                pounds(each.pounds),
                _of(each),
                "" if each.children is None else pounds(_a_child(each)),
            )
            for each in one.bearers
            if each.pounds is not None
        ),
        columns=(
            Column("Seen", "text"),
            Column("Who", "text"),
            Column("Taken away (£ a year)", "pounds"),
            Column("Of spend (£ a year)", "pounds"),
            Column("Children 0 to 17 who live there", "count"),
            Column("A child (£ a year)", "pounds"),
            Column("Note", "text"),
        ),
        cells=tuple(
            (
                BY[each.by],
                each.name,
                each.pounds,
                each.of,
                each.children,
                _a_child(each),
                each.note or None,
            )
            for each in one.bearers
            if each.pounds is not None
        ),
    )


def _others(one: Closing) -> Table:
    return table(
        "others",
        "Other bodies that feel it, at a cost nobody prints",
        ("body", "what it feels"),
        [(each.name, each.note) for each in one.bearers if each.pounds is None],
        empty="None is named.",
    )


def _of(each: Bearer) -> str:
    if each.by == NEED and each.children is not None:
        return f"{number(each.children)} children"
    if not each.of or each.pounds is None:
        return ""
    return f"{share(each.pounds / each.of)} of {pounds(each.of)}"


def _a_child(each: Bearer) -> float | None:
    return None if each.pounds is None or not each.children else each.pounds / each.children
