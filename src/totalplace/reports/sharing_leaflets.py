"""Overlap, a pooled fund, and make or buy as leaflets: the page and the workbook of each.

Flow: money.overlap, money.pool, scenarios.providing -> THIS -> reports.leaflet_write
"""

from __future__ import annotations

from collections.abc import Mapping

from totalplace.money.overlap import Claimed, Overlap, Overlaps
from totalplace.money.pool import Contribution, Pool
from totalplace.money.providers import Mix
from totalplace.money.ring_fences import Rule
from totalplace.reports import overlap_text, pool_text, provision_text
from totalplace.reports.leaflet import Leaflet, Table, table
from totalplace.reports.sheets import Cell, Column
from totalplace.reports.stamp import book_stamp
from totalplace.reports.words import and_list
from totalplace.scenarios.providing import MakeOrBuy


def _columns(text: tuple[str, ...], pounds: tuple[str, ...] = ()) -> tuple[Column, ...]:
    return (
        *(Column(head, "text") for head in text),
        *(Column(f"{head} (£)", "pounds") for head in pounds),
    )


def _p(pence: int | None) -> float | None:
    return None if pence is None else pence / 100


def overlap_leaflet(one: Overlaps) -> Leaflet:
    """What several bodies pay for the same children."""
    return Leaflet(
        title=f"What several bodies pay for the same children: {one.place}",
        answer=(overlap_text.verdict(one),),
        cautions=(overlap_text.NOT_A_SAVING, overlap_text.TOUCHES),
        tables=(_functions(one), _claims(one), _joint(one)),
        notes=(overlap_text.years(one),),
        sources=(*one.sources, *_evidence(one)),
        stamp=book_stamp(one.book_hash),
    )


def _functions(one: Overlaps) -> Table:
    def cells(each: Overlap) -> tuple[Cell, ...]:
        known = bool(each.known)
        low, high = each.shared
        return (
            each.function.title,
            each.function.cohort,
            each.function.age,
            each.function.outcome,
            and_list(each.known) or "none",
            and_list(each.unknown) or "none",
            _p(each.low) if known else None,
            _p(each.high) if known else None,
            _p(each.most_twice) if known else None,
            _p(low) if known else None,
            _p(high) if known else None,
        )

    return Table(
        name="functions",
        title="Functions that two or more bodies pay for",
        note="The same pound may stand under two functions: do not add them up.",
        heads=overlap_text.HEADS,
        shown=tuple(overlap_text.function_row(each) for each in one.overlaps),
        columns=_columns(
            ("Function", "Which children", "Age", "Outcome", "Bodies with an amount",
             "Bodies without one"),
            ("Measured, low end", "Measured, high end", "Paid twice at most",
             "Sharing touches, low end", "Sharing touches, high end"),
        ),
        cells=tuple(cells(each) for each in one.overlaps),
    )  # fmt: skip


def _claims(one: Overlaps) -> Table:
    pairs = [(each, claimed) for each in one.overlaps for claimed in each.claimed]

    def cells(each: Overlap, claimed: Claimed) -> tuple[Cell, ...]:
        return (
            each.function.title,
            claimed.claim.body,
            claimed.title or "not printed",
            claimed.year or "none",
            str(claimed.standing),
            claimed.claim.law,
            claimed.claim.why,
            claimed.basis,
            _p(claimed.low),
            _p(claimed.high),
            _p(claimed.within),
        )

    return Table(
        name="payments",
        title="What each body pays for each function, and how that is known",
        note="One row for each body and line.",
        heads=("function", "who pays", "for", "year", "amount", "law", "how it is known"),
        shown=tuple(
            (
                each.function.title,
                claimed.claim.body,
                claimed.title or "not printed",
                claimed.year,
                overlap_text.amount(claimed),
                claimed.claim.law,
                claimed.basis,
            )
            for each, claimed in pairs
        ),
        columns=_columns(
            ("Function", "Who pays", "For", "Year", "How it is known", "Law", "Why it pays",
             "How it was made, or why it is unknown"),
            ("Low end", "High end", "Line that holds an unknown part"),
        ),
        cells=tuple(cells(*pair) for pair in pairs),
    )  # fmt: skip


def _joint(one: Overlaps) -> Table:
    return Table(
        name="already_joint",
        title="What is already paid for together, at most",
        note="Income other than fees on the councils' lines, over spend on the same lines.",
        heads=("function", "already paid for together"),
        shown=tuple(
            (each.function.title, overlap_text.joint_words(each.joint)) for each in one.overlaps
        ),
        columns=(
            Column("Function", "text"),
            Column("Paid in by others, at most (£)", "pounds"),
            Column("Spend on the lines (£)", "pounds"),
            Column("Part of spend (%)", "share"),
            Column("Councils that print both", "count"),
            Column("Councils", "count"),
        ),
        cells=tuple(
            (
                each.function.title,
                _p(each.joint.most),
                _p(each.joint.spend) if each.joint.most is not None else None,
                each.joint.share,
                each.joint.councils,
                each.joint.of,
            )
            for each in one.overlaps
        ),
    )


def _evidence(one: Overlaps) -> tuple[str, ...]:
    parts = [
        claimed.claim.part
        for each in one.overlaps
        for claimed in each.claimed
        if claimed.claim.part is not None and claimed.claim.part.source
    ]
    return tuple(
        dict.fromkeys(f"{part.source} ({part.publisher}, {part.licence})" for part in parts)
    )


def pool_leaflet(one: Pool, *, names: Mapping[str, str]) -> Leaflet:
    """What a pooled fund could hold.

    Args:
        one: The fund.
        names: Names of councils by area code.
    """
    return Leaflet(
        title=f"What a pooled fund could hold: {one.place}"
        + (f", {one.theme}" if one.theme else ""),
        answer=(pool_text.verdict(one),),
        cautions=(
            f"{overlap_text.joint_words(one.joint)} {pool_text.earlier(one)}".strip(),
            pool_text.NOT_ADVICE,
        ),
        tables=(
            _contributions(one),
            _joint_years(one),
            _by_council(one, names),
            table(
                "partners",
                "Bodies that could join with an amount nobody prints",
                ("body", "what it does for these children", "law"),
                [(each.body, each.why, each.law) for each in one.partners],
            ),
        ),
        notes=(),
        sources=one.sources,
        stamp=book_stamp(one.book_hash),
    )


def _joint_years(one: Pool) -> Table:
    return Table(
        name="already_joint",
        title="What is already paid for together, at most, by year",
        note="Income other than fees on the councils' lines, over spend on the same lines.",
        heads=("year", "already paid for together"),
        shown=tuple(
            (year, overlap_text.joint_words(joint)) for year, joint in pool_text.joint_years(one)
        ),
        columns=(
            Column("Year", "text"),
            Column("Paid in by others, at most (£)", "pounds"),
            Column("Spend on the lines (£)", "pounds"),
            Column("Part of spend (%)", "share"),
            Column("Councils that print both", "count"),
            Column("Councils", "count"),
        ),
        cells=tuple(
            (
                year,
                _p(joint.most),
                _p(joint.spend) if joint.most is not None else None,
                joint.share,
                joint.councils,
                joint.of,
            )
            for year, joint in pool_text.joint_years(one)
        ),
    )


def _contributions(one: Pool) -> Table:
    def cells(each: Contribution) -> tuple[Cell, ...]:
        return (
            each.payer,
            each.title,
            ", ".join(each.years) or "none",
            pool_text.RULES[each.fence.rule],
            "yes" if each.core else "no",
            each.fence.law,
            each.fence.reason,
            "yes" if each.estimated else "no",
            _p(each.low),
            _p(each.high),
        )

    return Table(
        name="contributions",
        title="Who could put in what, and the rule for it",
        note="Ceilings: nobody is obliged to put anything in.",
        heads=pool_text.HEADS,
        shown=tuple(pool_text.contribution_row(each) for each in one.contributions),
        columns=_columns(
            ("Who", "What for", "Years", "Rule", "Statutory core", "Law", "Why",
             "Part of it estimated"),
            ("Up to, low end", "Up to, high end"),
        ),
        cells=tuple(cells(each) for each in one.contributions),
    )  # fmt: skip


def _by_council(one: Pool, names: Mapping[str, str]) -> Table:
    rules = [rule for rule in Rule if any(e.fence.rule is rule for e in one.contributions)]
    return Table(
        name="councils",
        title="Known money by council and rule",
        note="Published and estimated money, each pound once.",
        heads=("council", *(pool_text.RULES[rule] for rule in rules)),
        shown=tuple(pool_text.area_row(one, code, rules, names) for code in one.area_codes),
        columns=_columns(("Council",), tuple(pool_text.RULES[rule].capitalize() for rule in rules)),
        cells=tuple(
            (names[code], *(one.of_area(code, rule) / 100 for rule in rules))
            for code in one.area_codes
        ),
    )


def provision_leaflet(answer: MakeOrBuy) -> Leaflet:
    """Make or buy homes for children."""
    names = dict(answer.names)
    said = []
    for one in answer.settings:
        said += [f"{one.setting.title}: {line}" for line in provision_text.now(one, names)]
        said += [f"{one.setting.title}: {line}" for line in provision_text.moved(one)]
    rows = [
        (one.setting.title, what, mix)
        for one in answer.settings
        for what, mix in provision_text.mixes(one)
    ]
    return Leaflet(
        title=f"Make or buy homes for children: {answer.place}",
        answer=tuple(said),
        cautions=(provision_text.LIMITS,),
        tables=(
            Table(
                name="providers",
                title="Who provides, by every published view",
                note="Pounds for spend, children or places else.",
                heads=("homes", *provision_text.HEADS),
                shown=tuple(
                    (title, *provision_text.mix_row(what, mix)) for title, what, mix in rows
                ),
                columns=(
                    *(Column(head, "text") for head in ("Homes", "What", "Provider")),
                    Column("Pounds, children or places", "decimal"),
                    Column("Part of the whole (%)", "share"),
                    Column("Printed instead of a number", "text"),
                ),
                cells=tuple(
                    cell for title, what, mix in rows for cell in _providers(title, what, mix)
                ),
            ),
        ),
        notes=(),
        sources=provision_text.SOURCES,
        stamp=book_stamp(answer.book_hash),
    )


def _providers(title: str, what: str, mix: Mix) -> list[tuple[Cell, ...]]:
    known = [
        (title, what, kind.replace("_", " "), amount, amount / mix.whole, "none")
        for kind, amount in mix.parts.items()
    ]
    withheld = [(title, what, kind, None, None, symbol) for kind, symbol in mix.missing.items()]
    return [*known, *withheld]
