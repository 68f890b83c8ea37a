"""Every page and its parameters, for programs: an OpenAPI 3.1 description made from the routes.

Flow: web.urls, the query dataclasses of pages -> THIS -> a program, or a test that tries everything
Nothing here is written by hand for a page: what `web.query` would accept is what is described.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views.decorators.http import require_safe

from totalplace import __version__
from totalplace.web.page import TYPES, Facts
from totalplace.web.query import FALSE, LONGEST, MOST_REPEATS, TRUE

Json = dict[str, Any]
ADDRESS_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
PARTS: Mapping[str, Json] = {  # Django's converters
    "str": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    "path": {"type": "string", "minLength": 1},
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    "int": {"type": "integer", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
}
HTML, JSON = "text/html; charset=utf-8", "application/json"
PLAIN: Mapping[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "string", "enum": sorted(TRUE | FALSE)},
    date: {"type": "string", "format": "date"},
}
TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
PROBLEM: Json = {
    "type": "object",
    "required": ["what", "where", "count", "example", "fix"],
    "properties": {"what": TEXT, "where": TEXT, "count": WHOLE, "example": TEXT, "fix": TEXT},
}
FAILURE: Json = {
    "type": "object",
    "required": ["title", "address", "error"],
    "properties": {
        "title": TEXT,
        "address": TEXT,
        "error": {
            "type": "object",
            "required": ["status", "problems", "after", "request"],
            "properties": {
                "status": WHOLE,
                "problems": {"type": "array", "minItems": 1, "items": PROBLEM},
                "after": {"type": "string", "description": "What was left as it was."},
                "request": {"type": "string", "description": "Its number in the logs."},
            },
        },
    },
}
DOCUMENT: Json = {
    "type": "object",
    "required": ["title", "address", "sources", "stamp"],
    "properties": {
        "title": TEXT,
        "address": TEXT,
        "sources": {"type": "array", "items": TEXT},
        "stamp": {"type": "string", "description": "Hashes, seeds and version it rests on."},
    },
}


def description() -> Json:
    """The whole description as plain JSON."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Total Place",
            "version": __version__,
            "description": "Every page has a permanent address. Ask it for JSON with Accept: "
            "application/json or format=json, and for CSV, Excel or Word with format=csv, xlsx or "
            "docx where the page offers it. A parameter that a page does not know is refused.",
        },
        "paths": {
            ADDRESS_PART.sub(r"{\2}", address): dict(_operations(address, facts))
            for address, facts in pages()
        },
        "components": {"schemas": {"Failure": FAILURE, "Document": DOCUMENT}},
    }


def pages() -> Iterator[tuple[str, Facts]]:
    """The addresses of the pages, as Django writes them, and what is known of each."""
    for address, function in routes():
        facts = getattr(function, "facts", None)
        if isinstance(facts, Facts):
            yield address, facts


def routes(
    below: Sequence[URLPattern | URLResolver] | None = None, before: str = "/"
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address with its parts in angle brackets, and the function that answers there."""
    for one in get_resolver().url_patterns if below is None else below:
        address = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, address)
        else:
            yield address, one.callback


def _operations(address: str, facts: Facts) -> Iterator[tuple[str, Json]]:
    told = (inspect.getdoc(facts.function) or "").partition("\n\n")[0].replace("\n", " ")
    parts = [
        {"name": name, "in": "path", "required": True, "schema": PARTS[kind or "str"]}
        for kind, name in ADDRESS_PART.findall(address)
    ]
    if "GET" in facts.methods:
        query = [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in parameters(facts.query).items()
        ]
        form = {
            "name": "format",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "enum": ["html", "json", *TYPES]},
        }
        yield "get", {"summary": told, "parameters": [*parts, *query, form], **_answers()}
    if "POST" in facts.methods:
        known = parameters(facts.form) if facts.form else {}
        schema: Json = {"type": "object", "properties": {"csrfmiddlewaretoken": TEXT, **known}}
        body = {"required": True, "content": {"application/x-www-form-urlencoded": {
            "schema": schema,
            "encoding": {n: {"style": "form", "explode": True} for n in known},
        }}}  # fmt: skip
        yield "post", {"summary": told, "parameters": parts, "requestBody": body, **_answers()}


def parameters(query: type[Any]) -> dict[str, Json]:
    """What `web.query` accepts for each field of a dataclass, as JSON schemas."""
    hints = get_type_hints(query)
    return {one.name: _schema(hints[one.name], one) for one in fields(query)}


def _schema(hint: Any, one: Field[Any]) -> Json:
    if get_origin(hint) in {Union, UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return {
            "type": "array",
            "items": _single(get_args(hint)[0], one.metadata),
            "maxItems": MOST_REPEATS,
        }
    schema = _single(hint, one.metadata)
    if one.default not in (None, "", MISSING):
        schema["default"] = _shown(one.default)
    return schema


def _single(hint: Any, limits: Mapping[str, Any]) -> Json:
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": [str(value) for value in get_args(hint)]}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"type": "string", "enum": [str(value) for value in hint]}
    schema = dict(PLAIN[hint])
    if hint is str:
        schema["maxLength"] = limits.get("longest", LONGEST)
    for ours, theirs in (("min", "minimum"), ("max", "maximum")):
        if ours in limits:
            schema[theirs] = limits[ours]
    return schema


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value


def _answers() -> Json:
    failure = {HTML: {}, JSON: {"schema": {"$ref": "#/components/schemas/Failure"}}}
    document = {JSON: {"schema": {"$ref": "#/components/schemas/Document"}}}
    files: Json = {kind: {} for kind in TYPES.values()}
    return {
        "responses": {
            "200": {"description": "The page.", "content": {HTML: {}, **document, **files}},
            "302": {"description": "Its permanent address, or where the work can be watched."},
            "4XX": {"description": "What is wrong, and how to mend it.", "content": failure},
            "503": {"description": "Not available just now.", "content": failure},
        }
    }


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The description of every page, for programs."""
    return JsonResponse(description(), json_dumps_params={"indent": 1})


ROUTES = [path("openapi.json", openapi, name="openapi")]
