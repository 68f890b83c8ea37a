"""What a plan or an appraisal says, as sentences: verdict, how sure, what was refused.

Flow: footprints.results -> THIS -> reports.text, reports.page, reports.workbook
Every report tells the same story in the same words; only the layout differs.
In: a frozen Plan or Appraisal. Out: plain sentences, each money figure with its interval.
"""

from __future__ import annotations

from collections import Counter
from math import isfinite

from totalplace.footprints.guards import USERS_OWN
from totalplace.footprints.results import Appraisal, Certificate, GuardReport, Plan, Range
from totalplace.reports import own_words
from totalplace.reports.swings import moves_words
from totalplace.reports.words import (
    and_list,
    chance,
    count,
    counted,
    money,
    number,
    sentence,
    years,
)
from totalplace.types import Arrangement

TITLES = {
    Arrangement.ALONE: "on its own",
    Arrangement.CO_OPERATE: "co-operation without merging",
    Arrangement.JOINT_BUYING: "joint buying",
    Arrangement.SHARED_SUPPORT: "shared support",
    Arrangement.SHARED_MANAGEMENT: "shared management team",
    Arrangement.SHARED_SERVICE: "shared service",
    Arrangement.REGIONAL_AGENCY: "regional agency",
}
_GAIN_BY = {
    Arrangement.CO_OPERATE: "co-operating without merging",
    Arrangement.JOINT_BUYING: "buying together",
    Arrangement.SHARED_SUPPORT: "sharing support",
    Arrangement.SHARED_MANAGEMENT: "sharing a management team",
    Arrangement.SHARED_SERVICE: "running one service together",
    Arrangement.REGIONAL_AGENCY: "joining a regional agency",
}
_KEEP = {
    Arrangement.CO_OPERATE: "carry on separately",
    Arrangement.JOINT_BUYING: "keep buying on their own",
    Arrangement.SHARED_SUPPORT: "keep their own support",
    Arrangement.SHARED_MANAGEMENT: "keep their own management team",
    Arrangement.SHARED_SERVICE: "keep their own service",
    Arrangement.REGIONAL_AGENCY: "stay out of a regional agency",
}
_WEIGHED = {
    "expected": "by what they are worth on average",
    "cautious": "by the worst fifth of what may happen",
}
MANY = 2  # partnerships whose chances pool
MUCH = 0.1  # by which each is likelier to fail than the whole, to be worth explaining
_BRIEF = 60  # characters of a reason that a sentence can hold
_UNMATCHED = "stay as they are"


def plan_title(plan: Plan) -> str:
    """What the plan is about, in a few words."""
    where = f" (only {plan.only})" if plan.only else ""
    return f"{plan.service_title}: who should share it, and with whom{where}"


def arrangements_considered(plan: Plan) -> str:
    """The arrangements in words: ``shared management team or shared service``."""
    titles = [TITLES[a] for a in plan.arrangements]
    return " or ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


def plan_verdict(plan: Plan) -> list[str]:
    """The answer first, in two sentences."""
    return _do_nothing(plan) if plan.is_do_nothing else [_who_keeps(plan), _who_gains(plan)]


def plan_findings(plan: Plan) -> list[str]:
    """What decides the plan, to be read before its figures."""
    said = [text] if (text := own_words.first_line(plan.own)) else []
    return [*said, *(sentence(finding) for finding in plan.findings)]


def plan_certainty(plan: Plan) -> list[str]:
    """How sure: the chance that it never pays, what was proved, and over what."""
    lines = [*_only(plan)]
    if not plan.is_do_nothing:
        lines.append(
            f"Chance that the whole plan never pays back: {chance(plan.chance_never_pays_back)}."
        )
        lines.append(f"Counting what change costs, it is worth {money(plan.value)} in all, today.")
        if _straddles_zero(plan.value):
            lines.append("That interval includes being worth nothing, or less.")
    lines += [*_pooled(plan), *_moves(plan)]
    lines.append(proof(plan.certificate))
    if plan.certificate.limits:
        lines.append(f"The proof covers: {plan.certificate.limits.rstrip('.')}.")
    return lines


def _only(plan: Plan) -> list[str]:
    """Who takes part, where it is not the whole country."""
    if not plan.only:
        return []
    return [
        f"For {plan.only} only: {plan.priced:,} of {count(len(plan.names), 'council')} could be "
        "priced and take part. Nobody else was considered as a partner."
    ]


def _pooled(plan: Plan) -> list[str]:
    """Why the whole plan is surer than any part of it, where it is by much."""
    parts = [p.chance_never_pays_back for p in plan.partnerships]
    if len(parts) < MANY or min(parts) < plan.chance_never_pays_back + MUCH:
        return []
    return [
        f"Each partnership by itself is likelier never to pay back ({chance(min(parts))} to "
        f"{chance(max(parts))}): it may end before it has paid, and one that fails pays nothing. "
        "In the whole, those that pay make up for those that do not, and early ends count on "
        "average."
    ]


def _moves(plan: Plan) -> list[str]:
    return moves_words(plan.moves, do_nothing=plan.is_do_nothing) if plan.moves else []


def plan_refusals(plan: Plan) -> list[str]:
    """What was refused, and who could not be judged."""
    lines = []
    refused = plan.certificate.refused
    by = [guard.title for guard in plan.guards if guard.applies and guard.blocked]
    if refused and by:
        lines.append(
            f"Refused to protect children: {count(refused, 'partnership')}, by {and_list(by)}."
        )
    elif any(guard.applies for guard in plan.guards):
        lines.append("No partnership was refused by a guard.")
    left_out = [
        guard.title for guard in plan.guards if not guard.applies and guard.guard != USERS_OWN
    ]
    if left_out:
        lines.append(f"Guards not applied here: {and_list(left_out)}.")
    return [*lines, *_priced(plan)]


def guard_prices(plan: Plan) -> tuple[GuardReport, ...]:
    """The guards that applied, in the order the plan gives them."""
    return tuple(guard for guard in plan.guards if guard.applies)


def proof(certificate: Certificate) -> str:
    """What was proved about the plan, without claiming more."""
    pool = count(certificate.candidates, "partnership")
    gap = f"{certificate.gap * 100:.2f} %" if isfinite(certificate.gap) else "unknown"
    by = _WEIGHED.get(certificate.objective, certificate.objective)
    if certificate.status == "optimal":
        return f"Proved best of {pool}, judged {by}; gap {gap}."
    return (
        f"Not proved best: the search over {pool}, judged {by}, stopped early. "
        f"What might still be gained is at most {gap} of the plan's value."
    )


def appraisal_title(appraisal: Appraisal) -> str:
    """Who and how: ``Camden, Hackney and Islington, sharing a management team``."""
    how = _GAIN_BY.get(appraisal.arrangement, TITLES[appraisal.arrangement])
    return f"{and_list(appraisal.names)}, {how}"


def appraisal_verdict(appraisal: Appraisal) -> list[str]:
    """Whether it pays and whether it is allowed, in one or two sentences."""
    saving = appraisal.saving_a_year
    amount = money(saving)
    if not isfinite(saving.mean):
        lines = ["What it would save is not available."]
    elif appraisal.value.mean > 0:
        lines = [f"On average this pays: it saves about {amount} a year once settled."]
    elif saving.mean > 0:
        lines = [
            f"This saves about {amount} a year once settled, "
            "but not enough to earn back what it costs to set up, run and one day end."
        ]
    else:
        lines = [f"On average this does not pay: its saving a year once settled is {amount}."]
    failed = [finding.title for finding in appraisal.guards if not finding.passed]
    if failed:
        lines.append(
            f"Not allowed: {counted(len(failed), 'guard refuses it', 'guards refuse it')} "
            f"({and_list(failed)})."
        )
    elif appraisal.guards:
        lines.append("Every guard allows it.")
    return lines


def appraisal_certainty(appraisal: Appraisal) -> list[str]:
    """How sure: payback, the chance of never, the bad fifth, whether it is in one piece."""
    made = appraisal.provenance
    lines = [text] if made and (text := own_words.first_line(made.own)) else []
    if appraisal.pays_back_years is not None:
        lines.append(f"Where it pays back, it does so in {years(appraisal.pays_back_years)}.")
    lines.append(
        f"Chance of paying back within five years: {chance(appraisal.chance_pays_back_5_years)}; "
        f"of never: {chance(appraisal.chance_never_pays_back)}."
    )
    if not appraisal.contiguous:
        lines.append("The members do not all border one another through the group.")
    return lines


def appraisal_facts(appraisal: Appraisal) -> str:
    """Size and reach in one sentence."""
    bodies = counted(
        appraisal.extra_bodies, "more partner body to face", "more partner bodies to face"
    )
    return (
        f"{number(appraisal.children)} children aged 0 to 17; "
        f"{number(appraisal.span_km)} km between the furthest centres; {bodies}."
    )


def _do_nothing(plan: Plan) -> list[str]:
    pool = count(plan.certificate.candidates, "partnership")
    how = and_list([_GAIN_BY[a] for a in plan.arrangements if a in _GAIN_BY]) or "sharing"
    found = "No" if plan.certificate.status == "optimal" else "So far no"
    weighed = (
        "on average" if plan.objective == "expected" else "in the worst fifth of what may happen"
    )
    return [
        f"Do nothing: {counted(plan.priced, 'council')}{_of(plan)} should {_keep(plan)}.",
        f"{found} way of {how}, among {pool} that pass the guards, earns back its cost {weighed}.",
    ]


def _who_keeps(plan: Plan) -> str:
    stay = len(plan.alone)
    if stay == 0:
        return f"Every council{_of(plan)} has someone to share with."
    if stay * 2 > plan.priced:
        return f"Most councils{_of(plan)} should {_keep(plan)}."
    of = f" of the {plan.priced:,}{_of(plan)}" if plan.only else f" of {plan.priced:,}"
    return sentence(f"{counted(stay, 'council')}{of} should {_keep(plan)}")


def _of(plan: Plan) -> str:
    return f" of {plan.only}" if plan.only else ""


def _who_gains(plan: Plan) -> str:
    used = Counter(partnership.arrangement for partnership in plan.partnerships)
    ordered = sorted(used.items(), key=lambda item: (-item[1], item[0]))
    gaining = plan.priced - len(plan.alone)
    groups = count(len(plan.partnerships), "partnership")
    if len(ordered) == 1:
        how = _GAIN_BY.get(ordered[0][0], "sharing")
    else:
        how = "sharing"
        parts = [f"{n:,} {_GAIN_BY.get(arrangement, 'sharing')}" for arrangement, n in ordered]
        groups = f"{groups} ({and_list(parts)})"
    return (
        f"{gaining:,} of {plan.priced:,} gain by {how}, in {groups}: "
        f"about {money(plan.saving_a_year)} a year once settled."
    )


def _keep(plan: Plan) -> str:
    used = {partnership.arrangement for partnership in plan.partnerships} or set(plan.arrangements)
    return _KEEP.get(next(iter(used)), _UNMATCHED) if len(used) == 1 else _UNMATCHED


def _priced(plan: Plan) -> list[str]:
    lines = []
    if plan.unpriced:
        head = counted(
            len(plan.unpriced),
            "council could not be priced and is left out",
            "councils could not be priced and are left out",
        )
        lines.append(sentence(f"{head}: {_unpriced_by_reason(plan)}"))
    if plan.estimated:
        names = and_list([plan.names.get(code, code) for code in plan.estimated], most=8)
        lines.append(f"Priced from a flagged estimate, not a return: {names}.")
    return lines


def _unpriced_by_reason(plan: Plan) -> str:
    """Who could not be priced: shared or short reasons in brackets, long ones left to a list."""
    by_reason: dict[str, list[str]] = {}
    for code in sorted(plan.unpriced):
        by_reason.setdefault(plan.unpriced[code].rstrip("."), []).append(plan.names.get(code, code))
    brief, rest = [], []
    for reason, names in by_reason.items():
        if len(names) > 1 or len(reason) <= _BRIEF:
            brief.append(f"{and_list(names)} ({reason})")
        else:
            rest += names
    if len(rest) == 1:
        brief.append(f"{rest[0]} (its reason is in the list of authorities)")
    elif rest:
        brief.append(f"{and_list(rest)} (each for a reason in the list of authorities)")
    return "; ".join(brief)


def _straddles_zero(amount: Range) -> bool:
    return amount.low < 0 < amount.high
