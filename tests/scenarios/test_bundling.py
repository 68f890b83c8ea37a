"""Several services on one footprint, on the England pack: worth, price, bodies, refusals."""

import json
from itertools import combinations

import numpy as np
import pytest

from footprints.country import country, rules
from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.bundle import Part, common_footprint
from totalplace.footprints.limits import Limits
from totalplace.footprints.search import Ask, search
from totalplace.footprints.tornado import Held
from totalplace.reports.bundle_report import bundle_leaflet, bundle_text, bundle_to_json
from totalplace.scenarios.bundling import bundle
from totalplace.types import Arrangement

REGISTRY = Registry.load()
DRAWS = draw(REGISTRY, n=16, seed=1)
TEAM = (Arrangement.SHARED_MANAGEMENT,)


def part(problem, draws=DRAWS):
    limits = Limits(
        inadequate_share=1 / 3,
        worse_off_points=0.1,
        front_line_share=1.0,
        off=frozenset(guards.TITLES) - {guards.NOT_TOO_BIG},
    )
    ask = Ask(arrangements=TEAM, limits=limits, price_guards=False)
    return Part(search=search(problem, draws, ask), draws=draws)


def best_of(worth, n):
    """The best partition by trying every one: by the lowest unit left."""

    def best(left):
        if not left:
            return 0.0
        first, *rest = left
        found = best(tuple(rest))
        for k in range(1, len(rest) + 1):
            for others in combinations(rest, k):
                value = worth.get((first, *others))
                if value is not None:
                    found = max(found, value + best(tuple(u for u in rest if u not in others)))
        return found

    return best(tuple(range(n)))


@pytest.mark.parametrize("seed", range(4))
def test_the_common_plan_is_the_best_partition_of_what_services_gain_together(seed):
    n = 8
    small = {"member_limit": dict.fromkeys(TEAM, 3), "children_limit": {}}
    one = country(n, seed=seed, rules=rules(**small))
    rng = np.random.default_rng(seed)
    other = country(
        n,
        seed=seed,
        rules=rules(**small, service="fostering", team="team.lead", safeguarding=False),
        volume=one.volume * rng.uniform(0.5, 2, n),
    )
    parts = [part(one), part(other)]
    found = common_footprint(parts)
    worth = {}
    for each in parts:
        pool, score = each.search.candidates, each.search.score(TEAM[0])
        for c in np.flatnonzero(each.search.allowed(TEAM[0])):
            row = pool.row(c)
            worth[row] = worth.get(row, 0.0) + max(0.0, score[c])
    assert found.solution.value == pytest.approx(best_of(worth, n), abs=1.0)
    assert found.value.mean() == pytest.approx(found.solution.value, abs=1.0)
    assert found.separate_value.mean() >= found.value.mean() - 1.0
    own = sum(each.search.choice.solution.value for each in parts)
    assert found.separate_value.mean() == pytest.approx(own, abs=1.0)


def test_a_service_twice_costs_nothing_to_plan_in_common():
    problem = country(20, seed=3)
    twice = common_footprint([part(problem), part(problem)])
    np.testing.assert_allclose(twice.value, twice.separate_value)
    again = common_footprint([part(problem), part(problem, Held(DRAWS, "team.director", 0.0))])
    assert again.value.mean() < twice.value.mean()


@pytest.fixture(scope="module")
def both(england):
    return bundle(
        england,
        services=["social-work", "youth-justice"],
        arrangements=["shared-management", "shared-service"],
        draws=32,
        funding="a grant",
    )


def test_the_price_is_what_separate_plans_lose(both):
    assert both.price.mean == pytest.approx(both.separate_value.mean - both.value.mean)
    assert both.price.mean >= -1
    assert both.certificate.status == "optimal"
    assert both.value.mean == pytest.approx(both.certificate.value)
    assert both.common_bodies.most <= 1
    members = [code for row in both.partnerships for code in row.members]
    assert sorted([*members, *both.alone, *both.unpriced]) == sorted(both.names)
    for row in both.partnerships:
        shares = sum(share.share.mean for share in row.shares)
        assert shares == pytest.approx(row.value.mean)
        assert row.value.mean == pytest.approx(sum(a.value.mean for _, a in row.services))
        assert all(found.allowed for _, found in row.services)


def test_it_reads_alike_everywhere(both, tmp_path):
    text = " ".join(bundle_text(both, width=200).split())
    assert "the price of a common one is" in text or "costs nothing" in text
    assert "Only councils that every service could be priced for" in text
    document = json.loads(bundle_to_json(both))
    assert document["kind"] == "bundle"
    assert document["price"]["mean"] == both.price.mean
    assert "seconds" not in document["certificate"]
    assert [path.name for path in both.to_files(tmp_path)] == [
        "bundle.html",
        "bundle.xlsx",
        "bundle.json",
    ]
    page = (tmp_path / "bundle.html").read_text("utf-8").replace("\u00a0", " ")
    assert bundle_leaflet(both).title in page
    assert "Separate footprints and a common one" in page


def test_what_cannot_be_bundled_is_refused(england, capsys):
    with pytest.raises(InputError, match="two services or more"):
        bundle(england, services=["social-work"])
    with pytest.raises(InputError, match=r"part of .* already"):
        bundle(england, services=["adoption", "other-placements"])
    assert run(["plan", "social-work", "fostering"]) == 2
    assert "--common-footprint" in capsys.readouterr().err
