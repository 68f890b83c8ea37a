"""Adding up: England's own figures, and planted reasons why a total does not come out."""

import json
from dataclasses import replace

from small_country import JOINT, NEW, SHARE, cell, country

from totalplace.cli.app import run
from totalplace.measures.catalogue import measures
from totalplace.measures.cells import ENGLAND, Cells, read_cells
from totalplace.measures.counted import counted
from totalplace.measures.reconcile import NO_REASON, reconcile, share

LONDON = "E12000007"


def london(top_bottom, published, *, joint=False, **own):
    """Cells in which every authority of London has its counts, and the region a figure."""
    codes = [one.area_code for one in country({}).register.on(NEW) if one.region_code == LONDON]
    kept = [code for code in codes if not (joint and code in JOINT)]
    top, bottom = top_bottom
    built = country(
        {
            code: {NEW: (top * (1 + place % 3), bottom * (1 + place % 3))}
            for place, code in enumerate([*kept, *([JOINT] if joint else [])])
        },
        joint=(JOINT,) if joint else (),
    )
    built.cells["x.share"][LONDON] = {NEW: cell(published)}
    for item, value in own.items():
        built.cells[f"x.{item}"][LONDON] = {NEW: cell(value)}
    return built, len(kept) + joint


def only(cells: Cells, headline=SHARE):
    (one,) = reconcile(cells, [headline]).tested
    return one


def test_counts_are_added_up_and_never_averaged():
    cells, _ = london((1, 4), 25.0)
    assert only(cells).agrees
    assert only(cells).reason == ""
    assert not only(london((1, 4), 25.1)[0]).agrees


def test_a_total_is_rounded_where_the_publisher_rounds_it():
    cells, _ = london((7, 1000), 0.7)
    top = sum(series[NEW].value for series in cells.cells["x.top"].values())
    bottom = sum(series[NEW].value for series in cells.cells["x.bottom"].values())
    rate = replace(SHARE, kind="rate", per=100_000, step=0.1, total_step=10)
    printed = round(round(top, -1) / bottom * 100_000, 1)
    assert top % 10
    cells.cells["x.share"][LONDON] = {NEW: cell(printed)}
    found = only(cells, rate)
    assert found.agrees
    assert not found.unrounded
    assert not only(cells, replace(rate, total_step=0)).agrees


def test_a_joint_return_left_out_of_the_total_is_named():
    cells, members = london((10, 40), 25.0, joint=True)
    cells.cells["x.top"][JOINT] = {NEW: cell(400)}
    cells.cells["x.bottom"][JOINT] = {NEW: cell(400)}
    assert members == 32
    assert only(cells).reason == (
        "the published total leaves out the joint return of Kingston upon Thames and Richmond "
        "upon Thames"
    )


def test_figures_that_never_came_out_are_kept_apart():
    cells, _ = london((11, 40), 25.0)
    for code, series in cells.cells["x.share"].items():
        if code != LONDON:
            series[NEW] = cell(25.0)
    found = reconcile(cells, [SHARE])
    assert [one.original for one in found.tested] == [False]
    assert found.original == ()
    assert "revised since" in found.misses[0].reason
    assert share(found.revised) == 0


def test_the_publishers_own_counts_and_no_reason_at_all():
    cells, _ = london((11, 40), 30.0, top=30, bottom=100)
    assert "30 of 100 in the whole, its authorities' counts add up to 7" in only(cells).reason
    assert only(london((11, 40), 30.0)[0]).reason == NO_REASON


def test_a_withheld_part_makes_a_value_untestable():
    cells, _ = london((1, 4), 25.0)
    cells.cells["x.top"]["E09000007"] = {NEW: cell(None, "suppressed", "c")}
    found = reconcile(cells, [SHARE])
    assert (found.tested, found.untested) == ((), 1)


def test_england_and_the_regions_come_out_as_published(england):
    rows = counted(measures(england))
    assert len({(one.numerator, one.denominator) for one in rows}) == len(rows) > 15
    found = reconcile(read_cells(england, [item for one in rows for item in one.items]), rows)
    assert len(found.tested) > 550
    assert share(found.original) >= 0.95
    assert share(found.tested) >= 0.93
    assert share(found.tested, "unrounded") < share(found.tested)
    assert all(one.reason and one.reason != NO_REASON for one in found.misses)
    assert {one.area for one in found.tested} >= {ENGLAND, LONDON}
    assert found.to_frame().height == len(found.tested)


def test_on_the_command_line(capsys):
    assert run(["measures", "reconcile", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["tested"] == sum(
        document[name]["tested"] for name in ("counts_as_used", "counts_revised_since")
    )
    assert document["values"]
    assert not any(row["agrees"] for row in document["values"])
    assert run(["measures", "reconcile"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "come out as published" in text
    assert "revised since" in text
