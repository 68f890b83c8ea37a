"""Say which authority each printed row means, and which release of a figure is the newest.

Flow: book.gather -> THIS -> book.build
In: observation, neighbour, inspection and the authority register as frames. Out: the same frames
with ``area_code`` and ``latest`` filled. No files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import polars as pl

from totalplace.errors import Problem

ENGLAND = "E92000001"
INNER_OUTER_LONDON = {
    "inner london": "E13000001",
    "london (inner)": "E13000001",
    "outer london": "E13000002",
    "london (outer)": "E13000002",
}
STATUS_ORDER = {"final": 0, "revised": 1, "unstated": 2, "provisional": 3}

_PRINTED = ("published_code", "la_number", "area_name", "level")
# Outside the register one code may stand for a body and for its class total: the name decides.
_AREA_KEY = pl.coalesce(
    "area_code", pl.concat_str("published_code", "la_number", "area_name", ignore_nulls=True)
)
FIGURE = ("item", "level", "area_key", "period_start", "period_end", "undated")


def plain_name(name: str) -> str:
    """A name as it is compared: lower case, single spaces, "and" for "&", no full stops."""
    return " ".join(name.casefold().replace("&", " and ").replace(".", " ").split())


@dataclass(frozen=True, slots=True)
class Register:
    """Every code, number and spelling that has meant an authority, and when it existed."""

    by_code: Mapping[str, str]
    by_number: Mapping[str, frozenset[str]]
    by_name: Mapping[str, frozenset[str]]
    dates: Mapping[str, tuple[date, date]]
    regions: Mapping[str, str]

    @classmethod
    def from_tables(cls, authority: pl.DataFrame, authority_code: pl.DataFrame) -> Register:
        """Build from the book's ``authority`` and ``authority_code`` tables."""
        by_code: dict[str, str] = {}
        numbers: defaultdict[str, set[str]] = defaultdict(set)
        names: defaultdict[str, set[str]] = defaultdict(set)
        dates: dict[str, tuple[date, date]] = {}
        regions = dict(INNER_OUTER_LONDON)
        for row in authority.iter_rows(named=True):
            code = row["area_code"]
            by_code[code] = code
            names[plain_name(row["name"])].add(code)
            if row["la_number"]:
                numbers[row["la_number"]].add(code)
            if row["region_name"] and row["region_code"]:
                regions[plain_name(row["region_name"])] = row["region_code"]
            dates[code] = (row["starts"] or date.min, row["ends"] or date.max)
        for row in authority_code.iter_rows(named=True):
            if row["alias_kind"] == "gss":
                by_code.setdefault(row["alias"], row["area_code"])
            elif row["alias_kind"] == "la_number":
                numbers[row["alias"]].add(row["area_code"])
            else:
                names[plain_name(row["alias"])].add(row["area_code"])
        return cls(
            by_code,
            {key: frozenset(value) for key, value in numbers.items()},
            {key: frozenset(value) for key, value in names.items()},
            dates,
            regions,
        )

    def authority(
        self, code: str | None, number: str | None, name: str | None, on: date | None
    ) -> str | None:
        """The authority meant by what was printed on a figure for the day ``on``.

        Code, number and name may not contradict each other; a number or name that nobody knows
        is passed over. Of several authorities (a county and the unitary that took its number or
        its name) the one that existed on the day is meant, or the newest. So is a code that is
        out of date: Dorset's old code on an inspection of 2025 means the Dorset of 2025.

        Returns:
            Its GSS code; None where the code is unknown, nothing is known, or they contradict.
        """
        told = [
            known
            for known in (
                self.by_number.get(number or ""),
                self.by_name.get(plain_name(name or "")),
            )
            if known
        ]
        candidates = frozenset.intersection(*told) if told else frozenset()
        newest_first = sorted(candidates, key=lambda c: (self.dates[c][0], c), reverse=True)
        living = [c for c in newest_first if on and self.dates[c][0] <= on <= self.dates[c][1]]
        if code:
            found = self.by_code.get(code)
            ended = found is not None and on is not None and self.dates[found][1] < on
            if ended and living:
                return living[0]
            return found if not told or found in candidates else None
        return next(iter([*living, *newest_first]), None)

    def area(
        self, code: str | None, number: str | None, name: str | None, level: str, on: date | None
    ) -> str | None:
        """The GSS code of any printed area; None for a joint, partner or other body."""
        if level == "england":
            return ENGLAND
        if level == "region":
            return code or self.regions.get(plain_name(name or ""))
        if level == "district":
            return self.by_code.get(code, code) if code else None
        if level == "authority":
            return self.authority(code, number, name, on)
        return None

    def contradicts(self, code: str | None, number: str | None, name: str | None) -> bool:
        """Whether each of what was printed is known, but they are not one authority."""
        alone = [(code, None, None), (None, number, None), (None, None, name)]
        known = [self.authority(*one, None) for one in alone if any(one)]
        return len(known) > 1 and None not in known

    def suggest(self, name: str) -> str:
        """The nearest known spelling, as a sentence, or nothing."""
        near = get_close_matches(plain_name(name), list(self.by_name), n=1, cutoff=0.7)
        return f" Did the publisher mean {near[0]!r}?" if near else ""


def resolve_observations(
    observation: pl.DataFrame, register: Register, files: Mapping[str, str]
) -> tuple[pl.DataFrame, list[Problem]]:
    """Fill ``area_code``.

    Args:
        observation: Rows with ``source_id``.
        register: The authorities.
        files: File by source_id, for messages.

    Returns:
        The rows, and a problem for each authority that nobody knows.
    """
    keys = [*_PRINTED, "period_end"]
    distinct = observation.select(keys).unique()
    codes = [
        register.area(code, number, name, level, on)
        for code, number, name, level, on in distinct.iter_rows()
    ]
    mapping = distinct.with_columns(pl.Series("area_code", codes, dtype=pl.String))
    resolved = observation.drop("area_code", strict=False).join(
        mapping, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    unknown = (
        resolved.filter(pl.col("area_code").is_null(), pl.col("level") == "authority")
        .group_by("source_id", "published_code", "la_number", "area_name")
        .len()
        .sort("source_id", "published_code", "la_number", "area_name")
    )
    return resolved, [
        unknown_authority(
            register, code, number, name, where=files.get(source, source), count=count
        )
        for source, code, number, name, count in unknown.iter_rows()
    ]


def unknown_authority(
    register: Register,
    code: str | None,
    number: str | None,
    name: str | None,
    *,
    where: str,
    count: int = 1,
) -> Problem:
    """The problem of an authority that nobody knows, or whose code, number and name differ."""
    printed = _printed(code, number, name)
    return Problem(
        what=f"these belong to different authorities: {printed}"
        if register.contradicts(code, number, name)
        else f"no authority is known as {printed}",
        where=where,
        count=count,
        fix="Check the code and name against the published file; nothing was guessed."
        + register.suggest(name or ""),
    )


def _printed(code: str | None, number: str | None, name: str | None) -> str:
    return ", ".join(part for part in (name, code, number) if part) or "(blank)"


def vintages(observation: pl.DataFrame, source: pl.DataFrame) -> pl.DataFrame:
    """Rank the files that give the same items from oldest (0) to newest.

    Files belong together when their item ids begin alike (up to the first dot): releases of one
    publication, or two publications of one figure. They are ranked by printed release date where
    all of them print one; otherwise by the newest period covered, then release date. The hash
    settles what is left, so the answer does not depend on file names or order.

    Returns:
        Columns source_id and vintage.
    """
    known = observation.group_by("source_id").agg(
        pl.col("period_end").max().alias("covered"),
        pl.col("item").min().str.split(".").list.first().alias("family"),
    )
    dated = pl.col("released").is_not_null().all().over("family")
    return (
        source.select("source_id", "released", "sha256")
        .join(known, on="source_id", how="left")
        .sort(
            pl.col("family"),
            pl.when(dated).then("released").otherwise("covered"),
            pl.col("released"),
            pl.col("sha256"),
            nulls_last=False,
        )
        .with_columns(pl.int_range(pl.len()).over("family").alias("vintage"))
        .select("source_id", "vintage")
    )


def mark_latest(observation: pl.DataFrame, source: pl.DataFrame) -> pl.DataFrame:
    """Fill ``latest``: true on exactly one row of each figure.

    A figure is one item for one area and period (its days; its label where it has none). Its
    newest release wins; within one file, final before revised before unstated before provisional.
    """
    ordered = (
        observation.drop("latest", strict=False)
        .join(vintages(observation, source), on="source_id", how="left", maintain_order="left")
        .with_columns(
            _AREA_KEY.alias("area_key"),
            pl.when(pl.col("period_end").is_null()).then("period").alias("undated"),
            pl.col("status").replace_strict(STATUS_ORDER, default=9).alias("_status"),
        )
        .sort(
            *FIGURE,
            pl.col("vintage"),
            pl.col("_status"),
            pl.col("period"),
            descending=[False] * len(FIGURE) + [True, False, False],
            nulls_last=True,
        )
    )
    new_figure = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift(1)) for key in FIGURE)
    return ordered.with_columns(new_figure.alias("latest")).drop(
        "vintage", "area_key", "undated", "_status"
    )


def repeated_figures(marked: pl.DataFrame, files: Mapping[str, str]) -> list[Problem]:
    """One problem for each file that gives the same figure twice.

    Args:
        marked: What :func:`mark_latest` returned: repeats stand one below the other.
        files: File by source_id, for messages.
    """
    same = ["source_id", "item", "level", "area_key", "period_start", "period_end", "period"]
    repeated = (
        marked.with_columns(_AREA_KEY.alias("area_key"))
        .filter(pl.all_horizontal(pl.col(key).eq_missing(pl.col(key).shift(1)) for key in same))
        .group_by("source_id", maintain_order=True)
        .agg(pl.len(), pl.col("item", "area_name", "period").first())
        .sort("source_id")
    )
    return [
        Problem(
            what="the same figure is given twice",
            where=files.get(source, source),
            count=count,
            example=f"{item} for {name or 'an unnamed area'}, {period}",
            fix="Download the file again; nothing was guessed.",
        )
        for source, count, item, name, period in repeated.iter_rows()
    ]
