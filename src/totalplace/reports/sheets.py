"""The data sheets of a plan's workbook: which columns, in which unit, with which rows.

Flow: footprints.results -> THIS -> reports.workbook
In: a frozen Plan and the assumptions as rows. Out: frozen sheets of plain cells, unrounded; None
where a figure is not available. No file format here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from totalplace.book.own import OwnFigure
from totalplace.footprints.results import Plan, Range
from totalplace.reports import own_words, story
from totalplace.reports.map import partnership_numbers
from totalplace.reports.text import money_rows
from totalplace.reports.words import members

ABSENT = "[x]"
Kind = Literal["text", "pounds", "share", "count", "decimal"]
Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, with the unit in it, and how its cells are shown."""

    head: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet with one table."""

    name: str
    title: str
    purpose: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "There is nothing to list."


def plan_sheets(plan: Plan, assumptions: Sequence[Mapping[str, object]]) -> list[Sheet]:
    """Every data sheet, in reading order."""
    return [
        _authorities(plan),
        _partnerships(plan),
        _money(plan),
        _members(plan),
        _findings(plan),
        _guards(plan),
        _comparators(plan),
        *([_moves(plan)] if plan.moves else []),
        _assumptions(assumptions),
        *own_sheets(plan.own),
        _sources(plan),
    ]


def _interval(what: str, unit: str, kind: Kind) -> list[Column]:
    return [
        Column(f"{what}: mean ({unit})", kind),
        Column(f"{what}: low end of 80 % interval ({unit})", kind),
        Column(f"{what}: high end of 80 % interval ({unit})", kind),
    ]


def _ends(amount: Range | None) -> tuple[Cell, Cell, Cell]:
    return (amount.mean, amount.low, amount.high) if amount else (None, None, None)


def _authorities(plan: Plan) -> Sheet:
    number_of = partnership_numbers(plan)

    def row(code: str) -> tuple[Cell, ...]:
        number = number_of.get(code)
        partnership = plan.partnerships[number - 1] if number else None
        if partnership:
            said = "shares"
        elif code in plan.unpriced:
            said = "not priced"
        else:
            said = "keeps its own"
        return (
            code,
            plan.names.get(code, code),
            said,
            str(number) if number else "none",
            story.TITLES[partnership.arrangement] if partnership else "none",
            plan.unpriced.get(code, "priced"),
            "yes" if code in plan.estimated else "no",
        )

    codes = sorted({*number_of, *plan.alone, *plan.unpriced})
    heads = (
        "Area code",
        "Authority",
        "What the plan says",
        "Partnership number",
        "Arrangement",
        "Priced, or why not",
        "Priced from an estimate",
    )
    return Sheet(
        name="plan",
        title=f"{plan.service_title}: what the plan says for every authority"
        + (f" of {plan.only}" if plan.only else ""),
        purpose="One row for each authority.",
        columns=tuple(Column(head, "text") for head in heads),
        rows=tuple(row(code) for code in codes),
    )


def _partnerships(plan: Plan) -> Sheet:
    columns = [
        Column("Partnership number", "count"),
        Column("Members", "text"),
        Column("Area codes", "text"),
        Column("Arrangement", "text"),
        *_interval("Saving a year once settled", "£", "pounds"),
        *_interval("Worth in all, today", "£", "pounds"),
        Column("Mean worth in the worst fifth of draws (£)", "pounds"),
        *_interval("Pays back in", "years", "decimal"),
        Column("Chance it never pays back (%)", "share"),
        Column("Chance it pays back within five years (%)", "share"),
        Column("Children aged 0 to 17", "count"),
        Column("Furthest centres apart (km)", "decimal"),
        Column("More partner bodies to face", "count"),
        Column("Members border one another", "text"),
        Column("Weakest guard", "text"),
        Column("Notes", "text"),
    ]
    rows = [
        (
            i,
            members(p.names),
            " ".join(p.members),
            story.TITLES[p.arrangement],
            *_ends(p.saving_a_year),
            *_ends(p.value),
            p.tail_mean,
            *_ends(p.pays_back_years),
            p.chance_never_pays_back,
            p.chance_pays_back_5_years,
            p.children,
            p.span_km,
            p.extra_bodies,
            "yes" if p.contiguous else "no",
            p.weakest_guard.title if p.weakest_guard else "none applied",
            " ".join(p.notes) or "none",
        )
        for i, p in enumerate(plan.partnerships, start=1)
    ]
    return Sheet(
        name="partnerships",
        title="Partnerships of the plan, most valuable first",
        purpose="One row for each partnership of two or more authorities.",
        columns=tuple(columns),
        rows=tuple(rows),
        empty="The plan is to do nothing: there are no partnerships.",
    )


def _money(plan: Plan) -> Sheet:
    return Sheet(
        name="partnership_money",
        title="Savings and costs of each partnership",
        purpose="One row for each partnership and amount.",
        columns=(
            Column("Partnership number", "count"),
            Column("Amount", "text"),
            Column("Mean (£)", "pounds"),
            Column("Low end of 80 % interval (£)", "pounds"),
            Column("High end of 80 % interval (£)", "pounds"),
        ),
        rows=tuple(
            (i, label, *_ends(amount))
            for i, partnership in enumerate(plan.partnerships, start=1)
            for label, amount in money_rows(partnership)
        ),
        empty="The plan is to do nothing: there are no partnerships.",
    )


def _members(plan: Plan) -> Sheet:
    columns = (
        Column("Partnership number", "count"),
        Column("Area code", "text"),
        Column("Member", "text"),
        *_interval("Its part of the worth in all, today", "£", "pounds"),
        Column("Transfer in it, fixed at signing (£)", "pounds"),
        Column("Chance it ends worse off than alone (%)", "share"),
    )
    rows = tuple(
        (
            i,
            member.area_code,
            member.name,
            *_ends(member.share),
            member.transfer,
            member.chance_worse_off,
        )
        for i, partnership in enumerate(plan.partnerships, start=1)
        for member in partnership.shares
    )
    return Sheet(
        name="members",
        title="What each member of a partnership gets",
        purpose="One row for each member: its own result plus its fixed transfer.",
        columns=columns,
        rows=rows,
        empty="The plan is to do nothing: there are no members.",
    )


def _findings(plan: Plan) -> Sheet:
    rows = tuple(
        (
            i,
            finding.title,
            "passed" if finding.passed else "refused",
            finding.reason,
            finding.margin,
        )
        for i, partnership in enumerate(plan.partnerships, start=1)
        for finding in partnership.guards
    )
    return Sheet(
        name="guard_findings",
        title="Each guard held against each partnership",
        purpose="One row for each partnership and guard.",
        columns=(
            Column("Partnership number", "count"),
            *(Column(head, "text") for head in ("Guard", "Verdict", "Why")),
            Column("Room to spare (% of the limit)", "share"),
        ),
        rows=rows,
        empty="The plan is to do nothing: there was nothing to hold a guard against.",
    )


def _guards(plan: Plan) -> Sheet:
    columns = (
        Column("Guard", "text"),
        Column("The rule", "text"),
        Column("Applied", "text"),
        Column("Partnerships it refuses", "count"),
        Column("Worth given up in all, today: mean (£)", "pounds"),
        *_interval("Saving given up, a year", "£", "pounds"),
        Column("Note", "text"),
    )
    rows = tuple(
        (
            guard.title,
            guard.meaning,
            "yes" if guard.applies else "no",
            guard.blocked,
            guard.price,
            *_ends(guard.price_a_year),
            guard.note or "none",
        )
        for guard in plan.guards
    )
    return Sheet(
        name="guards",
        title="What protecting children costs, one guard at a time",
        purpose="One row for each guard: what it refuses, and the best plan without it less this.",
        columns=columns,
        rows=rows,
        empty="No guard was applied.",
    )


def _moves(plan: Plan) -> Sheet:
    about = "the best partnership allowed" if plan.is_do_nothing else "the plan"
    return Sheet(
        name="moves",
        title=f"What moves {about} most",
        purpose="Each assumption held at each end of its range, all others varying as drawn: "
        f"what {about} is then worth in all, today. Where the verdict flips is looked for in the "
        "first few.",
        columns=(
            Column("Assumption", "text"),
            Column("Unit", "text"),
            Column("Low end of its range", "decimal"),
            Column("Central value", "decimal"),
            Column("High end of its range", "decimal"),
            Column("Worth at the low end (£)", "pounds"),
            Column("Worth as drawn (£)", "pounds"),
            Column("Worth at the high end (£)", "pounds"),
            Column("Verdict flips at", "decimal"),
        ),
        rows=tuple(
            (
                *(one.title, one.unit, one.low, one.value, one.high),
                *(one.worth_at_low, one.worth, one.worth_at_high, one.flips_at),
            )
            for one in plan.moves
        ),
    )


def _comparators(plan: Plan) -> Sheet:
    columns = (
        Column("Plan", "text"),
        *_interval("Saving a year once settled", "£", "pounds"),
        *_interval("Worth in all, today", "£", "pounds"),
        Column("Partnerships", "count"),
        Column("Of them a guard would refuse", "count"),
        Column("Note", "text"),
    )
    own: tuple[Cell, ...] = (
        "this plan",
        *_ends(plan.saving_a_year),
        *_ends(plan.value),
        len(plan.partnerships),
        0,
        "the plan this workbook describes",
    )
    rows = (
        own,
        *(
            (
                comparator.name,
                *_ends(comparator.saving_a_year),
                *_ends(comparator.value),
                comparator.partnerships,
                comparator.breaks_guards,
                comparator.note,
            )
            for comparator in plan.comparators
        ),
    )
    return Sheet(
        name="comparators",
        title="This plan and other ways to divide the country",
        purpose="One row for each way, valued on the same draws of the assumptions.",
        columns=columns,
        rows=rows,
    )


def _assumptions(assumptions: Sequence[Mapping[str, object]]) -> Sheet:
    fields: tuple[tuple[str, str, Kind], ...] = (
        ("id", "Id", "text"),
        ("title", "Assumption", "text"),
        ("value", "Value (in its unit)", "decimal"),
        ("low", "Low end of its range (in its unit)", "decimal"),
        ("high", "High end of its range (in its unit)", "decimal"),
        ("unit", "Unit", "text"),
        ("price_year", "Price year", "text"),
        ("source", "Source", "text"),
        ("commissioned_by", "Who commissioned it", "text"),
        ("confidence", "Confidence", "text"),
    )
    return Sheet(
        name="assumptions",
        title="Every assumption, its range and where it comes from",
        purpose="One row for each assumption.",
        columns=tuple(Column(head, kind) for _, head, kind in fields),
        rows=tuple(
            tuple(_cell(row.get(key), kind) for key, _, kind in fields) for row in assumptions
        ),
        empty="No assumptions were given with this plan.",
    )


def _cell(value: object, kind: Kind) -> Cell:
    if kind == "text":
        return str(value) if value not in (None, "") else "none"
    return float(value) if isinstance(value, int | float) else None


def _sources(plan: Plan) -> Sheet:
    return Sheet(
        name="sources",
        title="Where the figures come from",
        purpose="One row for each publication used.",
        columns=(Column("Number", "count"), Column("Publication", "text")),
        rows=tuple(enumerate(plan.sources, start=1)),
        empty="The plan names no sources.",
    )


def own_sheets(own: Sequence[OwnFigure]) -> list[Sheet]:
    """A sheet of the own figures; none where none was used."""
    if not own:
        return []
    table: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.area_code,
            one.area_name,
            one.title,
            one.unit or "none",
            one.period,
            one.value,
            one.published,
            one.difference,
            one.missing or one.published_missing or "none",
            one.note or "none",
        )
        for one in own
    )
    return [
        Sheet(
            name="own_figures",
            title=own_words.CAPTION,
            purpose=own_words.first_line(own),
            columns=(
                Column("Area code", "text"),
                Column("Council", "text"),
                Column("Measure", "text"),
                Column("Unit", "text"),
                Column("Period", "text"),
                Column("Own figure (in the unit)", "decimal"),
                Column("Published figure (in the unit)", "decimal"),
                Column("Difference (in the unit)", "decimal"),
                Column("Why there is no figure", "text"),
                Column("Note", "text"),
            ),
            rows=table,
        )
    ]
