"""A part of a country: nothing of the rest is left in it, and what is left is what it was."""

from dataclasses import fields

import numpy as np

from footprints.country import country
from totalplace.footprints.part import OUTSIDE, group_in, part_of


def test_every_array_of_the_part_has_the_parts_authorities():
    whole = country(30, seed=4)
    keep = np.arange(30) % 3 > 0
    part = part_of(whole, keep, "the part")
    assert part.size == 20
    assert part.part == "the part"
    for field in fields(whole):
        before, after = getattr(whole, field.name), getattr(part, field.name)
        if field.name in {"edges", "unpriced_reason", "footprints"}:
            continue
        if isinstance(before, np.ndarray) and len(before) == 30:
            np.testing.assert_array_equal(after, before[keep], err_msg=field.name)
        elif isinstance(before, tuple) and len(before) == 30:
            assert after == tuple(np.array(before, dtype=object)[keep]), field.name
    assert all(len(body) == 20 for body in part.footprints.values())


def test_edges_of_the_part_join_the_same_authorities():
    whole = country(30, seed=5)
    keep = np.arange(30) < 17
    part = part_of(whole, keep, "the first")

    def named(problem):
        return {tuple(problem.names[i] for i in edge) for edge in problem.edges.tolist()}

    assert named(part) == {e for e in named(whole) if set(e) <= set(part.names)}
    assert (part.edges[:, 0] < part.edges[:, 1]).all()


def test_a_group_that_reaches_beyond_the_part_says_so():
    whole = country(6)
    part = part_of(whole, np.array([False, True, True, True, False, True]), "some")
    assert group_in(whole, part, {1, 5}) == {0, 3}
    assert group_in(whole, part, {0, 2}) == {OUTSIDE, 1}
    assert group_in(whole, part, {0, 4}) == {OUTSIDE}
