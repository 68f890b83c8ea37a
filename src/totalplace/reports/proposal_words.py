"""A proposal in words and as plain dicts: what one change would do, who is faced, what is nearer.

Flow: scenarios.proposing -> THIS -> web, reports.paper_options
"""

from __future__ import annotations

from typing import Any

from totalplace.footprints.results import Appraisal
from totalplace.reports import story
from totalplace.reports.json_document import appraisal_document, result_document
from totalplace.reports.words import and_list, chance, money, money_cell, scale_for
from totalplace.scenarios.proposing import Better, Proposal, Step

KINDS = {
    "nhs": "integrated care board",
    "police": "police force",
    "strategic": "strategic authority",
}
WAY_HEADS = (
    "how", "saves a year", "worth in all, today", "one-off cost", "chance of never", "guards"
)  # fmt: skip
STEP_HEADS = ("change", "saving a year", "then worth in all", "guards that refuse it then")
BODY_HEADS = ("kind", "body", "members that face it")


def title(found: Proposal) -> str:
    """Who, and what."""
    names = and_list([one.name for one in found.picked]) or "nobody yet"
    return f"{found.service_title}: {names}"


def verdict(found: Proposal) -> list[str]:
    """Whether it pays, whether it is allowed, or what is lacking."""
    if found.appraisal is not None:
        return story.appraisal_verdict(found.appraisal)
    if not found.picked:
        return ["Pick two or more authorities."]
    return ["Pick another authority: a partnership needs two that could be priced."]


def unpriced(found: Proposal) -> list[str]:
    """Who was picked and could not be priced, with the reason."""
    return [
        f"{one.name} could not be priced and is left out: {one.unpriced.rstrip('.')}."
        for one in found.picked
        if one.unpriced
    ]


def steps(found: Proposal) -> list[str]:
    """What each single change would do, in a sentence each, the best first."""
    return [_step(one) for one in found.steps]


def _step(one: Step) -> str:
    verb = "Adding" if one.adds else "Leaving out"
    blocked = and_list(
        [f"{title} ({reason})" for title, reason in zip(one.refused_by, one.why, strict=True)]
    )
    end = f", blocked by {blocked}" if blocked else ""
    return f"{verb} {one.name}: {_change(one)} a year{end}."


def _change(one: Step) -> str:
    """By how much the saving a year changes, with its interval: +£0.5m ±0.3."""
    sign = "+" if one.saving_change.mean >= 0 else ""
    return f"{sign}{money_cell(one.saving_change, scale_for([one.saving_change]))}"


def step_rows(found: Proposal) -> list[tuple[str, ...]]:
    """The same as cells."""
    worth = scale_for([one.value for one in found.steps], column=True)
    return [
        (
            f"{'add' if one.adds else 'leave out'} {one.name}",
            _change(one),
            money_cell(one.value, worth),
            and_list(one.refused_by) or "none",
        )
        for one in found.steps
    ]


def way_rows(found: Proposal) -> list[tuple[str, ...]]:
    """The same authorities under each arrangement, and on their own."""
    saving = scale_for([one.saving_a_year for one in found.ways], column=True)
    worth = scale_for([one.value for one in found.ways], column=True)
    change = scale_for([one.one_off_cost for one in found.ways], column=True)
    return [
        *(
            (
                story.TITLES[one.arrangement],
                money_cell(one.saving_a_year, saving),
                money_cell(one.value, worth),
                money_cell(one.one_off_cost, change),
                chance(one.chance_never_pays_back),
                refusals(one),
            )
            for one in found.ways
        ),
        ("do nothing", "£0", "£0", "£0", "nothing to pay back", "nothing changes"),
    ]


def refusals(one: Appraisal) -> str:
    """Which guards refuse it, or that none does."""
    failed = [finding.title for finding in one.guards if not finding.passed]
    return f"refused by {and_list(failed)}" if failed else "all allow it"


def body_rows(found: Proposal) -> list[tuple[str, ...]]:
    """Each partner body and the members that face it."""
    return [
        (KINDS.get(one.kind, one.kind), one.name, and_list(one.members)) for one in found.bodies
    ]


def better(found: Proposal) -> list[str]:
    """The nearest partnership that is worth more and allowed, or that there is none."""
    if found.appraisal is None:
        return []
    if found.better is None:
        return [
            "No partnership one or two changes away is both allowed and worth more, shared in "
            "this way."
        ]
    return [_better(found.better)]


def _better(one: Better) -> str:
    changes = [
        *([f"with {and_list(one.added)}"] if one.added else []),
        *([f"without {and_list(one.left_out)}"] if one.left_out else []),
    ]
    found = one.appraisal
    return (
        f"The nearest better partnership is {and_list(found.names)} ({', '.join(changes)}): "
        f"about {money(found.saving_a_year)} a year once settled, worth {money(found.value)} in "
        "all, and every guard allows it."
    )


def document(found: Proposal) -> dict[str, Any]:
    """The proposal as plain dicts and lists."""
    return {
        "kind": "proposal",
        "service": found.service,
        "service_title": found.service_title,
        "funding": found.funding,
        "verdict": verdict(found),
        "picked": [result_document(one) for one in found.picked],
        "proposal": appraisal_document(found.appraisal) if found.appraisal else None,
        "ways": [appraisal_document(one)["appraisal"] for one in found.ways],
        "steps": [result_document(one) for one in found.steps],
        "better": {
            "words": better(found)[0],
            "added": list(found.better.added),
            "left_out": list(found.better.left_out),
            **appraisal_document(found.better.appraisal),
        }
        if found.better
        else None,
        "bodies": [result_document(one) for one in found.bodies],
    }
