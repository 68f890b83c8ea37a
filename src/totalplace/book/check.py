"""Check a book: do totals reconcile, what is missing, where do publishers disagree.

Flow: a book -> book.reconcile, book.disagree -> THIS -> cli
In: an open book and checks.toml. Out: a frozen report; nothing is written or mended.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

from totalplace.book.disagree import Disagreement, Pair, Revision, compare, revisions
from totalplace.book.reconcile import Reconciliation, reconcile
from totalplace.book.store import Book

_COMPLETENESS = """
WITH newest AS (
  SELECT item, max(period_end) AS period_end FROM observation
  WHERE level = 'authority' AND latest GROUP BY item
)
SELECT o.item, any_value(i.title) AS title, max(o.period) AS period, o.period_end,
       count(o.value)::INTEGER AS given, coalesce(o.missing, '') AS missing,
       count(*)::INTEGER AS number
FROM observation o JOIN newest USING (item, period_end) LEFT JOIN item i ON i.item = o.item
WHERE o.level = 'authority' AND o.latest
GROUP BY o.item, o.period_end, o.missing
ORDER BY o.item, missing
"""
# A total is compared with the rows of the file that printed it, never with a mix of releases.
_WITH_ENGLAND = """
WITH chosen AS (SELECT * FROM observation WHERE item = ?),
     england AS (SELECT source_id, period FROM chosen WHERE level = 'england' AND latest)
SELECT period, period_end, published_code, area_name, level, value, missing
FROM chosen SEMI JOIN england USING (source_id, period) ORDER BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """One item in its newest period: authorities with a value, and without, by reason."""

    item: str
    title: str
    period: str
    given: int
    missing: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Everything a check found."""

    book_hash: str
    reconciliations: tuple[Reconciliation, ...]
    completeness: tuple[Completeness, ...]
    disagreements: tuple[Disagreement, ...]
    revisions: tuple[Revision, ...]

    @property
    def ok(self) -> bool:
        """Whether every total reconciles."""
        return all(row.holds for row in self.reconciliations)

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "ok": self.ok,
            "book_hash": self.book_hash,
            "reconciliations": [
                {**asdict(row), "holds": row.holds} for row in self.reconciliations
            ],
            "completeness": [asdict(row) for row in self.completeness],
            "disagreements": [_with_ratios(asdict(row), "beyond") for row in self.disagreements],
            "revisions": [_with_ratios(asdict(row), "largest") for row in self.revisions],
        }

    def lines(self) -> list[str]:
        """The report as lines for a terminal."""
        out: list[str] = []
        for row in self.reconciliations:
            if row.headline or not row.holds:
                out += [*_reconciled(row), ""]
        held = sum(row.holds for row in self.reconciliations)
        out += [f"{held} of {len(self.reconciliations)} published totals reconcile.", ""]
        for told in self.disagreements:
            out += [*_disagreed(told), ""]
        for revised in self.revisions:
            out += _revised(revised)
        thin = [c for c in self.completeness if c.missing and sum(c.missing.values()) > c.given]
        out += [
            "",
            f"{len(self.completeness)} measures; {len(thin)} of them are missing for more "
            "authorities than not (--json lists every one).",
        ]
        return out


def check_book(book: Book) -> CheckReport:
    """Reconcile totals, count what is missing, and list disagreements and revisions.

    Args:
        book: An open book. Figures it does not hold are left out of the report.
    """
    raw = tomllib.loads(resources.files(__package__).joinpath("checks.toml").read_text("utf-8"))
    pairs = [Pair(**entry) for entry in raw["pair"]]
    compared = [compare(book, pair) for pair in pairs]
    changed = [revisions(book, entry["item"], beyond=entry["beyond"]) for entry in raw["revision"]]
    return CheckReport(
        book_hash=book.hash,
        reconciliations=tuple(
            row for entry in raw["reconciliation"] for row in _reconcile(book, **entry)
        ),
        completeness=completeness(book),
        disagreements=tuple(found for found in compared if found is not None),
        revisions=tuple(found for found in changed if found.changed),
    )


def _reconcile(
    book: Book, *, item: str, rounded_to: float = 0, printed_to: float = 0, headline: str = ""
) -> list[Reconciliation]:
    described = book.query("SELECT title, unit FROM item WHERE item = ?", [item]).rows()
    rows = book.query(_WITH_ENGLAND, [item])
    out = []
    for (_, period), part in sorted(
        rows.partition_by("period_end", "period", as_dict=True).items()
    ):
        if part.filter(level="england")["value"].drop_nulls().len() != 1:
            continue  # no total was published for this period
        title, unit = described[0]
        out.append(
            reconcile(
                part,
                item=item,
                title=title,
                unit=unit,
                period=str(period),
                rounded_to=rounded_to,
                printed_to=printed_to,
                headline=headline == period,
            )
        )
    return out


def completeness(book: Book) -> tuple[Completeness, ...]:
    """Each item in its newest period: authorities with a value, and without one by reason."""
    found: dict[str, Completeness] = {}
    for row in book.query(_COMPLETENESS).iter_rows(named=True):
        earlier = found.get(row["item"])
        missing = dict(earlier.missing) if earlier else {}
        if row["missing"]:
            missing[row["missing"]] = row["number"]
        found[row["item"]] = Completeness(
            item=row["item"],
            title=row["title"],
            period=row["period"],
            given=row["given"] + (earlier.given if earlier else 0),
            missing=missing,
        )
    return tuple(found.values())


def _with_ratios(row: dict[str, Any], key: str) -> dict[str, Any]:
    for entry in row[key]:
        entry["ratio"] = entry["one"] / entry["other"] if entry["other"] else None
    return row


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1e6 else f"{value:,.1f}"


def _reconciled(row: Reconciliation) -> list[str]:
    out = [f"{row.title}, {row.period} ({row.unit}): England {_number(row.published)}"]
    for part in row.parts:
        rows = f" ({part.rows})" if part.rows > 1 or part.names else ""
        out.append(f"  {_number(part.value):>18}  {part.what}{rows}")
        if part.names:
            shown = ", ".join(part.names[:8])
            more = f" and {len(part.names) - 8} more" if len(part.names) > 8 else ""
            out.append(f"  {'':>18}    {shown}{more}")
    if row.holds:
        out.append(f"  {_number(row.published):>18}  = the published total")
    else:
        out.append(f"  {_number(row.difference):>18}  DIFFERENCE that nothing explains")
    return out


def _disagreed(told: Disagreement) -> list[str]:
    share = f"{told.pair.beyond:.0%}"
    median = f"{told.median_ratio:.3f}" if told.median_ratio is not None else "none"
    out = [
        f"{told.pair.title}, {told.period}: {told.pair.one_name} over {told.pair.other_name}",
        f"  {told.compared} authorities in both; median ratio {median}; "
        f"{len(told.beyond)} differ by more than {share}",
    ]
    if told.beyond:
        worst = (f"{d.name} {d.ratio:.2f}" for d in told.beyond[:6] if d.ratio is not None)
        out.append(f"  furthest apart in amount (ratio): {', '.join(worst)}")
    for names, where in (
        (told.only_in_other, f"no figure in {told.pair.one_name}"),
        (told.only_in_one, f"no figure in {told.pair.other_name}"),
        (told.in_neither, "no figure in either"),
    ):
        if names:
            out.append(f"  {where}: {', '.join(names)}")
    return out


def _revised(revised: Revision) -> list[str]:
    out = [
        f"Revisions of {revised.item}: {revised.changed} figures changed, "
        f"{len(revised.largest)} by more than {revised.beyond:.0%}"
    ]
    out += [
        f"  {d.name}, {d.period}: {_number(d.one)} to {_number(d.other)}"
        + (f" ({d.other / d.one - 1:+.0%})" if d.one else "")
        for d in revised.largest[:8]
    ]
    return out
