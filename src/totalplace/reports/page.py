"""A plan as one self-contained web page: it opens from a file, prints on A4, loads nothing.

Flow: footprints.results, reports.story, reports.map, reports.charts -> THIS -> reports.write
In: a frozen Plan, the assumptions as rows, the map's shapes. Out: one HTML page as text. No
scripts, no fonts or pictures from elsewhere (its own policy forbids them); a table beside every
picture. The template only places what is prepared here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from totalplace.footprints.results import Appraisal, Plan, Provenance, Range
from totalplace.reports import own_words, story
from totalplace.reports.charts import interval_chart
from totalplace.reports.map import MapShapes, plan_map, swatch
from totalplace.reports.stamp import LICENCE_LINE, MONEY_LINE, stamp_of
from totalplace.reports.text import comparator_note, guard_price, money_rows
from totalplace.reports.words import (
    chance,
    day,
    members,
    money,
    money_cell,
    number,
    pounds,
    scale_for,
    share,
    years,
)

if TYPE_CHECKING:
    from jinja2 import Template

CHART_ROWS = 20
_SPAN = re.compile(r"(-?£?[\d.,]+[km]?) to (-?£?[\d.,]+[km]?)")
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipView:
    """One partnership as the template shows it."""

    number: int
    swatch: str  # svg, safe
    names: str
    how: str
    saving: str
    value: str
    pays_back: str
    never: str
    weakest: str
    title: str
    facts: str
    sentences: list[str]
    money: list[Row]  # label, amount
    shares: list[Row]  # member, share, transfer, chance of losing
    guards: list[Row]  # guard, verdict, reason
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture with its caption."""

    svg: str  # safe
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """Everything the template reads."""

    title: str
    verdict: list[str]
    findings: list[str]
    certainty: list[str]
    refusals: list[str]
    facts: list[Row]  # label, figure, interval or remark
    arrangements: str
    several_arrangements: bool  # whether each partnership must name its own
    partnerships: list[PartnershipView]
    maps: list[Drawing]
    saving_chart: Drawing | None
    comparator_chart: Drawing | None
    guards: list[Row]  # guard, rule, refused, price
    comparators: list[Row]  # name, saving, value, partnerships, refused, note
    authorities: list[Row]  # name, code, what the plan says
    assumptions: list[Row]  # title, value, range, unit, source, commissioned by, confidence
    money_line: str
    licence: str
    own_heads: tuple[str, ...]
    own: list[tuple[str, ...]]  # own figures used, beside the published
    sources: tuple[str, ...]
    stamp: list[Row]  # label, value


def plan_page(
    plan: Plan,
    *,
    assumptions: Sequence[Mapping[str, object]] = (),
    maps: Sequence[MapShapes] = (),
) -> str:
    """The plan as one HTML page.

    Args:
        plan: The plan.
        assumptions: Rows of the registry: id, title, value, low, high, unit, source,
            commissioned_by, confidence.
        maps: Ways to draw the country, in the order shown.
    """
    return template("plan.html.j2").render(page=plan_context(plan, assumptions, maps))


def template(name: str, **filters: Callable[[str], str]) -> Template:
    """One of the page templates: strict, escaped, with figures typeset by a filter.

    Args:
        name: Its file.
        filters: More filters it uses.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 (where used)

    environment = Environment(
        loader=PackageLoader("totalplace.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"typeset": typeset, **filters}
    return environment.get_template(name)


def typeset(text: str) -> str:
    """Figures as a page sets them: a true minus, and no line break inside an amount."""
    text = _SPAN.sub("\\1\u00a0to\u00a0\\2", text).replace("-£", "\u2212\u2060£")
    return text.replace(" %", "\u00a0%").replace(" ±", "\u00a0±")


def plan_context(
    plan: Plan, assumptions: Sequence[Mapping[str, object]], maps: Sequence[MapShapes]
) -> PageContext:
    """All that a page about a plan shows, in words; the web application shows the same."""
    return PageContext(
        title=story.plan_title(plan),
        verdict=story.plan_verdict(plan),
        findings=story.plan_findings(plan),
        certainty=story.plan_certainty(plan),
        refusals=story.plan_refusals(plan),
        facts=_facts(plan),
        arrangements=story.arrangements_considered(plan),
        several_arrangements=len({p.arrangement for p in plan.partnerships}) > 1,
        partnerships=_partnerships(plan),
        maps=[
            Drawing(svg=plan_map(plan, shapes, ident=f"map{i}"), caption=shapes.caption)
            for i, shapes in enumerate(maps)
        ],
        saving_chart=_saving_chart(plan),
        comparator_chart=_comparator_chart(plan),
        guards=guard_rows(plan),
        comparators=comparator_rows(plan),
        authorities=_authorities(plan),
        assumptions=[_assumption(row) for row in assumptions],
        money_line=MONEY_LINE,
        licence=LICENCE_LINE,
        own_heads=own_words.HEADS,
        own=own_words.rows(plan.own),
        sources=plan.sources,
        stamp=_stamp(stamp_of(plan)),
    )


def _facts(plan: Plan) -> list[Row]:
    return [
        ("Saving a year, once settled", *_figure(plan.saving_a_year, money(plan.saving_a_year))),
        ("Worth in all, today", *_figure(plan.value, money(plan.value))),
        *(_of_doing_nothing(plan) if plan.is_do_nothing else _of_a_plan(plan)),
    ]


def _of_a_plan(plan: Plan) -> list[Row]:
    proved = plan.certificate.status == "optimal"
    return [
        (
            "Chance it never pays back",
            chance(plan.chance_never_pays_back),
            f"over {plan.draws:,} draws of the assumptions",
        ),
        (
            "Partnerships",
            f"{len(plan.partnerships):,}",
            "proved best" if proved else "best found, not proved best",
        ),
    ]


def _of_doing_nothing(plan: Plan) -> list[Row]:
    return [
        (f"Neighbouring {kind} that would gain", share(part), "on average, before any guard")
        for kind, part in plan.share_that_pays.items()
    ]


def _figure(amount: Range, said: str) -> tuple[str, str]:
    """The figure and, apart from it, its interval."""
    figure, _, rest = said.partition(" (")
    return figure, rest.rstrip(")") or ("nothing changes" if amount.mean == 0 else "")


def _partnerships(plan: Plan) -> list[PartnershipView]:
    saving = scale_for([p.saving_a_year for p in plan.partnerships], column=True)
    worth = scale_for([p.value for p in plan.partnerships], column=True)
    return [
        PartnershipView(
            number=i,
            swatch=swatch(i, ident="key"),
            names=members(p.names),
            how=story.TITLES[p.arrangement],
            saving=money_cell(p.saving_a_year, saving),
            value=money_cell(p.value, worth),
            pays_back=years(p.pays_back_years),
            never=chance(p.chance_never_pays_back),
            weakest=p.weakest_guard.title if p.weakest_guard else "none applied",
            title=story.appraisal_title(p),
            facts=story.appraisal_facts(p),
            sentences=[*story.appraisal_verdict(p), *story.appraisal_certainty(p)],
            money=_money(p),
            shares=share_rows(p),
            guards=[
                (finding.title, "passed" if finding.passed else "refused", finding.reason)
                for finding in p.guards
            ],
            notes=p.notes,
        )
        for i, p in enumerate(plan.partnerships, start=1)
    ]


def _money(appraisal: Appraisal) -> list[Row]:
    rows = money_rows(appraisal)
    scale = scale_for([amount for _, amount in rows], column=True)
    return [(label, money_cell(amount, scale)) for label, amount in rows]


def share_rows(appraisal: Appraisal) -> list[Row]:
    """Each member: its part, the transfer in it, its chance of losing."""
    scale = scale_for([member.share for member in appraisal.shares], column=True)
    return [
        (
            member.name,
            money_cell(member.share, scale),
            f"{pounds(member.transfer, scale)} (fixed)",
            chance(member.chance_worse_off),
        )
        for member in appraisal.shares
    ]


def _saving_chart(plan: Plan) -> Drawing | None:
    shown = plan.partnerships[:CHART_ROWS]
    if not shown:
        return None
    rows = [(f"{i}  {members(p.names)}", p.saving_a_year) for i, p in enumerate(shown, start=1)]
    every = len(shown) == len(plan.partnerships)
    which = "each partnership" if every else f"the {CHART_ROWS} most valuable partnerships"
    return Drawing(
        svg=interval_chart(
            rows,
            axis_title="Saving a year once settled",
            title=f"Saving a year of {which}",
            description="A point for the mean and a bar for the 80 % interval; the same figures "
            "are in the table of partnerships.",
            ident="savings",
        ),
        caption=f"Saving a year of {which}: the point is the mean, the bar the 80 % interval, "
        "the dashed line no saving. The table above has the figures.",
    )


def _comparator_chart(plan: Plan) -> Drawing | None:
    if not plan.comparators:
        return None
    rows = [("this plan", plan.saving_a_year)]
    rows += [(comparator.name, comparator.saving_a_year) for comparator in plan.comparators]
    return Drawing(
        svg=interval_chart(
            rows,
            axis_title="Saving a year once settled",
            title="Saving a year of this plan and of other ways to divide the country",
            description="A point for the mean and a bar for the 80 % interval; the same figures "
            "are in the table of other ways.",
            ident="others",
        ),
        caption="This plan beside other ways to divide the country: the point is the mean, the "
        "bar the 80 % interval, the dashed line no saving. The table above has the figures.",
    )


def guard_rows(plan: Plan) -> list[Row]:
    """Each guard: its rule, how many it refuses and the saving given up."""
    scale = scale_for([guard.price_a_year for guard in plan.guards], column=True)
    return [
        (
            guard.title,
            guard.meaning,
            f"{guard.blocked:,}" if guard.applies else "not applied",
            guard_price(guard, scale),
        )
        for guard in plan.guards
    ]


def comparator_rows(plan: Plan) -> list[Row]:
    """This plan and every other way: saving, worth, partnerships, those refused, note."""
    saving = scale_for(
        [plan.saving_a_year, *(c.saving_a_year for c in plan.comparators)], column=True
    )
    worth = scale_for([plan.value, *(c.value for c in plan.comparators)], column=True)
    own: Row = (
        "this plan",
        money_cell(plan.saving_a_year, saving),
        money_cell(plan.value, worth),
        f"{len(plan.partnerships):,}",
        "none",
        "",
    )
    return [own] + [
        (
            comparator.name,
            money_cell(comparator.saving_a_year, saving),
            money_cell(comparator.value, worth),
            f"{comparator.partnerships:,}",
            f"{comparator.breaks_guards:,}" if comparator_note(comparator) else "none",
            comparator.note,
        )
        for comparator in plan.comparators
    ]


def _authorities(plan: Plan) -> list[Row]:
    said = {
        code: f"partnership {i}"
        for i, partnership in enumerate(plan.partnerships, start=1)
        for code in partnership.members
    }
    said |= dict.fromkeys(plan.alone, "keeps its own")
    said |= {code: f"not priced: {reason}" for code, reason in plan.unpriced.items()}
    for code in plan.estimated:
        said[code] = f"{said.get(code, 'not part of this plan')} (priced from an estimate)"
    rows = [(plan.names.get(code, code), code, words) for code, words in said.items()]
    return sorted(rows)


def _assumption(row: Mapping[str, object]) -> Row:
    low, high = _plain(row.get("low")), _plain(row.get("high"))
    return (
        str(row.get("title", "")),
        _plain(row.get("value")),
        f"{low} to {high}" if low and high and low != high else "fixed",
        str(row.get("unit", "")),
        str(row.get("source", "")),
        str(row.get("commissioned_by", "")),
        str(row.get("confidence", "")),
    )


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value or "")


def _stamp(made: Provenance) -> list[Row]:
    return [
        ("Judgements as known on", day(made.as_of)),
        ("Arrangements start", day(made.start)),
        ("Draws of the assumptions", number(made.draws)),
        ("Seed", str(made.seed)),
        ("Assumptions (SHA-256)", made.assumptions_sha256),
        ("Book", made.book_hash),
        ("Total Place", made.version),
    ]
