"""Saving a plan or a proposal: the form on its page, and what is kept of it.

Flow: web.pages.plan, web.pages.propose -> THIS -> workspaces.holdings
In: the permanent address of a result. Out: its verdict and figures as they are now, kept under a
name with the book, the version and the assumptions they were made with.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from totalplace import __version__
from totalplace.errors import BookError, InputError, Problem
from totalplace.web.figures.use import FIGURES, PUBLISHED, of_request, with_figures
from totalplace.web.jobs.models import Job
from totalplace.web.library import library
from totalplace.web.query import read_query
from totalplace.web.workspaces.holdings import Kind, Saved
from totalplace.web.workspaces.models import Membership, Partnership, Role, User
from totalplace.web.workspaces.permissions import rooms

MOST_SAVED = 500  # in a workspace
LONGEST, LONGEST_TITLE, LONGEST_ADDRESS = 150, 400, 4_000  # as in `holdings.Saved`
GONE = "Nothing was saved."


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveForm:
    """What the form on a result's page needs."""

    to: str  # where it is posted
    address: str  # of the result
    name: str  # suggested
    rooms: tuple[tuple[str, str], ...]  # of each workspace: its number, its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands at a permanent address, as it is now."""

    kind: Kind
    address: str
    title: str
    verdict: list[str]
    document: Any
    assumptions: str
    job: Job | None


def form_for(request: HttpRequest, *, address: str, name: str) -> SaveForm | None:
    """The form to save a result; None for who may save nowhere."""
    if not isinstance(request.user, User):
        return None
    mine = rooms(request.user, Role.ANALYST)
    if not mine:
        return None
    return SaveForm(
        to=reverse("save"),
        address=address,
        name=name[:LONGEST],
        rooms=tuple((str(one.partnership_id), one.partnership.name) for one in mine),
    )


def look_at(address: str) -> Asked:
    """What stands at a permanent address.

    Raises:
        InputError: It is no plan's or proposal's, cannot be understood, or is not worked out yet.
    """
    readers: dict[str, Callable[[str], Asked]] = {
        reverse("plan-result"): _plan_at,
        reverse("propose"): _proposal_at,
    }
    path, _, words = address.partition("?")
    if path not in readers:
        raise InputError(
            Problem(
                what="That is not the address of a plan or a proposal",
                fix="Use the button on the page of a result.",
            ),
            after=GONE,
        )
    return readers[path](words)


def save(mine: Membership, asked: Asked, name: str) -> Saved:
    """Keep a result under a name.

    Raises:
        InputError: No name, one that is too long, or the workspace is full.
    """
    plain = usable_name(name)
    if len(asked.address) > LONGEST_ADDRESS:
        raise InputError(
            f"The question is longer than {LONGEST_ADDRESS:,} letters, which is the most that can "
            f"be kept. Name fewer areas. {GONE}"
        )
    with transaction.atomic():
        room = Partnership.objects.select_for_update().get(pk=mine.partnership_id)
        if room.saved.count() >= MOST_SAVED:
            raise InputError(
                f"{room} holds {MOST_SAVED} saved plans and proposals, which is the most. Ask a "
                f"manager to delete some. {GONE}"
            )
        if asked.job is not None and not _is_there(asked.job):
            raise InputError(f"The plan was forgotten meanwhile. Ask for it again. {GONE}")
        return Saved.objects.create(
            partnership=room,
            kind=asked.kind,
            name=plain,
            title=asked.title[:LONGEST_TITLE],
            address=asked.address,
            verdict=asked.verdict,
            job=asked.job,
            packed=Saved.pack(asked.document),
            book_hash=library().hash,
            version=__version__,
            assumptions=asked.assumptions,
            saved_by=mine.user,
            saved_by_name=mine.user.name,
        )


def rename(saved: Saved, name: str) -> None:
    """Call it something else.

    Raises:
        InputError: No name, or one that is too long.
    """
    saved.name = usable_name(name)
    saved.save(update_fields=["name"])


def usable_name(name: str) -> str:
    """A name as it is kept.

    Raises:
        InputError: There is none, or it is too long.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise InputError(
            Problem(
                what="It has no name" if not plain else "The name cannot be used",
                where="name",
                fix=f"Give a name of 1 to {LONGEST} letters.",
            )
        )
    return plain


def changed_since(saved: Saved) -> list[str]:
    """What is not as it was when this was made, in words; nothing when all is."""
    told = []
    now_shown = _book_now(saved)
    if now_shown is None:
        told.append("The figures: the own figures that it was made with have been deleted.")
    elif saved.book_hash != now_shown:
        told.append(
            f"The figures: it was made from book {saved.book_hash[:12]}, this service now shows "
            f"book {now_shown[:12]}."
        )
    if saved.version != __version__:
        told.append(
            f"The program: it was made by Total Place {saved.version}, this is {__version__}."
        )
    now = assumptions_now(saved)
    if now is None:
        told.append("The question: it cannot be asked in these words any more.")
    elif saved.assumptions != now:
        told.append(
            f"The assumptions: it was made with {saved.assumptions[:12]}, they are now {now[:12]}."
        )
    return told


def _book_now(saved: Saved) -> str | None:
    """The hash of the book the same question would be answered from; None: it is gone."""
    named = QueryDict(saved.address.partition("?")[2]).get(FIGURES, "")
    if named in {"", PUBLISHED}:
        return library().hash
    try:
        with of_request({FIGURES: named}):
            return library().hash
    except (BookError, ValueError):
        return None


def assumptions_now(saved: Saved) -> str | None:
    """The hash of the assumptions the same question would be answered with; None: it cannot be."""
    return _hash_with(tuple(QueryDict(saved.address.partition("?")[2]).getlist("hold")))


@functools.lru_cache(maxsize=256)
def _hash_with(held: tuple[str, ...]) -> str | None:
    from totalplace.web.planned import registry_of

    try:
        return registry_of(held).sha256
    except InputError:
        return None


def of_partnership(partnership_id: UUID) -> list[Saved]:
    """Everything saved in a workspace, newest first, without its figures."""
    found = Saved.objects.filter(partnership_id=partnership_id).defer("packed")
    return list(found.order_by("-saved_at", "id"))


def _is_there(job: Job) -> bool:
    """Whether a job is still kept; it stays so until the transaction ends."""
    return Job.objects.select_for_update().filter(pk=job.pk).first() is not None


def _plan_at(words: str) -> Asked:
    from totalplace.reports import story
    from totalplace.reports.json_document import plan_document
    from totalplace.web.jobs import board
    from totalplace.web.jobs.plans import PLAN
    from totalplace.web.pages.plan import plan_of
    from totalplace.web.planned import PlanQuery, checked, request_of, words_of

    wanted = checked(read_query(PlanQuery, QueryDict(words)), library().book)
    job = board.find(PLAN, request_of(wanted))
    found = plan_of(job)
    if found is None:
        raise InputError(f"This plan has not been worked out yet. {GONE}")
    return Asked(
        kind=Kind.PLAN,
        address=with_figures(f"{reverse('plan-result')}?{words_of(wanted)}"),
        title=story.plan_title(found),
        verdict=[*story.plan_verdict(found), *story.plan_certainty(found)],
        document=_settled(plan_document(found)),
        assumptions=found.assumptions_sha256,
        job=job,
    )


def _proposal_at(words: str) -> Asked:
    from totalplace.reports import proposal_words, story
    from totalplace.web.pages.propose import ProposeQuery, address_of, proposal_of

    query = read_query(ProposeQuery, QueryDict(words))
    setting, found = proposal_of(query)
    if found.appraisal is None:
        raise InputError(
            Problem(
                what="There is no answer to save yet",
                fix="Pick two or more authorities that can be priced.",
            ),
            after=GONE,
        )
    return Asked(
        kind=Kind.PROPOSAL,
        address=address_of(query, [one.area_code for one in found.picked]),
        title=proposal_words.title(found),
        verdict=[
            *proposal_words.verdict(found),
            *proposal_words.unpriced(found),
            *story.appraisal_certainty(found.appraisal),
        ],
        document=_settled(proposal_words.document(found)),
        assumptions=setting.registry.sha256,
        job=None,
    )


def _settled(document: Any) -> Any:
    """A document as plain JSON, as others will read it."""
    return json.loads(json.dumps(document, default=str, allow_nan=False))
