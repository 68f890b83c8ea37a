"""An options paper in the shape a cabinet report takes, from a plan or a proposal.

Flow: footprints.results, scenarios.proposing -> THIS -> web
In: a frozen Plan or Proposal, the assumptions as rows. Out: the bytes of a .docx file, the same
for the same answer. Every figure is one of the result's: nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from totalplace.book.own import OwnFigure
from totalplace.footprints.results import Plan
from totalplace.reports import own_words, proposal_words, story
from totalplace.reports.map import MapShapes
from totalplace.reports.options_sections import Section, plan_sections, proposal_sections
from totalplace.reports.paper_parts import (
    after_table,
    bullets,
    picture,
    saved,
    set_up,
    table,
)
from totalplace.reports.stamp import LICENCE_LINE, stamp_line, stamp_of
from totalplace.scenarios.proposing import Proposal


def plan_paper(
    plan: Plan,
    *,
    assumptions: Sequence[Mapping[str, object]],
    maps: Sequence[MapShapes] = (),
    address: str = "",
) -> bytes:
    """The options paper of a plan as the bytes of a .docx file.

    Args:
        plan: The plan.
        assumptions: Rows of the registry it was made with (``Registry.to_rows()``).
        maps: Ways to draw the country; the first is shown.
        address: Where the plan stands, "" if nowhere.
    """
    return _paper(
        story.plan_title(plan),
        plan_sections(plan, assumptions, maps),
        sources=plan.sources,
        stamp=stamp_line(stamp_of(plan)),
        address=address,
        own=plan.own,
    )


def proposal_paper(
    found: Proposal, *, assumptions: Sequence[Mapping[str, object]], address: str = ""
) -> bytes:
    """The options paper of a proposal as the bytes of a .docx file.

    Args:
        found: The proposal, with two authorities or more that could be priced.
        assumptions: Rows of the registry it was made with.
        address: Where the proposal stands, "" if nowhere.
    """
    made = found.appraisal.provenance if found.appraisal else None
    return _paper(
        proposal_words.title(found),
        proposal_sections(found, assumptions),
        sources=made.sources if made else (),
        stamp=stamp_line(made) if made else "",
        address=address,
        own=made.own if made else (),
    )


def _paper(
    title: str,
    sections: Sequence[Section],
    *,
    sources: Sequence[str],
    stamp: str,
    address: str,
    own: Sequence[OwnFigure],
) -> bytes:
    import docx  # noqa: PLC0415 (heavy, loaded where used)

    paper = docx.Document()
    set_up(paper, title=title, stamp=stamp)
    paper.add_heading(title, level=0)
    paper.add_paragraph(
        "An options paper made from published figures and stated assumptions. It is a draft for "
        "officers to complete: what only the councils know is marked so."
    )
    if own:
        paper.add_paragraph(own_words.first_line(own))
    figure = 0
    for number, section in enumerate(sections, 1):
        paper.add_heading(f"{number}. {section.heading}", level=1)
        for text in section.paragraphs:
            paper.add_paragraph(text)
        bullets(paper, section.bullets)
        for one in section.tables:
            table(paper, one.caption, one.heads, one.rows)
        for drawing in section.drawings:
            figure += 1
            picture(
                paper,
                drawing.png,
                title=drawing.title,
                words=drawing.words,
                width_mm=drawing.width_mm,
            )
            paper.add_paragraph(
                f"Figure {figure}. {drawing.title}. {drawing.caption}", style="Caption"
            )
        for text in section.after:
            after_table(paper, text)
    paper.add_heading(f"{len(sections) + 1}. Sources", level=1)
    bullets(paper, sources)
    if own:
        table(paper, own_words.CAPTION, own_words.HEADS, own_words.rows(own))
    paper.add_paragraph(LICENCE_LINE)
    paper.add_paragraph(f"{stamp}{f' · {address}' if address else ''}")
    return saved(paper)
