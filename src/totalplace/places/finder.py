"""Find a place from what a person types: part of a name, a code, a number or a postcode.

Flow: places.register, publishers.postcodes -> THIS -> web, anyone's program
In: the register and a text. Out: places in order of likelihood, each with the reason it was found.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from totalplace import reference
from totalplace.errors import InputError
from totalplace.places.register import Authority, Register, spelling_key
from totalplace.publishers.postcodes import Postcode, find_postcode, parse_postcode

ENGLAND = "E92000001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that may be meant."""

    area_code: str
    name: str
    kind: str  # authority, past authority, region or england
    why: str  # what it is, or how the text led to it


def find_places(
    register: Register,
    text: str,
    *,
    most: int = 12,
    postcode_fn: Callable[[str], Postcode] = find_postcode,
) -> tuple[Match, ...]:
    """Places a text may mean, the likeliest first; none when nothing is like it.

    Args:
        register: Every authority since 2009.
        text: What was typed.
        most: The most to return.
        postcode_fn: Looks a postcode up.
    """
    key = spelling_key(text)
    if not key:
        return ()
    if parse_postcode(text):
        return _of_postcode(register, text, postcode_fn)
    found: dict[str, Match] = {}
    exact = register.find(text)
    for match in (
        *([_match(exact)] if exact else ()),
        *_wide(register, key),
        *_named(register, key),
        *_nearly(register, key),
    ):
        found.setdefault(match.area_code, match)
        if len(found) == most:
            break
    return tuple(found.values())


def authority_at(
    register: Register, postcode: str, *, postcode_fn: Callable[[str], Postcode] = find_postcode
) -> Authority:
    """The authority of today that a postcode lies in.

    Args:
        register: Every authority since 2009.
        postcode: However it is spaced.
        postcode_fn: Looks a postcode up.

    Raises:
        InputError: The text is no postcode, or the directory of postcodes is not installed.
        UnknownAreaError: It is not an English postcode, or lies in no authority we know.
    """
    district = postcode_fn(postcode).area_code
    upper = dict(reference.table("district").select("district_code", "area_code").iter_rows())
    return register.resolve(upper.get(district, district))


def _of_postcode(
    register: Register, text: str, postcode_fn: Callable[[str], Postcode]
) -> tuple[Match, ...]:
    try:
        one = authority_at(register, text, postcode_fn=postcode_fn)
    except InputError:
        return ()
    return (_match(one, why=f"{parse_postcode(text)} is in this authority"),)


def _wide(register: Register, key: str) -> Iterator[Match]:
    if "england".startswith(key) or key == ENGLAND.casefold():
        yield Match(area_code=ENGLAND, name="England", kind="england", why="the whole country")
    seen: dict[str, str] = {}
    for one in register.on():
        seen.setdefault(one.region_code, one.region_name)
    for code, name in sorted(seen.items(), key=lambda pair: pair[1]):
        if key == code.casefold() or key in spelling_key(name):
            yield Match(area_code=code, name=name, kind="region", why="region")


def _named(register: Register, key: str) -> Iterator[Match]:
    """Those whose name, code or alias begins with the text, then those that hold it."""
    if len(key) < 2:
        return
    ranked: dict[str, tuple[bool, bool, str]] = {}  # past, not at the beginning, name
    for alias, codes in register.aliases.items():
        if key in alias:
            for code in codes:
                one = register.authorities[code]
                rank = (one.ends is not None, not alias.startswith(key), one.name)
                ranked[code] = min(rank, ranked.get(code, rank))
    for code in sorted(ranked, key=ranked.__getitem__):
        yield _match(register.authorities[code])


def _nearly(register: Register, key: str) -> Iterator[Match]:
    for alias in difflib.get_close_matches(key, register.aliases, n=5, cutoff=0.75):
        for code in register.aliases[alias]:
            yield _match(register.authorities[code])


def _match(one: Authority, *, why: str = "") -> Match:
    if one.ends is None:
        kind, what = "authority", f"{one.kind}, {one.region_name}"
    else:
        kind = "past authority"
        what = f"{one.kind}, ended {one.ends.day} {one.ends:%B %Y}"
    return Match(area_code=one.area_code, name=one.name, kind=kind, why=why or what)
