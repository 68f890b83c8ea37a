"""Who may ask for what: every route by role, as data.

Flow: THIS -> test_route_access
For each name of a route: an address, and for GET and for POST what a stranger, a reader, an
analyst and a manager of the partnership get, and a manager of another one. Words in braces stand
for what the test makes: ``{room}`` a partnership, ``{saved}`` something saved in it by the analyst,
``{member}`` a reader's membership, ``{note}`` a note of the analyst's, ``{figures}`` a set of its
own figures, ``{job}`` work that somebody else asked for. A form is what a POST brings.
**A new route needs a row here.**

    302 for a stranger's GET leads to the page to sign in; 404 is what others get, whether the
    partnership exists or not; 403 says which role it takes; 405 that the method is not answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = ("stranger", "reader", "analyst", "manager", "other")
Cells = tuple[int, int, int, int, int]


def all_get(status: int) -> Cells:
    """The same for everybody."""
    return (status,) * 5


OPEN, NO = all_get(200), all_get(405)
MEMBERS = (302, 200, 200, 200, 404)  # a page every member sees
MANAGERS = (302, 403, 403, 200, 404)  # a page managers see
ANALYSTS_DO = (403, 403, 302, 302, 404)  # a form that analysts may send
MANAGERS_DO = (403, 403, 403, 302, 404)
MEMBERS_DO = (403, 302, 302, 302, 404)
FIGURES = "/workspaces/{room}/figures"
MEMBER = "/workspaces/{room}/members/{member}"
SAVED = "/workspaces/{room}/saved/{saved}"
SOUGHT = "service=adoption&draws=64&seed=77"
PROPOSAL = "/propose?service=social-work&area=E09000007&area=E09000019&funding=a+grant"


@dataclass(frozen=True, slots=True)
class Row:
    """One route."""

    address: str
    get: Cells
    post: Cells
    form: dict[str, str] = field(default_factory=dict)


ACCESS: dict[str, Row] = {
    # -- published figures: for everybody
    "start": Row("/", OPEN, NO),
    "about": Row("/about", OPEN, NO),
    "accessibility": Row("/accessibility", OPEN, NO),
    "compare": Row("/compare?area=Camden&area=Islington", OPEN, NO),
    "crosswalk": Row("/measures/frameworks", OPEN, NO),
    "evidence": Row("/evidence", OPEN, NO),
    "assumption": Row("/evidence/hazard", OPEN, all_get(400), {"value": "99"}),
    "gap": Row("/places/E09000030/money/gap", OPEN, all_get(400), {"cut": "99"}),
    "make-or-buy": Row("/places/E09000030/money/make-or-buy", OPEN, NO),
    "need-share": Row("/places/E09000030/money/need", OPEN, NO),
    "overlap": Row("/places/E09000030/money/overlap", OPEN, NO),
    "pool": Row("/places/E09000030/money/pool", OPEN, NO),
    "split": Row("/places/E10000016/split", OPEN, all_get(400), {"to": "E07000105=Z"}),
    "unit-costs": Row("/places/E09000030/money/unit-costs", OPEN, NO),
    "watch": Row("/places/E09000030/watch", OPEN, NO),
    "health": Row("/health", OPEN, NO),
    "measure": Row("/measures/lait.LACnum", OPEN, NO),
    "measures": Row("/measures", OPEN, NO),
    "money": Row("/places/E09000030/money", OPEN, NO),
    "openapi": Row("/openapi.json", OPEN, NO),
    "place": Row("/places/E09000030", OPEN, NO),
    "places": Row("/places", OPEN, NO),
    "plan": Row("/plan", OPEN, NO),
    "plan-form": Row(
        "/plan/new?service=fostering", OPEN, all_get(400), {"service": "fostering", "draws": "5"}
    ),
    "plan-result": Row(f"/plan/result?{SOUGHT}", OPEN, NO),
    "explain": Row(f"/plan/explain?{SOUGHT}&area=Camden", OPEN, all_get(400)),
    "plans": Row("/plan/compare", OPEN, all_get(302)),
    "steady": Row(f"/plan/stability?{SOUGHT}", OPEN, all_get(400)),
    "propose": Row("/propose", OPEN, NO),
    "ready": Row("/ready", OPEN, NO),
    "short-list": Row("/measures/short-list", OPEN, NO),
    "sources": Row("/sources", OPEN, NO),
    # -- work behind a plan: seen by whoever knows its number, cancelled by who asked
    "job": Row("/jobs/{job}", OPEN, NO),
    "cancel-job": Row("/jobs/{job}/cancel", NO, all_get(403)),
    # -- accounts
    "sign-in": Row("/sign-in", (200, 302, 302, 302, 302), all_get(400)),
    "sign-out": Row("/sign-out", NO, all_get(302)),
    "set-password": Row("/set-password", all_get(404), all_get(404)),
    "account": Row("/account", (302, 200, 200, 200, 200), NO),
    "change-password": Row(
        "/account/password", (302, 200, 200, 200, 200), (403, 400, 400, 400, 400)
    ),
    "sign-out-everywhere": Row("/account/sign-out-everywhere", NO, (403, 302, 302, 302, 302)),
    # -- workspaces
    "workspaces": Row("/workspaces", (302, 200, 200, 200, 200), NO),
    "workspace": Row("/workspaces/{room}", MEMBERS, NO),
    "save": Row(
        "/save", NO, ANALYSTS_DO, {"workspace": "{room}", "address": PROPOSAL, "name": "x"}
    ),
    "saved": Row(SAVED, MEMBERS, NO),
    "kept": Row(f"{SAVED}/result", MEMBERS, NO),
    "saved-name": Row(f"{SAVED}/name", NO, ANALYSTS_DO, {"name": "x"}),
    "saved-delete": Row(f"{SAVED}/delete", NO, MANAGERS_DO),
    "add-note": Row("/workspaces/{room}/notes", NO, ANALYSTS_DO, {"text": "x"}),
    "add-saved-note": Row(f"{SAVED}/notes", NO, ANALYSTS_DO, {"text": "x"}),
    "note": Row(
        "/workspaces/{room}/notes/{note}",
        (302, 403, 200, 403, 404),  # only who wrote it changes it
        (403, 403, 302, 403, 404),
        {"text": "x"},
    ),
    "note-delete": Row("/workspaces/{room}/notes/{note}/delete", NO, ANALYSTS_DO),
    "members": Row("/workspaces/{room}/members", MEMBERS, NO),
    "invite": Row(
        "/workspaces/{room}/members/invite",
        MANAGERS,
        (403, 403, 403, 400, 404),
        {"username": "two words"},
    ),
    "member": Row(MEMBER, MANAGERS, NO),
    "member-role": Row(f"{MEMBER}/role", NO, MANAGERS_DO, {"role": "analyst"}),
    "member-remove": Row(f"{MEMBER}/remove", NO, MANAGERS_DO),
    "member-close": Row(f"{MEMBER}/close", NO, MANAGERS_DO),
    "member-reopen": Row(f"{MEMBER}/reopen", NO, MANAGERS_DO),
    "member-link": Row(f"{MEMBER}/link", NO, (403, 403, 403, 200, 404)),
    # -- own figures
    "figure-sets": Row(FIGURES, MEMBERS, NO),
    "figures-template": Row(f"{FIGURES}/template.csv", MEMBERS, NO),
    "figures-upload": Row(
        f"{FIGURES}/upload", (302, 403, 200, 200, 404), (403, 403, 400, 400, 404)
    ),
    "figure-set": Row(f"{FIGURES}/{{figures}}", MEMBERS, NO),
    "figure-set-use": Row(f"{FIGURES}/{{figures}}/use", NO, MEMBERS_DO),
    "figure-set-stop": Row(f"{FIGURES}/{{figures}}/stop", NO, MEMBERS_DO),
    "figure-set-delete": Row(f"{FIGURES}/{{figures}}/delete", NO, MANAGERS_DO),
    "trail": Row("/workspaces/{room}/trail", MANAGERS, NO),
}
