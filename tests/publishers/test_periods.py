"""Period labels: every shape the publishers print, by kind of year, and shapes nobody prints."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.publishers import periods


@pytest.mark.parametrize(
    ("label", "kind", "start", "end", "status"),
    [
        ("2025", "year to 31 March", "2024-04-01", "2025-03-31", "unstated"),
        ("2025", "financial year", "2024-04-01", "2025-03-31", "unstated"),
        ("2024-25", "financial year", "2024-04-01", "2025-03-31", "unstated"),
        ("2024/25", "financial year", "2024-04-01", "2025-03-31", "unstated"),
        ("2024-25 (OT)", "financial year", "2024-04-01", "2025-03-31", "unstated"),
        ("2013/14-15/16", "financial year", "2013-04-01", "2016-03-31", "unstated"),
        ("2025", "31 March", "2025-03-31", "2025-03-31", "unstated"),
        ("2025", "30 September", "2025-09-30", "2025-09-30", "unstated"),
        ("2025", "year to 30 September", "2024-10-01", "2025-09-30", "unstated"),
        ("202425", "academic year", "2024-09-01", "2025-08-31", "unstated"),
        ("2025", "academic year", "2024-09-01", "2025-08-31", "unstated"),
        ("2025 (prov)", "academic year", "2024-09-01", "2025-08-31", "provisional"),
        ("2018 (Rev)", "academic year", "2017-09-01", "2018-08-31", "revised"),
        ("2018 (Revised)", "academic year", "2017-09-01", "2018-08-31", "revised"),
        ("2020 (Final)", "academic year", "2019-09-01", "2020-08-31", "final"),
        ("2024", "calendar year", "2024-01-01", "2024-12-31", "unstated"),
        ("2014-16", "calendar year", "2014-01-01", "2016-12-31", "unstated"),
        ("2024", "mid-year", "2024-06-30", "2024-06-30", "unstated"),
        ("2025", "January", "2025-01-01", "2025-01-31", "unstated"),
    ],
)
def test_a_label_covers_the_days_its_kind_says(label, kind, start, end, status):
    period = periods.parse(label, kind)
    assert (period.start, period.end) == (date.fromisoformat(start), date.fromisoformat(end))
    assert period.status == status
    assert period.label == label


def test_a_kind_we_do_not_know_gives_no_days_but_still_checks_the_label():
    period = periods.parse("2025 (Rev)", "other")
    assert (period.start, period.end, period.status) == (None, None, "revised")
    with pytest.raises(ValueError, match="not a period label"):
        periods.parse("soon", "other")


def test_zero_is_a_series_without_a_year():
    period = periods.parse("0", "academic year")
    assert (period.start, period.end) == (None, None)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Q1 2025", "financial year"),
        ("2025 (guess)", "financial year"),
        ("2025 (Rev) (Final)", "financial year"),
        ("2024-26", "financial year"),
        ("2024-24", "financial year"),
        ("2024-23", "financial year"),
        ("201425", "academic year"),
        ("2013/14-16/17", "financial year"),
        ("2024-25", "31 March"),
        ("2024-25", "mid-year"),
        ("2024-25", "calendar year"),
        ("1875", "calendar year"),
        ("", "financial year"),
    ],
)
def test_a_label_never_seen_is_refused(label, kind):
    with pytest.raises(ValueError, match="not a"):
        periods.parse(label, kind)


@given(year=st.integers(2001, 2098), kind=st.sampled_from(("financial year", "academic year")))
def test_one_year_printed_two_ways_is_the_same_year(year, kind):
    short = periods.parse(f"{year}", kind)
    spans = [f"{year - 1}-{year % 100:02d}", f"{year - 1}/{year % 100:02d}"]
    for label in (*spans, f"{year - 1}{year % 100:02d}"):
        long = periods.parse(label, kind)
        assert (long.start, long.end) == (short.start, short.end)
    assert periods.parse(f"{year + 1}", kind).start == short.end + timedelta(days=1)


def test_the_table_gives_days_for_good_pairs_and_reasons_for_bad():
    days, bad = periods.days_table([("2025", "31 March"), ("soon", "31 March")])
    assert days.rows() == [
        ("2025", "31 March", date(2025, 3, 31), date(2025, 3, 31), "unstated"),
    ]
    assert list(bad) == [("soon", "31 March")]
