"""A frozen result as text that gives the same result back: so that a page can show it again.

Flow: jobs.plans -> THIS -> web.pages
In: a frozen dataclass of plain parts (numbers, text, days, choices, tuples, dicts, other such
dataclasses). Out: JSON that only this module reads; `reports.json_document` is what others read.
Not a pickle: reading it can make nothing but the class that is asked for.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from totalplace.errors import InputError

T = TypeVar("T")


def keep(result: object) -> bytes:
    """The result as JSON in UTF-8, every figure to its last digit."""
    return json.dumps(_plain(result), ensure_ascii=False, separators=(",", ":")).encode()


def read(kind: type[T], content: bytes) -> T:
    """The result that was kept.

    Args:
        kind: Its class.
        content: What `keep` made of it.

    Raises:
        InputError: It was kept by another version of the program and does not fit.
    """
    try:
        return cast(T, _maker(cast(Any, kind))(json.loads(content)))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "This result was kept by another version of Total Place. Ask for it again."
        ) from error


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not isinstance(value, int):
        return float(value)
    return value


@functools.cache
def _maker(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of a type from its plain form."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        parts = [part for part in args if part is not NoneType]
        if set(parts) <= {str, int, float, bool}:
            return lambda given: given  # as it stands in JSON
        (inner,) = (_maker(part) for part in parts)
        return lambda given: None if given is None else inner(given)
    if origin is tuple:
        return _maker_of_tuple(args)
    if origin is dict:
        name_of, value_of = _maker(args[0]), _maker(args[1])
        return lambda given: {name_of(name): value_of(one) for name, one in given.items()}
    if is_dataclass(hint):
        hints, made = get_type_hints(hint), cast(Any, hint)
        makers = {field.name: _maker(hints[field.name]) for field in fields(hint)}
        return lambda given: made(**{name: make(given[name]) for name, make in makers.items()})
    return _simple(hint)


def _maker_of_tuple(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    if args[-1:] == (Ellipsis,):
        each = _maker(args[0])
        return lambda given: tuple(each(one) for one in given)
    makers = [_maker(part) for part in args]
    return lambda given: tuple(make(one) for make, one in zip(makers, given, strict=True))


def _simple(hint: Any) -> Callable[[Any], Any]:
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, StrEnum | float):
        return hint
    return lambda given: given
