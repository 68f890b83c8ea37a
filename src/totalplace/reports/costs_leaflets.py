"""Unit costs, and spend against need, as leaflets: the page and the workbook of each.

Flow: scenarios.costing, reports.costs_text -> THIS -> cli.costs
"""

from __future__ import annotations

from totalplace.money.need_share import KEYS
from totalplace.reports import costs_text
from totalplace.reports.leaflet import Leaflet, Table, table
from totalplace.reports.sheets import Column, Kind
from totalplace.reports.stamp import book_stamp
from totalplace.scenarios.costing import Costs, SpendAgainstNeed


def _columns(*named: tuple[str, Kind]) -> tuple[Column, ...]:
    return tuple(Column(head, kind) for head, kind in named)


def costs_leaflet(one: Costs) -> Leaflet:
    """What a year's spend comes to per child."""
    names = dict(one.names)
    return Leaflet(
        title=f"{costs_text.TITLE}: {one.place}",
        answer=tuple(_sentence(*row[:6]) for row in costs_text.cost_rows(one)),
        cautions=(costs_text.INTERVAL,),
        tables=(
            _costs(one),
            table(
                "faults",
                "Known faults",
                ("per child", "fault"),
                [(here.unit.title, fault) for here in one.here for fault in here.faults],
            ),
            table(
                "left_out",
                "Councils without a figure, so in no sum",
                ("per child", "council"),
                [
                    (here.unit.title, names[code])
                    for here in one.here
                    for code in here.unknown_areas
                ],
            ),
        ),
        notes=(),
        sources=one.sources,
        stamp=book_stamp(one.book_hash),
    )


def _sentence(title: str, each: str, year: str, value: str, span: str, england: str) -> str:
    if not span:
        return f"{title}: not known (England {england} {each}, {year})."
    return f"{title}: {value} {each} in {year} ({span}); England {england}."


def _costs(one: Costs) -> Table:
    return Table(
        name="unit_costs",
        title="Unit costs",
        note=costs_text.INTERVAL,
        heads=costs_text.COST_HEADS,
        shown=tuple(costs_text.cost_rows(one)),
        columns=_columns(
            ("Per child", "text"), ("Per", "text"), ("Year", "text"), ("Here (£)", "decimal"),
            ("Low end of 80 % interval (£)", "decimal"),
            ("High end of 80 % interval (£)", "decimal"), ("England (£)", "decimal"),
            ("Over the last day's count (£)", "decimal"), ("Publisher's own (£)", "decimal"),
            ("Spend (£)", "pounds"), ("Children, mean of both ends of the year", "decimal"),
            ("Councils without a figure", "count"),
        ),
        cells=tuple(
            (
                here.unit.title, "week" if here.unit.weekly else "year", here.year, here.value,
                here.low, here.high, england.value, here.one_day, here.published,
                here.spend if here.value is not None else None,
                here.children if here.value is not None else None, len(here.unknown_areas),
            )
            for here, england in zip(one.here, one.england, strict=True)
        ),
    )  # fmt: skip


def need_leaflet(one: SpendAgainstNeed) -> Leaflet:
    """Shares of money against shares of need."""
    names = dict(one.names)
    return Leaflet(
        title=costs_text.need_title(one),
        answer=tuple(costs_text.need_answer(one)),
        cautions=(costs_text.keys_line(), costs_text.LIMIT),
        tables=(
            Table(
                name="councils",
                title="Share of money and share of need, by council",
                note=f"Shares are among councils in {one.among} whose figures are all known.",
                heads=costs_text.SHARE_HEADS,
                shown=tuple(costs_text.share_row(share, names) for share in one.shares),
                columns=_columns(
                    ("Council", "text"), ("Share of money (%)", "share"),
                    *((f"Share of need: {title} (%)", "share") for title in KEYS.values()),
                    ("Money over need, low end", "decimal"),
                    ("Money over need, high end", "decimal"), ("Verdict", "text"),
                ),
                cells=tuple(
                    (
                        names[share.area_code], share.money,
                        *(share.need.get(key) for key in KEYS), share.ratio_low,
                        share.ratio_high, share.verdict,
                    )
                    for share in one.shares
                ),
            ),
            Table(
                name="cohorts",
                title=f"By cohort: {one.place}",
                note="Looked-after children are counted once.",
                heads=costs_text.COHORT_HEADS,
                shown=tuple(costs_text.cohort_rows(one)),
                columns=_columns(
                    ("Cohort", "text"), ("Children", "count"), ("Share of children (%)", "share"),
                    ("Money (£)", "pounds"), ("Share of money (%)", "share"),
                    ("Each, a year (£)", "decimal"), ("Low end of 80 % interval (£)", "decimal"),
                    ("High end of 80 % interval (£)", "decimal"),
                ),
                cells=tuple(
                    (
                        each.title, each.children, each.children_share, each.pounds,
                        each.money_share, each.each, each.low, each.high,
                    )
                    for each in one.cohorts.cohorts
                ),
                empty="Not known: a count or a line is missing.",
            ),
        ),
        notes=(),
        sources=one.sources,
        stamp=book_stamp(one.book_hash),
    )  # fmt: skip
