"""A small country with a split county, a merger and a joint return, for rebasing tests."""

from __future__ import annotations

from datetime import date

from totalplace.measures.cells import CHILDREN, ENGLAND, Cell, Cells
from totalplace.measures.headlines import Headline
from totalplace.places.register import Register

OLD, NEW = date(2020, 3, 31), date(2024, 3, 31)
NORTHANTS, NORTH, WEST = "E10000021", "E06000061", "E06000062"
POOLE, BCP, CAMDEN, ISLINGTON, HACKNEY = (
    "E06000029", "E06000058", "E09000007", "E09000019", "E09000012",
)  # fmt: skip
KINGSTON, RICHMOND = "E09000021", "E09000027"
JOINT = f"{KINGSTON} / {RICHMOND}"

SHARE = Headline(
    id="share", item="x.share", short="share %", group="Stay safe", kind="percent", why="w",
    numerator=("x.top",), denominator=("x.bottom",), better="low", step=0.1,
)  # fmt: skip
LEVEL = Headline(
    id="level", item="x.level", short="level", group="need", kind="level", why="w",
    interval="year-noise",
)  # fmt: skip


def cell(value, missing="", symbol=""):
    return Cell(value, missing, symbol, "a year", "final", "source")


def country(counts, levels=None, joint=()):
    """Cells out of {code: {end: (top, bottom)}}; None for top is suppressed."""
    cells = {"x.top": {}, "x.bottom": {}, "x.share": {}, "x.level": {}, CHILDREN: {}}
    for code, series in counts.items():
        for end, (top, bottom) in series.items():
            hidden = cell(None, "suppressed", "c")
            known = top is not None
            cells["x.top"].setdefault(code, {})[end] = cell(top) if known else hidden
            cells["x.bottom"].setdefault(code, {})[end] = cell(bottom)
            cells["x.share"].setdefault(code, {})[end] = (
                cell(round(100 * top / bottom, 1)) if known else hidden
            )
    for code, series in (levels or {}).items():
        cells["x.level"][code] = {end: cell(value) for end, value in series.items()}
    return Cells(
        register=Register.from_reference(),
        cells=cells,
        joint_of={"x.top": {member: code for code in joint for member in code.split(" / ")}},
        children={},
    )


__all__ = ["ENGLAND", "country"]
