"""DfE's own files against figures that DfE prints elsewhere, and against each other."""

from __future__ import annotations

import csv
import time
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from totalplace.publishers import dfe, dfe_csv, lait, lait_dictionary
from totalplace.publishers.base import LEVELS, STATUSES, PublishedFile, Reading
from totalplace.publishers.dfe_spec import publications
from totalplace.types import Missing

pytestmark = pytest.mark.published

SPECIMENS = {
    "dfe-csc/b1_children_in_need_2013_to_2025.csv": "children_in_need",
    "dfe-csc/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv": "referrals",
    "dfe-csc/c3_factors_identified_at_end_of_assessment_2018_to_2025.csv": "factors",
    "dfe-csc/c4_children_in_need_section_47s_and_icpcs_2013_to_2025.csv": "section_47",
    "dfe-csc/d3_cpps_subsequent_plan_2013_to_2025.csv": "repeat_plans",
    "dfe-csc/d5_cpps_at31march_by_duration_2013_to_2025.csv": "plan_duration",
    "dfe-csc/cla_number_and_rate_per_10k_children.csv": "looked_after",
    "dfe-csc/la_cla_during_year_new_placements.csv": "new_placements",
    "dfe-csc/la_cla_placement_stability.csv": "stability",
    "dfe-csc/la_cla_on_31_march_la_of_placement_netgain.csv": "net_placements",
    "dfe-csc/la_care_leavers_accommodation_suitability.csv": "care_leavers_accommodation",
    "dfe-csc/la_care_leavers_activity.csv": "care_leavers_activity",
    "dfe-csc/la_children_who_ceased_during_the_year_sgo_adoption.csv": "ceased_to_be_looked_after",
    "dfe-csc/la_cla_school_moves.csv": "school_moves",
    "dfe-csc/la_cla_swcount.csv": "social_workers_per_child",
    "dfe-csc/csww_indicators_2017_to_2025.csv": "workforce",
    "dfe-csc/csww_headline_measures_2017_to_2022.csv": "workforce",
    "dfe-csc/ks2_la.csv": "attainment_ks2",
    "dfe-csc/ks4_la.csv": "attainment_ks4",
    "dfe-csc/national_cla_adopted_average_time_between_adoption_process_stages.csv": (
        "adoption_stages"
    ),
    "dfe-csc/national_cla_on_31_march_by_placement_distance_and_placement_locality.csv": (
        "placement_distance"
    ),
    "dfe-csc/national_cla_on_31_march_by_placement_provider_placement_type_and_locality.csv": (
        "placement_provider"
    ),
    "ons-population/ons_mid-year_population_estimates_2012_to_2024.csv": "population",
}
FILE_OF = {publication: path for path, publication in reversed(SPECIMENS.items())}


@cache
def reading(folder: Path, relative: str) -> Reading:
    return dfe_csv.read(PublishedFile(folder / relative, relative))


def england(folder: Path, item: str, period: str) -> tuple[float | None, str | None]:
    rows = reading(folder, FILE_OF[item.split(".", maxsplit=1)[0]]).tables["observation"]
    found = rows.filter(
        (pl.col("level") == "england") & (pl.col("item") == item) & (pl.col("period") == period)
    )
    assert found.height == 1
    return found.select("value", "symbol").row(0)


@pytest.mark.parametrize("relative", SPECIMENS)
def test_every_file_is_read_whole(open_data, relative):
    file = PublishedFile(open_data / relative, relative)
    assert [reader for reader in dfe.READERS if reader.recognises(file)] == [dfe_csv]
    found = reading(open_data, relative)
    assert found.source.publication == SPECIMENS[relative]
    assert found.notes == ()
    rows = found.tables["observation"]
    with (open_data / relative).open(encoding="utf-8-sig", newline="") as stream:
        header, *lines = csv.reader(stream)
    figures = max(
        (p for p in publications() if p.id == found.source.publication),
        key=lambda p: len(set(p.own_columns) & set(header)),
    ).indicators
    assert rows.height == len(lines) * len(figures)
    assert (rows["value"].is_null() == rows["missing"].is_not_null()).all()
    assert (rows["symbol"].is_null() == rows["missing"].is_null()).all()
    assert set(rows["missing"].drop_nulls()) <= {reason.value for reason in Missing}
    assert set(rows["level"]) <= set(LEVELS)
    assert set(rows["status"]) <= set(STATUSES)
    needed = ["published_code", "area_name", "period", "period_start", "period_end", "item"]
    assert sum(rows.select(needed).null_count().row(0)) == 0
    key = ["item", "level", "published_code", "period"]
    assert not rows.select(key).is_duplicated().any()
    items = found.tables["item"]
    assert set(rows["item"]) == set(items["item"])
    assert items.height == items["item"].n_unique()


@pytest.mark.parametrize(
    ("item", "period", "value"),
    [
        (
            "looked_after.children_looked_after_on_31_march_each_year.children_count",
            "2025",
            81_770,
        ),
        (
            "looked_after.children_looked_after_on_31_march_each_year.children_count",
            "2024",
            83_530,
        ),
        (
            "looked_after.children_looked_after_on_31_march_each_year.rate_per_10000",
            "2025",
            67,
        ),
        ("population.children_0_17", "2024", 12_183_016),
        (
            "placement_provider.1_all_children_looked_after_at_31_march.all_children.number",
            "2024",
            83_630,
        ),
        ("workforce.inpost_fte", "2025", 36_186.3),
        ("workforce.turnover_rate_fte", "2025", 11.8),
        ("workforce.agency_rate_fte", "2025", 13),
        ("workforce.vacancy_rate_fte", "2025", 14.2),
        ("workforce.caseload_fte", "2025", 15.2),
        ("children_in_need.at31_episodes", "2025", 402_400),
        ("referrals.rereferral_percent", "2025", 22.6),
        ("repeat_plans.cpp_subsequent_percent", "2025", 24.5),
        ("plan_duration.cpp_at31", "2025", 49_420),
        ("section_47.section47", "2025", 230_590),
        (
            "adoption_stages.1_average_time_between_entry_into_care_and_decision_that_child_should"
            "_be_placed_for_adoption.aged_1.number",
            "2025",
            10,
        ),
    ],
)
def test_england_as_published(open_data, item, period, value):
    assert england(open_data, item, period) == (value, None)


def test_the_rate_is_the_count_over_the_population_of_another_file(open_data):
    """Looked-after count / ONS children, two publishers' files, gives DfE's printed rate."""
    item = "looked_after.children_looked_after_on_31_march_each_year"
    for year in range(2021, 2026):
        count, _ = england(open_data, f"{item}.children_count", str(year))
        children, _ = england(open_data, "population.children_0_17", str(year - 1))
        rate, _ = england(open_data, f"{item}.rate_per_10000", str(year))
        assert rate == round(count / children * 10_000)


def test_authorities_add_up_to_england_where_none_is_missing(open_data):
    rows = reading(open_data, FILE_OF["population"]).tables["observation"]
    for period in ("2023", "2024"):
        year = rows.filter(pl.col("period") == period)
        parts = year.filter(pl.col("level") == "authority")["value"].sum()
        [whole] = year.filter(pl.col("level") == "england")["value"]
        assert parts == whole


def test_joint_returns_keep_both_codes(open_data):
    rows = reading(open_data, FILE_OF["workforce"]).tables["observation"]
    joint = rows.filter(pl.col("level") == "joint")
    assert set(joint["published_code"]) == {
        "E06000061 / E06000062",
        "E09000021 / E09000027",
    }
    assert joint.height == 14 * 22


def test_the_older_workforce_release_is_the_same_series_revised(open_data):
    old, new = (
        reading(open_data, f"dfe-csc/{name}.csv").tables["observation"]
        for name in ("csww_headline_measures_2017_to_2022", "csww_indicators_2017_to_2025")
    )
    both = old.join(
        new, on=["item", "level", "published_code", "period_start", "period_end"], suffix="_new"
    ).drop_nulls(["value", "value_new"])
    same = (both["value"] - both["value_new"]).abs() <= 0.011 * both["value_new"].abs() + 0.11
    assert both["item"].n_unique() == 18
    assert same.mean() > 0.95  # the rest are revisions
    vacancies = both.filter(pl.col("item") == "workforce.vacancy_fte")
    assert (vacancies["value"] == vacancies["value_new"]).all()


def test_the_whole_folder_takes_a_few_seconds(open_data):
    started = time.perf_counter()
    for relative in SPECIMENS:
        file = PublishedFile(open_data / relative, relative)
        assert dfe_csv.recognises(file)
        dfe_csv.read(file)
    assert time.perf_counter() - started < 20  # about one on a quiet machine


def test_lait_as_published(open_data):
    new, old = (
        lait.read(PublishedFile(open_data / relative, relative))
        for relative in (
            "dfe-lait/bds_long_0.parquet",
            "dfe-lait/bds_long_0_2025-05-28.parquet",
        )
    )
    rows = new.tables["observation"]
    assert rows.height == 641_070
    assert rows["item"].n_unique() == new.tables["item"].height == 434
    assert rows["missing"].is_not_null().sum() == 93_883
    assert (rows["value"].is_null() == rows["missing"].is_not_null()).all()
    assert set(rows.filter(pl.col("period_start").is_null())["item"]) == {"lait.CINPermExclusion"}
    assert old.tables["observation"].height == 598_740
    assert set(old.tables["observation"]["symbol"].drop_nulls()) == {"-", ".."}
    # The book ranks the vintages by the newest period they cover.
    assert rows["period_end"].max() > old.tables["observation"]["period_end"].max()


def test_lait_agrees_with_the_file_it_is_made_from(open_data):
    """LAIT's looked-after rate is DfE's own, for every authority that prints one in both."""
    rows = lait.read(
        PublishedFile(open_data / "dfe-lait/bds_long_0.parquet", "lait.parquet")
    ).tables["observation"]
    ours = rows.filter((pl.col("item") == "lait.LAC") & (pl.col("period") == "2025"))
    dfes = reading(open_data, FILE_OF["looked_after"]).tables["observation"]
    dfes = dfes.filter(
        (
            pl.col("item")
            == "looked_after.children_looked_after_on_31_march_each_year.rate_per_10000"
        )
        & (pl.col("period") == "2025")
        & (pl.col("level") == "authority")
    )
    both = ours.join(dfes, on=["la_number", "period_start", "period_end"], suffix="_dfe")
    both = both.drop_nulls(["value", "value_dfe"])
    assert both.height >= 145
    assert (both["value"] == both["value_dfe"]).all()


def test_our_table_of_measures_is_the_dictionary(open_data):
    relative = "dfe-lait/lait_data_dictionary.csv"
    found = lait_dictionary.read(PublishedFile(open_data / relative, relative))
    measures = found.tables["measure"]
    assert measures.height == 434
    assert dict(measures.group_by("polarity").len().rows()) == {"high": 220, "low": 88, None: 126}
    expected = {
        row["item"]: (
            " ".join(row["title"].split()),
            lait_dictionary.unit(row["unit"], row["title"]),
            row["period_kind"],
            row["polarity"],
        )
        for row in measures.iter_rows(named=True)
    }
    assert {item: tuple(rest) for item, *rest in lait.measures().iter_rows()} == expected
