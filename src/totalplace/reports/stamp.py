"""The stamp on every export: what the figures came from and how to get them again.

Flow: footprints.results, evidence, book -> THIS -> every report
An appraisal does not carry its own sources, so whoever made it hands them over as a Stamp.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from totalplace.footprints.results import Plan
from totalplace.reports.words import day, short_hash

LICENCE_LINE = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal Mail "
    "copyright and database right. Source: Office for National Statistics."
)
MONEY_LINE = (
    "Money is pounds at 2024-25 prices. Every interval is an 80 % interval over the draws of the "
    "assumptions: the low end is the 10th percentile, the high end the 90th."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Enough, with the code, to run a result again."""

    service: str
    service_title: str
    as_of: date
    start: date
    seed: int
    draws: int
    sources: tuple[str, ...]
    assumptions_sha256: str
    book_hash: str
    version: str

    def line(self) -> str:
        """The stamp on one line."""
        return (
            f"As known on {day(self.as_of)}, starting {day(self.start)} · {self.draws:,} draws · "
            f"assumptions {short_hash(self.assumptions_sha256)} · seed {self.seed} · "
            f"book {short_hash(self.book_hash)} · Total Place {self.version}"
        )


def stamp_of(plan: Plan) -> Stamp:
    """The stamp a plan carries."""
    return Stamp(
        service=plan.service,
        service_title=plan.service_title,
        as_of=plan.as_of,
        start=plan.start,
        seed=plan.seed,
        draws=plan.draws,
        sources=plan.sources,
        assumptions_sha256=plan.assumptions_sha256,
        book_hash=plan.book_hash,
        version=plan.version,
    )
