"""One service on two publishers' figures, in words and tables.

Flow: scenarios.publishers_result -> THIS -> reports.publishers_report
In: a frozen TwoPublishers. Out: a Leaflet. Formatting only.
"""

from __future__ import annotations

from totalplace.reports.leaflet import Leaflet, Table
from totalplace.reports.sheets import Column
from totalplace.reports.words import and_list, count, members, money, pounds, share, short_hash
from totalplace.scenarios.publishers_result import RULE, BaseView, TwoFigures, TwoPublishers

FAR = 0.10
"""Difference that is worth a line of the text; the files have every council."""
LISTED = 15


def publishers_leaflet(one: TwoPublishers) -> Leaflet:
    """The whole report."""
    apart = [each for each in one.figures if _far(each)]
    compared = [each for each in one.figures if each.difference is not None]
    ratio = one.usual_ratio
    level = (
        f"Section 251 is first brought to the outturn's level (times {ratio:.2f}, the usual ratio)."
        if ratio
        else "Too few councils have both figures to bring them to one level."
    )
    return Leaflet(
        title=f"Two publishers, one service: {one.title}",
        answer=(
            f"Of {count(len(compared), 'council')} in both, {len(apart)} differ by more than "
            f"{share(FAR)} between the revenue outturn and section 251. {level}",
            _effect(one),
            _regret(one),
        ),
        cautions=(RULE,),
        tables=(_plans(one), _figures(one, apart)),
        notes=("The same draws of the same assumptions price both plans.",),
        sources=one.sources,
        stamp=(
            f"{one.draws:,} draws · seed {one.seed} · assumptions "
            f"{short_hash(one.assumptions_sha256)} · book {short_hash(one.book_hash)} · Total "
            f"Place {one.version}"
        ),
    )


def _far(each: TwoFigures) -> bool:
    return each.difference is not None and abs(each.difference) > FAR


def _effect(one: TwoPublishers) -> str:
    first, second = len(one.outturn.partnerships), len(one.section_251.partnerships)
    if not first and not second:
        return "The plan is the same on both: every council keeps the service to itself."
    kept = "" if one.pairs_kept is None else f"; {share(one.pairs_kept)} of its pairs are kept"
    moved = (
        f" {and_list(one.moved, most=6)} would have other partners."
        if one.moved
        else " No council priced on both would have other partners."
    )
    return (
        f"On the outturn the best plan has {count(first, 'partnership')}, on section 251 {second}; "
        f"{one.same} are the same{kept}.{moved}"
    )


def _regret(one: TwoPublishers) -> str:
    if one.regret is None:
        return "Section 251 cannot price the outturn's partnerships."
    lost = f" ({count(one.not_valued, 'partnership')} it cannot price)" if one.not_valued else ""
    return (
        f"If section 251 is right and the outturn was planned on, {pounds(max(one.regret, 0.0))} "
        f"of present value is lost{lost}."
    )


def _plans(one: TwoPublishers) -> Table:
    views = (one.outturn, one.section_251)
    return Table(
        name="plans",
        title="The best plan on each",
        note="",
        heads=("publisher", "councils priced", "worth", "saves a year", "partnerships"),
        shown=tuple(
            (
                each.publisher,
                str(each.priced),
                money(each.value),
                money(each.saving_a_year),
                _told(each),
            )
            for each in views
        ),
        columns=(
            Column("Publisher", "text"),
            Column("Councils priced", "count"),
            *(
                Column(f"{what}: {end} (£)", "pounds")
                for what in ("Present value", "Saving a year")
                for end in ("mean", "low end of 80 % interval", "high end of 80 % interval")
            ),
            Column("Partnerships", "text"),
        ),
        cells=tuple(
            (
                each.publisher,
                each.priced,
                each.value.mean,
                each.value.low,
                each.value.high,
                each.saving_a_year.mean,
                each.saving_a_year.low,
                each.saving_a_year.high,
                "; ".join(members(names) for names in each.partnerships) or "none",
            )
            for each in views
        ),
    )


def _told(each: BaseView) -> str:
    told = [members(names) for names in each.partnerships]
    return "none" if not told else and_list(told, most=6)


def _figures(one: TwoPublishers, apart: list[TwoFigures]) -> Table:
    return Table(
        name="figures",
        title="Who differs most, and which figure is used",
        note="The workbook and JSON have every council.",
        heads=("council", "outturn", "section 251", "difference", "used"),
        shown=tuple(
            (
                each.name,
                pounds(each.outturn),
                pounds(each.section_251),
                "" if each.difference is None else f"{each.difference:+.0%}",
                each.used,
            )
            for each in (*apart[:LISTED], *(f for f in one.figures if f.difference is None))
        ),
        columns=(
            Column("Area code", "text"),
            Column("Council", "text"),
            Column("Revenue outturn (£ a year)", "pounds"),
            Column("Section 251, at the outturn's level (£ a year)", "pounds"),
            Column("Difference (share of section 251)", "share"),
            Column("Used", "text"),
            Column("Doubts", "text"),
        ),
        cells=tuple(
            (
                each.area_code,
                each.name,
                each.outturn,
                each.section_251,
                each.difference,
                each.used,
                "; ".join(each.flags) or "none",
            )
            for each in one.figures
        ),
    )
