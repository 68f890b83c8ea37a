"""The readers of what government publishes about councils: spend, inspections, lookups, people.

Flow: publishers.* -> THIS -> book.build, which asks each whether it recognises a file.
"""

from __future__ import annotations

from totalplace.publishers import (
    deprivation,
    health_places,
    inspections,
    lookups,
    names,
    population_mye,
    regional_analysis,
    revenue_outturn,
)

READERS = (
    revenue_outturn,
    inspections,
    lookups,
    deprivation,
    population_mye,
    names,
    regional_analysis,
    health_places,
)
