"""Whose neighbours, inspections and partner bodies: the tables that are lists, not figures.

Flow: book.gather, book.resolve -> THIS -> book.build
In: the tables as read, and the register. Out: authority codes filled in, each neighbour list once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from totalplace.book.resolve import Register, unknown_authority
from totalplace.errors import Problem

_NEIGHBOUR = (("la_number", "area_code"), ("neighbour_la_number", "neighbour_code"))


def resolve_lists(
    tables: dict[str, pl.DataFrame], register: Register, files: Mapping[str, str]
) -> list[Problem]:
    """Fill the authority codes of neighbours, inspections and partner bodies, in place.

    Args:
        tables: The book's tables; those of the three that are there are replaced.
        register: The authorities.
        files: File by source_id, for messages.

    Returns:
        A problem for each authority nobody knows, and for lists that differ between files.
    """
    problems: list[Problem] = []
    if "neighbour" in tables:
        frame = tables["neighbour"]
        days = [date(int(year), 4, 1) for year in frame["list"]]
        for printed, resolved in _NEIGHBOUR:
            numbers = frame.select("source_id", pl.col(printed).alias("la_number"))
            codes, unknown = _codes(numbers, register, files, days)
            frame = frame.with_columns(codes.alias(resolved))
            problems += unknown
        tables["neighbour"], differing = _each_list_once(frame, files)
        problems += differing
    if "inspection" in tables:
        frame = tables["inspection"]
        days = frame.select(pl.coalesce("inspected", "published")).to_series().to_list()
        codes, unknown = _codes(frame, register, files, days)
        tables["inspection"] = frame.with_columns(codes)
        problems += unknown
    if "partner_body" in tables:
        follow = pl.col("area_code").replace(dict(register.by_code))
        tables["partner_body"] = tables["partner_body"].with_columns(follow)
    return problems


def _codes(
    frame: pl.DataFrame,
    register: Register,
    files: Mapping[str, str],
    days: Sequence[date | None],
) -> tuple[pl.Series, list[Problem]]:
    """The authority of each row, and a problem for each that nobody knows."""
    printed = [
        frame[name].to_list() if name in frame.columns else [None] * frame.height
        for name in ("published_code", "la_number", "area_name")
    ]
    told = list(zip(*printed, days, strict=True))
    codes = [register.authority(*row) for row in told]
    unknown = sorted(
        {
            (source, *(word or "" for word in row[:3]))
            for source, row, code in zip(frame["source_id"], told, codes, strict=True)
            if code is None
        }
    )
    return pl.Series("area_code", codes, dtype=pl.String), [
        unknown_authority(register, code, number, name, where=files.get(source, source))
        for source, code, number, name in unknown
    ]


def _each_list_once(
    neighbour: pl.DataFrame, files: Mapping[str, str]
) -> tuple[pl.DataFrame, list[Problem]]:
    """Each list once, however many files carry it; two files may not differ about a place in it."""
    place = ["list", "la_number", "rank"]
    once = neighbour.sort("source_id").unique([*place, "neighbour_la_number"], keep="first")
    differing = once.filter(pl.struct(place).is_duplicated()).sort(*place, "source_id")
    if differing.is_empty():
        return once, []
    first = differing.row(0, named=True)
    named = sorted({files.get(source, source) for source in differing["source_id"]})
    return once, [
        Problem(
            what=f"statistical neighbours of {first['list']} differ between files",
            where=" and ".join(named),
            count=differing.select(place).unique().height,
            example=f"neighbour {first['rank']} of authority {first['la_number']}",
            fix="Keep the file that is right.",
        )
    ]
