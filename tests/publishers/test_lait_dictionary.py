"""LAIT's dictionary: one row per measure, and what a bad file is told."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from totalplace.errors import PublishedFileError
from totalplace.publishers import lait_dictionary
from totalplace.publishers.base import PublishedFile

COLUMNS = (*lait_dictionary.COLUMNS, *lait_dictionary.OTHERS)


def entry(**said: str) -> dict[str, str]:
    plain = {
        "Topic": "Child Protection",
        "Chart_title": "A title",
        "Measure_short": "CPP_rate",
        "Polarity": "Low",
        "y_axis_name": "Rate per 10,000",
        "Description": "Two lines,\nin one cell",
        "Last Update": "45809",
        "Methodology": "NA",
        "Year_Type": "Annual",
        lait_dictionary.OWNER: "DfE",
    }
    return {**dict.fromkeys(COLUMNS, "NA"), **plain, **said}


def save(folder: Path, *entries: dict[str, str], columns=COLUMNS) -> PublishedFile:
    path = folder / "words.txt"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(entries)
    return PublishedFile(path, path.name)


def problems(folder: Path, *entries: dict[str, str], columns=COLUMNS) -> list[str]:
    file = save(folder, *entries, columns=columns)
    assert lait_dictionary.recognises(file)
    with pytest.raises(PublishedFileError) as caught:
        lait_dictionary.read(file)
    return [str(problem) for problem in caught.value.problems]


def test_one_row_per_measure_with_every_topic(tmp_path):
    reading = lait_dictionary.read(
        save(
            tmp_path,
            entry(),
            entry(Measure_short="CIN", Polarity="-", Topic="Children in Need"),
            entry(Topic="Everything else", **{"Last Update": "45900"}),
        )
    )
    first, second = reading.tables["measure"].to_dicts()
    assert first == {
        "item": "lait.CPP_rate",
        "topic": "Child Protection; Everything else",
        "title": "A title",
        "description": "Two lines,\nin one cell",
        "methodology": None,
        "polarity": "low",
        "unit": "Rate per 10,000",
        "period_kind": "31 March",
        "owner": "DfE",
    }
    assert (second["item"], second["polarity"]) == ("lait.CIN", None)
    assert reading.source.released == date(2025, 8, 31)
    assert reading.notes[0].startswith("1 measures are listed under two topics")


def test_every_problem_is_told_at_once(tmp_path):
    told = problems(
        tmp_path,
        entry(),
        entry(Topic="Other", Polarity="High"),
        entry(Measure_short="A", Polarity="Middling"),
        entry(Measure_short="B", Year_Type="Lunar Year"),
        entry(Measure_short=""),
    )
    text = "\n".join(told)
    assert "'Middling' in row 4" in text
    assert "'Lunar Year' in row 5" in text
    assert "'Measure_short' has empty cells" in text
    assert "listed twice with another polarity" in text
    assert len(told) == 4


def test_a_renamed_column_is_named(tmp_path):
    columns = ["Polarities" if name == "Polarity" else name for name in COLUMNS]
    [told] = problems(tmp_path, entry(), columns=columns)
    assert "'Polarity' is missing" in told
    assert "'Polarities'" in told


@pytest.mark.parametrize(
    ("axis", "title", "unit"),
    [
        ("% CIN", "x", "per cent"),
        ("Entries", "English Baccalaureate entries (%)", "per cent"),
        ("Rate per 1000 live births", "x", "per 1,000"),
        ("Rate per 100,000 of 10-17 population", "x", "per 100,000"),
        ("Spend", "x", "pounds"),
        ("Unit Cost", "x", "pounds a week"),
        ("Leavers FTE", "x", "FTE"),
        ("Average Scaled Score", "x", "score"),
        ("Number of CPP", "x", "count"),
    ],
)
def test_units_in_our_words(axis, title, unit):
    assert lait_dictionary.unit(axis, title) == unit
