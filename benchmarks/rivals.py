"""Side by side in one run: `python -m benchmarks.rivals [--seconds S] [--highs-seconds S]`.

Flow: benchmarks.instances -> THIS -> the terminal
The same pool and values for everyone: this optimiser, HiGHS on the whole problem, greedy pairwise
merging, and GerryChain's recombination with its single-metric optimiser (`make bench` installs
it). A part that is not in the pool counts as staying alone.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import highspy
import numpy as np

from benchmarks.instances import VALUES, Country, england, sets_of
from totalplace.footprints.candidates import FlatSets
from totalplace.footprints.optimiser import best_partition
from totalplace.types import FloatArray

OURS, HIGHS = "Total Place", "HiGHS on the whole"
SAME = 1e-6  # share of the value that two optima may differ by


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of them found."""

    value: float
    proved: bool = False
    note: str = ""


def highs_alone(country: Country, sets: FlatSets, gain: FloatArray, seconds: float) -> Answer:
    """HiGHS on the whole problem, as a user would give it."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-7)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    n, count = country.size, len(sets)
    nothing = np.empty(0, dtype=np.int32)
    solver.addRows(
        n,
        np.full(n, -highspy.kHighsInf),
        np.ones(n),
        0,
        np.zeros(n, np.int32),
        nothing,
        np.empty(0),
    )
    solver.addCols(
        count,
        gain,
        np.zeros(count),
        np.ones(count),
        len(sets.members),
        sets.offsets[:-1].astype(np.int32),
        sets.members,
        np.ones(len(sets.members)),
    )
    whole = np.full(count, highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)
    solver.run()
    info = solver.getInfo()
    proved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    note = "proved" if proved else f"not proved, bound {info.mip_dual_bound:.6f}"
    return Answer(info.objective_function_value, proved, note)


def greedy(country: Country, sets: FlatSets, gain: FloatArray, _: float) -> Answer:
    """Merge the two neighbours that gain most, again and again."""
    worth = worth_of(sets, gain)
    groups = {frozenset([u]) for u in range(country.size)}
    borders = {(frozenset([int(i)]), frozenset([int(j)])) for i, j in country.edges}
    while borders:
        gains = {(a, b): worth(a | b) - worth(a) - worth(b) for a, b in borders}
        best = max(gains, key=lambda pair: (gains[pair], sorted(pair[0] | pair[1])))
        if gains[best] <= 0:
            break
        one, two = best
        merged = one | two
        groups = (groups - {one, two}) | {merged}
        moved = {(merged if a in best else a, merged if b in best else b) for a, b in borders}
        borders = {(a, b) for a, b in moved if a != b and worth(a | b) > -np.inf}
    return Answer(sum(map(worth, groups)))


def recombination(country: Country, sets: FlatSets, gain: FloatArray, seconds: float) -> Answer:
    """GerryChain: short bursts of recombination on the same objective for the same seconds."""
    if find_spec("gerrychain") is None:
        return Answer(float("nan"), note="not installed: make bench")
    import networkx as nx
    from gerrychain import Partition
    from gerrychain.graph import Graph
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import recom

    worth = worth_of(sets, gain)
    graph = nx.Graph()
    graph.add_nodes_from(range(country.size), people=1)
    graph.add_edges_from(country.edges.tolist())
    total, began = 0.0, time.perf_counter()
    pieces = [graph.subgraph(p).copy() for p in nx.connected_components(graph)]
    most = int(sets.size.max())
    random.seed(1)
    for piece in pieces:
        share = seconds * len(piece) / country.size
        if len(piece) < 2 * most:
            nodes = frozenset(piece)
            total += max(0.0, worth(nodes))
            continue
        parts = round(len(piece) / (0.75 * most))
        ideal = len(piece) / parts
        own = Graph.from_networkx(piece)
        start = recursive_tree_part(own, range(parts), ideal, "people", 0.45)

        def value(partition: Partition) -> float:
            return sum(
                max(0.0, worth(frozenset(partition.graph.original_nx_node_ids_for_set(p))))
                for p in partition.parts.values()
            )

        propose = partial(recom, pop_col="people", pop_target=ideal, epsilon=0.45)
        first = Partition(own, start, updaters={"people": weights})
        search = SingleMetricOptimizer(propose, lambda _: True, first, value, maximize=True)
        end = time.perf_counter() + share
        for _ in search.short_bursts(10, 10**9):
            if time.perf_counter() > end:
                break
        total += search.best_score
    return Answer(total, note=f"in {time.perf_counter() - began:.0f} s")


def weights(partition) -> dict[int, int]:  # noqa: ANN001
    """Members of each part."""
    return {name: len(part) for name, part in partition.parts.items()}


def worth_of(sets: FlatSets, gain: FloatArray) -> Callable[[frozenset[int]], float]:
    """What a group is worth: alone nothing, outside the pool minus infinity."""
    known = {frozenset(sets.row(c)): float(gain[c]) for c in range(len(sets))}
    return lambda group: 0.0 if len(group) == 1 else known.get(group, -np.inf)


def ours(country: Country, sets: FlatSets, gain: FloatArray, seconds: float) -> Answer:
    """This optimiser."""
    found = best_partition(sets, gain, country.size, time_limit=seconds)
    proved = found.status == "optimal"
    return Answer(found.value, proved, "proved" if proved else f"gap {found.gap:.3%}")


def compared(one: Answer, own: float, other: Answer, its: float) -> str:
    """How much quicker we were than HiGHS alone, and whether both found the same.

    Args:
        one: Our answer.
        own: Our processor seconds.
        other: HiGHS's answer.
        its: HiGHS's processor seconds.
    """
    if not one.proved:
        return "We proved nothing, so there is nothing to compare."
    times = f"{'' if other.proved else 'at least '}{its / own:.0f} times"
    if not other.proved:
        return f"HiGHS alone took {times} our processor time and had not proved its best."
    same = "the same" if abs(one.value - other.value) <= SAME * max(1.0, abs(one.value)) else "NOT"
    return f"HiGHS alone took {times} our processor time; {same} optimum to a millionth."


def main() -> None:
    """Everyone on one instance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rivals")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--highs-seconds", type=float, help="for HiGHS; as the others if left out")
    parser.add_argument("--members", type=int, default=6)
    parser.add_argument("--span", type=float, default=60.0)
    parser.add_argument("--values", choices=list(VALUES), default="95 % negative")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    country = england()
    sets = sets_of(country, given.members, given.span)
    gain = VALUES[given.values](country, sets, given.seed)
    print(f"{len(sets):,} candidates, {given.values}, seed {given.seed}")
    ours(country, sets_of(country, 2, 30.0), np.ones(len(sets_of(country, 2, 30.0))), 1.0)
    answers = dict[str, tuple[Answer, float]]()
    for name, solve in (
        (OURS, ours),
        (HIGHS, highs_alone),
        ("greedy merging", greedy),
        ("GerryChain", recombination),
    ):
        limit = given.highs_seconds if name == HIGHS else None
        began, used = time.perf_counter(), time.process_time()
        answer = solve(country, sets, gain, given.seconds if limit is None else limit)
        spent = time.process_time() - used
        clock = f"{time.perf_counter() - began:6.1f} s, processor {spent:6.1f} s"
        print(f"{name:20} {clock}  {answer.value:.6f} {answer.note}", flush=True)
        answers[name] = (answer, spent)
    print(compared(*answers[OURS], *answers[HIGHS]))


if __name__ == "__main__":
    main()
