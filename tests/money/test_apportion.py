"""Sharing by a key: parts make the whole, in proportion, and bad keys are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.money.apportion import apportion, check_shares

keys = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(0, 1e6), min_size=1)


@given(st.integers(-(10**13), 10**13), keys.filter(lambda key: sum(key.values()) > 1e-6))
def test_parts_make_the_whole_and_are_within_a_penny_of_their_share(pence, key):
    parts = apportion(pence, key, name="children")
    assert sum(parts.values()) == pence
    whole = sum(key.values())
    for part, got in parts.items():
        assert abs(got - pence * key[part] / whole) <= 1 + abs(pence) * 1e-12


def test_three_equal_parts_of_a_pound():
    assert apportion(100, {"a": 1, "b": 1, "c": 1}, name="x") == {"a": 34, "b": 33, "c": 33}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({}, "nothing in it"),
        ({"a": 0.0}, "nothing in it"),
        ({"a": 1.0, "b": -1.0}, "below nothing"),
        ({"a": 1.0, "b": float("nan")}, "missing"),
    ],
)
def test_a_key_that_cannot_divide_is_refused_by_name(key, words):
    with pytest.raises(InputError, match="key 'patients'") as caught:
        apportion(100, key, name="patients")
    assert words in str(caught.value)


def test_shares_that_do_not_add_up_to_one_are_refused():
    check_shares({"a": 0.333333, "b": 0.666667}, name="typed")
    with pytest.raises(InputError, match=r"add up to 0\.9, not to one"):
        check_shares({"a": 0.4, "b": 0.5}, name="typed")
