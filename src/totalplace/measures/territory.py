"""The place a person means: an authority of any year, several together, a region, or England.

Flow: places.register, finder -> THIS -> measures.rebase, measures.neighbours, scenarios.profile
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from totalplace.errors import InputError, Problem, UnknownAreaError
from totalplace.measures.cells import ENGLAND
from totalplace.places.register import Authority, Register, spelling_key

POSTCODE = re.compile(r"^\s*[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\s*$")
"""What is worth looking up as a postcode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """A place as asked for: one authority, several together, a region, or England."""

    name: str
    kind: str  # authority, past authority, footprint, region or england
    parts: tuple[Authority, ...]  # by code
    own_code: str  # code its own figures are published under; "" for a footprint

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its parts."""
        return tuple(one.area_code for one in self.parts)


def find_territory(register: Register, asked: str | Sequence[str]) -> Territory:
    """The place a person means.

    Args:
        register: Every authority since 2009.
        asked: A name, code or postcode; several joined by ``+``; a region; or ``England``.

    Raises:
        UnknownAreaError: A part is no authority we know, and no English postcode.
        InputError: Nothing was named, or two parts cover the same ground.
    """
    names = (
        [name.strip() for name in asked.split("+")]
        if isinstance(asked, str)
        else [str(name).strip() for name in asked]
    )
    names = [name for name in names if name]
    if not names:
        raise InputError("Name a place: an authority, several joined by '+', a region or England.")
    if len(names) == 1:
        wide = _wide(register, names[0])
        if wide is not None:
            return wide
    found = {one.area_code: one for one in _resolve(register, names)}
    parts = tuple(found[code] for code in sorted(found))
    if len(parts) == 1:
        kind = "authority" if parts[0].ends is None else "past authority"
        return Territory(name=parts[0].name, kind=kind, parts=parts, own_code=parts[0].area_code)
    _refuse_overlap(register, parts)
    return Territory(
        name=" + ".join(one.name for one in found.values()),
        kind="footprint",
        parts=parts,
        own_code="",
    )


def _resolve(register: Register, names: Sequence[str]) -> tuple[Authority, ...]:
    found: list[Authority] = []
    problems: list[Problem] = []
    more = (
        " A part joined by '+' must be an authority or a postcode."
        if len(names) > 1
        else " A region, England or a postcode will do too; join several authorities with '+'."
    )
    for name in names:
        try:
            found.append(_authority(register, name))
        except UnknownAreaError as error:
            problems += [replace(one, fix=one.fix + more) for one in error.problems]
    if problems:
        raise UnknownAreaError(problems)
    return tuple(found)


def _authority(register: Register, name: str) -> Authority:
    """The authority a name or code means, or a postcode lies in."""
    if POSTCODE.search(name) and register.find(name) is None:
        from totalplace.places.finder import authority_at  # noqa: PLC0415 (reads a directory)

        return authority_at(register, name)
    return register.resolve(name)


def _wide(register: Register, text: str) -> Territory | None:
    if text in register.authorities:
        return None
    key = spelling_key(text)
    if key in ("england", ENGLAND.casefold()):
        return Territory(name="England", kind="england", parts=register.on(), own_code=ENGLAND)
    for one in register.on():
        names = {spelling_key(one.region_name), one.region_code.casefold()}
        if key.removeprefix("the") in {name.removeprefix("the") for name in names}:
            return Territory(
                name=one.region_name,
                kind="region",
                parts=tuple(
                    other for other in register.on() if other.region_code == one.region_code
                ),
                own_code=one.region_code,
            )
    return None


def _refuse_overlap(register: Register, parts: Sequence[Authority]) -> None:
    codes = {one.area_code: one.name for one in parts}
    problems = [
        Problem(
            what=f"{one.name} was made from {codes[before]}: together they would count the same "
            "children twice",
            fix="Name one or the other.",
        )
        for one in parts
        for before, _ in register.predecessors(one.area_code)
        if before in codes
    ]
    if problems:
        raise InputError(problems)
