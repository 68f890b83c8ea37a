"""Closing a gap: known mixes come back, against enumeration; the core is never touched."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.money.core import core_lines
from totalplace.money.gap import Choice, Joint, close, close_years
from totalplace.money.themes import Role, lines


def joint(saving, chance=0.2, service="a", **changes):
    return Joint(
        service=service,
        title=service,
        arrangement="shared-support",
        partners=("B",),
        saving=saving,
        low=0.0,
        high=saving,
        first_year_cost=0.0,
        chance_worse_off=chance,
        **changes,
    )


def choice(spend, most=0.5, harm=2.0, line="x"):
    return Choice(
        line=line, title=line, theme="t", outcome="o", spend=spend, most=most, harm=harm, law="l"
    )


def test_sharing_goes_before_doing_less_and_least_harm_first():
    mix = close(100.0, [joint(60.0)], [choice(100.0, harm=3), choice(100.0, harm=1, line="y")])
    assert mix.closed
    assert [one.saving for one in mix.joint] == [60.0]
    assert [(one.line, round(cut, 2)) for one, cut in mix.choices] == [("y", 40.0)]


def test_what_cannot_be_closed_is_said_to_the_pound():
    mix = close(100.0, [joint(10.0), joint(12.0)], [choice(100.0, most=0.2)])
    assert not mix.closed
    assert mix.saved == pytest.approx(32.0)
    assert mix.left == pytest.approx(68.0)


def test_one_pound_of_support_is_saved_once():
    both = [
        joint(50.0, service="support", whole=True, layers=frozenset({"support"})),
        joint(40.0, service="fostering", layers=frozenset({"support", "management"})),
        joint(5.0, service="fostering", layers=frozenset({"placements"})),
    ]
    mix = close(1000.0, both, [])
    assert sorted(one.saving for one in mix.joint) == [5.0, 50.0]


amounts = st.integers(1, 100).map(float)
options = st.lists(
    st.tuples(amounts, st.integers(0, 10).map(lambda n: n / 10), st.sampled_from("abc")), max_size=5
)


@settings(max_examples=60)
@given(st.integers(1, 250).map(float), options, st.lists(amounts, max_size=2))
def test_against_every_combination(gap, made, spends):
    joints = [joint(saving, chance, service) for saving, chance, service in made]
    choices = [choice(spend, line=str(i)) for i, spend in enumerate(spends)]
    mix = close(gap, joints, choices)
    room = sum(one.spend * one.most for one in choices)
    best_reach, best_harm = 0.0, None
    for picks in product([False, True], repeat=len(joints)):
        picked = [one for one, taken in zip(joints, picks, strict=True) if taken]
        if len({one.service for one in picked}) < len(picked):
            continue
        saved = sum(one.saving for one in picked)
        best_reach = max(best_reach, saved + room)
        rest = max(0.0, gap - saved)
        if rest <= room:
            harm = sum(one.saving * one.chance_worse_off for one in picked) + 2 * rest
            best_harm = harm if best_harm is None else min(best_harm, harm)
    assert mix.closed == (best_harm is not None)
    if mix.closed:
        harm = sum(one.saving * one.chance_worse_off for one in mix.joint)
        harm += sum(one.harm * cut for one, cut in mix.choices)
        assert harm == pytest.approx(best_harm, abs=0.05)
        assert mix.saved >= gap - 0.05
    else:
        assert mix.saved == pytest.approx(best_reach, abs=0.05)


def test_a_gap_that_is_no_number_is_refused_with_every_other_fault():
    with pytest.raises(InputError) as caught:
        close(float("nan"), [joint(-1.0)], [])
    assert "the gap is no number" in str(caught.value)
    assert "saving of a" in str(caught.value)


def test_every_social_care_line_is_in_the_core_or_a_choice_with_its_law():
    social = {
        one.line
        for one in lines().values()
        if one.role is Role.COUNT and one.line.startswith("ro3.") and one.theme != "health"
    }
    assert social <= set(core_lines())
    for one in core_lines().values():
        assert one.law
        assert bool(one.choice) != one.core, one.line


def test_sharing_that_costs_before_it_saves_is_weighed_over_the_years():
    slow = joint(50.0, chance=0.1, by_year=(-10.0, 20.0, 50.0))
    mixes = close_years([10.0, 20.0, 50.0], [slow], [choice(200.0, most=0.5, harm=2)])
    assert [mix.year for mix in mixes] == [0, 1, 2]
    assert all(mix.closed for mix in mixes)
    assert [round(mix.shared) for mix in mixes] == [-10, 20, 50]
    taken = [sum(cut for _, cut in mix.choices) for mix in mixes]
    assert taken == pytest.approx([20.0, 0.0, 0.0], abs=0.02)  # the first year pays for the start


def test_sharing_is_not_begun_where_its_first_year_leaves_more_open():
    slow = joint(5.0, by_year=(-50.0, 5.0))
    mixes = close_years([10.0, 10.0], [slow], [choice(20.0)])
    assert [mix.joint for mix in mixes] == [(), ()]
    assert all(mix.closed for mix in mixes)


def test_what_is_left_is_said_for_each_year():
    mixes = close_years([10.0, 100.0], [], [choice(100.0, most=0.2)])
    assert [mix.closed for mix in mixes] == [True, False]
    assert mixes[1].left == pytest.approx(80.0)


def test_an_option_must_speak_of_every_year():
    with pytest.raises(InputError, match="does not say what it saves in each of 2 years"):
        close_years([1.0, 1.0], [joint(1.0, by_year=(1.0,))], [])


yearly = st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 80)), max_size=3)


@settings(max_examples=40)
@given(st.tuples(st.integers(1, 150), st.integers(1, 150)), yearly, st.integers(1, 100))
def test_years_against_every_combination(gaps, made, spend):
    joints = [
        joint(float(max(second, 1)), 0.5, str(at), by_year=(float(first), float(second)))
        for at, (first, second) in enumerate(made)
    ]
    mixes = close_years([float(gap) for gap in gaps], joints, [choice(float(spend))])
    room = spend / 2
    best = None
    for picks in product([False, True], repeat=len(joints)):
        picked = [one for one, taken in zip(joints, picks, strict=True) if taken]
        needs = [
            max(0.0, gap - sum(one.by_year[year] for one in picked))
            for year, gap in enumerate(gaps)
        ]
        left = sum(max(0.0, need - room) for need in needs)
        harm = sum(2 * 0.5 * one.saving for one in picked)
        harm += sum(2 * min(need, room) for need in needs)
        best = min(best, (round(left, 2), harm)) if best else (round(left, 2), harm)
    left = sum(mix.left for mix in mixes)
    harm = sum(2 * 0.5 * one.saving for one in mixes[0].joint)
    harm += sum(one.harm * cut for mix in mixes for one, cut in mix.choices)
    assert left == pytest.approx(best[0], abs=0.05)
    assert harm == pytest.approx(best[1], abs=0.1)
