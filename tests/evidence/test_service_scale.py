"""From a place book to a scale estimate: a planted effect, and the real England."""

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from totalplace.book.schema import load_schema
from totalplace.book.store import open_book, write_book
from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.evidence.registry import Registry
from totalplace.evidence.service_scale import estimate_service_scale

REGISTRY = Registry.load()
N = 120
PLANTED = 0.90  # elasticity: 6.7 % cheaper per doubling
LOOKED_AFTER = "looked_after.children_looked_after_on_31_march_each_year.children_count"
YEAR = (date(2024, 4, 1), date(2025, 3, 31))


def observation(code, item, value, days=YEAR):
    return {
        "area_code": code,
        "level": "authority",
        "item": item,
        "value": value,
        "missing": None if value is not None else "not available",
        "symbol": None if value is not None else "[x]",
        "period_start": days[0],
        "period_end": days[1],
        "latest": True,
        "source_id": item.split(".")[0],
    }


@pytest.fixture(scope="module")
def book_path(tmp_path_factory):
    """A book whose residential care has a planted scale effect, London dearer by a twelfth."""
    rng = np.random.default_rng(11)
    codes = [f"E0600{number:04}" for number in range(1, N + 1)]
    children = rng.lognormal(10.9, 0.6, N).round()
    children[0] = 400.0  # as small as the smallest: left out
    poverty = rng.uniform(0.05, 0.4, N)
    london = np.arange(N) % 5 == 0
    volume = children * 0.006 * np.exp(2 * (poverty - 0.2) + rng.normal(0, 0.1, N))
    spend = 8e4 * volume**PLANTED * np.exp(0.4 * (poverty - 0.2) + 0.08 * london)
    spend *= np.exp(rng.normal(0, 0.03, N))
    rows = []
    for i, code in enumerate(codes):
        paid = None if i == 1 else float(spend[i])  # one return was not received
        rows += [
            observation(code, "ro3.residential.employees", paid and 0.2 * paid),
            observation(code, "ro3.residential.running", paid and 0.8 * paid),
            observation(code, "ro3.residential.total_income", paid and 0.0),
            observation(code, LOOKED_AFTER, float(volume[i])),
            observation(code, "population.children_0_17", float(children[i])),
            observation(
                code,
                "deprivation.idaci_2025_average_score",
                float(poverty[i]),
                (date(2025, 1, 1), date(2025, 12, 31)),
            ),
        ]
    schema = load_schema()
    authorities = [
        {
            "area_code": code,
            "la_number": str(200 + i),
            "name": f"Council {i}",
            "region_name": "London" if london[i] else "North East",
        }
        for i, code in enumerate(codes)
    ]
    sources = [{"source_id": "ro3", "title": "Outturn", "publisher": "Ministry"}]
    frames = {
        name: pl.DataFrame(data, schema=schema.tables[name].polars_schema)
        for name, data in (
            ("authority", authorities),
            ("observation", rows),
            ("source", sources),
        )
    }
    path = tmp_path_factory.mktemp("scale") / "book.duckdb"
    write_book(path, frames, {"schema_version": str(schema.version), "book_hash": "f00dface"})
    return path


def test_a_planted_effect_is_read_from_a_book(book_path):
    with open_book(book_path) as book:
        found = estimate_service_scale(book, "residential-care", registry=REGISTRY)
    planted = 2 ** (PLANTED - 1) - 1
    assert found.estimate.low < planted < found.estimate.high
    assert found.estimate.per_doubling == pytest.approx(planted, abs=0.02)
    assert found.estimate.controls == ("child poverty", "London")
    assert found.left_out == ("Council 0", "Council 1")
    assert (found.estimate.used, found.year) == (N - 2, "2024-25")
    assert found.default.id == "scale.placements"
    assert found.sources == ("Outturn (Ministry)",)


def test_it_is_printed_beside_the_default_and_the_claims(book_path, capsys):
    assert run(["evidence", "scale", "residential-care", "--book", str(book_path)]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.startswith("Residential care, 2024-25: larger is cheaper.")
    assert "The planner uses +0.0 % (scale.placements, -6.0 % to +6.0 %)" in printed
    assert "outside that interval" in printed
    assert "paid for by County Councils Network (counties): bigger is cheaper." in printed
    assert "paid for by District Councils' Network (districts): no link." in printed
    assert "Left out: Council 0, Council 1." in printed
    assert printed.endswith("Sources: Outturn (Ministry). book f00dfa")


def test_json_is_json(book_path, capsys):
    words = ["evidence", "scale", "residential-care", "--json", "--book", str(book_path)]
    assert run(words) == 0
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert document["estimate"]["used"] == N - 2
    assert document["default"]["id"] == "scale.placements"


def test_what_has_no_published_spend_cannot_be_estimated(book_path, capsys):
    with open_book(book_path) as book:
        with pytest.raises(InputError, match="Adoption has no published spend"):
            estimate_service_scale(book, "adoption", registry=REGISTRY)
        with pytest.raises(InputError, match="0 of 120 have them"):
            estimate_service_scale(book, "fostering", registry=REGISTRY)
    assert run(["evidence", "scale", "fosterin", "--book", str(book_path)]) == 1
    assert "Did you mean fostering?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("service", "noted"),  # as the note of scale.placements has it
    [("residential-care", 0.12), ("fostering", -0.01), ("social-work", -0.03)],
)
def test_england_gives_no_support_for_large_economies(england, service, noted):
    found = estimate_service_scale(england, service, registry=REGISTRY)
    assert found.estimate.per_doubling == pytest.approx(noted, abs=0.02)
    assert found.estimate.used > 130
    assert found.estimate.first_stage_f > 100
    assert 2 < found.estimate.doublings < 4
    assert found.estimate.high > -0.05  # nobody can rule out that doubling saves under a twentieth
    assert {"City of London", "Isles of Scilly"} <= set(found.left_out)
