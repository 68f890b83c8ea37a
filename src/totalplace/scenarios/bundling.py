"""Several services on one footprint: the best common plan, and the price of its being common.

Flow: question (one for each service), footprints.bundle -> THIS -> reports.bundle_words, cli
In: an open book, services, and what `planning.plan` may be asked. Out: a frozen Bundle.

Only authorities that every service could be priced for take part, in the common plan and in the
separate ones beside it, so that the price is of the footprint alone. The director's own team is
counted once: in the first service it runs, and at nothing in the others, in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError, NoPlanError
from totalplace.footprints import guards
from totalplace.footprints.appraisal import Detail, money_range
from totalplace.footprints.bundle import Common, JointSplit, Part, common_footprint, sits_on
from totalplace.footprints.plan import appraise_set, build_plan
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Certificate, MemberShare
from totalplace.footprints.search import search, usable
from totalplace.footprints.tornado import Held
from totalplace.footprints.words import percent
from totalplace.money.services import service as find_service
from totalplace.scenarios.bundle_result import BodyCount, Bundle, CommonPartnership
from totalplace.scenarios.planning import provenance_of
from totalplace.scenarios.question import Question, question_of
from totalplace.scenarios.risk import PlanOptions
from totalplace.types import Arrangement, BoolArray

DIRECTOR = "team.director"


def bundle(book: Book, *, services: Sequence[str], **options: Unpack[PlanOptions]) -> Bundle:
    """The best plan in which several services share one footprint, and what that costs.

    Args:
        book: A place book.
        services: Ids of two services or more. Arrangements asked for apply to those that allow
            them.
        options: As `planning.plan`.

    Raises:
        InputError: Fewer than two services; one inside another; as `planning.plan`.
        NoPlanError: What was asked for cannot all be had by all services at once.
    """
    names = tuple(dict.fromkeys(services))
    _check(names)
    questions = [_question(book, name, options) for name in names]
    tell = options.get("progress_fn")
    able: BoolArray = np.all([usable(q.setting.problem) for q in questions], axis=0)
    if not able.any():
        raise NoPlanError("No authority could be priced for all of these services.")
    parts: list[Part] = []
    once: list[str] = []
    for question in questions:
        problem = question.setting.problem
        team = problem.rules.team
        again = team == DIRECTOR and any(p.search.problem.rules.team == DIRECTOR for p in parts)
        drawn = question.setting.draws
        if again:
            once.append(problem.rules.title)
        draws = Held(drawn, DIRECTOR, 0.0) if again else drawn

        def told(what: str, share: float, title: str = problem.rules.title) -> None:
            if tell is not None:
                tell(f"{title}: {what}" + (f" ({percent(share)})" if share else ""))

        found = search(
            replace(problem, priced=problem.priced & able), draws, question.ask, progress_fn=told
        )
        parts.append(Part(search=found, draws=draws))
    if tell is not None:
        tell("finding the best common footprint")
    common = common_footprint(parts)
    return _result(questions, parts, common, able, tuple(once))


def _check(names: Sequence[str]) -> None:
    if len(names) < 2:
        raise InputError("A common footprint is for two services or more: name another.")
    known = [find_service(name) for name in names]
    inside = [
        f"{one.title} is part of {other.title.lower()} already"
        for one in known
        for other in known
        if one.part_of == other.id
    ]
    if inside:
        raise InputError(f"{'; '.join(inside)}: name one of them, or it would be counted twice.")


def _question(book: Book, name: str, options: PlanOptions) -> Question:
    given: dict[str, Any] = {**options}
    wanted = [*(given.pop("arrangements", None) or ())]
    single = given.pop("arrangement", None)
    wanted += [single] if single else []
    given.pop("service", None)
    allowed = find_service(name).arrangements
    kept = [a for a in wanted if a in allowed]
    if wanted and not kept:
        kept = wanted  # refused, by name, with what the service allows
    ask: dict[str, Any] = {**given, "arrangements": kept, "price_guards": False}
    return question_of(book, service=name, **ask)


def _result(
    questions: Sequence[Question],
    parts: Sequence[Part],
    common: Common,
    able: BoolArray,
    once: tuple[str, ...],
) -> Bundle:
    setting = questions[0].setting
    problem, seed = setting.problem, setting.draws.seed
    separate = tuple(
        build_plan(
            part.search,
            part.draws,
            seed=seed,
            assumptions_sha256=setting.registry.sha256,
            with_comparators=False,
        )
        for part in parts
    )
    rows = [
        _partnership(parts, group, kinds, details, split)
        for group, kinds, details, split in zip(
            common.groups, common.arrangements, common.details, common.splits, strict=True
        )
    ]
    rows.sort(key=lambda row: (-row.value.mean, row.members))
    taken = {code for row in rows for code in row.members}
    made = provenance_of(setting, seed)
    ids = tuple(part.search.problem.rules.service for part in parts)
    titles = tuple(part.search.problem.rules.title for part in parts)
    sources = sorted({line for q in questions for line in q.setting.problem.sources})
    return Bundle(
        services=ids,
        service_titles=titles,
        partnerships=tuple(rows),
        alone=tuple(
            code for i, code in enumerate(problem.area_codes) if able[i] and code not in taken
        ),
        unpriced=_unpriced([q.setting.problem for q in questions], able),
        names=dict(zip(problem.area_codes, problem.names, strict=True)),
        value=money_range(common.value),
        saving_a_year=money_range(common.saving_a_year),
        certificate=_certificate(parts, common),
        separate=separate,
        separate_value=money_range(common.separate_value),
        separate_saving=money_range(common.separate_saving),
        price=money_range(common.separate_value - common.value),
        price_a_year=money_range(common.separate_saving - common.saving_a_year),
        common_bodies=_count(
            [g for g, kinds in zip(common.groups, common.arrangements, strict=True) if _met(kinds)],
            problem.size,
        ),
        separate_bodies=_count(
            [
                part.search.candidates.row(int(c))
                for part in parts
                for c, kind in zip(
                    part.search.choice.candidates, part.search.choice.arrangements, strict=True
                )
                if _met((kind,))
            ],
            problem.size,
        ),
        team_counted_once=once,
        only=problem.part,
        provenance=replace(
            made, service="+".join(ids), service_title=" and ".join(titles), sources=tuple(sources)
        ),
    )


def _met(kinds: Sequence[Arrangement]) -> bool:
    """Whether members sit on something together under any of some arrangements."""
    return any(kind not in {Arrangement.ALONE, Arrangement.CO_OPERATE} for kind in kinds)


def _count(groups: Sequence[tuple[int, ...]], size: int) -> BodyCount:
    each = sits_on(groups, size)
    return BodyCount(
        bodies=len({frozenset(group) for group in groups}),
        most=int(each.max(initial=0)),
        seats=int(each.sum()),
    )


def _partnership(
    parts: Sequence[Part],
    group: tuple[int, ...],
    kinds: tuple[Arrangement, ...],
    details: tuple[Detail, ...],
    split: JointSplit | None,
) -> CommonPartnership:
    problem = parts[0].search.problem
    appraisals = []
    for part, kind in zip(parts, kinds, strict=True):
        if kind is Arrangement.ALONE:
            continue
        # whether anybody pays for the others is judged on all services together
        limits = part.search.ask.limits
        limits = replace(limits, off=limits.off | {guards.NOBODY_PAYS})
        problem = part.search.problem
        found = appraise_set(problem, part.draws, group, kind, limits)
        appraisals.append((problem.rules.service, found))
    shares = (
        ()
        if split is None
        else tuple(
            MemberShare(
                area_code=problem.area_codes[m],
                name=problem.names[m],
                share=money_range(split.result[k]),
                transfer=float(split.transfer[k]),
                chance_worse_off=float(split.chance_worse_off[k]),
            )
            for k, m in enumerate(group)
        )
    )
    return CommonPartnership(
        members=tuple(problem.area_codes[m] for m in group),
        names=tuple(problem.names[m] for m in group),
        value=money_range(np.sum([one.value for one in details], axis=0)),
        saving_a_year=money_range(np.sum([one.saving_a_year for one in details], axis=0)),
        services=tuple(appraisals),
        shares=shares,
    )


def _unpriced(problems: Sequence[Problem], able: BoolArray) -> dict[str, str]:
    """Why each authority left out is: for the first service that it cannot share."""
    found = {}
    for i in np.flatnonzero(~able):
        code = problems[0].area_codes[i]
        problem = next(p for p in problems if not usable(p)[i])
        why = problem.unpriced_reason.get(code, "no volume of this service to share")
        found[code] = f"{problem.rules.title.lower()}: {why}"
    return found


def _certificate(parts: Sequence[Part], common: Common) -> Certificate:
    solution = common.solution
    titles = " and ".join(part.search.problem.rules.title.lower() for part in parts)
    return Certificate(
        status=solution.status,
        objective=parts[0].search.ask.objective,
        value=float(solution.value),
        bound=float(solution.bound),
        gap=float(solution.gap),
        candidates=common.allowed,
        refused=common.refused,
        limits=f"neighbouring authorities on which {titles} can be shared, each service under its "
        "best arrangement that its guards allow, or not at all where it gains nothing",
        seconds=solution.seconds,
    )
