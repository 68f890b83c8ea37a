"""Read which partner bodies each authority faces: region, police, NHS, strategic, adoption.

Flow: lookup tables (CSV) -> THIS -> partner_body in book.build

Each kind of table says its own part, so that the tables together never say the same thing twice:
the upper-tier lookup gives region, police and strategic authority where there is one of each; the
district lookup gives them for an authority that spans several, shared by districts; the ICB table
shares by small areas (LSOAs); the adoption tables give membership and later joiners.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers import csv_files
from totalplace.publishers.base import PublishedFile, Reading, Source
from totalplace.publishers.csv_files import ROW
from totalplace.publishers.nearly import nearly

PORTAL = "https://geoportal.statistics.gov.uk/"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "area_code": pl.String,
    "kind": pl.String,
    "body_code": pl.String,
    "body_name": pl.String,
    "share": pl.Float64,
    "main": pl.Boolean,
    "as_at": pl.Date,
}
_KINDS = {"region": "region", "pfa": "police", "cauth": "strategic", "icb": "nhs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """One kind of table: the columns that show it, and what to call it."""

    publication: str
    title: str
    columns: tuple[str, ...]
    publisher: str = "Office for National Statistics"
    licence: str = "OGL v3"
    landing_page: str = PORTAL


UPPER_TIER = _Layout(
    publication="lookup_upper_tier",
    title="Upper-tier lookup to region, police force area and combined authority",
    columns=("utla23_code", "region24_code", "region24_name", "n_pfa", "pfa24_code", "pfa24_name",
             "n_cauth25", "cauth25_code", "cauth25_name"),
)  # fmt: skip
DISTRICT = _Layout(
    publication="lookup_district",
    title="District lookup to upper tier, region, police force area and combined authority",
    columns=("ltla23_code", "utla23_code", "region24_code", "region24_name", "pfa24_code",
             "pfa24_name", "cauth25_code", "cauth25_name"),
)  # fmt: skip
ICB = _Layout(
    publication="lookup_icb",
    title="Upper-tier lookup to integrated care boards, by share of LSOAs",
    columns=("utla23_code", "icb24_code", "icb24_name", "lsoa_count", "share_of_utla_lsoas"),
)
ADOPTION = _Layout(
    publication="adoption_membership",
    title="Which regional adoption agency each authority belongs to",
    columns=("raa_name", "arrangement", "gss_code", "as_at"),
    publisher="Compiled from Adoption and Special Guardianship Leadership Board data",
    licence="not stated",
    landing_page="https://coram-i.org.uk/asglb/data/",
)
ADOPTION_CHANGES = _Layout(
    publication="adoption_membership_changes",
    title="Later joiners of regional adoption agencies",
    columns=("la_name", "gss_code", "raa_name", "change", "date"),
    publisher="Compiled from the agencies' own announcements",
    licence="not stated",
    landing_page="",
)
LAYOUTS = (UPPER_TIER, DISTRICT, ICB, ADOPTION, ADOPTION_CHANGES)
_SIGNS = {  # columns that no other table here has; half of a layout's columns must be there too
    "utla23_code": {"n_pfa": UPPER_TIER, "share_of_utla_lsoas": ICB},
    "ltla23_code": {"utla23_code": DISTRICT},
    "raa_name": {"arrangement": ADOPTION, "change": ADOPTION_CHANGES},
}


def recognises(file: PublishedFile) -> bool:
    """Whether the file is one of the lookups, by its column names."""
    return _layout(file) is not None


def near(file: PublishedFile) -> str | None:
    """Which lookup the file comes nearest to, and the columns it lacks."""
    layouts = {layout.title: layout.columns for layout in LAYOUTS}
    return None if recognises(file) else nearly(csv_files.header(file), layouts)


def read(file: PublishedFile) -> Reading:
    """Read one lookup.

    Raises:
        PublishedFileError: Missing columns, bad codes, counts or shares, repeated rows; all of
            them.
    """
    layout = _layout(file)
    if layout is None:
        raise PublishedFileError(Problem(what="not a lookup this reads", where=file.relative))
    problems = csv_files.column_problems(
        csv_files.header(file), layout.columns, where=file.relative
    )
    if problems:
        raise PublishedFileError(problems)
    rows = csv_files.frame(file)
    area = "gss_code" if layout in (ADOPTION, ADOPTION_CHANGES) else "utla23_code"
    problems = _bad_codes(rows, area, where=file.relative)
    notes: list[str] = []
    if layout is UPPER_TIER:
        bodies = _upper_tier(rows, problems, where=file.relative)
    elif layout is DISTRICT:
        bodies = _district(rows, problems, where=file.relative)
        if bodies.is_empty():
            notes.append(
                "No authority spans several regions, police areas or combined authorities."
            )
    elif layout is ICB:
        bodies = _icb(rows, problems, where=file.relative)
    else:
        bodies = _adoption(rows, layout, problems, notes, where=file.relative)
    repeated = bodies.filter(pl.struct("area_code", "kind", "body_code", "as_at").is_duplicated())
    if not repeated.is_empty():
        code, kind, body = repeated.select("area_code", "kind", "body_name").row(0)
        problems.append(
            Problem(
                what="the same authority and body stand in several rows",
                where=file.relative,
                count=repeated.height,
                example=f"{code}, {kind}, {body}",
            )
        )
    if problems:
        raise PublishedFileError(problems)
    source = Source(
        publication=layout.publication,
        title=layout.title,
        publisher=layout.publisher,
        licence=layout.licence,
        landing_page=layout.landing_page,
        file=file.relative,
        sha256=file.sha256,
    )
    table = bodies.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    return Reading(source=source, tables={"partner_body": table}, notes=tuple(notes))


def _layout(file: PublishedFile) -> _Layout | None:
    names = set(csv_files.header(file))
    for key, signs in _SIGNS.items():
        for sign, layout in signs.items():
            enough = len(names & set(layout.columns)) * 2 >= len(layout.columns)
            if key in names and sign in names and enough:
                return layout
    return None


def _bad_codes(rows: pl.DataFrame, column: str, *, where: str) -> list[Problem]:
    bad = rows.filter(~pl.col(column).fill_null("").str.contains(r"^E\d{8}$"))
    if bad.is_empty():
        return []
    return [
        Problem(
            what=f"column {column!r} holds something that is no English GSS code",
            where=where,
            count=bad.height,
            example=f"{bad[column][0]!r} in row {bad[ROW][0]:,}",
        )
    ]


def _numbers(rows: pl.DataFrame, column: str, problems: list[Problem], *, where: str) -> pl.Series:
    values = rows[column].cast(pl.Float64, strict=False)
    bad = rows.filter(values.is_null() | (values < 0))
    if not bad.is_empty():
        problems.append(
            Problem(
                what=f"column {column!r} holds something that is no count or share",
                where=where,
                count=bad.height,
                example=f"{bad[column][0]!r} in row {bad[ROW][0]:,}",
            )
        )
    return values


def _body(
    rows: pl.DataFrame, stem: str, *, share: pl.Expr | float, as_at: dt.date | None = None
) -> pl.DataFrame:
    """One row per area and body, from the columns ``<stem>_code`` and ``<stem>_name``.

    The two digits in a stem ("region24") are the year of the geography: 1 April of it.
    """
    kind, year = re.match(r"([a-z]+)(\d\d)", stem).groups()  # type: ignore[union-attr]
    frame = rows.filter(pl.col(f"{stem}_code").is_not_null()).select(
        area_code="utla23_code",
        kind=pl.lit(_KINDS[kind]),
        body_code=f"{stem}_code",
        body_name=f"{stem}_name",
        share=share if isinstance(share, pl.Expr) else pl.lit(share),
        as_at=pl.lit(as_at or dt.date(2000 + int(year), 4, 1)),
    )
    return _with_main(frame)


def _with_main(frame: pl.DataFrame) -> pl.DataFrame:
    order = frame.sort("share", "body_code", descending=[True, False], maintain_order=True)
    first = pl.int_range(pl.len()).over("area_code", "kind") == 0
    return order.with_columns(main=first).sort("area_code", "kind", "body_code")


def _upper_tier(rows: pl.DataFrame, problems: list[Problem], *, where: str) -> pl.DataFrame:
    single = {
        stem: rows.filter(_numbers(rows, count, problems, where=where) == 1)
        for stem, count in (("pfa24", "n_pfa"), ("cauth25", "n_cauth25"))
    }
    parts = [_body(rows, "region24", share=1.0)]
    parts += [_body(frame, stem, share=1.0) for stem, frame in single.items()]
    return pl.concat(parts)


def _district(rows: pl.DataFrame, problems: list[Problem], *, where: str) -> pl.DataFrame:
    """Only authorities that span several bodies of a kind; the rest stand in the other lookup."""
    twice = rows.filter(pl.col("ltla23_code").is_duplicated())
    if not twice.is_empty():
        problems.append(
            Problem(
                what="a district stands in several rows",
                where=where,
                count=twice.height,
                example=f"{twice['ltla23_code'][0]} in row {twice[ROW][0]:,}",
            )
        )
    parts = []
    for stem in ("region24", "pfa24", "cauth25"):
        code, name = f"{stem}_code", f"{stem}_name"
        of_authority = pl.len().over("utla23_code")
        spans = rows.filter(pl.col(code).n_unique().over("utla23_code") > 1)
        counted = (
            spans.with_columns(all=of_authority)
            .group_by("utla23_code", code, name)
            .agg(share=pl.len() / pl.col("all").first())
        )
        parts.append(_body(counted, stem, share=pl.col("share")))
    return pl.concat(parts)


def _icb(rows: pl.DataFrame, problems: list[Problem], *, where: str) -> pl.DataFrame:
    shares = _numbers(rows, "share_of_utla_lsoas", problems, where=where)
    counts = _numbers(rows, "lsoa_count", problems, where=where)
    exact = rows.with_columns(count=counts, printed=shares).with_columns(
        share=pl.col("count") / pl.col("count").sum().over("utla23_code")
    )
    off = exact.filter((pl.col("share") - pl.col("printed")).abs() > 0.001)
    if not off.is_empty():
        problems.append(
            Problem(
                what="shares do not follow from the LSOA counts",
                where=where,
                count=off.height,
                example=f"{off['utla23_code'][0]} in row {off[ROW][0]:,}",
            )
        )
    return _body(exact, "icb24", share=pl.col("share"))


def _adoption(
    rows: pl.DataFrame,
    layout: _Layout,
    problems: list[Problem],
    notes: list[str],
    *,
    where: str,
) -> pl.DataFrame:
    """Members, and joiners with a date. One agency has one code, made from its name."""
    day = "as_at" if layout is ADOPTION else "date"
    dated = rows.with_columns(day=pl.col(day).str.to_date("%Y-%m-%d", strict=False))
    bad = dated.filter(pl.col("day").is_null() & pl.col(day).is_not_null())
    if not bad.is_empty():
        problems.append(
            Problem(
                what=f"column {day!r} holds something that is no date such as 2024-04-01",
                where=where,
                count=bad.height,
                example=f"{bad[day][0]!r} in row {bad[ROW][0]:,}",
            )
        )
    kept = dated.filter(pl.col("raa_name").is_not_null() & pl.col("day").is_not_null())
    if layout is ADOPTION:
        alone = dated.filter(pl.col("raa_name").is_null())
        if not alone.is_empty():
            notes.append(f"{alone.height} authorities belong to no regional adoption agency.")
    else:
        others = dated.filter(pl.col("day").is_null())
        notes += [
            f"{r['la_name']}, {r['raa_name']}: {r['change']}, no date, so left out."
            for r in others.iter_rows(named=True)
        ]
        unlike = kept.filter(pl.col("change") != "joined")
        notes += [
            f"{r['la_name']}, {r['raa_name']}: {r['change']!r} is not a joining, so left out."
            for r in unlike.iter_rows(named=True)
        ]
        kept = kept.filter(pl.col("change") == "joined")
    slug = pl.col("raa_name").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "-")
    return kept.select(
        area_code="gss_code",
        kind=pl.lit("adoption"),
        body_code=pl.lit("raa-") + slug.str.strip_chars("-"),
        body_name="raa_name",
        share=pl.lit(1.0),
        as_at="day",
        main=pl.lit(True),
    )
