"""The table of services says only what the rest of the program can act on."""

import pytest

from totalplace.errors import InputError
from totalplace.money.services import Pricing, service, services
from totalplace.types import Arrangement, Layer

PLACEMENTS = {"residential-care", "fostering", "adoption", "other-placements", "leaving-care"}


def test_the_thirteen_services_in_order():
    assert list(services()) == [
        "residential-care",
        "fostering",
        "adoption",
        "other-placements",
        "special-school-places",
        "social-work",
        "family-support",
        "youth-justice",
        "young-people",
        "early-years",
        "leaving-care",
        "commissioning",
        "support",
    ]


@pytest.mark.parametrize("one", services().values(), ids=lambda one: one.id)
def test_each_row_holds_together(one):
    assert Arrangement.CO_OPERATE in one.arrangements
    assert Arrangement.ALONE not in one.arrangements
    assert len(set(one.arrangements)) == len(one.arrangements)
    assert set(one.limits) <= set(one.arrangements)
    assert bool(one.lines) == (one.pricing in {Pricing.LINES, Pricing.SHARE})
    assert bool(one.share) == (one.pricing is Pricing.SHARE) == (one.whole_layer is not None)
    assert bool(one.note) == (one.pricing is Pricing.NONE)
    assert not one.part_of or one.part_of in services()
    if one.pricing is Pricing.LINES:
        assert one.check is not None
        assert one.check.total or (one.check.weekly and one.check.children and one.check.percent)
    if Arrangement.JOINT_BUYING in one.arrangements:
        assert one.buys_placements


def test_who_buys_placements_and_who_is_guarded():
    buyers = {one.id for one in services().values() if one.buys_placements}
    assert buyers == PLACEMENTS | {"special-school-places"}
    guarded = {one.id for one in services().values() if one.safeguarding}
    assert guarded == {"social-work", "family-support"}
    assert service("social-work").team == "team.director"
    assert service("adoption").team == "team.lead"
    assert service("support").whole_layer is Layer.SUPPORT


def test_lines_are_taken_once():
    taken = [line for one in services().values() for line in one.lines if line != "total_csc"]
    assert len(taken) == len(set(taken))


def test_a_misspelt_service_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean social-work"):
        service("socialwork")
