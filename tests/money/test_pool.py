"""A pooled fund: every line has a rule, nothing is lost or invented, what others pay is bounded."""

import pytest

from totalplace.errors import InputError
from totalplace.evidence.registry import Registry
from totalplace.money.ring_fences import Rule, ring_fence, ring_fences
from totalplace.money.themes import Role, lines, themes
from totalplace.scenarios import sharing
from totalplace.scenarios.counting import count_place, read_ledger


@pytest.fixture(scope="module")
def ledger(england):
    return read_ledger(england, Registry.load())


def pool(england, ledger, place, theme=""):
    return sharing.pool(england, place, theme=theme, ledger=ledger)


def test_every_counted_line_has_a_rule_with_its_law():
    for name, one in lines().items():
        if one.role is Role.COUNT and not name.startswith("s251."):
            assert ring_fence(name).law, name
    assert all(one.law and one.reason for one in ring_fences())
    with pytest.raises(InputError, match="no ring-fence is stated"):
        ring_fence("rsx.housing")


def test_the_rules_are_those_of_the_grants():
    assert ring_fence("cra.programme.child_benefit").rule is Rule.CLOSED
    assert ring_fence("dsg.schools.before_recoupment").rule is Rule.OWNER
    assert ring_fence("dsg.high_needs.before_recoupment").rule is Rule.PURPOSE
    assert ring_fence("ro3.asylum_looked_after").rule is Rule.PURPOSE
    assert ring_fence("ro3.safeguarding").rule is Rule.FREE
    assert ring_fence("ro3.obesity_children").rule is Rule.PURPOSE


@pytest.mark.parametrize("place", ["Leeds", "Slough", "Bexley + Bromley", "North East", "England"])
def test_what_a_fund_could_hold_is_the_count_by_rule(england, ledger, place):
    got = pool(england, ledger, place)
    one = count_place(england, place, Registry.load(), ledger=ledger, doubts=())
    low, high = got.could_hold(*Rule)
    assert low == sum((row.low or 0) - row.eliminated for row in one.rows if row.pence is not None)
    assert low <= one.pence <= high
    assert sum(sum(each.by_area.values()) for each in got.contributions) == one.pence
    by_area = sum(got.of_area(code, rule) for code in one.area_codes for rule in Rule)
    outside = sum(row.net for row in one.rows if row.area_code not in one.area_codes)
    assert by_area + outside == one.pence  # England's districts are no members
    assert 0 < got.core <= got.could_hold(Rule.FREE)[1]
    unknown = {each.payer for each in got.contributions if each.high is None}
    assert {"NHS", "police", "fire"} <= unknown


def test_themes_add_up_to_the_whole_and_name_their_partners(england, ledger):
    whole = pool(england, ledger, "Leeds")
    parts = [pool(england, ledger, "Leeds", theme) for theme in themes() if theme in
             {row.theme for row in ledger.rows}]  # fmt: skip
    for rule in Rule:
        assert sum(part.could_hold(rule)[1] for part in parts) == whole.could_hold(rule)[1]
    young = next(part for part in parts if part.theme == "young people")
    police = next(one for one in young.partners if one.body == "police")
    assert "Crime and Disorder Act 1998" in police.law


def test_the_joint_share_has_its_numerator_and_denominator(england, ledger):
    got = pool(england, ledger, "Leeds", "young people").joint
    printed = england.query(
        "SELECT item, value FROM observation WHERE latest AND level = 'authority'"
        " AND area_code = 'E08000035' AND period_start = '2024-04-01' AND"
        " (item LIKE 'ro3.youth_justice.%' OR item LIKE 'ro3.young_people.%')"
    )
    values = dict(printed.iter_rows())
    income = sum(max(0, v) for item, v in values.items() if item.endswith("other_income"))
    spend = sum(v for item, v in values.items() if item.endswith("total_expenditure"))
    assert (got.most, got.spend) == (round(income * 100), round(spend * 100))
    assert got.share == pytest.approx(income / spend)
    assert pool(england, ledger, "Slough", "care").joint.share is None


def test_the_joint_share_of_earlier_years_is_told(england, ledger):
    got = pool(england, ledger, "England", "young people")
    assert [year for year, _ in got.joint_before] == ["2022-23", "2023-24"]
    for _, joint in got.joint_before:
        assert joint.councils > 120
        assert 0.05 < joint.share < 0.5
