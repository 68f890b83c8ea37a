"""The best partition, proved: column generation, subset-row cuts, branching on pairs.

Flow: candidates and their values -> THIS -> plan
"""

from __future__ import annotations

from totalplace.footprints.optimiser.partition import Solution, best_partition

__all__ = ["Solution", "best_partition"]
