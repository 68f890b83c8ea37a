"""The registry of assumptions: read, checked whole, hashed, and moved only on purpose.

Flow: parameters.toml -> THIS -> evidence.draws, footprints, reports, the generated reference page
In: one TOML table per assumption. Out: a frozen Registry. Values are in the unit of their row;
money is £ million at the row's price year.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

from totalplace.errors import ParameterError, Problem

PERT_WEIGHT = 6.0  # alpha + beta of the beta curve: the classic PERT's 1 + 1 + 4
MONEY = "£"


class Distribution(StrEnum):
    """How an assumption varies. The mean of each is the assumption's value."""

    FIXED = "fixed"  # does not vary
    PERT = "pert"  # beta on low..high with mean `value`, alpha + beta = 6
    UNIFORM = "uniform"  # equally likely on low..high
    NORMAL = "normal"  # mean `value`, standard deviation `sd`


class Confidence(StrEnum):
    """What stands behind a value."""

    MEASURED = "measured"  # from data anyone can rerun
    PUBLISHED = "published"  # a body's own account, or an official rule
    CLAIMED = "claimed"  # by a party with an interest
    ASSUMED = "assumed"  # our judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One assumption."""

    id: str  # "team.director"
    title: str
    value: float  # the central value, and the mean of the distribution
    distribution: Distribution
    low: float
    high: float
    unit: str
    source: str
    commissioned_by: str  # who paid for the figure or set the rule
    confidence: Confidence
    price_year: str = ""  # "2024-25"; empty unless the unit is money
    note: str = ""
    sd: float | None = None  # for NORMAL only
    held: bool = False  # set by the user: constant in every draw, whatever the distribution

    @property
    def varies(self) -> bool:
        """Whether draws of it differ."""
        return self.distribution is not Distribution.FIXED and not self.held


_TEXT = ("id", "title", "unit", "source", "commissioned_by")
_NUMBERS = ("value", "low", "high")
_REQUIRED = (*_TEXT, *_NUMBERS, "distribution", "confidence")
_KNOWN = {field.name for field in fields(Parameter)} - {"held"}


@dataclass(frozen=True, slots=True)
class Registry:
    """Every assumption, in ascending order of id.

    Raises:
        ParameterError: Built from rows that break a rule; every breach is listed.
    """

    parameters: tuple[Parameter, ...]

    @classmethod
    def load(cls, path: str | Path | None = None) -> Registry:
        """Read and check the registry: the package's own, or the file at ``path``.

        Raises:
            ParameterError: The file cannot be read, or rows break a rule; lists every breach.
        """
        where = "parameters.toml" if path is None else str(path)
        try:
            if path is None:
                text = (resources.files(__package__) / "parameters.toml").read_text("utf-8")
            else:
                text = Path(path).read_text("utf-8")
            raw = tomllib.loads(text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ParameterError(
                Problem(
                    what=f"the assumptions cannot be read ({error})",
                    where=where,
                    fix="Give a TOML file in UTF-8 with one [[parameter]] table per assumption.",
                )
            ) from error
        return cls.from_rows(raw.get("parameter", []), where=where)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], *, where: str = "") -> Registry:
        """Check rows as read from TOML and build the registry from them.

        Raises:
            ParameterError: Rows break a rule; lists every breach in every row.
        """
        rows = list(rows)
        problems = [] if rows else [Problem(what="there is no [[parameter]] table", where=where)]
        seen: set[object] = set()
        for number, row in enumerate(rows, start=1):
            name = row.get("id")
            label = (
                f"{where}: {name}" if isinstance(name, str) and name else f"{where}: row {number}"
            )
            if name in seen:
                problems.append(Problem(what="this id stands twice", where=label))
            seen.add(name)
            problems += [Problem(what=what, where=label) for what in _faults(row)]
        if problems:
            raise ParameterError(problems, after="No assumption was used.")
        built = (
            Parameter(
                **{
                    **row,
                    "distribution": Distribution(row["distribution"]),
                    "confidence": Confidence(row["confidence"]),
                    **{key: float(row[key]) for key in (*_NUMBERS, "sd") if key in row},
                }
            )
            for row in rows
        )
        return cls(tuple(sorted(built, key=lambda parameter: parameter.id)))

    def __getitem__(self, parameter_id: str) -> Parameter:
        """The assumption with this id.

        Raises:
            ParameterError: There is none; suggests the nearest.
        """
        for parameter in self.parameters:
            if parameter.id == parameter_id:
                return parameter
        raise ParameterError(self._unknown(parameter_id))

    def __contains__(self, parameter_id: object) -> bool:
        return any(parameter.id == parameter_id for parameter in self.parameters)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id, ascending."""
        return tuple(parameter.id for parameter in self.parameters)

    @property
    def central(self) -> dict[str, float]:
        """The central value of every assumption, by id."""
        return {parameter.id: parameter.value for parameter in self.parameters}

    @property
    def sha256(self) -> str:
        """Hash of every cell of every row, whatever the order of the file."""
        text = json.dumps([asdict(row) for row in self.parameters], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_values(self, values: Mapping[str, float], *, force: bool = False) -> Registry:
        """A copy in which the named assumptions are held at the given values in every draw.

        Their places in the joint draws are kept, so all other assumptions vary exactly as before.

        Args:
            values: New values by id, in the unit of each row.
            force: Accept values outside the stated range.

        Raises:
            ParameterError: An id is unknown, or a value is no number or outside its range; lists
                every one.
        """
        problems = []
        for parameter_id, value in values.items():
            if parameter_id not in self:
                problems.append(self._unknown(parameter_id))
                continue
            row = self[parameter_id]
            if not math.isfinite(value):
                problems.append(Problem(what=f"{value} is not a number", where=parameter_id))
            elif not force and not row.low <= value <= row.high:
                problems.append(
                    Problem(
                        what=f"{value:g} is outside the range {row.low:g} to {row.high:g} "
                        f"({row.unit})",
                        where=parameter_id,
                        fix=f"{row.title}: the range rests on: {row.source} Choose a value inside "
                        "it, or force the value and say why in what you publish.",
                    )
                )
        if problems:
            raise ParameterError(problems, after="No assumption was changed.")
        return Registry(
            tuple(
                replace(row, value=float(values[row.id]), held=True) if row.id in values else row
                for row in self.parameters
            )
        )

    def to_rows(self) -> list[dict[str, object]]:
        """The registry as plain rows, for tables and JSON."""
        return [
            {
                **asdict(row),
                "distribution": str(row.distribution),
                "confidence": str(row.confidence),
            }
            for row in self.parameters
        ]

    def _unknown(self, parameter_id: str) -> Problem:
        near = get_close_matches(parameter_id, self.ids, n=1)
        return Problem(
            what="there is no such assumption",
            where=parameter_id,
            fix=f"Did you mean {near[0]}?" if near else "'totalplace evidence' lists them all.",
        )


def _faults(row: Mapping[str, Any]) -> list[str]:
    """What is wrong with one row, every fault."""
    faults = [f"{key} is missing" for key in _REQUIRED if key not in row]
    faults += [f"{key} is no column we know" for key in sorted(set(row) - _KNOWN)]
    faults += [
        f"{key} must be words, not {row[key]!r}"
        for key in (*_TEXT, "price_year", "note")
        if key in row and (not isinstance(row[key], str) or (key in _TEXT and not row[key].strip()))
    ]
    for key, choices in (("distribution", Distribution), ("confidence", Confidence)):
        if key in row and row[key] not in list(choices):
            faults.append(f"{key} is {row[key]!r}, not one of {', '.join(choices)}")
    numbers = [key for key in (*_NUMBERS, "sd") if key in row]
    no_numbers = [key for key in numbers if not _is_number(row[key])]
    faults += [f"{key} must be a number, not {row[key]!r}" for key in no_numbers]
    if not faults:
        faults += _faults_of_range(row)
        if row["unit"].startswith(MONEY) != bool(row.get("price_year")):
            faults.append("a price year goes with a unit of money, and only with one")
    return faults


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _faults_of_range(row: Mapping[str, Any]) -> list[str]:
    """Faults in the value, its range and its distribution, given a row of the right types."""
    value, low, high = row["value"], row["low"], row["high"]
    kind, sd = row["distribution"], row.get("sd")
    if not low <= value <= high or low == high:
        return [f"the value {value:g} must lie in a range, not {low:g} to {high:g}"]
    faults = []
    if (kind == Distribution.NORMAL) != (sd is not None):
        faults.append("sd goes with a normal distribution, and only with one")
    if sd is not None and not (
        sd > 0 and math.isclose(low, value - 3 * sd) and math.isclose(high, value + 3 * sd)
    ):
        faults.append("low and high of a normal distribution are three sd from the value")
    if kind == Distribution.UNIFORM and not math.isclose(value, (low + high) / 2):
        faults.append(f"the value of a uniform distribution is the middle, {(low + high) / 2:g}")
    if kind == Distribution.PERT and min(value - low, high - value) * PERT_WEIGHT < high - low:
        faults.append("a pert mean keeps at least a sixth of the range on either side")
    return faults
