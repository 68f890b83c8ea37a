"""Propose: pick authorities and see at once what sharing a service would mean for them.

Flow: scenarios.proposing -> THIS -> templates/propose.html, fragments/proposal.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.money.services import service as find_service
from totalplace.money.services import services
from totalplace.reports import proposal_words as words
from totalplace.reports import story
from totalplace.reports.options_paper import proposal_paper
from totalplace.reports.proposal_map import proposal_map
from totalplace.reports.stamp import MONEY_LINE
from totalplace.reports.text import money_rows
from totalplace.reports.words import chance, money_cell, pounds, scale_for
from totalplace.scenarios.planning import provenance_of
from totalplace.scenarios.proposing import Proposal
from totalplace.scenarios.proposing import propose as look_at
from totalplace.scenarios.question import Setting, setting_of
from totalplace.types import Arrangement
from totalplace.web.figures.use import with_figures
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages import maps
from totalplace.web.pages.places import register
from totalplace.web.pages.plan_tables import appraisal_tables
from totalplace.web.planned import registry_of
from totalplace.web.workspaces.saving import SaveForm, form_for

DRAWS = 512


@dataclass(frozen=True, slots=True)
class ProposeQuery:
    """Who, what, and how."""

    service: str = "social-work"
    arrangement: Arrangement | None = None  # None: the one worth most among those allowed
    area: tuple[str, ...] = field(default=(), metadata={"longest": 100})
    funding: str = ""
    named: bool = False
    improvement: bool = False
    missing: Literal["leave-out", "estimate"] = "leave-out"
    without: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    seed: int = field(default=1, metadata={"min": 0, "max": 1_000_000})


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One authority to tick."""

    code: str
    name: str
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the part that answers reads."""

    title: str
    verdict: list[str]
    unpriced: list[str]
    certainty: list[str]
    facts: str
    better: list[str]
    better_address: str
    steps: list[str]
    guards: list[tuple[str, str, str]]
    ways: list[tuple[str, ...]]
    money: list[tuple[str, str]]
    shares: list[tuple[str, ...]]
    bodies: list[tuple[str, ...]]
    notes: tuple[str, ...]
    map: str
    address: str  # that stays
    paper_address: str
    money_line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePage:
    """What the template reads."""

    services: tuple[tuple[str, str, bool], ...]
    arrangements: tuple[tuple[str, str, bool], ...]
    regions: tuple[tuple[str, tuple[Box, ...], int], ...]  # name, boxes, how many ticked
    query: ProposeQuery
    address: str
    answer: Answer
    save: SaveForm | None  # None: there is nothing to save, or the visitor may save nowhere


@page(ProposeQuery)
def propose(request: HttpRequest, query: ProposeQuery) -> Page:
    """Pick, and see."""
    setting, found = proposal_of(query)
    appraisal = found.appraisal
    provenance = provenance_of(setting, query.seed)
    answer = _answer(query, setting, found)
    content = ProposePage(
        services=tuple((one.id, one.title, one.id == query.service) for one in services().values()),
        arrangements=(
            ("", "whichever is worth most and allowed", query.arrangement is None),
            *(
                (str(one), story.TITLES[one], one == query.arrangement)
                for one in find_service(query.service).arrangements
            ),
        ),
        regions=_regions({one.area_code for one in found.picked}),
        query=query,
        address=reverse("propose"),
        answer=answer,
        save=form_for(request, address=answer.address, name=answer.title) if appraisal else None,
    )
    return Page(
        title="What would our proposal be worth?" if len(found.picked) < 2 else words.title(found),
        template="propose.html",
        fragment="fragments/proposal.html",
        content=content,
        document=lambda: words.document(found),
        tables=(lambda: appraisal_tables(appraisal, register())) if appraisal else None,
        paper=(
            lambda: proposal_paper(
                found,
                assumptions=setting.registry.to_rows(),
                address=request.build_absolute_uri(content.answer.address),
            )
        )
        if appraisal
        else None,
        sources=provenance.sources if appraisal else (),
        own=provenance.own if appraisal else (),
        stamp=f"assumptions {setting.registry.sha256[:12]} · seed {query.seed} · "
        f"{setting.draws.n:,} draws",
        file_name=f"proposal-{query.service}",
    )


def proposal_of(query: ProposeQuery) -> tuple[Setting, Proposal]:
    """The proposal of a query, and the service it is about, both kept while they are asked for."""
    setting = library().lately(
        ("setting", query.service, query.missing, query.hold, query.seed),
        lambda book: setting_of(
            book, query.service, registry_of(query.hold), DRAWS, query.seed, None, None,
            query.missing, None, None,
        ),
    )  # fmt: skip
    found = library().lately(
        ("proposal", query),
        lambda book: look_at(
            book,
            setting,
            query.area,
            arrangement=str(query.arrangement or ""),
            seed=query.seed,
            named=query.named,
            improvement=query.improvement,
            funding=query.funding,
            without=query.without,
        ),
    )
    return setting, found


def address_of(query: ProposeQuery, codes: list[str]) -> str:
    """The address of the same question about other authorities."""
    pairs: list[tuple[str, str]] = [("service", query.service)]
    if query.arrangement is not None:
        pairs.append(("arrangement", str(query.arrangement)))
    pairs += [("area", code) for code in sorted(set(codes))]
    pairs += [("funding", query.funding)] if query.funding else []
    pairs += [(name, "yes") for name in ("named", "improvement") if getattr(query, name)]
    pairs += [("missing", query.missing)] if query.missing != "leave-out" else []
    pairs += [(name, one) for name in ("without", "hold") for one in getattr(query, name)]
    pairs += [("seed", str(query.seed))] if query.seed != 1 else []
    return with_figures(f"{reverse('propose')}?{urlencode(pairs)}")


def _answer(query: ProposeQuery, setting: Setting, found: Proposal) -> Answer:
    one = found.appraisal
    codes = [picked.area_code for picked in found.picked]
    own = address_of(query, codes)
    amounts = money_rows(one) if one else []
    scale = scale_for([amount for _, amount in amounts], column=True)
    share_scale = scale_for([m.share for m in one.shares], column=True) if one else scale
    return Answer(
        title=words.title(found) if found.picked else "",
        verdict=words.verdict(found),
        unpriced=words.unpriced(found),
        certainty=story.appraisal_certainty(one) if one else [],
        facts=f"{story.TITLES[one.arrangement][0].upper()}{story.TITLES[one.arrangement][1:]}. "
        f"{story.appraisal_facts(one)}"
        if one
        else "",
        better=words.better(found),
        better_address=address_of(query, list(found.better.appraisal.members))
        if found.better
        else "",
        steps=words.steps(found),
        guards=[
            (finding.title, "passed" if finding.passed else "refused", finding.reason)
            for finding in (one.guards if one else ())
        ],
        ways=words.way_rows(found) if one else [],
        money=[(label, money_cell(amount, scale)) for label, amount in amounts],
        shares=[
            (
                member.name,
                money_cell(member.share, share_scale),
                f"{pounds(member.transfer, share_scale)} (fixed)",
                chance(member.chance_worse_off),
            )
            for member in (one.shares if one else ())
        ],
        bodies=words.body_rows(found),
        notes=one.notes if one else (),
        map=_map(query, setting, codes, {step.area_code for step in found.steps if step.adds}),
        address=own,
        paper_address=f"{own}&format=docx" if one else "",
        money_line=MONEY_LINE,
    )


def _map(query: ProposeQuery, setting: Setting, codes: list[str], beside: set[str]) -> str:
    shapes = maps.hexagons()
    if shapes is None:
        return ""
    problem = setting.problem
    names: Mapping[str, str] = dict(zip(problem.area_codes, problem.names, strict=True))
    return proposal_map(
        shapes,
        names,
        picked=codes,
        beside=beside,
        address_fn=lambda code: address_of(
            query, [one for one in codes if one != code] if code in codes else [*codes, code]
        ),
    )


def _regions(ticked: set[str]) -> tuple[tuple[str, tuple[Box, ...], int], ...]:
    by_region: dict[str, list[Box]] = {}
    for one in sorted(register().on(), key=lambda one: (one.region_name, one.name)):
        by_region.setdefault(one.region_name, []).append(
            Box(code=one.area_code, name=one.name, ticked=one.area_code in ticked)
        )
    return tuple(
        (name, tuple(boxes), sum(box.ticked for box in boxes)) for name, boxes in by_region.items()
    )


ROUTES = [path("propose", propose, name="propose")]
