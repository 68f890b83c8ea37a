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
from typing import Any, NoReturn
from zipfile import BadZipFile
from zlib import error as BadStreamError  # noqa: N812

import numpy as np

from totalplace.errors import InputError, NoPlanError, Problem
from totalplace.footprints.candidates import FlatSets
from totalplace.footprints.optimiser import best_partition
from totalplace.types import BoolArray, FloatArray, IntArray, SmallIntArray

SHOWN = 3  # examples named of each kind of fault
MOST_UNITS = 2**31 - 1


class TooSoonError(NoPlanError):
    """The time ended before any partition was found; there may or may not be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionProblem:
    """Units, candidates as flat members and offsets, and what each is worth."""

    n_units: int
    members: SmallIntArray  # flat
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
        with path.open("rb") as opened:
            zipped = opened.read(2) == b"PK"
        raw = _from_npz(path) if zipped else _from_json(path, path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from error
    except MemoryError as error:
        raise InputError(f"{path}: too large for this machine's memory.") from error
    faults = _faults(raw, str(path))
    if faults:
        raise InputError(faults, after="Nothing was solved.")
    return PartitionProblem(
        n_units=raw.n_units,
        members=raw.members.astype(np.int32, copy=False),
        offsets=raw.offsets.astype(np.int64, copy=False),
        values=raw.values,
        alone=raw.alone,
    )


def solve_partition(
    problem: PartitionProblem,
    *,
    time_limit: float | None = None,
    gap: float = 0.0,
    progress_fn: Callable[[float, float], None] | None = None,
    tell_fn: Callable[[str], None] | None = None,
) -> PartitionAnswer:
    """Find the best partition.

    Args:
        problem: The problem.
        time_limit: Seconds; an answer stopped early says so.
        gap: Stop once (bound - value) / max(1, |value|) is no more than this.
        progress_fn: Called with the best value and the bound.
        tell_fn: Called with words for the user if they have to wait for compiling first.

    Raises:
        NoPlanError: Some unit may not stay alone and no choice of candidates covers it.
        TooSoonError: It was stopped before a partition was found.
    """
    size = np.diff(problem.offsets)
    required = np.isnan(problem.alone)
    base = np.nan_to_num(problem.alone)
    by_itself = _by_itself(problem, size)
    for unit, c in by_itself.items():
        base[unit], required[unit] = problem.values[c], False
    worth_alone = np.add.reduceat(np.append(base[problem.members], 0.0), problem.offsets[:-1])
    total_alone = float(base[~required].sum())
    solution = best_partition(
        FlatSets(members=problem.members, offsets=problem.offsets),
        np.where(size > 1, problem.values - worth_alone, -np.inf),
        problem.n_units,
        required=required if required.any() else None,
        time_limit=time_limit,
        stop_gap=gap,
        offset=total_alone,
        progress_fn=progress_fn,
        tell_fn=tell_fn,
    )
    if solution.status == "infeasible":
        raise NoPlanError(_why_infeasible(problem, required))
    if np.isnan(solution.value):
        raise TooSoonError("No partition was found in the time given; give more with --time-limit.")
    chosen = solution.chosen
    covered = np.zeros(problem.n_units, dtype=bool)
    for c in chosen:
        covered[problem.members[problem.offsets[c] : problem.offsets[c + 1]]] = True
    left = np.flatnonzero(~covered)
    value = float(problem.values[chosen].sum() + base[left].sum())
    bound = max(value, float(solution.bound + total_alone))
    return PartitionAnswer(
        status=solution.status,
        value=value,
        bound=bound,
        gap=(bound - value) / max(1.0, abs(value)),
        chosen=tuple(
            sorted([*chosen.tolist(), *(by_itself[u] for u in left.tolist() if u in by_itself)])
        ),
        alone=tuple(u for u in left.tolist() if u not in by_itself),
        candidates=len(size),
        nodes=solution.nodes,
        seconds=solution.seconds,
    )


def _by_itself(problem: PartitionProblem, size: IntArray) -> dict[int, int]:
    """Each unit's best candidate of one, where that is better than being alone."""
    best: dict[int, int] = {}
    for c in np.flatnonzero(size == 1).tolist():
        unit = int(problem.members[problem.offsets[c]])
        rival = problem.values[best[unit]] if unit in best else problem.alone[unit]
        if np.isnan(rival) or problem.values[c] > rival:
            best[unit] = c
    return best


def _from_npz(path: Path) -> PartitionProblem:
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as held:
            lacking = [n for n in ("members", "offsets", "values", "n_units") if n not in held]
            if lacking:
                raise InputError(f"{path}: this NPZ file lacks {', '.join(lacking)}.")
            arrays = {name: held[name] for name in held if name in NPZ_KINDS}
    except InputError:
        raise
    except (BadZipFile, BadStreamError, ValueError, TypeError, OSError, EOFError) as error:
        raise InputError(f"{path}: this is not a readable NPZ file ({error}).") from error
    wrong = [
        Problem(where=str(path), what=f"{name} must be {what}", example=_kind(arrays[name]))
        for name, (kinds, dimensions, what) in NPZ_KINDS.items()
        if name in arrays
        and (arrays[name].dtype.kind not in kinds or arrays[name].ndim != dimensions)
        and (arrays[name].size or arrays[name].ndim != dimensions)  # an empty list has no kind
    ]
    if wrong:
        raise InputError(wrong, after="Nothing was solved.")
    n_units = int(arrays["n_units"])
    if not 1 <= n_units <= MOST_UNITS:
        raise InputError(f"{path}: n_units is {n_units}; there must be at least one unit.")
    alone = arrays.get("alone")
    return PartitionProblem(
        n_units=n_units,
        members=arrays["members"],
        offsets=arrays["offsets"],
        values=arrays["values"].astype(np.float64, copy=False),
        alone=np.zeros(n_units) if alone is None else alone.astype(np.float64),
    )


NPZ_KINDS = {
    "members": ("iu", 1, "a flat list of whole numbers"),
    "offsets": ("iu", 1, "a flat list of whole numbers"),
    "values": ("iuf", 1, "a flat list of numbers"),
    "n_units": ("iu", 0, "one whole number"),
    "alone": ("iuf", 1, "a flat list of numbers"),
}


def _kind(array: np.ndarray) -> str:
    return f"this one is {array.dtype} of shape {array.shape}"


def _from_json(path: Path, content: bytes) -> PartitionProblem:
    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is not a number in JSON")

    try:
        raw: Any = json.loads(content, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: this is neither JSON nor NPZ ({error}).") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("units"), list):
        raise InputError(f'{path}: expected an object with "units" (a list) and "candidates".')
    unknown = sorted(set(raw) - {"units", "candidates", "alone"})
    if unknown:
        raise InputError(f"{path}: {', '.join(map(repr, unknown))} is not known here.")
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
            ),
            after="Nothing was solved.",
        )
    alone = raw.get("alone", [0.0] * len(raw["units"]))
    if not isinstance(alone, list) or not all(a is None or _is_number(a) for a in alone):
        raise InputError(f'{path}: "alone" must be a list of numbers, or null to forbid.')
    sizes = [len(row["members"]) for row in candidates]
    try:
        return PartitionProblem(
            n_units=len(raw["units"]),
            members=np.array([m for row in candidates for m in row["members"]], dtype=np.int64),
            offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            values=np.array([row["value"] for row in candidates], dtype=np.float64),
            alone=np.array([np.nan if a is None else a for a in alone], dtype=np.float64),
        )
    except OverflowError as error:
        raise InputError(f"{path}: a number is too large ({error}).") from error


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
    if len(raw.offsets) != count + 1 or raw.offsets[0] != 0:
        return [
            Problem(
                where=where,
                what=f"offsets must be {count + 1} numbers starting at 0, one more than values",
            )
        ]
    if (raw.offsets[1:] < raw.offsets[:-1]).any() or raw.offsets[-1] != len(raw.members):
        return [Problem(where=where, what="offsets must rise and end at the length of members")]
    faults = []
    if len(raw.alone) != raw.n_units:
        faults.append(
            Problem(
                where=where,
                what=f'"alone" has {len(raw.alone)} values for {raw.n_units} units',
                fix="Give one for each unit, or leave it out.",
            )
        )

    def fault(what: str, candidates: IntArray) -> None:
        if len(candidates):
            first = ", ".join(str(c) for c in candidates[:SHOWN].tolist())
            faults.append(
                Problem(where=where, what=what, count=len(candidates), example=f"candidate {first}")
            )

    sizes = np.diff(raw.offsets.astype(np.int64, copy=False))
    fault("a candidate has no members", np.flatnonzero(sizes == 0))
    outside = np.flatnonzero((raw.members < 0) | (raw.members >= raw.n_units))
    owner = np.searchsorted(raw.offsets, outside, side="right") - 1
    fault(f"a member is not a unit from 0 to {raw.n_units - 1}", np.unique(owner))
    unsorted = np.flatnonzero(~_ascending(raw))
    doubled = [
        c
        for c in unsorted.tolist()
        if len(np.unique(raw.members[raw.offsets[c] : raw.offsets[c + 1]])) < sizes[c]
    ]
    fault("a member is named twice", np.array(doubled, dtype=np.int64))
    fault("a value is not a finite number", np.flatnonzero(~np.isfinite(raw.values)))
    if np.isinf(raw.alone).any():
        faults.append(Problem(where=where, what='"alone" holds an infinite number'))
    return faults


def _ascending(raw: PartitionProblem) -> BoolArray:
    """Candidates whose members rise from one to the next, shape (C,)."""
    follows = raw.members[1:] > raw.members[:-1]
    starts = raw.offsets[(raw.offsets > 0) & (raw.offsets < len(raw.members))]
    follows[starts - starts.dtype.type(1)] = True  # the next candidate begins
    rising = np.ones(len(raw.values), dtype=bool)
    falls = np.flatnonzero(~follows)
    rising[np.searchsorted(raw.offsets, falls, side="right") - 1] = False
    return rising


def _why_infeasible(problem: PartitionProblem, required: BoolArray) -> str:
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
