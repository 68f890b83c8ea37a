"""What each arrangement touches, as data: which savings rules, which costs, which guards.

Flow: THIS -> value, guards
Front-line spend is in no row: it is never a source of savings, by construction.
Source: the commissioning literature's own distinctions; costs are rows of the evidence registry.
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.types import Arrangement, Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How one arrangement saves, what it costs, and whether it changes who runs the service."""

    top_team: bool = False  # posts rule on the service's top team, full intensity
    middle_tier: bool = False  # posts rule on a middle-tier block, full intensity
    support: bool = False  # posts rule on support spend, light intensity
    commissioning: bool = False  # scale rule on commissioning spend
    placements: bool = False  # scale rule on placements, by take-up
    light_benefit: bool = False  # a small share of management and commissioning spend
    coordination: str  # "pair", "body", "framework" or "co-operate"
    set_up: bool = False  # a body is created
    join: str = ""  # registry id of the one-off sum per member; empty for none
    structural: bool = False  # who leads and manages the service changes
    team: bool = False  # one team over several councils: limits on size and reach apply

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers it touches."""
        touched = {
            Layer.PLACEMENTS: self.placements,
            Layer.MANAGEMENT: self.top_team or self.middle_tier or self.light_benefit,
            Layer.COMMISSIONING: self.commissioning or self.light_benefit,
            Layer.SUPPORT: self.support,
        }
        return tuple(layer for layer, yes in touched.items() if yes)


SHARING: dict[Arrangement, Sharing] = {
    Arrangement.CO_OPERATE: Sharing(light_benefit=True, coordination="co-operate"),
    Arrangement.JOINT_BUYING: Sharing(
        placements=True, coordination="framework", join="transition.framework"
    ),
    Arrangement.SHARED_SUPPORT: Sharing(
        support=True, coordination="framework", join="transition.framework"
    ),
    Arrangement.SHARED_MANAGEMENT: Sharing(
        top_team=True,
        commissioning=True,
        coordination="pair",
        join="transition.member",
        structural=True,
        team=True,
    ),
    Arrangement.SHARED_SERVICE: Sharing(
        top_team=True,
        middle_tier=True,
        commissioning=True,
        support=True,
        coordination="pair",
        join="transition.member",
        structural=True,
        team=True,
    ),
    Arrangement.REGIONAL_AGENCY: Sharing(
        top_team=True,
        commissioning=True,
        placements=True,
        coordination="body",
        set_up=True,
        join="transition.member",
        structural=True,
    ),
}
