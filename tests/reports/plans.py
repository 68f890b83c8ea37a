"""Plans and appraisals made by hand: one that looks like England, and any that can be.

Flow: hypothesis -> THIS -> tests of reports and of the command line
Figures are invented; names and codes are real so that the layout meets real lengths.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from totalplace.footprints.results import (
    Appraisal,
    Certificate,
    Comparator,
    GuardFinding,
    GuardReport,
    MemberShare,
    Plan,
    Range,
)
from totalplace.types import LAYERS, Arrangement, Layer

NAMES = {
    "E06000036": "Bracknell Forest",
    "E06000037": "West Berkshire",
    "E06000038": "Reading",
    "E06000039": "Slough",
    "E06000040": "Windsor and Maidenhead",
    "E06000041": "Wokingham",
    "E06000063": "Cumberland",
    "E08000025": "Birmingham",
    "E08000032": "Bradford",
    "E08000033": "Calderdale",
    "E08000034": "Kirklees",
    "E09000004": "Bexley",
    "E09000006": "Bromley",
    "E09000007": "Camden",
    "E09000012": "Hackney",
    "E09000013": "Hammersmith and Fulham",
    "E09000019": "Islington",
    "E09000020": "Kensington and Chelsea",
    "E09000030": "Tower Hamlets",
    "E09000033": "Westminster",
}
GROUPS = (
    ("E06000036", "E06000038", "E06000041"),
    ("E09000013", "E09000020", "E09000033"),
    ("E09000004", "E09000006"),
    ("E08000033", "E08000034"),
)
GUARDS = (
    ("no-weak-leader", "no weak leader", "At least one member is judged good or better."),
    ("steady-hands", "steady hands", "No member is stretched or outside its own control limits."),
    ("within-reach", "within reach", "Members' centres are at most 60 km apart."),
    ("not-too-big", "not too big to know", "At most 4 members and 350,000 children."),
    ("nobody-pays", "nobody pays for the others", "No member carries the others' risk."),
    ("front-line-held", "front line held", "Net cost is at most 0.5 % of front-line pay."),
)


def around(mean: float, width: float) -> Range:
    """A symmetric range."""
    return Range(mean, mean - width, mean + width)


def sample_appraisal(codes: tuple[str, ...] = GROUPS[0], *, place: int = 0) -> Appraisal:
    """One partnership that passes every guard."""
    size = len(codes)
    return Appraisal(
        members=codes,
        names=tuple(NAMES[code] for code in codes),
        arrangement=Arrangement.SHARED_MANAGEMENT,
        value=Range(3.1e6 - place * 7e5, -0.4e6, 6.9e6 - place * 8e5),
        tail_mean=-0.9e6,
        saving_a_year=around(0.7e6 - place * 1.2e5, 0.5e6)
        if place % 2 == 0
        else Range(0.45e6, 0.1e6, 1.3e6),
        first_year_cost=Range(0.8e6, 0.5e6, 1.2e6),
        one_off_cost=Range(1.4e6, 0.9e6, 2.2e6),
        exit_cost=Range(0.8e6, 0.3e6, 1.4e6),
        pays_back_years=Range(3.1, 2.2, 6.4),
        chance_pays_back_5_years=0.71,
        chance_never_pays_back=0.09 + place * 0.03,
        by_layer={
            layer: {
                Layer.MANAGEMENT: Range(0.9e6, 0.4e6, 1.5e6),
                Layer.COMMISSIONING: Range(0.1e6, 0.0, 0.3e6),
            }.get(layer, Range(0.0, 0.0, 0.0))
            for layer in LAYERS
        },
        coordination_a_year=Range(0.3e6, 0.1e6, 0.5e6),
        span_km=21.4 + place,
        children=112_340.0,
        extra_bodies=place,
        contiguous=True,
        shares=tuple(
            MemberShare(
                area_code=code,
                name=NAMES[code],
                share=Range(1.0e6 / size, -0.2e6, 2.4e6),
                transfer=(60_000.0 if i == 0 else -60_000.0 / (size - 1)),
                chance_worse_off=0.11 + 0.01 * i,
            )
            for i, code in enumerate(codes)
        ),
        guards=tuple(
            GuardFinding(
                guard=guard,
                title=title,
                passed=True,
                reason=f"{NAMES[codes[0]]} is well inside the limit.",
                margin=0.1 + 0.1 * ((i + place) % len(GUARDS)),
            )
            for i, (guard, title, _) in enumerate(GUARDS)
        ),
        notes=(),
    )


def refused_appraisal() -> Appraisal:
    """One partnership that two guards refuse and that does not pay."""
    base = sample_appraisal(GROUPS[1], place=1)
    return replace(
        base,
        value=Range(-2.4e6, -6.1e6, 0.8e6),
        saving_a_year=Range(-0.2e6, -0.7e6, 0.3e6),
        pays_back_years=None,
        chance_pays_back_5_years=0.0,
        chance_never_pays_back=0.97,
        contiguous=False,
        guards=tuple(
            replace(finding, passed=False, margin=-0.23, reason="Hackney holds 41 % of children.")
            if finding.guard in ("no-weak-leader", "steady-hands")
            else finding
            for finding in base.guards
        ),
        notes=("Surrey is to be abolished on 1 April 2027: no benefit is counted after it.",),
    )


def sample_plan() -> Plan:
    """A plan that looks like one for England."""
    partnerships = tuple(sample_appraisal(codes, place=i) for i, codes in enumerate(GROUPS))
    grouped = {code for codes in GROUPS for code in codes}
    unpriced = {
        "E06000039": "no return for 2024-25",
        "E06000063": "no return for 2024-25",
        "E08000025": "no return for 2024-25",
        "E09000030": "spend reported elsewhere",
    }
    return Plan(
        service="social-work",
        service_title="Social work and safeguarding",
        arrangements=(Arrangement.SHARED_MANAGEMENT,),
        as_of=date(2026, 6, 30),
        start=date(2027, 4, 1),
        objective="expected",
        seed=1,
        draws=512,
        partnerships=partnerships,
        alone=tuple(sorted(set(NAMES) - grouped - set(unpriced))),
        unpriced=unpriced,
        estimated=("E06000037",),
        names=dict(NAMES),
        value=Range(8.3e6, -3.1e6, 19.4e6),
        saving_a_year=Range(2.1e6, -0.6e6, 4.9e6),
        chance_never_pays_back=0.18,
        share_that_pays={"pairs": 0.46, "triples": 0.31},
        certificate=Certificate(
            status="optimal",
            objective="expected",
            value=8.3e6,
            bound=8.3e6,
            gap=0.0,
            candidates=2_581,
            refused=932,
            limits="bordering sets of up to 4 members within 60 km",
            seconds=0.31,
        ),
        guards=tuple(
            GuardReport(
                guard=guard,
                title=title,
                meaning=meaning,
                applies=guard != "front-line-held",
                blocked=(204, 697, 31, 12, 1, 0)[i],
                price=(4.1e6, 1.9e6, 0.0, 0.2e6, None, None)[i],
                price_a_year=(
                    Range(0.9e6, 0.3e6, 1.6e6),
                    around(0.4e6, 0.3e6),
                    Range(0.0, 0.0, 0.0),
                    Range(0.02e6, -0.03e6, 0.08e6),
                    None,
                    None,
                )[i],
            )
            for i, (guard, title, meaning) in enumerate(GUARDS)
        ),
        comparators=(
            Comparator(
                name="do nothing",
                value=Range(0.0, 0.0, 0.0),
                saving_a_year=Range(0.0, 0.0, 0.0),
                partnerships=0,
                breaks_guards=0,
                note="Every authority keeps its own.",
            ),
            Comparator(
                name="nine regions",
                value=Range(-210e6, -340e6, -90e6),
                saving_a_year=Range(-31e6, -47e6, -12e6),
                partnerships=9,
                breaks_guards=9,
                note="Today's nine English regions.",
            ),
            Comparator(
                name="pair by pair",
                value=Range(7.2e6, -3.0e6, 17.7e6),
                saving_a_year=Range(1.9e6, -0.5e6, 4.4e6),
                partnerships=5,
                breaks_guards=0,
                note="The best pair first, then the next.",
            ),
        ),
        findings=("the limit on members decides this plan, not the evidence",),
        sources=(
            "Revenue outturn RO3 2024-25, MHCLG (4 December 2025 release)",
            "Children 0 to 17, mid-2024, ONS",
        ),
        assumptions_sha256="7f3a91" + "0" * 58,
        book_hash="0c22e4" + "0" * 58,
        version="0.1.0",
    )


def do_nothing_plan() -> Plan:
    """A plan that leaves everything as it is."""
    plan = sample_plan()
    zero = Range(0.0, 0.0, 0.0)
    return replace(
        plan,
        arrangements=(Arrangement.JOINT_BUYING,),
        service="residential",
        service_title="Residential care",
        partnerships=(),
        alone=tuple(sorted(set(NAMES) - set(plan.unpriced))),
        value=zero,
        saving_a_year=zero,
        chance_never_pays_back=0.0,
        certificate=replace(plan.certificate, value=0.0, bound=0.0),
        findings=(),
    )


# -- any plan at all -----------------------------------------------------------------------

_MONEY = st.floats(-5e8, 5e8, allow_nan=False).map(lambda x: round(x, 2))
_TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="£"
    ),
    min_size=1,
    max_size=30,
).filter(str.strip)
_RISKY = st.sampled_from(["=1+1", "+44", "-2", "@SUM(A1)", "<b>&\"'", "{{ 7*7 }}", "[bold]x"])
_WORDS = st.one_of(_TEXT, _RISKY)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    """Any interval around a mean (the mean may lie outside a skewed one)."""
    low, high = sorted((draw(_MONEY), draw(_MONEY)))
    return Range(draw(_MONEY), low, high)


@st.composite
def appraisals(draw: st.DrawFn, codes: tuple[str, ...], names: dict[str, str]) -> Appraisal:
    """Any appraisal of the given members."""
    chance = st.floats(0.0, 1.0)
    return Appraisal(
        members=codes,
        names=tuple(names[code] for code in codes),
        arrangement=draw(st.sampled_from(list(Arrangement)[1:])),
        value=draw(ranges()),
        tail_mean=draw(_MONEY),
        saving_a_year=draw(ranges()),
        first_year_cost=draw(ranges()),
        one_off_cost=draw(ranges()),
        exit_cost=draw(ranges()),
        pays_back_years=draw(st.none() | st.just(Range(4.0, 2.0, 9.5))),
        chance_pays_back_5_years=draw(chance),
        chance_never_pays_back=draw(chance),
        by_layer={layer: draw(ranges()) for layer in LAYERS[: draw(st.integers(0, 5))]},
        coordination_a_year=draw(ranges()),
        span_km=draw(st.floats(0, 600)),
        children=float(draw(st.integers(0, 2_000_000))),
        extra_bodies=draw(st.integers(0, 9)),
        contiguous=draw(st.booleans()),
        shares=tuple(
            MemberShare(
                area_code=code,
                name=names[code],
                share=draw(ranges()),
                transfer=draw(_MONEY),
                chance_worse_off=draw(chance),
            )
            for code in codes
        ),
        guards=tuple(
            GuardFinding(
                guard=guard,
                title=title,
                passed=draw(st.booleans()),
                reason=draw(_WORDS),
                margin=draw(st.floats(-2, 2) | st.just(float("inf"))),
            )
            for guard, title, _ in GUARDS[: draw(st.integers(0, 3))]
        ),
        notes=tuple(draw(st.lists(_WORDS, max_size=2))),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan the planner could return, with awkward names."""
    size = draw(st.integers(1, 9))
    codes = [f"E0600{i:04d}" for i in range(size)]
    names = {code: draw(_WORDS) for code in codes}
    fate = {code: draw(st.integers(-2, 2)) for code in codes}  # unpriced, alone, group 0..2
    groups = [tuple(c for c in codes if fate[c] == g) for g in range(3)]
    grouped = [group for group in groups if len(group) > 1]
    single = [group[0] for group in groups if len(group) == 1]
    alone = tuple(sorted([*single, *(c for c in codes if fate[c] == -1)]))
    return replace(
        sample_plan(),
        partnerships=tuple(draw(appraisals(group, names)) for group in grouped),
        alone=alone,
        unpriced={c: draw(_WORDS) for c in codes if fate[c] == -2},
        estimated=alone[:1],
        names=names,
        arrangements=tuple(draw(st.permutations(list(Arrangement)[1:]))[: draw(st.integers(1, 6))]),
        objective=draw(st.sampled_from(["expected", "cautious"])),
        value=draw(ranges()),
        saving_a_year=draw(ranges()),
        chance_never_pays_back=draw(st.floats(0, 1)),
        share_that_pays=draw(st.dictionaries(st.sampled_from(["pairs", "triples"]), st.just(0.4))),
        certificate=replace(
            sample_plan().certificate,
            status=draw(st.sampled_from(["optimal", "feasible"])),
            gap=draw(st.floats(0, 3) | st.just(float("inf"))),
            refused=draw(st.integers(0, 3)),
        ),
        guards=sample_plan().guards[: draw(st.integers(0, 6))],
        comparators=tuple(
            replace(c, value=draw(ranges()), saving_a_year=draw(ranges()), name=draw(_WORDS))
            for c in sample_plan().comparators[: draw(st.integers(0, 3))]
        ),
        findings=tuple(draw(st.lists(_WORDS, max_size=2))),
        sources=tuple(draw(st.lists(_WORDS, max_size=2))),
    )


def tiles(codes: object, *, columns: int = 5, side: float = 40.0) -> dict[str, str]:
    """A square for each code, in rows: shapes enough for any map."""
    paths = {}
    for i, code in enumerate(sorted(codes)):  # type: ignore[call-overload]
        x, y = i % columns * side, i // columns * side
        paths[code] = f"M{x},{y} L{x + side},{y} L{x + side},{y + side} L{x},{y + side} Z"
    return paths
