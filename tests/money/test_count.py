"""The count on real figures: England to the penny, every place along every cut, planted doubles."""

from dataclasses import replace

import pytest

from totalplace.errors import InputError, UnknownAreaError
from totalplace.evidence.registry import Registry
from totalplace.money.audit import audit
from totalplace.money.count import CUTS
from totalplace.money.doubts import find_doubts
from totalplace.money.rows import Standing
from totalplace.reports.money_text import money_text
from totalplace.scenarios.counting import count_place, find_place, read_ledger


@pytest.fixture(scope="module")
def registry():
    return Registry.load()


@pytest.fixture(scope="module")
def ledger(england, registry):
    return read_ledger(england, registry)


@pytest.fixture(scope="module")
def whole(england, registry, ledger):
    return count_place(england, "England", registry, ledger=ledger)


def test_englands_social_care_is_the_published_total(whole):
    social = next(one for one in whole.reconciled if "RO3" in one.title)
    assert social.published == social.summed == 1_687_887_602_917
    grant = next(one for one in whole.reconciled if "grant" in one.title)
    assert grant.published == grant.summed == 5_713_588_405_600
    assert audit(whole) == []


def test_child_benefit_of_england_is_the_published_one(whole):
    rows = [row for row in whole.rows if row.line == "cra.programme.child_benefit"]
    assert sum(row.pence for row in rows) == 986_113_800_000
    assert {row.standing for row in rows} == {Standing.PUBLISHED}


def adds_up(england, registry, ledger, places):
    for place in places:
        one = count_place(england, place, registry, ledger=ledger, doubts=())
        assert audit(one, ledger=ledger) == [], place
        assert one.reconciled, place
        for cut in CUTS:
            slices = one.by(cut)
            for part in slices:
                assert part.low <= part.pence <= part.high, (place, cut, part)
            published = sum(row.net for row in one.rows if row.standing is Standing.PUBLISHED)
            unknown = sum(row.standing is Standing.UNKNOWN for row in one.rows)
            assert sum(part.published for part in slices) == published, (place, cut)
            assert sum(part.estimated for part in slices) == one.pence - published, (place, cut)
            assert sum(part.unknown for part in slices) == unknown, (place, cut)


def test_regions_and_some_authorities_add_up_along_every_cut(england, registry, ledger):
    regions = sorted({one.region_name for one in ledger.today.authorities})
    some = [one.area_code for one in ledger.today.authorities[::17]]
    adds_up(england, registry, ledger, [*regions[::3], *some])


@pytest.mark.slow
def test_every_authority_and_region_adds_up_along_every_cut(england, registry, ledger):
    places = [one.name for one in ledger.today.authorities]
    places += sorted({one.region_name for one in ledger.today.authorities})
    adds_up(england, registry, ledger, places)


def test_a_region_is_the_sum_of_its_authorities(england, registry, ledger):
    region = count_place(england, "North East", registry, ledger=ledger, doubts=())
    parts = [
        count_place(england, code, registry, ledger=ledger, doubts=()) for code in region.area_codes
    ]
    assert region.pence == sum(part.pence for part in parts)


def test_a_doubled_line_a_planted_pound_and_a_lost_layer_are_found(whole):
    rows = list(whole.rows)
    twice = replace(whole, rows=(*rows, rows[0]))
    assert any("counted twice" in str(one) for one in audit(twice))
    index = next(i for i, row in enumerate(rows) if row.line == "ro3.fostering" and row.pence)
    planted = [*rows]
    planted[index] = replace(rows[index], pence=rows[index].pence + 100)
    said = " ".join(map(str, audit(replace(whole, rows=tuple(planted)))))
    assert "England's children's social care" in said
    assert "cut by layer" in said


def test_holes_are_told_and_never_nothing(england, registry, ledger):
    wanted = {
        "Birmingham": "no figure in the revenue outturn",
        "Cumberland": "no figure in the revenue outturn",
        "Slough": "no figure in the revenue outturn",
        "Wandsworth": "no figure in section 251",
        "Middlesbrough": "no figure in section 251",
        "Liverpool": "section 251",
        "Gateshead": "revised",
        "Southwark": "revised",
    }
    doubts = find_doubts(england)
    for name, words in wanted.items():
        one = count_place(england, name, registry, ledger=ledger, doubts=doubts)
        assert any(words in doubt.words for doubt in one.doubts), name
        health = [row for row in one.rows if row.payer == "NHS"]
        assert health[0].pence is None
        assert health[0].standing is Standing.UNKNOWN
    slough = count_place(england, "Slough", registry, ledger=ledger, doubts=doubts)
    care = [row for row in slough.rows if row.line == "ro3.looked_after"]
    assert care[0].standing is Standing.ESTIMATED
    assert care[0].low < care[0].pence < care[0].high
    assert "Section 251's figure" in care[0].basis


def test_the_grant_that_passes_through_is_counted_once(england, registry, ledger):
    leeds = count_place(england, "Leeds", registry, ledger=ledger, doubts=())
    education = next(row for row in leeds.rows if row.line == "rsx.education")
    passed = sum(one.pence for one in leeds.transfers)
    assert education.eliminated == passed > 0
    assert education.net == education.pence - passed


def test_years_are_told(whole):
    assert dict(whole.years)["schools"] == "2023-24"
    assert {part.name for part in whole.by("year")} == {"2017-18", "2023-24", "2024-25"}


def test_a_place_is_found_or_refused(england, ledger):
    today = ledger.today
    assert find_place(today, "bexley+Bromley").name == "Bexley + Bromley"
    assert len(find_place(today, "london").area_codes) == 33
    assert find_place(today, "ENGLAND").whole
    with pytest.raises(UnknownAreaError) as caught:
        find_place(today, "Leeeds + Cumbria")
    assert "Did you mean Leeds" in str(caught.value)
    assert "Cumbria no longer exists" in str(caught.value)
    with pytest.raises(InputError, match="Camden is named more than once"):
        find_place(today, "London + Camden")


def test_a_footprint_across_regions_is_shared_inside_each(england, registry, ledger):
    one = count_place(england, "Leeds + Manchester", registry, ledger=ledger, doubts=())
    assert one.regions == ("North West", "Yorkshire and The Humber")
    assert audit(one, ledger=ledger) == []
    parts = [
        count_place(england, name, registry, ledger=ledger, doubts=())
        for name in ("Leeds", "Manchester")
    ]
    assert one.pence == sum(part.pence for part in parts)
    assert "crosses regions (North West and Yorkshire" in money_text(one, by="theme", width=200)
    whole = count_place(england, "North East + Leeds", registry, ledger=ledger, doubts=())
    benefits = [row for row in whole.rows if row.line == "cra.programme.child_benefit"]
    known = {row.standing for row in benefits if row.area_code != "E08000035"}
    assert known == {Standing.PUBLISHED}  # a whole region is as printed
    leeds = next(row for row in benefits if row.area_code == "E08000035")
    assert leeds.standing is Standing.ESTIMATED


def test_an_unknown_theme_and_year_are_refused(england, registry, ledger):
    with pytest.raises(InputError, match="The themes are early years"):
        count_place(england, "Leeds", registry, theme="sport", ledger=ledger)
    from datetime import date

    with pytest.raises(InputError, match="no council spend for 2030-31"):
        count_place(england, "Leeds", registry, year_start=date(2030, 4, 1))
