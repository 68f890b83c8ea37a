"""A plan as tables others can use: unrounded, in the columns the Department's open data has.

Flow: footprints.results -> THIS -> web.pages.plan, web.pages.propose (CSV)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from totalplace.footprints.results import Appraisal, Plan, Range
from totalplace.places.register import Register
from totalplace.web.downloads import Cell, Column, Table

PLACE = (
    Column("new_la_code", "Area code"),
    Column("old_la_code", "DfE number"),
    Column("la_name", "Authority"),
)
MONEY_NOTE = "Pounds at 2024-25 prices; low and high are the ends of the 80 % interval."


def plan_tables(plan: Plan, register: Register) -> tuple[Table, ...]:
    """Every table of a plan."""
    return (
        _partnerships(plan.partnerships, f"{plan.service_title}: the partnerships"),
        _members(plan.partnerships, register),
        _authorities(plan, register),
        _guards(plan),
        _comparators(plan),
        _findings(plan.partnerships),
        _moves(plan),
    )


def appraisal_tables(appraisal: Appraisal, register: Register) -> tuple[Table, ...]:
    """Every table of one partnership."""
    return (
        _partnerships((appraisal,), "The partnership"),
        _members((appraisal,), register),
        _findings((appraisal,)),
        Table(
            name="layers",
            title="Where the saving comes from, a year once settled",
            columns=(Column("layer", "Layer"), *_money("saving")),
            rows=[(layer.value, *_cells(part)) for layer, part in appraisal.by_layer.items()],
            note=MONEY_NOTE,
        ),
    )


def _partnerships(found: Sequence[Appraisal], title: str) -> Table:
    return Table(
        name="partnerships",
        title=title,
        columns=(
            Column("partnership", "No.", "whole"),
            Column("members", "Members"),
            Column("member_codes", "Area codes"),
            Column("arrangement", "How it is shared"),
            *_money("saving_a_year"),
            *_money("value"),
            *_money("one_off_cost"),
            *_money("first_year_cost"),
            *_money("exit_cost"),
            Column("pays_back_years", "Pays back in, years", "number"),
            Column("chance_never_pays_back", "Chance it never pays back", "number"),
            Column("children", "Children aged 0 to 17", "whole"),
            Column("span_km", "Between the furthest centres, km", "number"),
            Column("allowed", "Whether every guard allows it"),
        ),
        rows=[
            (
                number,
                " + ".join(one.names),
                "+".join(one.members),
                str(one.arrangement),
                *_cells(one.saving_a_year),
                *_cells(one.value),
                *_cells(one.one_off_cost),
                *_cells(one.first_year_cost),
                *_cells(one.exit_cost),
                one.pays_back_years.mean if one.pays_back_years else None,
                _finite(one.chance_never_pays_back),
                _finite(one.children),
                _finite(one.span_km),
                "yes" if one.allowed else "no",
            )
            for number, one in enumerate(found, 1)
        ],
        note=MONEY_NOTE,
    )


def _members(found: Sequence[Appraisal], register: Register) -> Table:
    return Table(
        name="members",
        title="What each member gets",
        columns=(
            *PLACE,
            Column("partnership", "No.", "whole"),
            *_money("share"),
            Column("transfer", "Transfer in it (£)", "pounds"),
            Column("chance_worse_off", "Chance it loses", "number"),
        ),
        rows=[
            (
                *_place(share.area_code, share.name, register),
                number,
                *_cells(share.share),
                _finite(share.transfer),
                _finite(share.chance_worse_off),
            )
            for number, one in enumerate(found, 1)
            for share in one.shares
        ],
        note=f"{MONEY_NOTE} A share is of what the partnership is worth in all, today.",
    )


def _authorities(plan: Plan, register: Register) -> Table:
    said: dict[str, tuple[Cell, ...]] = {
        code: ("shares", number, str(one.arrangement), "")
        for number, one in enumerate(plan.partnerships, 1)
        for code in one.members
    }
    said |= dict.fromkeys(plan.alone, ("keeps its own", None, "", ""))
    said |= {code: ("not priced", None, "", why) for code, why in plan.unpriced.items()}
    return Table(
        name="authorities",
        title="What the plan says for each authority",
        columns=(
            *PLACE,
            Column("status", "What the plan says"),
            Column("partnership", "No.", "whole"),
            Column("arrangement", "How it is shared"),
            Column("reason", "Why not priced"),
            Column("estimated", "Whether priced from an estimate"),
        ),
        rows=[
            (
                *_place(code, plan.names.get(code, code), register),
                *cells,
                "yes" if code in plan.estimated else "no",
            )
            for code, cells in sorted(said.items())
        ],
    )


def _guards(plan: Plan) -> Table:
    return Table(
        name="guards",
        title="What protecting children costs, one guard at a time",
        columns=(
            Column("guard", "Guard"),
            Column("meaning", "The rule"),
            Column("applies", "Whether it applies"),
            Column("refused", "Partnerships it refuses", "whole"),
            *_money("saving_given_up_a_year"),
            Column("note", "Note"),
        ),
        rows=[
            (
                one.title,
                one.meaning,
                "yes" if one.applies else "no",
                one.blocked,
                *_cells(one.price_a_year),
                one.note,
            )
            for one in plan.guards
        ],
        note=MONEY_NOTE,
    )


def _comparators(plan: Plan) -> Table:
    return Table(
        name="comparators",
        title="Other ways to divide the country",
        columns=(
            Column("name", "Way"),
            *_money("saving_a_year"),
            *_money("value"),
            Column("partnerships", "Partnerships", "whole"),
            Column("breaks_guards", "Of them a guard would refuse", "whole"),
            Column("note", "Note"),
        ),
        rows=[
            (
                one.name,
                *_cells(one.saving_a_year),
                *_cells(one.value),
                one.partnerships,
                one.breaks_guards,
                one.note,
            )
            for one in plan.comparators
        ],
        note=MONEY_NOTE,
    )


def _findings(found: Sequence[Appraisal]) -> Table:
    return Table(
        name="verdicts",
        title="Every guard held against every partnership",
        columns=(
            Column("partnership", "No.", "whole"),
            Column("guard", "Guard"),
            Column("passed", "Whether it passes"),
            Column("reason", "Why"),
        ),
        rows=[
            (number, finding.title, "yes" if finding.passed else "no", finding.reason)
            for number, one in enumerate(found, 1)
            for finding in one.guards
        ],
    )


def _moves(plan: Plan) -> Table:
    return Table(
        name="moves",
        title="What moves it most: each assumption at both ends of its range",
        columns=(
            Column("assumption", "Id"),
            Column("title", "Assumption"),
            Column("unit", "Unit"),
            Column("low", "Low end of its range", "number"),
            Column("value", "Value", "number"),
            Column("high", "High end of its range", "number"),
            Column("worth_at_low", "Worth at the low end (£)", "pounds"),
            Column("worth", "Worth as drawn (£)", "pounds"),
            Column("worth_at_high", "Worth at the high end (£)", "pounds"),
            Column("flips_at", "The verdict flips at", "number"),
        ),
        rows=[
            (
                one.id,
                one.title,
                one.unit,
                one.low,
                one.value,
                one.high,
                _finite(one.worth_at_low),
                _finite(one.worth),
                _finite(one.worth_at_high),
                one.flips_at,
            )
            for one in plan.moves
        ],
        note="Mean worth with the assumption held there and all others drawn, in pounds.",
    )


def _place(code: str, name: str, register: Register) -> tuple[str, str, str]:
    known = register.authorities.get(code)
    return code, known.la_number if known else "", name


def _money(name: str) -> tuple[Column, Column, Column]:
    head = name.replace("_", " ").capitalize()
    return (
        Column(name, f"{head} (£)", "pounds"),
        Column(f"{name}_low", f"{head}, low (£)", "pounds"),
        Column(f"{name}_high", f"{head}, high (£)", "pounds"),
    )


def _cells(amount: Range | None) -> tuple[Cell, Cell, Cell]:
    if amount is None:
        return (None, None, None)
    return (_finite(amount.mean), _finite(amount.low), _finite(amount.high))


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
