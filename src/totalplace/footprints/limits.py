"""The guards' numbers, and what the user asked for beside them.

Flow: evidence.registry, what the user asked -> THIS -> guards, own, search
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """Areas that no partnership may cross."""

    words: str  # "the border of a region"
    area: tuple[str, ...]  # (N,), the area each authority (mainly) belongs to; "" if none


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The guards' numbers, from the registry, and what the user asked for."""

    inadequate_share: float  # of children in authorities judged inadequate or not cleared
    worse_off_points: float  # how much likelier than the partnership a member may be to lose
    front_line_share: float  # of members' front-line pay, in any year before payback
    funding: str = ""  # a named source for transition costs lifts "front line held"
    improvement: tuple[frozenset[int], ...] = ()  # named improvement partnerships
    named: tuple[frozenset[int], ...] = ()  # non-contiguous sets the user names
    together: tuple[frozenset[int], ...] = ()
    apart: tuple[frozenset[int], ...] = ()
    inside: tuple[Border, ...] = ()
    kept: tuple[tuple[str, frozenset[int]], ...] = ()  # existing partnerships left as they are
    fewest_members: int = 0  # of a partnership
    least_partnerships: int = 0  # of two or more members, in the whole plan
    most_partnerships: int | None = None
    sits_on: tuple[frozenset[int], ...] = ()  # bodies of other plans, by their members;
    #   part.OUTSIDE among them where a member is not in this plan
    most_bodies: int | None = None  # that one authority may sit on, this plan's counted
    off: frozenset[str] = frozenset()  # guards switched off by the user

    @property
    def counts(self) -> bool:
        """Whether the number of partnerships is limited."""
        return self.least_partnerships > 0 or self.most_partnerships is not None

    @property
    def own(self) -> bool:
        """Whether the user set any limit of their own."""
        return bool(
            self.together
            or self.apart
            or self.inside
            or self.kept
            or self.fewest_members > 2
            or self.counts
            or self.most_bodies is not None
        )
