"""Small and England-sized made-up countries for the planner's tests. Seeded; nothing is real."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from scipy.spatial import Delaunay

from totalplace.footprints.problem import Problem, ServiceRules
from totalplace.types import Arrangement

TEAM = (Arrangement.SHARED_MANAGEMENT, Arrangement.SHARED_SERVICE)


def rules(**changes: Any) -> ServiceRules:
    """Social work, as in England, unless changed."""
    given: dict[str, Any] = {
        "service": "social-work",
        "title": "Social work and safeguarding",
        "arrangements": (Arrangement.CO_OPERATE, *TEAM),
        "safeguarding": True,
        "team": "team.director",
        "volume": "children in need",
        "whole_layer": None,
        "buys_placements": False,
        "middle_share": 0.42,
        "span_limit_km": dict.fromkeys(TEAM, 60.0),
        "member_limit": dict.fromkeys(TEAM, 4),
        "children_limit": dict.fromkeys(TEAM, 350_000.0),
    }
    return ServiceRules(**{**given, **changes})


def neighbours(centre: np.ndarray) -> np.ndarray:
    """Pairs joined by a Delaunay triangle."""
    n = len(centre)
    if n < 4:
        pairs = {(i, j) for i in range(n) for j in range(i + 1, n)}
    else:
        corners = Delaunay(centre).simplices.tolist()
        pairs = {
            (min(t[i], t[j]), max(t[i], t[j])) for t in corners for i, j in ((0, 1), (1, 2), (0, 2))
        }
    return np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)


def country(n: int, seed: int = 0, **changes: Any) -> Problem:
    """A made-up country of n authorities on a plane."""
    rng = np.random.default_rng(seed)
    centre = rng.random((n, 2)) * 30_000 * np.sqrt(n)
    children = rng.lognormal(np.log(65_000), 0.6, n)
    pay = children * rng.uniform(180, 320, n)
    east, north = (centre / centre.max(axis=0) * 4.99).astype(int).T
    given: dict[str, Any] = {
        "rules": rules(),
        "area_codes": tuple(f"E{i:08d}" for i in range(n)),
        "names": tuple(f"Place {i}" for i in range(n)),
        "children": children,
        "volume": children * rng.uniform(0.02, 0.05, n),
        "pay": pay,
        "running": pay * rng.uniform(0.4, 0.9, n),
        "estimate_low": np.ones(n),
        "estimate_high": np.ones(n),
        "front_line_pay": pay * 2.3,
        "priced": np.ones(n, dtype=bool),
        "estimated": np.zeros(n, dtype=bool),
        "unpriced_reason": {},
        "centre_m": centre,
        "edges": neighbours(centre),
        "bodies": np.eye(5, dtype=bool)[east],
        "body_names": tuple(f"Body {b}" for b in range(5)),
        "body_kinds": ("nhs",) * 5,
        "footprints": {"region": tuple(f"Region {y}" for y in north)},
        "strong_leader": rng.random(n) < 0.6,
        "strong_protection": rng.random(n) < 0.6,
        "inadequate": rng.random(n) < 0.15,
        "grade_words": ("leaders good",) * n,
        "unsteady": rng.random(n) < 0.15,
        "unsteady_words": ("turnover 25 %",) * n,
        "ends": (None,) * n,
        "ends_words": ("",) * n,
        "as_of": date(2026, 6, 30),
        "start": date(2027, 4, 1),
        "sources": ("made up",),
        "book_hash": "0" * 64,
    }
    given.update(changes)
    known = np.nan_to_num(given["volume"])
    given.setdefault("median_volume", float(np.median(known[known > 0])) if known.any() else 1.0)
    return Problem(**given)
