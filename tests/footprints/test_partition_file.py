"""Partition files: what is read, what is refused and why, and the answer against other solvers."""

import json
from itertools import combinations

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import InputError, NoPlanError
from totalplace.footprints.partition_file import (
    PartitionProblem,
    read_partition_file,
    solve_partition,
)

SMALL = {
    "units": ["a", "b", "c", "d"],
    "candidates": [
        {"members": [0, 1], "value": 3.0},
        {"members": [2, 1], "value": 5.5},
        {"members": [2, 3], "value": 3},
    ],
}


def written(tmp_path, content, name="problem.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def zipped(tmp_path, **arrays):
    path = tmp_path / "problem.npz"
    np.savez(path, **arrays)
    return path


def arrays_of(document):
    sizes = [len(c["members"]) for c in document["candidates"]]
    arrays = {
        "members": np.array(
            [m for c in document["candidates"] for m in c["members"]], dtype=np.int32
        ),
        "offsets": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        "values": np.array([c["value"] for c in document["candidates"]], dtype=np.float64),
        "n_units": len(document["units"]),
    }
    if "alone" in document:
        arrays["alone"] = np.array(
            [np.nan if a is None else a for a in document["alone"]], dtype=np.float64
        )
    return arrays


def whole(document):
    """HiGHS on everything at once: the value of the best partition, or None if there is none."""
    n = len(document["units"])
    alone = document.get("alone", [0.0] * n)
    sets = [(set(c["members"]), c["value"]) for c in document["candidates"]]
    sets += [({u}, a) for u, a in enumerate(alone) if a is not None]
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 1e-9)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    for _ in range(n):
        model.addRow(1.0, 1.0, 0, np.empty(0, dtype=np.int32), np.empty(0))
    for at, (members, value) in enumerate(sets):
        index = np.array(sorted(members), dtype=np.int32)
        model.addCol(float(value), 0.0, 1.0, len(index), index, np.ones(len(index)))
        model.changeColIntegrality(at, highspy.HighsVarType.kInteger)
    model.run()
    if model.getModelStatus() == highspy.HighsModelStatus.kInfeasible or not sets:
        return None
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return model.getInfo().objective_function_value


def by_trying_all(document):
    """The value of the best partition, by trying every one; None if there is none."""
    n = len(document["units"])
    alone = document.get("alone", [0.0] * n)
    pieces = [(frozenset(c["members"]), c["value"]) for c in document["candidates"]]
    pieces += [(frozenset([u]), a) for u, a in enumerate(alone) if a is not None]

    def best(left):
        if not left:
            return 0.0
        first = min(left)
        found = [
            value + rest
            for piece, value in pieces
            if first in piece and piece <= left and (rest := best(left - piece)) is not None
        ]
        return max(found, default=None)

    return best(frozenset(range(n)))


@st.composite
def documents(draw, most_units=9, most_candidates=40):
    """Problems with ties, negative values, candidates of one, islands and forbidden units."""
    n = draw(st.integers(1, most_units))
    every = [g for size in range(1, min(n, 5) + 1) for g in combinations(range(n), size)]
    sets = draw(st.lists(st.sampled_from(every), max_size=most_candidates))
    number = draw(
        st.sampled_from(
            [
                st.integers(-3, 6).map(float),  # ties
                st.floats(-5, 5).map(lambda x: round(x, 5)),
                st.floats(-5, 0.25).map(lambda x: round(x, 5)),  # nearly all negative
            ]
        )
    )
    document = {
        "units": [f"unit {u}" for u in range(n)],
        "candidates": [
            {"members": draw(st.permutations(group)), "value": draw(number)} for group in sets
        ],
    }
    if draw(st.booleans()):
        document["alone"] = [
            draw(st.one_of(st.none(), st.integers(-2, 2).map(float))) for _ in range(n)
        ]
    return document


def checked(document, answer):
    """The answer is a partition of every unit and is worth what it says."""
    alone = document.get("alone", [0.0] * len(document["units"]))
    held = [m for c in answer.chosen for m in document["candidates"][c]["members"]]
    assert sorted([*held, *answer.alone]) == list(range(len(document["units"])))
    worth = sum(document["candidates"][c]["value"] for c in answer.chosen)
    worth += sum(alone[u] for u in answer.alone)
    assert np.isclose(answer.value, worth, atol=1e-9)
    assert answer.bound >= answer.value
    assert answer.gap == (answer.bound - answer.value) / max(1.0, abs(answer.value))
    assert answer.candidates == len(document["candidates"])


@given(documents())
@settings(max_examples=150, deadline=None)
def test_the_answer_is_the_best_of_all_partitions_and_what_highs_finds(tmp_path_factory, document):
    folder = tmp_path_factory.mktemp("files")
    best = by_trying_all(document)
    other = whole(document)
    assert (best is None) == (other is None)
    for path in (written(folder, document), zipped(folder, **arrays_of(document))):
        problem = read_partition_file(path)
        if best is None:
            with pytest.raises(NoPlanError, match="No partition exists"):
                solve_partition(problem)
            continue
        answer = solve_partition(problem)
        checked(document, answer)
        assert answer.status == "optimal"
        assert np.isclose(answer.value, best, atol=1e-6)
        assert np.isclose(answer.value, other, atol=1e-6)
        assert answer.gap < 1e-6


@given(documents(most_units=7), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_candidates_and_of_members_changes_nothing(document, random):
    turned = dict(document, candidates=list(document["candidates"]))
    random.shuffle(turned["candidates"])
    turned["candidates"] = [dict(c, members=c["members"][::-1]) for c in turned["candidates"]]
    answers = []
    for one in (document, turned):
        try:
            answer = solve_partition(problem_of(one))
        except NoPlanError:
            answers.append(None)
            continue
        groups = {frozenset(one["candidates"][c]["members"]) for c in answer.chosen}
        answers.append((answer.value, answer.alone, groups))
    assert answers[0] == answers[1]


def problem_of(document):
    arrays = arrays_of(document)
    alone = arrays.pop("alone", np.zeros(arrays["n_units"]))
    return PartitionProblem(alone=alone, **arrays)


def test_a_candidate_of_one_stands_for_staying_alone_when_it_is_worth_more(tmp_path):
    document = {
        "units": ["a", "b", "c"],
        "candidates": [
            {"members": [0], "value": 2.0},
            {"members": [1], "value": -1.0},
            {"members": [2], "value": 4.0},
            {"members": [2], "value": 3.0},
            {"members": [0, 1], "value": 1.5},
        ],
        "alone": [1.0, 0.0, None],
    }
    answer = solve_partition(read_partition_file(written(tmp_path, document)))
    assert (answer.chosen, answer.alone, answer.value) == ((0, 2), (1,), 6.0)


def test_null_forbids_staying_alone_even_at_a_loss(tmp_path):
    document = dict(SMALL, alone=[None, 0, 0, 0])
    answer = solve_partition(read_partition_file(written(tmp_path, document)))
    assert (answer.chosen, answer.alone, answer.value) == ((0, 2), (), 6.0)


def test_nobody_who_can_cover_a_forbidden_unit_is_named(tmp_path):
    document = {"units": ["a", "b", "c"], "candidates": [], "alone": [0, None, None]}
    with pytest.raises(NoPlanError, match=r"2 unit.*first 1, 2"):
        solve_partition(read_partition_file(written(tmp_path, document)))


def test_no_candidates_means_everyone_alone(tmp_path):
    document = {"units": ["a", "b"], "candidates": [], "alone": [1.5, -2]}
    for path in (written(tmp_path, document), zipped(tmp_path, **arrays_of(document))):
        answer = solve_partition(read_partition_file(path))
        assert (answer.status, answer.chosen, answer.alone) == ("optimal", (), (0, 1))
        assert answer.value == answer.bound == -0.5


def test_one_huge_candidate_among_small_ones_costs_no_memory(tmp_path):
    n = 20_000
    document = {
        "units": list(range(n)),
        "candidates": [
            {"members": list(range(n)), "value": 10.0},
            *({"members": [2 * u, 2 * u + 1], "value": 0.5} for u in range(100)),
        ],
    }
    answer = solve_partition(read_partition_file(written(tmp_path, document)))
    assert answer.status == "optimal"
    assert answer.value == 50.0


BAD_JSON = {
    "not JSON": ("{", "neither JSON nor NPZ"),
    "empty": ("", "neither JSON nor NPZ"),
    "a list": ([1, 2], "expected an object"),
    "no units": ({"candidates": []}, "expected an object"),
    "units is a number": ({"units": 4, "candidates": []}, "expected an object"),
    "no unit at all": ({"units": [], "candidates": []}, "there are no units"),
    "no candidates": ({"units": ["a"]}, '"candidates" must be a list'),
    "misspelt key": (dict(SMALL, allone=[0, 0, 0, 0]), "'allone' is not known"),
    "member beyond": (
        dict(SMALL, candidates=[{"members": [0, 4], "value": 1}]),
        "not a unit from 0 to 3",
    ),
    "member negative": (
        dict(SMALL, candidates=[{"members": [-1, 2], "value": 1}]),
        "not a unit from 0 to 3",
    ),
    "member twice": (
        dict(SMALL, candidates=[{"members": [2, 0, 2], "value": 1}]),
        "named twice",
    ),
    "member fraction": (
        dict(SMALL, candidates=[{"members": [0.5, 1], "value": 1}]),
        "whole numbers",
    ),
    "member true": (
        dict(SMALL, candidates=[{"members": [True, 0], "value": 1}]),
        "whole numbers",
    ),
    "no members": (dict(SMALL, candidates=[{"members": [], "value": 1}]), "has no members"),
    "no value": (dict(SMALL, candidates=[{"members": [0, 1]}]), "a number"),
    "value is text": (dict(SMALL, candidates=[{"members": [0, 1], "value": "9"}]), "a number"),
    "value not a number": (
        '{"units": [1, 2], "candidates": [{"members": [0, 1], "value": NaN}]}',
        "NaN is not a number in JSON",
    ),
    "alone not a number": (
        '{"units": [1, 2], "candidates": [], "alone": [0, NaN]}',
        "NaN is not a number in JSON",
    ),
    "value infinite": (
        '{"units": [1, 2], "candidates": [{"members": [0, 1], "value": 1e999}]}',
        "not a finite number",
    ),
    "value beyond measure": (
        dict(SMALL, candidates=[{"members": [0, 1], "value": 10**400}]),
        "too large",
    ),
    "alone too short": (dict(SMALL, alone=[0, 0]), "2 values for 4 units"),
    "alone is text": (dict(SMALL, alone="none"), '"alone" must be a list'),
    "too deep": ("[" * 100_000, "neither JSON nor NPZ"),
}


@pytest.mark.parametrize("kind", BAD_JSON)
def test_malformed_json_is_refused_with_the_reason(tmp_path, kind):
    content, reason = BAD_JSON[kind]
    with pytest.raises(InputError) as caught:
        read_partition_file(written(tmp_path, content))
    assert reason in str(caught.value)


GOOD = arrays_of(SMALL)
BAD_NPZ = {
    "no values": ({"values": None}, "lacks values"),
    "no n_units": ({"n_units": None}, "lacks n_units"),
    "fractional members": ({"members": GOOD["members"] + 0.5}, "members must be"),
    "members in rows": ({"members": GOOD["members"].reshape(3, 2)}, "members must be"),
    "fractional offsets": ({"offsets": GOOD["offsets"] * 1.0}, "offsets must be"),
    "values as text": ({"values": np.array(["1", "2", "3"])}, "values must be"),
    "values as objects": ({"values": np.array([1, None, 2], dtype=object)}, "not a readable NPZ"),
    "two n_units": ({"n_units": np.array([4, 4])}, "n_units must be"),
    "no unit": ({"n_units": 0}, "at least one unit"),
    "negative n_units": ({"n_units": -4}, "at least one unit"),
    "one offset short": ({"offsets": GOOD["offsets"][:-1]}, "offsets must be 4 numbers"),
    "offsets from one": ({"offsets": GOOD["offsets"] + 1}, "starting at 0"),
    "offsets fall": ({"offsets": np.array([0, 4, 2, 6])}, "offsets must rise"),
    "offsets end early": ({"offsets": np.array([0, 2, 4, 5])}, "offsets must rise"),
    "a gap of none": ({"offsets": np.array([0, 2, 2, 6])}, "has no members"),
    "member beyond": ({"members": GOOD["members"] + 3}, "not a unit from 0 to 3"),
    "member beyond 32 bits": (
        {"members": GOOD["members"].astype(np.int64) + 2**33},
        "not a unit from 0 to 3",
    ),
    "member twice": ({"members": np.array([0, 0, 1, 2, 2, 3])}, "named twice"),
    "value missing": ({"values": np.array([1, np.nan, 2])}, "not a finite number"),
    "alone too long": ({"alone": np.zeros(5)}, "5 values for 4 units"),
    "alone infinite": ({"alone": np.array([0, 0, np.inf, 0])}, "infinite"),
}


@pytest.mark.parametrize("kind", BAD_NPZ)
def test_malformed_npz_is_refused_with_the_reason(tmp_path, kind):
    changed, reason = BAD_NPZ[kind]
    arrays = {name: a for name, a in (GOOD | changed).items() if a is not None}
    with pytest.raises(InputError) as caught:
        read_partition_file(zipped(tmp_path, **arrays))
    assert reason in str(caught.value)


def test_every_fault_is_named_at_once(tmp_path):
    document = dict(
        SMALL,
        candidates=[
            {"members": [0, 9], "value": 1},
            {"members": [], "value": 2},
            {"members": [1, 1], "value": 3},
        ],
        alone=[0],
    )
    with pytest.raises(InputError) as caught:
        read_partition_file(written(tmp_path, document))
    told = str(caught.value)
    for words in ("not a unit", "no members", "named twice", "1 values for 4", "Nothing was"):
        assert words in told


def test_a_truncated_archive_and_a_missing_file_are_refused(tmp_path):
    path = zipped(tmp_path, **GOOD)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(InputError, match="not a readable NPZ"):
        read_partition_file(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_partition_file(tmp_path / "nowhere.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_partition_file(tmp_path)
