"""What a pooled fund of some councils and their partners could hold for a theme.

Flow: money.count, money.ring_fences, money.functions, money.paid_in -> THIS -> reports.pool_text
In: a count of the partnership, one theme or all. Out: who could put in what, under which rule.
Pure. Nothing obliges anyone, so the least a fund holds is nothing: the sums are ceilings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from totalplace.money.core import core_lines
from totalplace.money.count import Count
from totalplace.money.functions import FIXED, WHOLE, Function, functions
from totalplace.money.paid_in import Joint, PaidIn
from totalplace.money.ring_fences import RingFence, Rule, ring_fence
from totalplace.money.rows import Row, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One payer's money on one line, and the rule for it."""

    payer: str
    line: str
    title: str
    years: tuple[str, ...]
    fence: RingFence
    core: bool  # of the statutory core: it may be pooled, and must stay whole
    low: int | None  # pence, each pound once; None where nothing is known
    high: int | None
    estimated: bool
    by_area: Mapping[str, int]  # area code -> pence, published and estimated
    unknown_areas: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A body that works with the same children and could pay in an amount that nobody prints."""

    body: str
    why: str
    law: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What a fund could hold."""

    place: str
    area_codes: tuple[str, ...]
    theme: str  # "" for all
    contributions: tuple[Contribution, ...]  # largest first, unknown ones last
    partners: tuple[Partner, ...]
    joint: Joint  # what others can already have paid in to the councils' lines
    joint_before: tuple[tuple[str, Joint], ...]  # the same in earlier years, oldest first
    years: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    book_hash: str

    def could_hold(self, *rules: Rule) -> tuple[int, int]:
        """Known money under some rules, low and high, pence."""
        some = [one for one in self.contributions if one.fence.rule in rules]
        return sum(one.low or 0 for one in some), sum(one.high or 0 for one in some)

    @property
    def core(self) -> int:
        """Of what is free, money of the statutory core at its high end, pence."""
        return sum(
            one.high or 0 for one in self.contributions if one.core and one.fence.rule is Rule.FREE
        )

    def of_area(self, area_code: str, rule: Rule) -> int:
        """One council's known money under a rule, pence."""
        return sum(
            one.by_area.get(area_code, 0) for one in self.contributions if one.fence.rule is rule
        )


def size_pool(
    one: Count, paid_in: PaidIn, *, before: Mapping[str, PaidIn] = MappingProxyType({})
) -> Pool:
    """Who could put in what.

    Args:
        one: The partnership's count, of one theme or of all.
        paid_in: What others paid towards the councils' lines.
        before: The same of earlier years, by year, oldest first.

    Raises:
        InputError: No ring-fence is stated for a line of the count.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in one.rows:
        groups.setdefault((row.payer, row.line), []).append(row)
    found = [_contribution(payer, line, rows) for (payer, line), rows in groups.items()]
    own = [line for _, line in groups if line.startswith("ro3.")]
    return Pool(
        place=one.place,
        area_codes=one.area_codes,
        theme=one.theme,
        contributions=tuple(
            sorted(found, key=lambda each: (each.high is None, -(each.high or 0), each.line))
        ),
        partners=_partners(one, {payer for payer, _ in groups}),
        joint=paid_in.joint(one.area_codes, own),
        joint_before=tuple(
            (year, earlier.joint(one.area_codes, own)) for year, earlier in before.items()
        ),
        years=one.years,
        sources=one.sources,
        book_hash=one.book_hash,
    )


def _contribution(payer: str, line: str, rows: Sequence[Row]) -> Contribution:
    known = [row for row in rows if row.pence is not None]
    core = core_lines().get(line)
    by_area: dict[str, int] = {}
    for row in known:
        by_area[row.area_code] = by_area.get(row.area_code, 0) + row.net
    return Contribution(
        payer=payer,
        line=line,
        title=rows[0].title,
        years=tuple(sorted({row.year for row in known})),
        fence=ring_fence(line),
        core=core is not None and core.core,
        low=sum((row.low or 0) - row.eliminated for row in known) if known else None,
        high=sum((row.high or 0) - row.eliminated for row in known) if known else None,
        estimated=any(row.standing is Standing.ESTIMATED for row in known),
        by_area=by_area,
        unknown_areas=tuple(sorted(row.area_code for row in rows if row.pence is None)),
    )


def _partners(one: Count, payers: set[str]) -> tuple[Partner, ...]:
    """Bodies that claim to do the work of these lines, without an amount of their own."""
    here = {row.line for row in one.rows}
    found: dict[str, Partner] = {}

    def nearness(function: Function) -> int:
        """Lines of the theme that the function claims, whole ones first."""
        mine = [claim for claim in function.claims if claim.line and claim.line in here]
        return sum(2 if claim.part is FIXED[WHOLE] else 1 for claim in mine)

    for function in sorted(filter(nearness, functions()), key=nearness, reverse=True):
        for claim in function.claims:
            if not claim.line and claim.body not in payers:
                found.setdefault(claim.body, Partner(body=claim.body, why=claim.why, law=claim.law))
    return tuple(found[name] for name in sorted(found))
