"""From a query string or a form to a typed, frozen dataclass; every fault told at once.

Flow: request.GET or request.POST -> THIS -> a page's function
In: text from anybody. Out: an instance of the page's own dataclass, or an InputError in words. Each
field of the dataclass is one parameter, its default what an absent or empty one means. Types:
``str``, ``int``, ``float``, ``bool``, ``date``, ``Literal``, a ``StrEnum``, ``tuple[str, ...]`` for
what may be repeated, and ``| None`` of these. ``field(metadata={"min": 0, "max": 9})`` bounds
numbers; ``metadata={"longest": 80}`` text. A name the page does not know is a fault too: a
misspelt parameter must not pass for its default.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, fields
from datetime import date
from enum import StrEnum
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from django.http import QueryDict

from totalplace.errors import InputError, Problem

Q = TypeVar("Q")
LONGEST = 200
MOST_REPEATS = 200
RESERVED = frozenset({"format", "table", "figures", "csrfmiddlewaretoken"})
TRUE = frozenset({"1", "yes", "true", "on"})
FALSE = frozenset({"0", "no", "false", "off"})


@dataclass(frozen=True, slots=True)
class NoQuery:
    """A page that takes no parameters."""


class _UnusableError(Exception):
    """A value that does not fit; its text is the fix."""


def read_query(kind: type[Q], given: QueryDict) -> Q:
    """The parameters as the page's dataclass.

    Raises:
        InputError: Unknown, repeated, too long or unusable parameters; all of them.
    """
    hints = get_type_hints(kind)
    known: dict[str, Field[Any]] = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    faults = [_unknown(name, known) for name in given if name not in known.keys() | RESERVED]
    values: dict[str, object] = {}
    for name, one in known.items():
        texts = [text.strip() for text in given.getlist(name)]
        texts = [text for text in texts if text]
        if not texts:
            continue
        try:
            values[name] = _read(texts, hints[name], one.metadata)
        except _UnusableError as fault:
            shown = texts[0][:40].replace("\0", "")
            faults.append(Problem(what=f"{name} is {shown!r}", fix=str(fault)))
    if faults:
        raise InputError(faults)
    return kind(**values)


def _unknown(name: str, known: Mapping[str, object]) -> Problem:
    near = difflib.get_close_matches(name, known, n=1)
    fix = f"Did you mean {near[0]}?" if near else "This page does not take it."
    return Problem(what=f"There is no parameter {name[:40]!r}", fix=fix)


def _read(texts: list[str], hint: Any, limits: Mapping[str, Any]) -> object:
    longest = limits.get("longest", LONGEST)
    if any(len(text) > longest for text in texts):
        raise _UnusableError(f"Give at most {longest} characters.")
    if any("\0" in text for text in texts):
        raise _UnusableError("It holds a character that no name has.")
    if get_origin(hint) in {Union, UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        if len(texts) > MOST_REPEATS:
            raise _UnusableError(f"Give it at most {MOST_REPEATS} times.")
        inner = get_args(hint)[0]
        return tuple(dict.fromkeys(_one(text, inner, limits) for text in texts))
    if len(texts) > 1:
        raise _UnusableError("Give it once.")
    return _one(texts[0], hint, limits)


def _one(text: str, hint: Any, limits: Mapping[str, Any]) -> object:
    if get_origin(hint) is Literal:
        return _choice(text, [str(value) for value in get_args(hint)])
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(_choice(text, list(hint)))
    read: dict[Any, Callable[[str], object]] = {
        str: str,
        bool: _truth,
        date: _day,
        int: lambda given: _number(given, int, limits),
        float: lambda given: _number(given, float, limits),
    }
    return read[hint](text)


def _choice(text: str, allowed: list[str]) -> str:
    if text not in allowed:
        raise _UnusableError(f"Choose among: {', '.join(allowed)}.")
    return text


def _truth(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise _UnusableError("Write yes or no.")
    return text.lower() in TRUE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _UnusableError("Write a day as 2026-04-01.") from None


def _number(text: str, kind: type[int] | type[float], limits: Mapping[str, Any]) -> int | float:
    try:
        number = kind(text)
    except ValueError:
        number = kind(0)
        bad = True
    else:
        bad = not isfinite(number)
    least, most = limits.get("min"), limits.get("max")
    if bad or (least is not None and number < least) or (most is not None and number > most):
        sort = "a whole number" if kind is int else "a number"
        if least is not None and most is not None:
            raise _UnusableError(f"Give {sort} from {least} to {most}.")
        if least is not None:
            raise _UnusableError(f"Give {sort}, {least} or more.")
        raise _UnusableError(f"Give {sort}." if most is None else f"Give {sort}, at most {most}.")
    return number
