"""Any set-partition problem from a file, for researchers: read it, refuse what is wrong, solve it.

Flow: a JSON or NPZ file -> THIS -> optimiser -> cli.solve
JSON: {"units": [...], "candidates": [{"members": [0, 3], "value": 12.5}], "alone": [0, null]}
NPZ: members (flat), offsets (candidates + 1), values, n_units; alone optional.
A unit's `alone` is what it is worth by itself, 0 if not given; null (nan in NPZ) forbids it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from totalplace.errors import InputError, NoPlanError, Problem
from totalplace.footprints.candidates import Candidates
from totalplace.footprints.optimiser import best_partition
from totalplace.types import FloatArray, IntArray

SHOWN = 3  # examples named of each kind of fault


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionProblem:
    """Units, candidates as flat members and offsets, and what each is worth."""

    n_units: int
    members: IntArray  # flat
    offsets: IntArray  # (C + 1,)
    values: FloatArray  # (C,)
    alone: FloatArray  # (N,), nan forbids staying alone


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionAnswer:
    """The best partition found and what is proved of it."""

    status: str  # "optimal" or "feasible"
    value: float
    bound: float
    gap: float  # (bound - value) / max(1, |value|)
    chosen: tuple[int, ...]  # positions in the file's candidates
    alone: tuple[int, ...]  # units left alone
    candidates: int
    nodes: int
    seconds: float


def read_partition_file(path: str | Path) -> PartitionProblem:
    """Read a problem, listing every fault at once.

    Raises:
        InputError: The file is missing, is neither JSON nor NPZ, or has faults.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from error
    raw = _from_npz(path) if content[:2] == b"PK" else _from_json(path, content)
    faults = _faults(raw, str(path))
    if faults:
        raise InputError(faults, after="Nothing was solved.")
    return raw


def solve_partition(
    problem: PartitionProblem,
    *,
    time_limit: float | None = None,
    gap: float = 0.0,
    progress_fn: Callable[[float, float], None] | None = None,
) -> PartitionAnswer:
    """Find the best partition.

    Args:
        problem: The problem.
        time_limit: Seconds; an answer stopped early says so.
        gap: Stop once (bound - value) / max(1, |value|) is no more than this.
        progress_fn: Called with the best value and the bound.

    Raises:
        NoPlanError: Some unit may not stay alone and no choice of candidates covers it.
    """
    size = np.diff(problem.offsets)
    required = np.isnan(problem.alone)
    base = np.nan_to_num(problem.alone)
    single = np.flatnonzero(size == 1)
    by_itself: dict[int, int] = {}  # unit -> candidate of one that is better than being alone
    for c in single:
        unit = int(problem.members[problem.offsets[c]])
        better = required[unit] or problem.values[c] > base[unit]
        if better:
            base[unit], required[unit], by_itself[unit] = problem.values[c], False, int(c)
    several = np.flatnonzero(size > 1)
    width = int(size.max(initial=2))
    members = np.full((len(several), width), -1, dtype=np.int32)
    for row, c in enumerate(several):
        held = problem.members[problem.offsets[c] : problem.offsets[c + 1]]
        members[row, : len(held)] = np.sort(held)
    worth_alone = np.where(members >= 0, base[np.where(members >= 0, members, 0)], 0.0)
    total_alone = float(base[~required].sum())
    solution = best_partition(
        Candidates(members=members, size=size[several]),
        problem.values[several] - worth_alone.sum(axis=1),
        problem.n_units,
        required=required if required.any() else None,
        time_limit=time_limit,
        stop_gap=gap,
        offset=total_alone,
        progress_fn=progress_fn,
    )
    if solution.status == "infeasible":
        raise NoPlanError(_why_infeasible(problem, required))
    if np.isnan(solution.value):
        raise NoPlanError("No partition was found in the time given; give more with --time-limit.")
    chosen = several[solution.chosen]
    covered = np.zeros(problem.n_units, dtype=bool)
    for c in chosen:
        covered[problem.members[problem.offsets[c] : problem.offsets[c + 1]]] = True
    left = np.flatnonzero(~covered)
    picked = sorted([*chosen.tolist(), *(by_itself[u] for u in left.tolist() if u in by_itself)])
    value = float(solution.value + total_alone)
    bound = float(max(value, solution.bound + total_alone))
    return PartitionAnswer(
        status=solution.status,
        value=value,
        bound=bound,
        gap=(bound - value) / max(1.0, abs(value)),
        chosen=tuple(picked),
        alone=tuple(u for u in left.tolist() if u not in by_itself),
        candidates=len(size),
        nodes=solution.nodes,
        seconds=solution.seconds,
    )


def _from_npz(path: Path) -> PartitionProblem:
    try:
        with np.load(path, allow_pickle=False) as held:
            lacking = [n for n in ("members", "offsets", "values", "n_units") if n not in held]
            if lacking:
                raise InputError(f"{path}: this NPZ file lacks {', '.join(lacking)}.")
            n_units = int(held["n_units"])
            alone = held["alone"] if "alone" in held else np.zeros(max(n_units, 0))
            return PartitionProblem(
                n_units=n_units,
                members=held["members"].astype(np.int64).ravel(),
                offsets=held["offsets"].astype(np.int64).ravel(),
                values=held["values"].astype(np.float64).ravel(),
                alone=alone.astype(np.float64).ravel(),
            )
    except (BadZipFile, ValueError, TypeError, OSError, EOFError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: this is not a readable NPZ file ({error}).") from error


def _from_json(path: Path, content: bytes) -> PartitionProblem:
    try:
        raw: Any = json.loads(content)
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: this is neither JSON nor NPZ ({error}).") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("units"), list):
        raise InputError(f'{path}: expected an object with "units" (a list) and "candidates".')
    candidates = raw.get("candidates")
    if not isinstance(candidates, list):
        raise InputError(f'{path}: "candidates" must be a list of members and values.')
    bad = [c for c, row in enumerate(candidates) if not _is_candidate(row)]
    if bad:
        raise InputError(
            Problem(
                where=f"{path}: candidates",
                what='each needs "members" (a list of whole numbers) and "value" (a number)',
                count=len(bad),
                example=f"position {bad[0]}: {json.dumps(candidates[bad[0]])[:80]}",
            )
        )
    alone = raw.get("alone", [0.0] * len(raw["units"]))
    if not isinstance(alone, list) or not all(a is None or _is_number(a) for a in alone):
        raise InputError(f'{path}: "alone" must be a list of numbers, or null to forbid.')
    sizes = [len(row["members"]) for row in candidates]
    return PartitionProblem(
        n_units=len(raw["units"]),
        members=np.array([m for row in candidates for m in row["members"]], dtype=np.int64),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        values=np.array([row["value"] for row in candidates], dtype=np.float64),
        alone=np.array([np.nan if a is None else a for a in alone], dtype=np.float64),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_candidate(row: object) -> bool:
    return (
        isinstance(row, dict)
        and _is_number(row.get("value"))
        and isinstance(row.get("members"), list)
        and all(isinstance(m, int) and not isinstance(m, bool) for m in row["members"])
    )


def _faults(raw: PartitionProblem, where: str) -> list[Problem]:
    count = len(raw.values)
    if raw.n_units < 1:
        return [Problem(where=where, what="there are no units")]
    if len(raw.offsets) != count + 1 or (count and raw.offsets[0] != 0):
        return [
            Problem(
                where=where,
                what=f"offsets must be {count + 1} numbers starting at 0, one more than values",
            )
        ]
    faults = []
    sizes = np.diff(raw.offsets)
    if (sizes < 0).any() or raw.offsets[-1] != len(raw.members):
        return [Problem(where=where, what="offsets must rise and end at the length of members")]
    if len(raw.alone) != raw.n_units:
        faults.append(
            Problem(
                where=where,
                what=f'"alone" has {len(raw.alone)} values for {raw.n_units} units',
                fix="Give one for each unit, or leave it out.",
            )
        )
    owner = np.repeat(np.arange(count), sizes)

    def fault(what: str, candidates: IntArray) -> None:
        if len(candidates):
            first = ", ".join(str(c) for c in candidates[:SHOWN].tolist())
            faults.append(
                Problem(where=where, what=what, count=len(candidates), example=f"candidate {first}")
            )

    fault("a candidate has no members", np.flatnonzero(sizes == 0))
    outside = (raw.members < 0) | (raw.members >= raw.n_units)
    fault(f"a member is not a unit from 0 to {raw.n_units - 1}", np.unique(owner[outside]))
    order = np.lexsort([raw.members, owner])
    again = (np.diff(owner[order]) == 0) & (np.diff(raw.members[order]) == 0)
    fault("a member is named twice", np.unique(owner[order][1:][again]))
    fault("a value is not a finite number", np.flatnonzero(~np.isfinite(raw.values)))
    if np.isinf(raw.alone).any():
        faults.append(Problem(where=where, what='"alone" holds an infinite number'))
    return faults


def _why_infeasible(problem: PartitionProblem, required: np.ndarray) -> str:
    held = np.zeros(problem.n_units, dtype=bool)
    held[problem.members] = True
    never = np.flatnonzero(required & ~held)
    if len(never):
        first = ", ".join(str(u) for u in never[:SHOWN].tolist())
        return (
            f"No partition exists: {len(never)} unit(s) may not stay alone and are in no "
            f"candidate, first {first}."
        )
    return (
        "No partition exists: the units that may not stay alone cannot all be covered by "
        "candidates that do not overlap."
    )
