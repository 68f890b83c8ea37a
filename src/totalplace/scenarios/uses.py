"""Which services, shared in which ways, use an assumption.

Flow: book, money.services, footprints -> THIS -> web
In: an open book. Out: for each assumption, the services whose worth reads it and how they are
shared; those that only limit what is allowed are told apart. Found by watching what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from totalplace.book.store import Book
from totalplace.evidence.registry import Registry
from totalplace.footprints.problem import Problem
from totalplace.footprints.search import usable
from totalplace.footprints.tornado import reads_of, worth_of
from totalplace.money.services import Service, services
from totalplace.scenarios.gather import service_rules
from totalplace.scenarios.question import Setting, setting_of
from totalplace.types import Arrangement

DRAWS = 2
FIRST = "social-work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One service that an assumption bears on."""

    service: str
    title: str
    arrangements: tuple[Arrangement, ...]  # in which it is read
    limits: bool  # it limits who may share; else it is part of what sharing is worth


def uses(book: Book) -> Mapping[str, tuple[Use, ...]]:
    """By id of an assumption, the services that use it; those no service uses are left out."""
    setting = setting_of(book, FIRST, None, DRAWS, 1, None, None, "estimate", None, None)
    found: dict[str, list[Use]] = {}
    for service in services().values():
        rules = service_rules(
            service, setting.registry, middle_share=setting.problem.rules.middle_share
        )
        problem = replace(setting.problem, rules=rules)
        for name, kinds in _priced(problem, setting, service).items():
            found.setdefault(name, []).append(
                Use(service=service.id, title=service.title, arrangements=kinds, limits=False)
            )
        for name, kinds in _limits(service, setting.registry).items():
            found.setdefault(name, []).append(
                Use(service=service.id, title=service.title, arrangements=kinds, limits=True)
            )
    return {name: tuple(every) for name, every in found.items()}


def _priced(
    problem: Problem, setting: Setting, service: Service
) -> dict[str, tuple[Arrangement, ...]]:
    pair = _pair(problem)
    found: dict[str, list[Arrangement]] = {}
    for kind in service.arrangements:
        for name in sorted(reads_of(worth_of(problem, [(pair, kind)]), setting.draws)):
            found.setdefault(name, []).append(kind)
    return {name: tuple(kinds) for name, kinds in found.items()}


def _pair(problem: Problem) -> tuple[int, ...]:
    """The first two that could be priced."""
    return tuple(int(m) for m in np.flatnonzero(usable(problem))[:2])


def _limits(service: Service, registry: Registry) -> dict[str, tuple[Arrangement, ...]]:
    found: dict[str, list[Arrangement]] = {}
    for kind, ids in service.limits.items():
        for name in (ids.span_km, ids.members, ids.children):
            if name and name in registry:
                found.setdefault(name, []).append(kind)
    return {name: tuple(kinds) for name, kinds in found.items()}
