"""Every address. Each module of `web.pages` names its own in ``ROUTES``.

Flow: web.pages -> THIS -> Django
"""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "totalplace.web.health",
    "totalplace.web.jobs.views",
    "totalplace.web.openapi",
    "totalplace.web.pages.about",
    "totalplace.web.pages.accessibility",
    "totalplace.web.pages.assumption",
    "totalplace.web.pages.compare",
    "totalplace.web.pages.costs",
    "totalplace.web.pages.crosswalk",  # before a measure: its address takes any words
    "totalplace.web.pages.evidence",
    "totalplace.web.pages.gap",
    "totalplace.web.pages.measures",
    "totalplace.web.pages.money",
    "totalplace.web.pages.shortlist",
    "totalplace.web.pages.explain",
    "totalplace.web.pages.measure",  # after the short list: its address takes any words
    "totalplace.web.pages.place",
    "totalplace.web.pages.places",
    "totalplace.web.pages.plan",
    "totalplace.web.pages.plans",
    "totalplace.web.pages.propose",
    "totalplace.web.pages.sources",
    "totalplace.web.pages.split",
    "totalplace.web.pages.start",
    "totalplace.web.figures.pages.listing",
    "totalplace.web.figures.pages.one",
    "totalplace.web.figures.pages.upload",
    "totalplace.web.pages.steady",
    "totalplace.web.pages.watch",
    "totalplace.web.workspaces.pages.account",
    "totalplace.web.workspaces.pages.members",
    "totalplace.web.workspaces.pages.notes",
    "totalplace.web.workspaces.pages.rooms",
    "totalplace.web.workspaces.pages.saved",
    "totalplace.web.workspaces.pages.sign_in",
    "totalplace.web.workspaces.pages.trail",
)

urlpatterns = [route for name in MODULES for route in import_module(name).ROUTES]

handler400 = "totalplace.web.failures.bad_request"
handler403 = "totalplace.web.failures.denied"
handler404 = "totalplace.web.failures.not_found"
handler500 = "totalplace.web.failures.crashed"
