"""Why an authority landed where it did, in words: for a terminal, a page, or as JSON.

Flow: footprints.explain -> THIS -> cli.risk
In: a frozen Explanation. Out: text or plain dicts. Nothing is computed here.
"""

from __future__ import annotations

import json

from totalplace.footprints import guards
from totalplace.footprints.explain import Explanation, Neighbour, Option
from totalplace.footprints.results import Appraisal, GuardFinding
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.json_document import Json, result_document
from totalplace.reports.story import TITLES
from totalplace.reports.swings import flip_words
from totalplace.reports.text import EmphasisFn, plain
from totalplace.reports.words import (
    and_list,
    chance,
    count,
    members,
    money,
    pounds,
    sentence,
)

MOST_FLIPS = 4
NEIGHBOUR_HEADS = ("neighbour", "in the plan", "best together", "it would gain", "refused by")
_WOULD_HELP = {
    guards.NO_WEAK_LEADER: "a new inspection would have to clear the grades named above",
    guards.STEADY_HANDS: "the workforce named above would have to settle",
    guards.WITHIN_REACH: "the limit on distance would have to be wider, or the set named as wanted",
    guards.NOT_TOO_BIG: "the limit on members or children would have to be higher",
    guards.NOBODY_PAYS: "the members would have to agree on a split that protects the weakest",
    guards.FRONT_LINE_HELD: "a source of funding for the cost of change would have to be named",
    guards.USERS_OWN: "you would have to lift your own limit",
}


def explanation_sentences(told: Explanation) -> list[str]:
    """The answer, the best it could have had, what blocked it, and what would have to change."""
    if told.unpriced:
        return [
            f"{told.name} takes no part in the plan: {told.unpriced.rstrip('.')}.",
            "Nothing can be said about what it would gain.",
        ]
    return [_landed(told), *_only(told), *_best(told), *_best_allowed(told), *_flips(told)]


def explanation_text(
    told: Explanation, *, width: int = 100, emphasis_fn: EmphasisFn = plain
) -> str:
    """The explanation as text, the verdict first."""
    first, *rest = explanation_sentences(told)
    lines = [emphasis_fn(line) for line in paragraph(first, width=width)]
    for line in rest:
        lines += paragraph(line, width=width, indent=2, hang=2)
    if told.neighbours:
        head = (*NEIGHBOUR_HEADS[:2], f"best with {told.name}", *NEIGHBOUR_HEADS[3:])
        table = columns(head, neighbour_rows(told), width=width)
        lines += ["", emphasis_fn(table[0]), *table[1:]]
        lines += paragraph(
            "What a neighbour would gain is its fair share of the best partnership with "
            f"{told.name}, less what it has in the plan, on average.",
            width=width,
            indent=2,
            hang=2,
        )
    return "\n".join(lines) + "\n"


def neighbour_rows(told: Explanation) -> list[tuple[str, ...]]:
    """A row for each neighbour; see ``NEIGHBOUR_HEADS``."""
    return [_neighbour_row(neighbour) for neighbour in told.neighbours]


def explanation_to_json(told: Explanation) -> str:
    """The explanation as JSON: its sentences, and every figure they rest on."""
    document: Json = {"kind": "explanation", "sentences": explanation_sentences(told)}
    return (
        json.dumps(
            {**document, **result_document(told)}, indent=2, ensure_ascii=False, allow_nan=False
        )
        + "\n"
    )


def _who(appraisal: Appraisal) -> str:
    return f"{members(appraisal.names)} ({TITLES[appraisal.arrangement]})"


def _only(told: Explanation) -> list[str]:
    if not told.only:
        return []
    return [f"The plan is for {told.only} only: nobody else was considered as a partner."]


def _landed(told: Explanation) -> str:
    service = told.service_title[0].lower() + told.service_title[1:]
    if told.landed is None:
        return f"{told.name} keeps {service} on its own in the best plan."
    return f"{told.name} lands in {_who(told.landed)}, worth {money(told.landed.value)} in all."


def _best(told: Explanation) -> list[str]:
    if told.best is None:
        return ["It borders nobody that could be priced, so there was nothing to choose."]
    seen = f"{count(told.considered, 'partnership')} that hold it"
    best = told.best
    if told.landed is not None and _same(told.landed, best.appraisal):
        return [f"Of {seen}, this is worth most, guards aside."]
    lines = [
        f"Of {seen}, {_who(best.appraisal)} is worth most, guards aside: {_worth(told, best)}."
    ]
    lines += [
        f"The guard '{finding.title}' refuses it: {sentence(finding.reason)}"
        for finding in best.blocked_by
    ]
    if best.blocked_by:
        lines.append(f"To be allowed, {and_list([_helps(f) for f in best.blocked_by])}.")
    return lines


def _best_allowed(told: Explanation) -> list[str]:
    option = told.best_allowed
    if option is None:
        return ["The guards let it have none of them."] if told.best is not None else []
    allowed = f"The guards allow {count(told.allowed, 'of them', 'of them')}"
    if told.landed is not None and _same(told.landed, option.appraisal):
        return [f"{allowed}; the one it lands in is worth most."]
    what = f"{allowed}; {_who(option.appraisal)} is worth most: {_worth(told, option)}."
    if option.score <= 0:
        return [what, "That is no better than staying as it is, so the plan leaves it out."]
    return [what, _crowded_out(told, option)]


def _crowded_out(told: Explanation, option: Option) -> str:
    lost = pounds(max(option.plan_loses or 0.0, 0.0))
    if not option.breaks:
        return f"Forming it would leave the whole plan worth {lost} less."
    broken = and_list([_who(other) for other in option.breaks])
    return (
        f"Forming it would break up {broken}, and leave the whole plan worth {lost} less: its "
        "members are worth more where they are."
    )


def _flips(told: Explanation) -> list[str]:
    option = told.best_allowed or told.best
    if option is None:
        return []
    now = "pays" if option.score > 0 else "does not pay"
    if not told.flips:
        return [
            f"Whether {members(option.appraisal.names)} pays does not hang on any one assumption: "
            f"none, anywhere in its own range, changes that it {now}."
        ]
    changes = [flip_words(swing) for swing in told.flips[:MOST_FLIPS]]
    return [
        f"{members(option.appraisal.names)} {now} on average. Any one of these would change that: "
        f"{and_list(changes)}."
    ]


def _worth(told: Explanation, option: Option) -> str:
    words = money(option.appraisal.value)
    share = option.share_of(told.area_code)
    if share is not None:
        words += f", of which {told.name}'s fair part is {money(share.share)}"
    return (
        f"{words}; chance that it never pays back {chance(option.appraisal.chance_never_pays_back)}"
    )


def _helps(finding: GuardFinding) -> str:
    return _WOULD_HELP[finding.guard]


def _neighbour_row(neighbour: Neighbour) -> tuple[str, ...]:
    landed = members(neighbour.landed.names) if neighbour.landed else "on its own"
    option = neighbour.together
    if option is None:
        return (neighbour.name, landed, "could not be priced", "", "")
    gain = "not worked out" if neighbour.gains is None else pounds(neighbour.gains)
    refused = ", ".join(finding.title for finding in option.blocked_by)
    return (neighbour.name, landed, _who(option.appraisal), gain, refused)


def _same(one: Appraisal, other: Appraisal) -> bool:
    return one.members == other.members and one.arrangement == other.arrangement
