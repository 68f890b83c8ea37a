"""Dividing money by named keys: planted answers, and nothing gained or lost to the penny."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.money.divide import divide
from totalplace.money.keys import KEYS, Key, key_rules, rule_of
from totalplace.money.rows import Row, Standing
from totalplace.money.themes import Role, lines

PARTS = {"a": "North", "b": "South", "c": "South"}


def key(name, *weights, **more):
    return Key(
        name=name, title=KEYS[name], basis="test", weights=dict(zip("abc", weights, strict=True)),
        **more,
    )  # fmt: skip


def row(line="ro3.sure_start", pence=1000, **more):
    standing = Standing.UNKNOWN if pence is None else Standing.PUBLISHED
    made = Row(
        area_code="E10000000", line=line, title=line, service="s", theme="t", outcome="o",
        age="0-4", stance="prevention", payer="authority", year="2024-25",
        standing=standing, pence=pence, low=pence, high=pence, layers=(), basis="",
    )  # fmt: skip
    return replace(made, **more)


ALL = {
    name: key(name, *weights)
    for name, *weights in (
        ("children", 1, 1, 2),
        ("children_0_4", 3, 1, 0),
        ("children_10_17", 1, 2, 1),
        ("poor_children", 0, 1, 1),
        ("looked_after", 1, 1, 1),
        ("in_need", 1, 0, 1),
        ("patients", 1, 1, 1),
    )
}


def test_a_line_goes_by_its_own_key_and_the_others_make_the_range():
    north, south = divide([row()], ALL, PARTS)
    assert (north.part, north.key, north.pence) == ("North", "children_0_4", 750)
    assert (south.part, south.pence) == ("South", 250)
    assert (north.low, north.high) == (0, 750)  # by poor children all of it is in the south
    assert (south.low, south.high) == (250, 1000)


def test_what_is_not_known_of_the_whole_is_not_known_of_a_part():
    assert [one.pence for one in divide([row(pence=None)], ALL, PARTS)] == [None, None]


def test_a_stated_key_stands_alone():
    keys = {**ALL, "children_0_4": key("children_0_4", 0.2, 0.3, 0.5, stated=True)}
    north, _ = divide([row()], keys, PARTS)
    assert (north.pence, north.low, north.high) == (200, 200, 200)


def test_money_paid_in_from_elsewhere_is_not_divided_twice():
    found = divide([row(eliminated=400)], ALL, PARTS)
    assert sum(one.pence for one in found) == 600


weights = st.tuples(*[st.floats(0, 1e6, allow_subnormal=False)] * 3).filter(lambda w: sum(w) > 1)


@settings(max_examples=80)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6), weights)
def test_the_parts_add_up_to_the_whole_to_the_penny(amounts, drawn):
    keys = {**ALL, "children_0_4": key("children_0_4", *drawn)}
    rows = [row(pence=pence) for pence in amounts]
    found = divide(rows, keys, PARTS)
    assert sum(one.pence for one in found) == sum(amounts)
    assert all(one.low <= one.pence <= one.high for one in found)


def test_every_bad_key_is_told_at_once():
    keys = {
        "children_0_4": key("children_0_4", 1, -1, 1),
        "poor_children": Key(name="poor_children", title="", basis="", weights={"a": 1.0}),
    }
    with pytest.raises(InputError) as caught:
        divide([row(), row("ro3.residential")], keys, PARTS)
    said = str(caught.value)
    assert "there is no key 'looked_after' to divide by" in said
    assert "key 'poor_children': leaves districts out" in said


def test_a_part_whose_districts_are_below_nothing_cannot_divide():
    keys = {**ALL, "children_0_4": key("children_0_4", -5, 1, 1)}
    with pytest.raises(InputError, match="below nothing"):
        divide([row()], keys, PARTS)


def test_every_counted_line_has_a_rule_whose_keys_exist_and_whose_reason_is_given():
    for rule in key_rules():
        assert {rule.key, *rule.also} <= set(KEYS), rule.line
        assert rule.reason, rule.line
    for one in lines().values():
        if one.role is Role.COUNT and "*" not in one.line:
            assert rule_of(one.line).key in KEYS
    assert rule_of("ro3.residential").key == "looked_after"
    assert rule_of("dsg.early_years.before_recoupment").key == "children_0_4"
    assert rule_of("something nobody has heard of").line == "*"
