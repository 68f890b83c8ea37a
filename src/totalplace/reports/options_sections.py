"""What an options paper says, section by section, before it is laid out.

Flow: footprints.results, scenarios.proposing, reports.story -> THIS -> reports.options_paper
In: a frozen Plan or Proposal. Out: sections of sentences, tables and drawings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from totalplace.footprints.results import Appraisal, Plan, Range
from totalplace.reports import proposal_words, story
from totalplace.reports.charts import interval_png
from totalplace.reports.map import MapShapes, map_description, plan_map
from totalplace.reports.page import comparator_rows, guard_rows, share_rows
from totalplace.reports.proposal_words import BODY_HEADS, WAY_HEADS
from totalplace.reports.stamp import MONEY_LINE
from totalplace.reports.swings import amount, short_title
from totalplace.reports.text import money_rows
from totalplace.reports.words import (
    and_list,
    chance,
    members,
    money,
    money_cell,
    number,
    pounds,
    scale_for,
    years,
)
from totalplace.scenarios.proposing import Proposal
from totalplace.types import Arrangement

Row = tuple[str, ...]
NOT_HERE = (
    "The cost of your own change (pay terms, pensions, systems, leases), from your own records.",
    "What children, families, staff and unions said when asked.",
    "The legal form: who employs, who is accountable to whom, who decides what.",
)
CHART_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabled:
    """One table."""

    caption: str
    heads: Row
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One picture, with what it shows for someone who cannot see it."""

    png: bytes
    title: str
    words: str
    caption: str
    width_mm: float = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: sentences, a list, tables, drawings, and sentences after them."""

    heading: str
    paragraphs: Sequence[str] = ()
    bullets: Sequence[str] = ()
    tables: Sequence[Tabled] = ()
    drawings: Sequence[Drawing] = field(default=())
    after: Sequence[str] = ()


def proposal_sections(
    found: Proposal, assumptions: Sequence[Mapping[str, object]]
) -> list[Section]:
    """The sections of a proposal's paper; it has two members or more that could be priced."""
    one = found.appraisal
    if one is None:
        return [Section(heading="Purpose", paragraphs=proposal_words.verdict(found))]
    who, service = and_list(one.names), _small(found.service_title)
    return [
        Section(
            heading="Purpose",
            paragraphs=[
                f"To decide whether {who} should share {service}, and how.",
                *proposal_words.unpriced(found),
            ],
        ),
        Section(
            heading="Recommendation",
            paragraphs=[_recommendation(found, one), *proposal_words.verdict(found)],
            after=proposal_words.better(found),
        ),
        Section(
            heading="Options",
            paragraphs=["Each option is for the same authorities, on the same assumptions."],
            tables=[_ways(found)],
            drawings=_drawn(
                [("do nothing", Range(0.0, 0.0, 0.0))]
                + [(story.TITLES[way.arrangement], way.saving_a_year) for way in found.ways],
                "Saving a year of each option",
            ),
        ),
        Section(
            heading="Money",
            paragraphs=[MONEY_LINE],
            tables=[_money(one), _split([one])],
        ),
        _children(
            [
                Tabled(
                    caption=f"Guards held against {members(one.names)}",
                    heads=("guard", "verdict", "why"),
                    rows=_verdicts(one),
                )
            ],
            [],
        ),
        Section(
            heading="Partners",
            paragraphs=[story.appraisal_facts(one)],
            tables=[
                Tabled(
                    caption="Bodies that members must work with",
                    heads=BODY_HEADS,
                    rows=proposal_words.body_rows(found),
                )
            ],
        ),
        Section(
            heading="Risks",
            bullets=[
                *story.appraisal_certainty(one),
                f"In the worst fifth of what may happen it is worth {pounds(one.tail_mean)} on "
                "average, in all, today.",
                *(
                    f"{share.name}: chance of being worse off than alone "
                    f"{chance(share.chance_worse_off)}."
                    for share in one.shares
                ),
                *one.notes,
            ],
        ),
        _exit([one]),
        _assumptions(assumptions),
    ]


def plan_sections(
    plan: Plan, assumptions: Sequence[Mapping[str, object]], maps: Sequence[MapShapes]
) -> list[Section]:
    """The sections of a plan's paper."""
    shown = plan.partnerships[:CHART_ROWS]
    ways = [("this plan", plan.saving_a_year)]
    ways += [(one.name, one.saving_a_year) for one in plan.comparators]
    return [
        Section(
            heading="Purpose",
            paragraphs=[
                f"To decide which councils in England should share {_small(plan.service_title)}, "
                f"and with whom ({story.arrangements_considered(plan)})."
            ],
        ),
        Section(
            heading="Recommendation",
            paragraphs=story.plan_verdict(plan),
            bullets=story.plan_findings(plan),
        ),
        Section(
            heading="Options",
            paragraphs=["Each option is valued on the same assumptions."],
            tables=[
                Tabled(
                    caption="This plan and other ways to divide the country",
                    heads=(
                        "plan",
                        "saves a year",
                        "worth in all, today",
                        "partnerships",
                        "guards refuse",
                        "note",
                    ),
                    rows=comparator_rows(plan),
                )
            ],
            drawings=_drawn(ways, "Saving a year of this plan and of other ways"),
        ),
        Section(
            heading="Money",
            paragraphs=[MONEY_LINE],
            tables=[_partnerships(plan), _split(plan.partnerships)] if shown else [],
            drawings=[
                *_drawn(
                    [(f"{i}  {members(p.names)}", p.saving_a_year) for i, p in enumerate(shown, 1)],
                    "Saving a year of each partnership",
                ),
                *_mapped(plan, maps),
            ],
        ),
        _children(
            [
                Tabled(
                    caption="What protecting children costs, one guard at a time",
                    heads=("guard", "the rule", "refuses", "saving given up, a year"),
                    rows=guard_rows(plan),
                )
            ],
            story.plan_refusals(plan),
        ),
        Section(
            heading="Partners",
            paragraphs=["More bodies to face: beyond those of the best-placed member."],
            tables=[
                Tabled(
                    caption="Reach of each partnership",
                    heads=("partnership", "children", "km across", "more bodies to face"),
                    rows=[
                        (
                            members(one.names),
                            number(one.children),
                            number(one.span_km),
                            str(one.extra_bodies),
                        )
                        for one in plan.partnerships
                    ],
                )
            ]
            if shown
            else [],
        ),
        Section(
            heading="Risks",
            bullets=story.plan_certainty(plan),
            tables=[_moves(plan)] if plan.moves else [],
        ),
        _exit(plan.partnerships),
        _assumptions(assumptions),
    ]


def _recommendation(found: Proposal, one: Appraisal) -> str:
    how = story.TITLES[one.arrangement]
    if not one.allowed:
        return "Members are asked not to proceed with it as it stands, for the guards named below."
    if one.value.mean <= 0:
        return "Members are asked to keep the service as it is: on average the change does not pay."
    return (
        f"Members are asked to agree that a full business case for a {how} be made, with "
        "the points of section 9 filled from their own records."
        if one.arrangement is not Arrangement.CO_OPERATE
        else "Members are asked to agree to co-operate, without merging anything."
    )


def _ways(found: Proposal) -> Tabled:
    rows = proposal_words.way_rows(found)
    return Tabled(caption="The options", heads=WAY_HEADS, rows=[rows[-1], *rows[:-1]])


def _money(one: Appraisal) -> Tabled:
    rows = money_rows(one)
    scale = scale_for([found for _, found in rows], column=True)
    return Tabled(
        caption=f"Money of {members(one.names)} ({story.TITLES[one.arrangement]}), 80 % intervals",
        heads=("what", "amount"),
        rows=[(label, money_cell(found, scale)) for label, found in rows],
    )


def _partnerships(plan: Plan) -> Tabled:
    saving = scale_for([p.saving_a_year for p in plan.partnerships], column=True)
    worth = scale_for([p.value for p in plan.partnerships], column=True)
    change = scale_for([p.one_off_cost for p in plan.partnerships], column=True)
    return Tabled(
        caption="The partnerships, most valuable first, 80 % intervals",
        heads=("no.", "partnership", "saves a year", "worth in all, today", "one-off cost",
               "pays back in", "never"),
        rows=[
            (
                str(i),
                f"{members(p.names)} ({story.TITLES[p.arrangement]})",
                money_cell(p.saving_a_year, saving),
                money_cell(p.value, worth),
                money_cell(p.one_off_cost, change),
                years(p.pays_back_years, short=True),
                chance(p.chance_never_pays_back),
            )
            for i, p in enumerate(plan.partnerships, 1)
        ],
    )  # fmt: skip


def _split(found: Sequence[Appraisal]) -> Tabled:
    return Tabled(
        caption="What each member gets: its part of the worth in all, a transfer fixed at signing "
        "included",
        heads=("member", "its part", "transfer in it", "chance it loses"),
        rows=[row for one in found for row in share_rows(one)],
    )


def _verdicts(one: Appraisal) -> list[Row]:
    return [
        (finding.title, "passed" if finding.passed else "refused", finding.reason)
        for finding in one.guards
    ]


def _children(tables: Sequence[Tabled], refusals: Sequence[str]) -> Section:
    return Section(
        heading="Children and safeguards",
        paragraphs=[
            "The guards refuse what published figures warn against. Passing them is not evidence "
            "that children will be better off."
        ],
        bullets=refusals,
        tables=tables,
    )


def _exit(found: Sequence[Appraisal]) -> Section:
    scale = scale_for([one.exit_cost for one in found], column=True)
    return Section(
        heading="Exit",
        paragraphs=[
            "How to leave, who bears its cost and where staff go should be agreed before anyone "
            "signs."
            if found
            else "Nothing is begun, so there is nothing to leave."
        ],
        tables=[
            Tabled(
                caption="Cost of ending it once settled, 80 % intervals",
                heads=("partnership", "cost"),
                rows=[(members(one.names), money_cell(one.exit_cost, scale)) for one in found],
            )
        ]
        if found
        else [],
    )


def _moves(plan: Plan) -> Tabled:
    scale = scale_for(
        [Range(one.worth, one.worth_at_low, one.worth_at_high) for one in plan.moves], column=True
    )
    return Tabled(
        caption="What moves the worth most, each assumption over its own range",
        heads=("assumption", "low end", "worth then", "high end", "worth then"),
        rows=[
            (
                short_title(one),
                amount(one.low, one.unit),
                pounds(one.worth_at_low, scale),
                amount(one.high, one.unit),
                pounds(one.worth_at_high, scale),
            )
            for one in plan.moves
        ],
    )


def _assumptions(rows: Sequence[Mapping[str, object]]) -> Section:
    return Section(
        heading="Assumptions, and what is not in this paper",
        paragraphs=["To be filled in by the councils before a decision:"],
        bullets=NOT_HERE,
        tables=[
            Tabled(
                caption="Every assumption, its range and where it comes from",
                heads=("assumption", "value", "range", "unit", "who paid for it", "trust"),
                rows=[
                    (
                        str(row["title"]),
                        f"{row['value']:g}",
                        "held" if row["held"] else f"{row['low']:g} to {row['high']:g}",
                        str(row["unit"]),
                        str(row["commissioned_by"]),
                        str(row["confidence"]),
                    )
                    for row in rows
                ],
            )
        ],
    )


def _drawn(rows: Sequence[tuple[str, Range]], title: str) -> list[Drawing]:
    png = interval_png(rows, axis_title="Saving a year once settled")
    if not png:
        return []
    said = "; ".join(f"{label}: {money(one)}" for label, one in rows)
    return [
        Drawing(
            png=png,
            title=title,
            words=f"A point for the mean and a bar for the 80 % interval. {said}.",
            caption="The point is the mean, the bar the 80 % interval, the dashed line no saving",
        )
    ]


def _mapped(plan: Plan, maps: Sequence[MapShapes]) -> list[Drawing]:
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    return [
        Drawing(
            png=vl_convert.svg_to_png(plan_map(plan, shapes, ident="paper-map"), scale=2.0),
            title="The plan on the map",
            words=map_description(plan),
            caption="Numbers are those of the table of partnerships; white keeps its own, hatched "
            "grey could not be priced",
            width_mm=120,
        )
        for shapes in maps[:1]
    ]


def _small(title: str) -> str:
    return title[0].lower() + title[1:]
