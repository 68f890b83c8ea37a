"""Read who goes where: a file that gives each district of a county to a new authority.

Flow: a CSV or JSON file -> THIS -> scenarios.splitting
In: what a person wrote. Out: districts by part, and any keys stated. All mistakes are listed at
once, and nothing is divided while there is one.
"""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.errors import InputError, Problem
from totalplace.money.apportion import check_shares
from totalplace.money.keys import KEYS, Key
from totalplace.places.register import spelling_key
from totalplace.scenarios.districts import District

FEWEST = 2
COLUMNS = ("district", "authority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """Which district goes to which new authority, and the keys stated with it."""

    parts: Mapping[str, str]  # district code -> new authority, grouped by new authority
    stated: Mapping[str, Key]  # keys the user states, as shares


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    where: str
    district: str
    authority: str


_Written = tuple[list[_Line], Mapping[str, tuple[str, Mapping[str, Any]]], list[Problem]]
"""Lines, stated keys with their source, and what is wrong with the file itself."""


def template(districts: Sequence[District]) -> str:
    """A file to fill in: one line a district, the new authority left empty."""
    lines = [",".join(COLUMNS), *(f"{_quoted(one.name)}," for one in districts)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return f'"{text}"' if "," in text else text


def read_into(path: Path, districts: Sequence[District], *, county: str) -> Into:
    """Read such a file.

    CSV: columns ``district`` (name or code) and ``authority``; any further column is a key stated
    as shares that add up to one, named as in `money.keys.KEYS`. JSON: ``{"authorities": {name:
    [district, ...]}, "keys": {key: {"source": text, "shares": {district: share}}}}``.

    Args:
        path: The file.
        districts: Every district of England.
        county: GSS code of the county that is divided.

    Raises:
        InputError: Everything wrong with it, all at once: unknown districts, those of another
            county, missing ones and ones given twice, an authority without a name or without
            districts, fewer than two authorities, keys nobody knows, with parts missing or
            negative, or that do not add up to one.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(Problem(what=f"cannot be read ({why})", where=str(path))) from error
    is_json = path.suffix.casefold() == ".json" or text.lstrip().startswith("{")
    lines, keys, problems = (_from_json if is_json else _from_csv)(text, path)
    if not lines and problems:
        raise InputError(problems)
    return into_from(lines, keys, districts, county=county, problems=problems, where=str(path))


def into_of(
    parts: Mapping[str, Sequence[str]], districts: Sequence[District], *, county: str
) -> Into:
    """The same from a mapping: new authority -> its districts, by name or code."""
    lines = [
        _Line(where=f"authority {name!r}", district=one, authority=name)
        for name, members in parts.items()
        for one in members
    ]
    problems = [_empty(name) for name, members in parts.items() if not members]
    return into_from(lines, {}, districts, county=county, problems=problems, where="")


def into_from(
    lines: Sequence[_Line],
    keys: Mapping[str, tuple[str, Mapping[str, Any]]],
    districts: Sequence[District],
    *,
    county: str,
    problems: list[Problem],
    where: str,
) -> Into:
    """Check lines and stated keys together, and put them in order.

    Raises:
        InputError: As `read_into`.
    """
    found = dict(_names(districts))
    mine = {one.code: one for one in districts if one.area_code == county}
    given: dict[str, list[_Line]] = {}
    for line in lines:
        one = found.get(spelling_key(line.district))
        if one is None:
            problems.append(_unknown(line, mine))
        elif one.code not in mine:
            problems.append(
                Problem(
                    what=f"{one.name} is not a district of this county",
                    where=line.where,
                    fix="Take it out: only the county's own districts are divided.",
                )
            )
        else:
            given.setdefault(one.code, []).append(line)
            if not line.authority:
                problems.append(Problem(what=f"{one.name} has no new authority", where=line.where))
    for code, several in given.items():
        if len(several) > 1:
            to = ", ".join(dict.fromkeys(line.authority or "none" for line in several))
            problems.append(
                Problem(
                    what=f"{mine[code].name} is given {len(several)} times, to {to}",
                    where=several[-1].where,
                    fix="Give each district once.",
                )
            )
    lost = [one.name for code, one in mine.items() if code not in given]
    if lost:
        problems.append(
            Problem(
                what=f"{len(lost)} of {len(mine)} districts are given to no authority",
                where=where,
                example=", ".join(lost[:4]),
                fix="Give every district of the county to one new authority.",
            )
        )
    names = dict.fromkeys(line.authority for line in lines if line.authority)
    if len(names) < FEWEST:
        problems.append(
            Problem(
                what=f"there {'is one new authority' if names else 'are no new authorities'}",
                where=where,
                fix="Name at least two, each with a district.",
            )
        )
    stated = _stated(keys, found, mine, problems)
    if problems:
        raise InputError(problems, after="Nothing was divided.")
    parts = {
        code: name for name in names for code in sorted(given) if given[code][0].authority == name
    }
    return Into(parts=parts, stated=stated)


def _names(districts: Sequence[District]) -> list[tuple[str, District]]:
    """Every spelling of a district; a name that two share means neither."""
    seen: dict[str, set[str]] = {}
    for one in districts:
        seen.setdefault(spelling_key(one.name), set()).add(one.code)
    pairs = [(spelling_key(one.code), one) for one in districts]
    return pairs + [
        (spelling_key(one.name), one) for one in districts if len(seen[spelling_key(one.name)]) == 1
    ]


def _unknown(line: _Line, mine: Mapping[str, District]) -> Problem:
    near = difflib.get_close_matches(line.district, [one.name for one in mine.values()], n=1)
    fix = f"Did you mean {near[0]}?" if near else f"The districts are {_listed(mine)}."
    return Problem(what=f"there is no district {line.district!r}", where=line.where, fix=fix)


def _listed(mine: Mapping[str, District]) -> str:
    return ", ".join(one.name for one in mine.values())


def _empty(name: str) -> Problem:
    return Problem(
        what=f"new authority {name!r} has no district", fix="Give it one, or leave it out."
    )


def _from_csv(text: str, path: Path) -> _Written:
    rows = csv.reader(text.splitlines())
    head = [name.strip().casefold() for name in next(rows, [])]
    lost = [name for name in COLUMNS if name not in head]
    if lost:
        return [], {}, [
            Problem(
                what=f"there is no column {' and no column '.join(map(repr, lost))}",
                where=str(path),
                example=f"the columns are {', '.join(head) or 'none'}",
                fix="Begin with 'totalplace split AREA --template'.",
            )
        ]  # fmt: skip
    lines: list[_Line] = []
    keys: dict[str, tuple[str, dict[str, Any]]] = {
        name: (f"stated in {path.name}", {}) for name in head if name and name not in COLUMNS
    }
    problems: list[Problem] = []
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{path.name}, line {number}"
        if len(cells) > len(head):
            problems.append(
                Problem(
                    what=f"has {len(cells)} cells under {len(head)} columns",
                    where=where,
                    fix="Put a name with a comma in it in quotation marks.",
                )
            )
        row = dict(zip(head, [cell.strip() for cell in cells], strict=False))
        district = row.get("district", "")
        lines.append(_Line(where=where, district=district, authority=row.get("authority", "")))
        for name, (_, shares) in keys.items():
            shares[district] = row.get(name, "")
    return lines, keys, problems


def _from_json(text: str, path: Path) -> _Written:
    try:
        raw = json.loads(text)
    except ValueError as error:
        return [], {}, [Problem(what=f"is not JSON ({error})", where=str(path))]
    authorities = raw.get("authorities") if isinstance(raw, dict) else None
    if not isinstance(authorities, dict) or not all(
        isinstance(members, list) and all(isinstance(one, str) for one in members)
        for members in authorities.values()
    ):
        return [], {}, [
            Problem(
                what="has no 'authorities' that give each new authority a list of districts",
                where=str(path),
                example='{"authorities": {"North": ["Tamworth"], "South": ["Stafford"]}}',
            )
        ]  # fmt: skip
    problems = [_empty(name) for name, members in authorities.items() if not members]
    keys: dict[str, tuple[str, Mapping[str, Any]]] = {}
    stated = raw.get("keys", {})
    for name, one in stated.items() if isinstance(stated, dict) else [("keys", stated)]:
        if isinstance(one, dict) and isinstance(one.get("shares"), dict):
            keys[name] = (str(one.get("source") or f"stated in {path.name}"), one["shares"])
        else:
            problems.append(Problem(what="has no 'shares' by district", where=f"key {name!r}"))
    lines = [
        _Line(where=f"{path.name}, authority {name!r}", district=one, authority=name.strip())
        for name, members in authorities.items()
        for one in members
    ]
    return lines, keys, problems


def _stated(
    keys: Mapping[str, tuple[str, Mapping[str, Any]]],
    found: Mapping[str, District],
    mine: Mapping[str, District],
    problems: list[Problem],
) -> dict[str, Key]:
    """The stated keys; what is wrong with them is added to the problems."""
    stated: dict[str, Key] = {}
    for name, (source, shares) in keys.items():
        where = f"key {name!r}"
        if name not in KEYS:
            near = difflib.get_close_matches(name, KEYS, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            problems.append(
                Problem(
                    what="is no key that divides a line",
                    where=where,
                    fix=f"{hint}The keys are {', '.join(KEYS)}.",
                )
            )
            continue
        weights: dict[str, float] = {}
        bad: list[str] = []
        for district, share in shares.items():
            one = found.get(spelling_key(district))
            if one is None or one.code not in mine:
                if district:
                    bad.append(f"{district} is no district of this county")
                continue
            try:
                weights[one.code] = float(share)
            except (TypeError, ValueError):
                bad.append(f"{share!r} of {one.name} is no share")
        lost = [one.name for code, one in mine.items() if code not in weights]
        if bad or lost:
            example = bad[0] if bad else f"{lost[0]} has none"
            problems.append(
                Problem(
                    what="does not give every district a share",
                    where=where,
                    count=len(bad) or len(lost),
                    example=example,
                    fix="Give each a number from 0 to 1, all together one.",
                )
            )
            continue
        try:
            check_shares(weights, name=name)
        except InputError as error:
            problems += error.problems
            continue
        stated[name] = Key(name=name, title=KEYS[name], basis=source, weights=weights, stated=True)
    return stated
