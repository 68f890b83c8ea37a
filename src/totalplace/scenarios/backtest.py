"""The known cases, appraised at their own dates and sizes: claimed, happened, modelled.

Flow: evidence.cases, book -> THIS -> cli.evidence
In: an open book (for what England looked like), draws. Out: evidence.comparisons.Backtest.

A case is a whole children's department, so its base is all children's services spend at the time,
split into pay and running costs as England's is today; its top team is the director's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.evidence.cases import Case, CaseMember, Quantity, load_cases
from totalplace.evidence.comparisons import Backtest, Modelled, compare
from totalplace.evidence.draws import Draws, draw
from totalplace.evidence.prices import to_price_year
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import Detail, appraise_all, detail
from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.candidates import connected_sets, from_sets, shape
from totalplace.footprints.problem import Problem, ServiceRules
from totalplace.footprints.search import usable
from totalplace.footprints.words import percent
from totalplace.measures.today import todays_authorities
from totalplace.money.services import services
from totalplace.scenarios.dates import first_start, newest_day
from totalplace.scenarios.gather import CHILDREN, gather
from totalplace.types import Arrangement

MILLION = 1e6
TOTAL = "ro3.total_csc"


def backtest(book: Book, *, draws: int = 512, seed: int = 1) -> Backtest:
    """Every known case beside the model, and how many neighbouring pairs and threes would gain."""
    registry = Registry.load()
    drawn = draw(registry, n=draws, seed=seed)
    cases = load_cases()
    modelled: dict[tuple[str, Quantity], Modelled] = {}
    for case in cases:
        if case.modelled and case.arrangement is not None and len(case.members) > 1:
            modelled |= _model(book, case, case.arrangement, drawn)
    return Backtest(
        comparisons=compare(cases, drawn, modelled),
        findings=share_that_pays(book, registry, drawn),
        seed=seed,
        draws=drawn.n,
        assumptions_sha256=registry.sha256,
        book_hash=book.hash,
    )


def share_that_pays(book: Book, registry: Registry, draws: Draws) -> tuple[str, ...]:
    """For every service and arrangement, the share of neighbouring pairs and threes that gain."""
    as_of = newest_day(book)
    lines = []
    for service in services().values():
        problem = gather(book, service, registry, as_of=as_of, start=first_start(as_of))
        able = usable(problem)
        if not able.any():
            lines.append(f"{service.title}: no authority could be priced.")
            continue
        sets = from_sets(connected_sets(problem.edges, problem.size, member_limit=3, usable=able))
        outline = shape(problem, sets)
        parts = []
        for arrangement in service.arrangements:
            mean = appraise_all(problem, draws, arrangement, sets, outline).mean
            pairs, threes = mean[sets.size == 2], mean[sets.size == 3]
            two, three = percent((pairs > 0).mean()), percent((threes > 0).mean())
            share = f"{two} of pairs and {three} of threes"
            parts.append(f"{arrangement} {share}")
        lines.append(f"{service.title}, would gain on average: {'; '.join(parts)}.")
    return tuple(lines)


def _model(
    book: Book, case: Case, arrangement: Arrangement, draws: Draws
) -> dict[tuple[str, Quantity], Modelled]:
    everyone = _detail(book, case, case.members, arrangement, draws)
    left = [m for m in case.members if m.area_code in case.remaining]
    fewer = _detail(book, case, left, arrangement, draws) if len(left) > 1 else None
    names = ", ".join(m.name for m in case.members)
    how = f"Modelled as {arrangement} of {names}, at their size in {case.children_year}."
    saving = everyone.saving_a_year
    lost = saving if fewer is None else saving - fewer.saving_a_year
    ends = everyone.exit_cost if fewer is None else everyone.exit_cost - fewer.exit_cost
    paying = everyone.payback_years[~np.isnan(everyone.payback_years)]
    found = {
        Quantity.SAVING_A_YEAR: Modelled.of(saving / MILLION, note=how),
        Quantity.SAVING_LOST_A_YEAR: Modelled.of(
            lost / MILLION,
            note=f"{how} Lost: the saving of all of them less that of those who go on."
            if fewer is not None
            else f"{how} Lost: all of it.",
        ),
        Quantity.ONE_OFF_COST: Modelled.of(everyone.one_off / MILLION, note=how),
        Quantity.EXIT_COST: Modelled.of(ends / MILLION, note=how),
    }
    if paying.size:
        found[Quantity.PAYBACK_YEARS] = Modelled.of(
            paying, note=f"{how} Over the {percent(paying.size / draws.n)} of draws that pay back."
        )
    return {(case.id, quantity): value for quantity, value in found.items()}


def _detail(
    book: Book,
    case: Case,
    members: Sequence[CaseMember],
    arrangement: Arrangement,
    draws: Draws,
) -> Detail:
    problem = _case_problem(book, case, members, arrangement)
    sets = from_sets([range(len(members))])
    return detail(problem, draws, arrangement, sets, shape(problem, sets))[0]


def _case_problem(
    book: Book, case: Case, members: Sequence[CaseMember], arrangement: Arrangement
) -> Problem:
    """A country of the case's members alone, sized against England's median authority."""
    n = len(members)
    pay_share, spend_per_child = _england(book)
    children = np.array([m.children for m in members])
    gross = np.array(
        [
            m.children * spend_per_child
            if m.spend is None
            else to_price_year(m.spend, case.spend_year) * MILLION
            for m in members
        ]
    )
    centres = {
        row["area_code"]: (row["easting"], row["northing"])
        for row in book.table("centre").iter_rows(named=True)
    }
    centre = np.array([centres.get(m.area_code, (0.0, 0.0)) for m in members])
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    return Problem(
        rules=ServiceRules(
            service=case.service,
            title=case.title,
            arrangements=(arrangement,),
            safeguarding=SHARING[arrangement].structural,
            team="team.director",
            volume="children 0-17",
            whole_layer=None,
            buys_placements=False,
            middle_share=1.0,
            span_limit_km={},
            member_limit={},
            children_limit={},
        ),
        area_codes=tuple(m.area_code for m in members),
        names=tuple(m.name for m in members),
        children=children,
        volume=children,
        median_volume=_median_children(book, case),
        pay=gross * pay_share,
        running=gross * (1 - pay_share),
        estimate_low=np.ones(n),
        estimate_high=np.ones(n),
        front_line_pay=np.full(n, np.nan),
        priced=np.ones(n, dtype=bool),
        estimated=np.zeros(n, dtype=bool),
        unpriced_reason={},
        centre_m=centre,
        edges=np.array(pairs, dtype=np.int32).reshape(-1, 2),
        bodies=np.zeros((n, 0), dtype=bool),
        body_names=(),
        body_kinds=(),
        footprints={},
        strong_leader=np.zeros(n, dtype=bool),
        strong_protection=np.zeros(n, dtype=bool),
        inadequate=np.zeros(n, dtype=bool),
        grade_words=("",) * n,
        unsteady=np.zeros(n, dtype=bool),
        unsteady_words=("",) * n,
        ends=(None,) * n,
        ends_words=("",) * n,
        as_of=case.start or date(2000, 1, 1),
        start=case.start or date(2000, 1, 1),
        sources=(case.sizes_source,),
        book_hash=book.hash,
    )


def _england(book: Book) -> tuple[float, float]:
    """England's share of children's services spend that is pay, and spend per child, pounds."""
    rows = book.query(
        "SELECT item, value FROM observation WHERE latest AND level = 'england' AND item IN (?, ?)"
        " AND value IS NOT NULL QUALIFY row_number() OVER (PARTITION BY item ORDER BY period_end"
        " DESC) = 1",
        [f"{TOTAL}.employees", f"{TOTAL}.total_expenditure"],
    )
    value = dict(rows.select("item", "value").iter_rows())
    total = value[f"{TOTAL}.total_expenditure"]
    children = book.query(
        "SELECT value FROM observation WHERE latest AND level = 'england' AND item = ?"
        " AND value IS NOT NULL ORDER BY period_end DESC LIMIT 1",
        [CHILDREN],
    )["value"].item()
    return value[f"{TOTAL}.employees"] / total, total / children


def _median_children(book: Book, case: Case) -> float:
    """The median authority's children in the case's year, or the nearest year held."""
    wanted = case.start.year if case.start else 9999
    codes = set(todays_authorities(book).area_codes)
    rows = book.query(
        "SELECT area_code, year(period_end) AS year, value FROM observation WHERE latest"
        " AND level = 'authority' AND item = ? AND value IS NOT NULL ORDER BY year, area_code",
        [CHILDREN],
    )
    years = sorted(set(rows["year"].to_list()), key=lambda y: (abs(y - wanted), y))
    nearest = rows.filter((rows["year"] == years[0]) & rows["area_code"].is_in(list(codes)))
    return float(np.median(nearest["value"].to_numpy()))
