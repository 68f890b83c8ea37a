"""The Jinja environment of every page: our templates and the GOV.UK macros, nothing else.

Flow: web/templates, govuk-frontend-jinja -> THIS -> web.page
"""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Undefined,
)

from totalplace.reports.page import typeset
from totalplace.reports.words import pounds


class Careful(StrictUndefined):
    """A field our templates lack is an error; an option left out of a macro is not."""

    __slots__ = ()

    def __new__(  # type: ignore[misc]  # on purpose: the other kind, for parameters of macros
        cls, hint: str | None = None, obj: object = None, *rest: object, **named: object
    ) -> Undefined:
        """The lenient kind where a key of a plain dictionary is missing."""
        if isinstance(obj, dict):
            return ChainableUndefined(hint, obj, *rest, **named)  # type: ignore[arg-type]
        return super().__new__(cls)


def environment(**_: object) -> Environment:
    """The environment; Django's own options (a folder loader, autoreload) are not used."""
    made = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("totalplace.web"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        undefined=Careful,
    )
    made.globals |= {"static": static, "url": _url, "has_page": _has_page}
    made.filters |= {"typeset": typeset, "pounds": pounds}
    return made


def _url(name: str, *words: object, **named: object) -> str:
    """The address of a page by its name and parts."""
    return reverse(name, args=words or None, kwargs=named or None)


def _has_page(name: str) -> bool:
    """Whether there is a page of this name that needs no parts."""
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
