"""A plan or an appraisal as text for a terminal: verdict, certainty, refusals, figures, sources.

Flow: footprints.results, reports.story -> THIS -> cli
In: a frozen Plan or Appraisal. Out: one string. The same plan gives the same text, however wide
the machine's clock or cores: the seconds a solve took are shown only when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from totalplace.book.own import OwnFigure
from totalplace.footprints.results import Appraisal, Comparator, GuardReport, Plan, Range
from totalplace.reports import story
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.stamp import stamp_line, stamp_of
from totalplace.reports.words import (
    Scale,
    chance,
    count,
    members,
    money_cell,
    pounds,
    scale_for,
    years,
)

EmphasisFn = Callable[[str], str]


def plain(text: str) -> str:
    """No emphasis: for pipes, files and terminals without colour."""
    return text


def plan_text(
    plan: Plan,
    *,
    width: int = 100,
    most_rows: int | None = None,
    emphasis_fn: EmphasisFn = plain,
    show_seconds: bool = False,
) -> str:
    """The plan as text.

    Args:
        plan: The plan.
        width: Longest line, characters.
        most_rows: Partnerships to list; None lists all.
        emphasis_fn: What to wrap the verdict and the table heads in, on a terminal.
        show_seconds: Say how long the solve took (it differs from run to run).
    """
    verdict = " ".join(story.plan_verdict(plan))
    lines = [emphasis_fn(line) for line in paragraph(verdict, width=width)]
    for sentence in [*story.plan_findings(plan), *story.plan_certainty(plan)]:
        lines += paragraph(sentence, width=width, indent=2, hang=2)
    if show_seconds:
        lines.append(f"  Solved in {plan.certificate.seconds:.1f} s.")
    lines.append("")
    for sentence in story.plan_refusals(plan):
        lines += paragraph(sentence, width=width, indent=2, hang=2)
    if plan.partnerships:
        lines += ["", *_partnerships(plan, width, most_rows, emphasis_fn)]
    if story.guard_prices(plan):
        lines += ["", *_guards(plan, width, emphasis_fn)]
    if plan.comparators:
        lines += ["", *_comparators(plan, width, emphasis_fn)]
    lines += ["", *_sources(plan.sources, stamp_line(stamp_of(plan)), width, plan.own)]
    return "\n".join(lines) + "\n"


def appraisal_text(
    appraisal: Appraisal,
    *,
    width: int = 100,
    emphasis_fn: EmphasisFn = plain,
) -> str:
    """The appraisal of one partnership as text.

    Args:
        appraisal: The appraisal.
        width: Longest line, characters.
        emphasis_fn: What to wrap the heads in, on a terminal.
    """
    lines = [emphasis_fn(part) for part in paragraph(story.appraisal_title(appraisal), width=width)]
    lines.append("")
    verdict = " ".join(story.appraisal_verdict(appraisal))
    lines += [emphasis_fn(line) for line in paragraph(verdict, width=width)]
    for sentence in [*story.appraisal_certainty(appraisal), story.appraisal_facts(appraisal)]:
        lines += paragraph(sentence, width=width, indent=2, hang=2)
    for note in appraisal.notes:
        lines += paragraph(f"Note: {note}", width=width, indent=2, hang=2)
    for passed, head in ((False, "Refused by"), (True, "Allowed by")):
        findings = [finding for finding in appraisal.guards if finding.passed is passed]
        if findings:
            lines += ["", emphasis_fn(head)]
        for finding in findings:
            lines += paragraph(f"{finding.title}: {finding.reason}", width=width, indent=2, hang=2)
    lines += ["", *_money(appraisal, width, emphasis_fn)]
    if appraisal.shares:
        lines += ["", *_shares(appraisal, width, emphasis_fn)]
    if appraisal.provenance is not None:
        made = appraisal.provenance
        lines += ["", *_sources(made.sources, stamp_line(made), width, made.own)]
    return "\n".join(lines) + "\n"


def _partnerships(
    plan: Plan, width: int, most_rows: int | None, emphasis_fn: EmphasisFn
) -> list[str]:
    scale = scale_for([p.saving_a_year for p in plan.partnerships], column=True)
    several = len({p.arrangement for p in plan.partnerships}) > 1
    shown = plan.partnerships[:most_rows]
    rows = [
        (
            members(p.names),
            story.TITLES[p.arrangement] if several else "",
            money_cell(p.saving_a_year, scale),
            years(p.pays_back_years, short=True),
            chance(p.chance_never_pays_back),
            p.weakest_guard.title if p.weakest_guard else "",
        )
        for p in shown
    ]
    head = ("partnership", "how", "saves a year", "pays back in", "never", "weakest guard")
    lines = _table(head, rows, width, emphasis_fn)
    if len(shown) < len(plan.partnerships):
        rest = count(len(plan.partnerships) - len(shown), "more partnership")
        lines.append(f"  + {rest}: --out FOLDER writes them all")
    return lines


def _guards(plan: Plan, width: int, emphasis_fn: EmphasisFn) -> list[str]:
    guards = story.guard_prices(plan)
    scale = scale_for([guard.price_a_year for guard in guards], column=True)
    rows = [(guard.title, f"{guard.blocked:,}", guard_price(guard, scale)) for guard in guards]
    head = ("guard", "refuses", "saving given up, a year")
    title = emphasis_fn("What protecting children costs, one guard at a time")
    return [title, *_table(head, rows, width, plain)]


def guard_price(guard: GuardReport, scale: Scale) -> str:
    """A guard's price a year, or the plain fact that it has none."""
    if not guard.applies:
        return guard.note or "not applied"
    if guard.price_a_year is None:
        return "not worked out"
    return money_cell(guard.price_a_year, scale)


def _comparators(plan: Plan, width: int, emphasis_fn: EmphasisFn) -> list[str]:
    saving = scale_for(
        [plan.saving_a_year, *(c.saving_a_year for c in plan.comparators)], column=True
    )
    worth = scale_for([plan.value, *(c.value for c in plan.comparators)], column=True)
    rows = [
        (
            "this plan",
            money_cell(plan.saving_a_year, saving),
            money_cell(plan.value, worth),
            f"{len(plan.partnerships):,}",
            "",
        )
    ]
    rows += [
        (
            comparator.name,
            money_cell(comparator.saving_a_year, saving),
            money_cell(comparator.value, worth),
            f"{comparator.partnerships:,}",
            comparator_note(comparator),
        )
        for comparator in plan.comparators
    ]
    head = ("instead", "saves a year", "worth in all, today", "partnerships", "")
    return _table(head, rows, width, emphasis_fn)


def comparator_note(comparator: Comparator) -> str:
    """What to read beside a comparator: what the guards would refuse in it."""
    if not comparator.breaks_guards:
        return ""
    return f"guards would refuse {comparator.breaks_guards:,}"


def _money(appraisal: Appraisal, width: int, emphasis_fn: EmphasisFn) -> list[str]:
    named = money_rows(appraisal)
    scale = scale_for([amount for _, amount in named], column=True)
    rows = [(label, money_cell(amount, scale)) for label, amount in named]
    tail = pounds(appraisal.tail_mean, scale)
    lines = _table(("money", "80 % interval"), rows, width, emphasis_fn)
    return [*lines, f"  In the worst fifth of draws it is worth {tail} on average, in all, today."]


def money_rows(appraisal: Appraisal) -> list[tuple[str, Range]]:
    """Every amount of an appraisal with its label, in reading order."""
    rows = [
        ("worth in all, today (net present value)", appraisal.value),
        ("saving a year once settled, net", appraisal.saving_a_year),
        ("cost in the first year", appraisal.first_year_cost),
        ("one-off cost of the change", appraisal.one_off_cost),
        ("cost of ending it once settled", appraisal.exit_cost),
        ("cost of working together, a year", appraisal.coordination_a_year),
    ]
    rows += [
        (f"saving before that cost, a year: {layer.value}", amount)
        for layer, amount in appraisal.by_layer.items()
    ]
    return rows


def _shares(appraisal: Appraisal, width: int, emphasis_fn: EmphasisFn) -> list[str]:
    scale = scale_for([member.share for member in appraisal.shares], column=True)
    rows = [
        (
            member.name,
            money_cell(member.share, scale),
            f"{pounds(member.transfer, scale)} (fixed)",
            chance(member.chance_worse_off),
        )
        for member in appraisal.shares
    ]
    head = ("member", "its part of the worth", "transfer in it", "chance it loses")
    return _table(head, rows, width, emphasis_fn)


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], width: int, emphasis_fn: EmphasisFn
) -> list[str]:
    first, *rest = columns(head, rows, width=width)
    return [emphasis_fn(first), *rest]


def _sources(
    sources: Sequence[str], stamp: str, width: int, own: Sequence[OwnFigure] = ()
) -> list[str]:
    told = [
        part
        for one in own
        for part in paragraph(f"Own figure: {one.words}", width=width, indent=2, hang=2)
    ]
    lines = told + paragraph(f"Sources: {'; '.join(sources)}.", width=width, indent=2, hang=2)
    return [*(lines if sources else []), *paragraph(stamp, width=width, indent=2, hang=2)]
