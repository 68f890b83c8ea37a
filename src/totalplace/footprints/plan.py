"""Turn a finished search into the frozen Plan that people read; appraise a named proposal.

Flow: search, comparators -> THIS -> scenarios.planning
In: a Search. Out: results.Plan, results.Appraisal. No arithmetic happens after this module.
"""

from __future__ import annotations

import numpy as np

from totalplace import __version__
from totalplace.footprints import guards
from totalplace.footprints.appraisal import (
    Detail,
    Values,
    appraise_all,
    detail,
    money_range,
    payback_years,
)
from totalplace.footprints.candidates import Candidates, from_sets, shape
from totalplace.footprints.certificate import certificate_of
from totalplace.footprints.comparators import (
    FOOTPRINT_TITLES,
    Division,
    compare,
    existing_footprint,
    mean_worths,
    pair_by_pair,
)
from totalplace.footprints.ensemble import random_ensemble
from totalplace.footprints.findings import LIFTED, plan_findings
from totalplace.footprints.limits import Limits
from totalplace.footprints.optimiser import best_partition
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import (
    Appraisal,
    Comparator,
    GuardFinding,
    GuardReport,
    MemberShare,
    Plan,
    Range,
    Swing,
)
from totalplace.footprints.search import ALWAYS_PRICED, Choice, Search, usable
from totalplace.footprints.split import MOST_MEMBERS, Split, split
from totalplace.footprints.value import AssumptionDraws
from totalplace.footprints.words import percent
from totalplace.types import Arrangement

RANDOM_PLANS = 100

GUARD_MEANINGS: dict[str, str] = {
    guards.NO_WEAK_LEADER: "a member judged good or better for leaders, and at most {0} of the "
    "children living where a grade is inadequate or too old to rely on",
    guards.STEADY_HANDS: "no member whose social work workforce is outside its own limits, or "
    "stretched on two of turnover, agency, vacancy and caseload",
    guards.WITHIN_REACH: "members touch, and their centres are close enough to run as one",
    guards.NOT_TOO_BIG: "few enough members and children to know, unless one alone is bigger",
    guards.NOBODY_PAYS: "no member likelier to lose than the partnership itself by more than "
    "{1:.0f} points, after a fair split",
    guards.FRONT_LINE_HELD: "in any year before it pays back, net cost at most {2} of members' "
    "front-line pay, or a funding source is named",
    guards.USERS_OWN: "what you asked for: who shares, who does not, borders, members and numbers",
}


def build_plan(
    found: Search,
    draws: AssumptionDraws,
    *,
    seed: int,
    assumptions_sha256: str,
    with_comparators: bool = True,
    moves: tuple[Swing, ...] = (),
) -> Plan:
    """Assemble the plan from a finished search.

    Args:
        found: A finished search.
        draws: The draws it was made with.
        seed: Of the draws, and of the random plans it is compared with.
        assumptions_sha256: Hash of the assumptions.
        with_comparators: Whether to value other ways to divide the country.
        moves: What moves its value most (`tornado.swings`).
    """
    problem, ask, choice = found.problem, found.ask, found.choice
    appraisals, details = _appraisals(found, draws, choice)
    order = sorted(
        range(len(appraisals)), key=lambda k: (-appraisals[k].value.mean, appraisals[k].members)
    )
    partnerships = tuple(appraisals[k] for k in order)
    taken = {code for p in partnerships for code in p.members}
    can = usable(problem)
    value = np.sum([d.value for d in details], axis=0) if details else np.zeros(draws.n)
    saving = np.sum([d.saving_a_year for d in details], axis=0) if details else np.zeros(draws.n)
    never = 0.0
    if details:
        cash = np.sum([d.cash for d in details], axis=0)[:, None, :]
        never = float(np.isnan(payback_years(cash)[0]).mean())
    reports = _guard_reports(found, draws, details)
    shares = _share_that_pays(found)
    unpriced = dict(problem.unpriced_reason)
    for i in np.flatnonzero(problem.priced & ~can):
        unpriced[problem.area_codes[i]] = "no volume of this service to share"
    plan = Plan(
        service=problem.rules.service,
        service_title=problem.rules.title,
        arrangements=ask.arrangements,
        as_of=problem.as_of,
        start=problem.start,
        objective=ask.objective,
        seed=seed,
        draws=draws.n,
        partnerships=partnerships,
        alone=tuple(
            code for i, code in enumerate(problem.area_codes) if can[i] and code not in taken
        ),
        unpriced=unpriced,
        estimated=tuple(
            code for i, code in enumerate(problem.area_codes) if can[i] and problem.estimated[i]
        ),
        names=dict(zip(problem.area_codes, problem.names, strict=True)),
        value=money_range(value),
        saving_a_year=money_range(saving),
        chance_never_pays_back=never,
        share_that_pays=shares,
        certificate=certificate_of(found),
        guards=reports,
        comparators=_comparators(found, draws, seed) if with_comparators else (),
        moves=moves,
        only=problem.part,
        findings=(),
        sources=problem.sources,
        assumptions_sha256=assumptions_sha256,
        book_hash=problem.book_hash,
        version=__version__,
        own=problem.own,
    )
    return plan_findings(plan, problem)


def appraise_set(
    problem: Problem,
    draws: AssumptionDraws,
    members: tuple[int, ...],
    arrangement: Arrangement,
    limits: Limits,
) -> Appraisal:
    """Appraise any set of authorities, contiguous or not, and say which guards it fails and why."""
    sets = from_sets([members])
    outline = shape(problem, sets)
    values = appraise_all(problem, draws, arrangement, sets, outline)
    shared = None
    if len(members) <= MOST_MEMBERS:
        shared = split(
            problem,
            draws,
            sets.row(0),
            arrangement,
            lambda groups: mean_worths(problem, draws, arrangement, groups),
        )
    found = detail(problem, draws, arrangement, sets, outline)[0]
    return _appraisal(problem, arrangement, sets, 0, values, found, shared, limits)


def _appraisals(
    found: Search, draws: AssumptionDraws, choice: Choice
) -> tuple[tuple[Appraisal, ...], tuple[Detail, ...]]:
    appraisals, details = [], []
    for at, c in enumerate(choice.candidates):
        arrangement = choice.arrangements[at]
        pick = np.array([c])
        one, outline = found.candidates.take(pick), found.outline.take(pick)
        values = found.values[arrangement]
        chosen = Values(
            mean=values.mean[pick],
            tail=values.tail[pick],
            saving_a_year=values.saving_a_year[pick],
            first_year_cost=values.first_year_cost[pick],
            pays_back=values.pays_back[pick],
        )
        seen = detail(found.problem, draws, arrangement, one, outline)[0]
        details.append(seen)
        appraisals.append(
            _appraisal(
                found.problem,
                arrangement,
                one,
                0,
                chosen,
                seen,
                choice.splits[at],
                found.ask.limits,
            )
        )
    return tuple(appraisals), tuple(details)


def _appraisal(
    problem: Problem,
    arrangement: Arrangement,
    sets: Candidates,
    c: int,
    values: Values,
    found: Detail,
    shared: Split | None,
    limits: Limits,
) -> Appraisal:
    members = sets.row(c)
    pick = np.array([c])
    outline = shape(problem, sets.take(pick))
    judged = guards.findings(
        problem, arrangement, sets.take(pick), outline, values.first_year_cost[pick], limits
    )[0]
    if shared is not None and guards.NOBODY_PAYS not in limits.off:
        judged = (*judged, _nobody_pays(problem, shared, limits))
    paying = ~np.isnan(found.payback_years)
    within_5 = np.where(np.nan_to_num(found.payback_years, nan=np.inf) <= 5, 1.0, 0.0)
    return Appraisal(
        members=tuple(problem.area_codes[m] for m in members),
        names=tuple(problem.names[m] for m in members),
        arrangement=arrangement,
        value=money_range(found.value),
        tail_mean=float(values.tail[c]),
        saving_a_year=money_range(found.saving_a_year),
        first_year_cost=money_range(found.first_year_cost),
        one_off_cost=money_range(found.one_off),
        exit_cost=money_range(found.exit_cost),
        pays_back_years=money_range(found.payback_years[paying]) if paying.any() else None,
        chance_pays_back_5_years=float((found.alive_at_payback * within_5).mean()),
        chance_never_pays_back=float(1 - found.alive_at_payback.mean()),
        by_layer={layer: money_range(array) for layer, array in found.by_layer.items()},
        coordination_a_year=money_range(found.coordination),
        span_km=float(outline.span_km[0]),
        children=float(outline.children[0]),
        extra_bodies=int(outline.extra_bodies[0]),
        contiguous=bool(outline.contiguous[0]),
        shares=_shares(problem, shared),
        guards=judged,
        notes=(*_notes(problem, members), *_unsplit(members, shared)),
    )


def _shares(problem: Problem, shared: Split | None) -> tuple[MemberShare, ...]:
    if shared is None:
        return ()
    result = shared.result
    return tuple(
        MemberShare(
            area_code=problem.area_codes[m],
            name=problem.names[m],
            share=money_range(result[k]),
            transfer=float(shared.transfer[k]),
            chance_worse_off=float(shared.chance_worse_off[k]),
        )
        for k, m in enumerate(shared.members)
    )


def _nobody_pays(problem: Problem, shared: Split, limits: Limits) -> GuardFinding:
    worst = int(shared.chance_worse_off.argmax())
    excess = shared.excess()
    return GuardFinding(
        guard=guards.NOBODY_PAYS,
        title=guards.TITLES[guards.NOBODY_PAYS],
        passed=excess <= limits.worse_off_points + 1e-9,
        reason=(
            f"{problem.names[shared.members[worst]]} is the likeliest to end with less than "
            f"nothing (in present value), at {percent(shared.chance_worse_off[worst])}; the "
            f"partnership itself does in {percent(shared.partnership_chance)} of draws (limit "
            f"{limits.worse_off_points * 100:.0f} points more)"
        ),
        margin=1 - excess / limits.worse_off_points,
    )


def _unsplit(members: tuple[int, ...], shared: Split | None) -> tuple[str, ...]:
    if shared is not None:
        return ()
    return (
        f"It has {len(members)} members, too many for a fair split here, so whether a member "
        "would pay for the others was not checked.",
    )


def _notes(problem: Problem, members: tuple[int, ...]) -> tuple[str, ...]:
    notes = [
        f"{problem.names[m]}: {problem.ends_words[m]}; no benefit is counted after that."
        for m in members
        if problem.ends[m] is not None
    ]
    notes += [
        f"{problem.names[m]}'s spend is an estimate, from "
        f"{percent(problem.estimate_low[m])} to {percent(problem.estimate_high[m])} "
        "of the figure used."
        for m in members
        if problem.estimated[m]
    ]
    return tuple(notes)


def _guard_reports(
    found: Search, draws: AssumptionDraws, details: tuple[Detail, ...]
) -> tuple[GuardReport, ...]:
    limits = found.ask.limits
    meanings = {
        guard: text.format(
            percent(limits.inadequate_share),
            limits.worse_off_points * 100,
            percent(limits.front_line_share, 1),
        )
        for guard, text in GUARD_MEANINGS.items()
    }
    with_it = np.sum([d.saving_a_year for d in details], axis=0) if details else np.zeros(draws.n)
    reports = []
    for guard, title in guards.TITLES.items():
        judged = [
            (arrangement, verdict)
            for arrangement in found.ask.arrangements
            for verdict in found.verdicts[arrangement]
            if verdict.guard == guard and verdict.applies
        ]
        applies = (bool(judged) or guard == guards.NOBODY_PAYS) and guard not in limits.off
        blocked = sum(int((found.searched[a] & ~v.passes).sum()) for a, v in judged)
        if guard == guards.NOBODY_PAYS:
            blocked = found.choice.banned
        price, yearly, note = None, None, ""
        if guard in limits.off:
            note = "switched off by you"
        elif guard == guards.FRONT_LINE_HELD and limits.funding:
            note = f"{LIFTED}{limits.funding}"
        elif guard in found.without:
            other = found.without[guard]
            price = float(other.solution.value - found.choice.solution.value)
            _, seen = _appraisals(found, draws, other)
            without = np.sum([d.saving_a_year for d in seen], axis=0) if seen else np.zeros(draws.n)
            yearly = money_range(without - with_it)
            note = "best plan without this guard, less the best plan with it"
        elif found.stopped:
            note = "not priced: the search was interrupted"
        elif guard in found.unpriced:
            note = "not priced: the time for the search was up"
        elif applies and found.ask.price_guards:
            price, yearly = 0.0, Range(0.0, 0.0, 0.0)
            note = "it refused nothing"
        reports.append(
            GuardReport(
                guard=guard,
                title=title,
                meaning=meanings[guard],
                applies=applies,
                blocked=blocked,
                price=price,
                price_a_year=yearly,
                note=note,
            )
        )
    return tuple(reports)


def _share_that_pays(found: Search) -> dict[str, float]:
    """Share of neighbouring pairs and triples worth more than nothing, guards aside."""
    best = np.max([found.values[a].mean for a in found.ask.arrangements], axis=0)
    shares = {}
    for name, size in (("pairs", 2), ("triples", 3)):
        here = (found.candidates.size == size) & found.outline.contiguous
        if here.any():
            shares[name] = float((best[here] > 0).mean())
    return shares


def _comparators(found: Search, draws: AssumptionDraws, seed: int) -> tuple[Comparator, ...]:
    problem, ask = found.problem, found.ask
    firm = tuple(a for a in ask.arrangements if a is not Arrangement.CO_OPERATE) or ask.arrangements
    nothing = Division(name="do nothing", groups=(), arrangements=(), note="every authority alone")
    rows = [compare(problem, draws, nothing, ask.limits), _co_operate_only(found, draws)]
    rows += [
        compare(problem, draws, existing_footprint(problem, draws, kind, firm), ask.limits)
        for kind in FOOTPRINT_TITLES
        if any(problem.footprints.get(kind, ()))
    ]
    scores = {a: np.where(found.allowed(a), found.score(a), -np.inf) for a in ask.arrangements}
    rows.append(
        compare(problem, draws, pair_by_pair(problem, found.candidates, scores), ask.limits)
    )
    rows.append(random_ensemble(found, draws, seed=seed, plans=RANDOM_PLANS).comparator())
    return tuple(rows)


def _co_operate_only(found: Search, draws: AssumptionDraws) -> Comparator:
    """The best plan in which nobody merges anything."""
    problem = found.problem
    arrangement = Arrangement.CO_OPERATE
    small = found.candidates.take(found.candidates.size <= ALWAYS_PRICED)
    outline = shape(problem, small)
    values = appraise_all(problem, draws, arrangement, small, outline)
    solution = best_partition(small, values.mean, problem.size)
    groups = tuple(small.row(int(c)) for c in solution.chosen)
    division = Division(
        name="co-operate only",
        groups=groups,
        arrangements=(arrangement,) * len(groups),
        note="the best plan in which neighbours, two or three at a time, work together and "
        "nothing is merged",
    )
    return compare(problem, draws, division, found.ask.limits)
