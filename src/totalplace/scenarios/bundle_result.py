"""What a bundle of services on one footprint says, frozen.

Flow: scenarios.bundling -> THIS -> reports.bundle_words, reports.bundle_document
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from totalplace.footprints.results import (
    Appraisal,
    Certificate,
    MemberShare,
    Plan,
    Provenance,
    Range,
    report_function,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonPartnership:
    """One partnership that shares every service of the bundle."""

    members: tuple[str, ...]  # area codes, ascending
    names: tuple[str, ...]
    value: Range  # all services together, pounds
    saving_a_year: Range
    services: tuple[tuple[str, Appraisal], ...]  # id and appraisal of each that is shared here
    shares: tuple[MemberShare, ...]  # all services together; none beyond 16 members


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyCount:
    """How many bodies authorities sit on. Those who only co-operate sit on none together."""

    bodies: int  # different ones, in all
    most: int  # that any one authority sits on
    seats: int  # one for each authority on each body


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Several services on one footprint, beside each on its own."""

    services: tuple[str, ...]
    service_titles: tuple[str, ...]
    partnerships: tuple[CommonPartnership, ...]  # most valuable first
    alone: tuple[str, ...]  # area codes of authorities that keep their own
    unpriced: dict[str, str]  # area code -> why it could not be priced for every service
    names: dict[str, str]  # area code -> name, all authorities
    value: Range
    saving_a_year: Range
    certificate: Certificate
    separate: tuple[Plan, ...]  # the best plan of each service by itself, same authorities
    separate_value: Range
    separate_saving: Range
    price: Range  # what the common footprint loses against separate ones, same draws, pounds
    price_a_year: Range  # the same as settled saving a year
    common_bodies: BodyCount
    separate_bodies: BodyCount
    team_counted_once: tuple[str, ...]  # services in which the director's team is not counted again
    provenance: Provenance
    only: str = ""  # "the South West" where the plans are for a part of the country alone

    def to_json(self) -> str:
        """This bundle as JSON."""
        return str(report_function("bundle_report", "bundle_to_json")(self))

    def to_files(self, folder: str | Path) -> list[Path]:
        """Write ``bundle.html``, ``.xlsx`` and ``.json`` into a folder, all or none."""
        return list(report_function("bundle_report", "write_bundle")(self, folder))
