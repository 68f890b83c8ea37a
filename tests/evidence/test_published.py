"""Assumptions called measured, measured again from the published files."""

import csv

import numpy as np
import pytest
import statsmodels.api as sm

from totalplace.evidence.registry import Registry

pytestmark = pytest.mark.published

# Year: lines that make up commissioning and strategy, lines to take off again, total of the return.
SOCIAL_WORK = "commissioning and social work"
STRATEGY = {
    "0809": (["43 total childrens services strategy"], [f"42 {SOCIAL_WORK}"]),
    "0910": (["total children's services strategy"], [SOCIAL_WORK]),
    "1011": (["total children's services strategy"], []),
    "1112": (["children's services strategy"], []),
    "1213": (["18 comissioning and children's services strategy"], []),
    "1314": (["19 comissioning and children's services strategy"], []),
}


@pytest.fixture(scope="module")
def outturn(open_data):
    """Total expenditure by year, line and authority number, pounds."""
    found = {}
    for year in STRATEGY:
        path = open_data / "dfe-s251" / f"outturn_{year}.csv"
        with path.open(encoding="latin-1", newline="") as file:
            head, *rows = csv.reader(file)
        line = next(i for i, name in enumerate(head) if "Reference" in name or "Descr" in name)
        total = next(
            i for i, name in enumerate(head) if name.lower().replace(" ", "").startswith("totalexp")
        )
        lines = found.setdefault(year, {})
        for row in rows:
            amount = row[total].replace(",", "").strip() if len(row) > total else ""
            if amount and amount != "NULL":
                lines.setdefault(row[line].strip().lower(), {})[row[0].strip()] = float(amount)
    return found


def england(lines, name):
    return sum(lines[name].values())


def test_share_of_commissioning_is_the_mean_of_six_years(outturn):
    shares = []
    for year, (plus, minus) in STRATEGY.items():
        lines = outturn[year]
        whole = next(name for name in lines if "excluding cera" in name)
        part = sum(england(lines, n) for n in plus) - sum(england(lines, n) for n in minus)
        shares.append(part / england(lines, whole))
    assert [round(100 * share, 1) for share in shares] == [2.8, 2.0, 2.0, 2.5, 3.8, 3.3]
    row = Registry.load()["share.commissioning"]
    assert np.mean(shares) == pytest.approx(row.value, abs=0.0005)
    assert all(row.low < share < row.high for share in shares)


def test_commissioning_has_a_fixed_cost_and_a_scale_effect(outturn, open_data):
    path = open_data / "ons-population" / "ons_mid-year_population_estimates_2012_to_2024.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        children = {
            (row["old_la_code"], row["time_period"]): row["population_estimate"]
            for row in csv.DictReader(file)
            if row["geographic_level"] == "Local authority" and row["population_estimate"].isdigit()
        }
    least_squares, median, per_doubling = [], [], []
    for year, mid_year in (("1213", "2012"), ("1314", "2013")):
        spend = outturn[year][STRATEGY[year][0][0]]
        known = [number for number in spend if (number, mid_year) in children]
        millions = np.array([spend[number] for number in known]) / 1e6
        thousands = np.array([float(children[number, mid_year]) for number in known]) / 1e3
        columns = sm.add_constant(thousands)
        least_squares.append(sm.OLS(millions, columns).fit().params[0])
        median.append(sm.QuantReg(millions, columns).fit().params[0])
        some = millions > 0
        slope = sm.OLS(np.log(millions[some]), sm.add_constant(np.log(thousands[some]))).fit()
        per_doubling.append(2 ** (slope.params[1] - 1) - 1)
    assert (len(known), int(some.sum())) == (149, 144)
    assert least_squares == pytest.approx([1.27, 0.97], abs=0.01)
    assert median == pytest.approx([0.66, 0.65], abs=0.01)
    assert per_doubling == pytest.approx([-0.20, -0.26], abs=0.01)


def test_authorities_span_three_doublings_of_looked_after_children(open_data):
    path = open_data / "dfe-csc" / "cla_number_and_rate_per_10k_children.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        counts = [
            float(row["children_count"])
            for row in csv.DictReader(file)
            if row["geographic_level"] == "Local authority"
            and row["time_period"] == "2025"
            and "31 March" in row["population_type"]
            and row["children_count"].isdigit()
        ]
    low, high = np.quantile(counts, [0.05, 0.95])
    assert np.log2(high / low) == pytest.approx(
        Registry.load()["scale.doublings_cap"].value, abs=0.3
    )
