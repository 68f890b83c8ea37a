"""The stamp on every export: what the figures came from and how to get them again.

Flow: footprints.results -> THIS -> every report
"""

from __future__ import annotations

from totalplace import __version__
from totalplace.footprints.results import Plan, Provenance
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


def stamp_line(made: Provenance) -> str:
    """The stamp on one line."""
    return (
        f"As known on {day(made.as_of)}, starting {day(made.start)} · {made.draws:,} draws · "
        f"assumptions {short_hash(made.assumptions_sha256)} · seed {made.seed} · "
        f"book {short_hash(made.book_hash)} · Total Place {made.version}"
    )


def stamp_of(plan: Plan) -> Provenance:
    """The stamp a plan carries."""
    return Provenance(
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
        own=plan.own,
    )


def book_stamp(book_hash: str) -> str:
    """The stamp of a result that no draws were made for."""
    named = short_hash(book_hash) if book_hash else "not named"
    return f"Book {named} · Total Place {__version__}"
