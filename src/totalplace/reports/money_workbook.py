"""A place's count of money as an Excel workbook anyone can read, sort and reuse.

Flow: money.count, reports.money_words, reports.flow_picture -> THIS -> reports.money_write
In: a frozen Count. Out: the bytes of an .xlsx file, the same for the same count. Amounts are
pounds to the penny; ``[x]`` where nobody knows one, with the reason beside it.
"""

from __future__ import annotations

from totalplace.money.count import CUTS, Count
from totalplace.money.flow import Flow, flows
from totalplace.reports import money_words as words
from totalplace.reports import own_words
from totalplace.reports.flow_picture import TITLE, flow_svg, flow_words
from totalplace.reports.plain_workbook import Picture, listed, plain_workbook
from totalplace.reports.sheets import ABSENT, Cell, Column, Sheet, own_sheets
from totalplace.reports.stamp import LICENCE_LINE


def money_workbook(one: Count, *, by: str = "theme") -> bytes:
    """The count as the bytes of an .xlsx file.

    Args:
        one: The count.
        by: The cut whose sheet comes first.
    """
    found = flows(one)
    return plain_workbook(
        title=words.title(one),
        stamp=words.stamp(one),
        cover=[
            *words.verdict(one),
            words.years(one),
            *filter(None, [words.crosses(one)]),
            *words.reconciled(one),
            *filter(None, [words.paid_in(one)]),
            "Every cut adds up to the same whole, to the penny.",
            f"{ABSENT} stands for an amount that nobody knows. It is not zero; the reason is "
            "beside it.",
            words.stamp(one),
            LICENCE_LINE,
        ],
        sheets=money_sheets(one, found, by),
        pictures=_pictures(found),
    )


def money_sheets(one: Count, found: tuple[Flow, ...], by: str) -> list[Sheet]:
    """Every data sheet, in reading order."""
    return [
        _flow_sheet(found),
        *(_cut(one, cut) for cut in sorted(CUTS, key=lambda cut: cut != by)),
        _lines(one),
        _eliminated(one),
        _reconciled(one),
        listed(
            "not_known",
            "Not known, and not counted as nothing",
            ("Who pays", "What", "Why"),
            words.unknown(one),
        ),
        listed(
            "beside",
            "Beside the count: services for people of all ages",
            [head.capitalize() for head in words.AROUND_HEADS],
            words.around(one),
        ),
        listed(
            "estimates", "How estimates were made", ("For example", "How"), words.estimates(one)
        ),
        listed(
            "doubts",
            "Before relying on this",
            ("Doubt",),
            [(doubt.words,) for doubt in one.doubts],
        ),
        *own_sheets(one.own),
        listed("sources", "Sources", ("Source",), [(text,) for text in one.sources]),
    ]


def _flow_sheet(found: tuple[Flow, ...]) -> Sheet:
    return Sheet(
        name="flows",
        title=TITLE,
        purpose="One row for each payer, theme and outcome, each pound once.",
        columns=(
            *(Column(head, "text") for head in ("Who pays", "What for", "For which outcome")),
            Column("Published (£)", "pounds"),
            Column("Estimated (£)", "pounds"),
            Column("Not known", "text"),
        ),
        rows=tuple(
            (
                flow.payer,
                flow.theme,
                flow.outcome,
                flow.published / 100 if flow.pence or not flow.unknown else None,
                flow.estimated / 100 if flow.pence or not flow.unknown else None,
                "; ".join(flow.unknown) or "nothing",
            )
            for flow in found
        ),
    )


def _cut(one: Count, cut: str) -> Sheet:
    return Sheet(
        name=f"by_{cut}",
        title=f"{words.CUT_TITLES[cut]}: the count by {cut}",
        purpose="One row for each value. Low and high are of published and estimated together."
        + (f" {words.LAYERS_LINE}" if cut == "layer" else ""),
        columns=(
            Column(cut.capitalize(), "text"),
            Column("Published (£)", "pounds"),
            Column("Estimated (£)", "pounds"),
            Column("Together (£)", "pounds"),
            Column("Low end (£)", "pounds"),
            Column("High end (£)", "pounds"),
            Column("Lines without an amount", "count"),
        ),
        rows=tuple(
            (
                part.name,
                *(
                    amount / 100 if part.pence or not part.unknown else None
                    for amount in (
                        part.published,
                        part.estimated,
                        part.pence,
                        part.low,
                        part.high,
                    )
                ),
                part.unknown,
            )
            for part in one.by(cut)
        ),
    )


def _lines(one: Count) -> Sheet:
    heads = ("Area code", "Title", "Payer", "Service", "Theme", "Outcome", "Age", "Stance")
    rows: list[tuple[Cell, ...]] = []
    for row in one.rows:
        known = row.pence is not None
        rows.append(
            (
                row.area_code,
                row.title,
                row.payer,
                row.service,
                row.theme,
                row.outcome,
                row.age,
                row.stance,
                row.year,
                str(row.standing),
                (row.pence or 0) / 100 if known else None,
                row.eliminated / 100,
                row.net / 100 if known else None,
                ((row.low or 0) - row.eliminated) / 100 if known else None,
                ((row.high or 0) - row.eliminated) / 100 if known else None,
                own_words.mark(one.own_of(row)) or row.basis or "as published",
                row.line,
            )
        )
    return Sheet(
        name="lines",
        title="Every line of the count",
        purpose="One row for each council and published line.",
        columns=(
            *(Column(head, "text") for head in (*heads, "Year", "How it is known")),
            Column("Gross (£)", "pounds"),
            Column("Taken out, paid in by another body (£)", "pounds"),
            Column("Counted (£)", "pounds"),
            Column("Low end (£)", "pounds"),
            Column("High end (£)", "pounds"),
            Column("How it was made, or why it is unknown", "text"),
            Column("Line in the place book", "text"),
        ),
        rows=tuple(rows),
    )


def _eliminated(one: Count) -> Sheet:
    heads = ("Area code", "Paid by", "Paid to", "Paid in line", "Spent in line", "Year")
    return Sheet(
        name="eliminated",
        title="Taken out so that no pound counts twice",
        purpose="One row for each payment between bodies: it stays with the payer.",
        columns=(
            *(Column(head, "text") for head in heads),
            Column("Amount (£)", "pounds"),
            Column("How it is known", "text"),
        ),
        rows=tuple(
            (
                each.area_code,
                each.payer,
                each.receiver,
                each.paid_in,
                each.spent_in,
                each.year,
                each.pence / 100,
                each.basis,
            )
            for each in one.transfers
        ),
        empty="Nothing was paid from one body to another here, as far as published figures tell.",
    )


def _reconciled(one: Count) -> Sheet:
    return Sheet(
        name="reconciled",
        title="Published totals beside the sums that should make them",
        purpose="One row for each published total.",
        columns=(
            Column("Total", "text"),
            Column("Published (£)", "pounds"),
            Column("Counted (£)", "pounds"),
            Column("Difference (£)", "pounds"),
        ),
        rows=tuple(
            (check.title, check.published / 100, check.summed / 100, check.difference / 100)
            for check in one.reconciled
        ),
        empty="A count of one theme is held against no published total.",
    )


def _pictures(found: tuple[Flow, ...]) -> list[Picture]:
    svg = flow_svg(found, ident="flow")
    if not svg:
        return []
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    return [
        Picture(
            name="picture",
            title=TITLE,
            note="Hatched: estimated. A dashed box: unknown. The same is on sheet flows.",
            png=vl_convert.svg_to_png(svg, scale=2.0),
            words=flow_words(found),
        )
    ]
