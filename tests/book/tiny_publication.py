"""A tiny publication, its reader and a register: enough to build a book in milliseconds."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.base import (
    ITEM_SCHEMA,
    OBSERVATION_SCHEMA,
    PublishedFile,
    Reading,
    Source,
)

HEADER = "tiny,released,code,number,name,level,year,value"


class TinyReader:
    """Reads ``tiny`` CSV files: first column is a release date, value may be ``c``."""

    publication = "tiny"

    def recognises(self, file: PublishedFile) -> bool:
        return file.head.startswith(HEADER)

    def near(self, file: PublishedFile) -> str | None:
        return "tiny (its columns are in another order)" if file.head.startswith("tiny,") else None

    def read(self, file: PublishedFile) -> Reading:
        rows = list(csv.DictReader(io.StringIO(file.content.decode())))
        problems = [
            Problem(
                what="not a number", where=f"{file.relative}, row {i}", example=repr(r["value"])
            )
            for i, r in enumerate(rows, 2)
            if r["value"] != "c" and not r["value"].replace(".", "").isdigit()
        ]
        if problems:
            raise PublishedFileError(problems)
        years = [int(r["year"]) for r in rows]
        numbers = [None if r["value"] == "c" else float(r["value"]) for r in rows]
        observation = pl.DataFrame(
            {
                "published_code": [r["code"] or None for r in rows],
                "la_number": [r["number"] or None for r in rows],
                "area_name": [r["name"] for r in rows],
                "level": [r["level"] for r in rows],
                "period": [r["year"] for r in rows],
                "period_start": [date(y, 3, 31) for y in years],
                "period_end": [date(y, 3, 31) for y in years],
                "status": ["final"] * len(rows),
                "item": ["tiny.children"] * len(rows),
                "value": numbers,
                "missing": ["suppressed" if n is None else None for n in numbers],
                "symbol": ["c" if n is None else None for n in numbers],
            },
            schema=OBSERVATION_SCHEMA,
        )
        item = pl.DataFrame(
            [("tiny.children", "Children", "children", "31 March", None)],
            schema=ITEM_SCHEMA,
            orient="row",
        )
        released = rows[0]["released"] if rows else ""
        return Reading(
            source=Source(
                publication="tiny",
                title="Tiny figures",
                publisher="Nobody",
                licence="OGL v3",
                landing_page="",
                file=file.relative,
                sha256=file.sha256,
                released=date.fromisoformat(released) if released else None,
            ),
            tables={"observation": observation, "item": item},
        )


READERS = (TinyReader(),)

AUTHORITIES = [
    # code, number, name, starts, ends
    ("E08000038", "370", "Barnsley", None, None),
    ("E06000060", "825", "Buckinghamshire", date(2020, 4, 1), None),
    ("E10000002", "825", "Buckinghamshire", None, date(2020, 3, 31)),
    ("E06000063", "942", "Cumberland", date(2023, 4, 1), None),
]


def derive(tables: object) -> dict[str, pl.DataFrame]:
    """The register alone; nothing derived from what was read."""
    codes, numbers, names, starts, ends = zip(*AUTHORITIES, strict=True)
    return {
        "authority": pl.DataFrame(
            {
                "area_code": codes,
                "la_number": numbers,
                "name": names,
                "kind": "unitary",
                "region_code": "E12000003",
                "region_name": "Yorkshire and The Humber",
                "starts": pl.Series(starts, dtype=pl.Date),
                "ends": pl.Series(ends, dtype=pl.Date),
                "source": "made up",
            }
        ),
        "authority_code": pl.DataFrame(
            {
                "area_code": ["E08000038", "E08000038"],
                "alias": ["E08000016", "Barnsley MBC"],
                "alias_kind": ["gss", "name"],
                "source": "made up",
            }
        ),
    }


def write_tiny(folder: Path, name: str, *rows: str, released: str = "2025-01-01") -> Path:
    """A tiny file; each row is ``code,number,name,level,year,value``."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *(f"tiny,{released},{row}" for row in rows)]) + "\n")
    return path
