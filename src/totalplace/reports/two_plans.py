"""Two plans side by side: what each says, and where they differ.

Flow: footprints.results -> THIS -> web
In: two frozen plans, of one service or of two. Out: rows of words; nothing is worked out anew.
"""

from __future__ import annotations

from totalplace.footprints.results import Appraisal, Plan
from totalplace.reports import story
from totalplace.reports.words import chance, count, members, money_cell, number, scale_for

Row = tuple[str, ...]


def difference(one: Plan, other: Plan) -> str:
    """How alike they are, in a sentence."""
    same = len(_sets(one).keys() & _sets(other).keys())
    moved = len(lot_rows(one, other))
    return (
        f"They have {count(same, 'partnership')} in common; for "
        f"{count(moved, 'authority', 'authorities')} they say something different."
    )


def figure_rows(one: Plan, other: Plan) -> list[Row]:
    """What each plan is worth and how sure that is."""
    saving = scale_for([one.saving_a_year, other.saving_a_year], column=True)
    worth = scale_for([one.value, other.value], column=True)
    both = (one, other)
    return [
        ("saves a year, once settled", *(money_cell(p.saving_a_year, saving) for p in both)),
        ("worth in all, today", *(money_cell(p.value, worth) for p in both)),
        ("chance it never pays back", *(_never(p) for p in both)),
        ("partnerships", *(number(len(p.partnerships)) for p in both)),
        ("authorities that share", *(number(p.priced - len(p.alone)) for p in both)),
        ("how it may be shared", *(story.arrangements_considered(p) for p in both)),
        ("judged", *(p.objective for p in both)),
        ("the proof", *(story.proof(p.certificate) for p in both)),
        ("assumptions", *(p.assumptions_sha256[:12] for p in both)),
    ]


def partnership_rows(one: Plan, other: Plan) -> list[Row]:
    """Every partnership of either: what it saves in each, "" where it is not."""
    mine, theirs = _sets(one), _sets(other)
    keys = [*mine, *(key for key in theirs if key not in mine)]
    scale = scale_for([p.saving_a_year for p in (*mine.values(), *theirs.values())], column=True)

    def cell(found: dict[tuple[str, ...], Appraisal], key: tuple[str, ...]) -> str:
        return money_cell(found[key].saving_a_year, scale) if key in found else "not in it"

    return [
        (members((mine.get(key) or theirs[key]).names), cell(mine, key), cell(theirs, key))
        for key in keys
    ]


def lot_rows(one: Plan, other: Plan) -> list[Row]:
    """Authorities for which the plans say something different, and what each says."""
    mine, theirs = _lots(one), _lots(other)
    names = other.names | one.names
    rows = [
        (names.get(code, code), mine.get(code, "not in it"), theirs.get(code, "not in it"))
        for code in sorted(mine.keys() | theirs.keys())
        if mine.get(code) != theirs.get(code)
    ]
    return sorted(rows)


def _never(plan: Plan) -> str:
    return "nothing to pay back" if plan.is_do_nothing else chance(plan.chance_never_pays_back)


def _sets(plan: Plan) -> dict[tuple[str, ...], Appraisal]:
    return {one.members: one for one in plan.partnerships}


def _lots(plan: Plan) -> dict[str, str]:
    said = dict.fromkeys(plan.alone, "keeps its own")
    said |= dict.fromkeys(plan.unpriced, "not priced")
    for one in plan.partnerships:
        said |= dict.fromkeys(
            one.members, f"{members(one.names)} ({story.TITLES[one.arrangement]})"
        )
    return said
