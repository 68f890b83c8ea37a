"""Every partnership a plan chose among, with its figures: against the plan, and as files."""

import polars as pl
import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.scenarios.listing import candidates, write_candidates
from totalplace.scenarios.planning import appraise, plan

ASKED = {"service": "social-work", "only": "South West", "draws": 32, "funding": "a grant"}


@pytest.fixture(scope="module")
def table(england):
    return candidates(england, **ASKED)


def test_every_partnership_of_the_plan_is_listed_with_the_plans_own_figures(england, table):
    found = plan(england, **ASKED, with_comparators=False)
    assert found.partnerships
    listed = {row["members"]: row for row in table.filter("in_plan").iter_rows(named=True)}
    assert len(listed) == len(found.partnerships)
    for p in found.partnerships:
        row = listed[" + ".join(p.members)]
        assert row["arrangement"] == p.arrangement
        assert row["allowed"]
        assert row["refused_by"] == ""
        assert row["names"] == " + ".join(p.names)
        for column, expected in {
            "value": p.value.mean,
            "value_low": p.value.low,
            "value_high": p.value.high,
            "tail_mean": p.tail_mean,
            "saving_a_year": p.saving_a_year.mean,
            "first_year_cost": p.first_year_cost.mean,
            "one_off_cost": p.one_off_cost.mean,
            "exit_cost": p.exit_cost.mean,
            "pays_back_years": p.pays_back_years.mean,
            "chance_pays_back_5_years": p.chance_pays_back_5_years,
            "chance_never_pays_back": p.chance_never_pays_back,
            "span_km": p.span_km,
            **{f"saving_a_year_{k.value}": v.mean for k, v in p.by_layer.items()},
        }.items():
            assert row[column] == pytest.approx(expected, rel=1e-6, abs=1e-6), column
    covered = found.certificate.candidates
    assert table["allowed"].sum() <= covered <= 4 * table.height


def test_a_refused_partnership_names_the_guards_that_refuse_it(england, table):
    one = table.filter(~pl.col("allowed") & pl.col("value").is_not_null()).row(0, named=True)
    found = appraise(
        england,
        one["members"].split(" + "),
        service="social-work",
        arrangement=one["arrangement"],
        draws=32,
        funding="a grant",
        without=["nobody-pays"],
    )
    assert set(one["refused_by"].split()) == {g.guard for g in found.guards if not g.passed}
    assert one["value"] == pytest.approx(found.value.mean)


def test_it_is_written_as_csv_or_parquet_and_nothing_else(table, tmp_path):
    for name in ("all.csv", "all.parquet"):
        path = write_candidates(table, tmp_path / name)
        back = pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)
        assert back.height == table.height
    with pytest.raises(InputError, match=r"must end in \.csv or \.parquet"):
        write_candidates(table, tmp_path / "all.xlsx")
    with pytest.raises(InputError, match="cannot be written here"):
        write_candidates(table, tmp_path / "no" / "all.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all.csv", "all.parquet"]


def test_the_command_line_writes_it(england, tmp_path, capsys):
    file, book = tmp_path / "all.csv", ["--book", str(england.path)]
    asked = ["plan", "social-work", "--only", "South West", "--draws", "16"]
    assert run([*asked, "--candidates", str(file), *book]) == 0
    assert f"written to {file}" in capsys.readouterr().out
    assert pl.read_csv(file).height > 100
    assert run([*asked, "--candidates", "all.txt", *book]) == 1
    assert "must end in" in capsys.readouterr().err
