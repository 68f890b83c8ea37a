"""What has been proved about a plan, and over what, in words.

Flow: search -> THIS -> plan
In: a finished Search. Out: results.Certificate.
"""

from __future__ import annotations

from totalplace.footprints import guards, own
from totalplace.footprints.results import Certificate
from totalplace.footprints.search import Search, envelope, listed


def certificate_of(found: Search) -> Certificate:
    """What was proved, and over which partnerships."""
    solution = found.choice.solution
    pairs = refused = 0
    for arrangement in found.ask.arrangements:
        inside = found.searched[arrangement]
        allowed = found.allowed(arrangement)
        pairs += int(allowed.sum())
        refused += int((inside & ~allowed).sum())
    return Certificate(
        status=solution.status,
        objective=found.ask.objective,
        value=float(solution.value),
        bound=float(solution.bound),
        gap=float(solution.gap),
        candidates=pairs - found.choice.banned,
        refused=refused + found.choice.banned,
        limits=_limits_in_words(found),
        seconds=solution.seconds,
    )


def _limits_in_words(found: Search) -> str:
    rules, parts = found.problem.rules, []
    for arrangement in found.ask.arrangements:
        most = rules.member_limit.get(arrangement)
        whole = listed(found.problem, arrangement, found.ask)
        words = [f"up to {most or whole} members"]
        span = rules.span_limit_km.get(arrangement)
        if span is not None:
            words.append(f"centres within {span:.0f} km")
        children = rules.children_limit.get(arrangement)
        if children is not None:
            words.append(f"{children:,.0f} children unless one member has more")
        parts.append(f"{arrangement}: neighbouring authorities, " + ", ".join(words))
        if envelope(found.problem, arrangement, found.ask) > whole:
            larger = int((found.allowed(arrangement) & (found.candidates.size > whole)).sum())
            parts[-1] += (
                f", and {larger:,} larger ones of up to {found.ask.grow_to}, grown from good ones "
                "by pricing: of sets so large the proof covers these, not every one"
            )
    if found.problem.part:
        parts.append(f"all within {found.problem.part}, and nobody else")
    asked = own.in_words(found.problem, found.ask.limits)
    if asked and guards.USERS_OWN not in found.ask.limits.off:
        parts.append("your own limits: " + ", ".join(asked))
    return "; ".join(parts)
