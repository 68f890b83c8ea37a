"""What the NHS, police and fire services spend here on people of all ages: beside the count.

Flow: book, money.apportion -> THIS -> money.ledger, scenarios.counting, reports
None of it is in the count: no publication says what part is for children. A body's whole spend is
shared over the councils it covers by two keys; the answer is by the first, the range by both.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import numpy as np

from totalplace import reference
from totalplace.book.store import Book
from totalplace.measures.today import Today
from totalplace.money.apportion import apportion
from totalplace.money.benefits import child_keys
from totalplace.money.counted import label, newest, to_pence
from totalplace.money.figures import financial_year_end
from totalplace.money.spend import LATEST_YEAR

POLICE = "rsx.police.total_expenditure"
FIRE = "rsx.fire.total_expenditure"
HEALTH = ("cra.7_a_medical_services.central.current", "cra.7_a_medical_services.local.current")
WEIGHTED, PATIENTS = "nhs_place.all_core", "nhs_place.patients"
CHILD_KEYS = ("children aged 0 to 17", "children in low-income families")
PATIENT_KEYS = ("patients weighted by need", "patients")
ABSENT = {
    "NHS": "This book has no regional health spend, or no patients, to share it by.",
    "police": "London's police is in the return of London's own authority and of the City, which "
    "this book does not divide by borough.",
    "fire": "Where a council runs its own brigade, and in London, no return in this book tells its "
    "spend apart.",
}
"""Why a service is unknown where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllAges:
    """One service's spend on everyone in a place; never part of the count."""

    body: str  # NHS, police or fire
    title: str
    year: str
    pence: int | None  # by the first key; None where nothing is known
    low: int | None
    high: int | None
    whole: int  # of the bodies and regions it was shared from, pence
    bodies: tuple[str, ...]  # whose spend it is
    unknown_areas: tuple[str, ...]  # councils that are not in it
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """One body's spend, and the councils it covers."""

    name: str
    pence: int
    members: frozenset[str]


Keys = Mapping[str, Mapping[str, float]]  # key -> area code -> weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service's bodies, and the keys their spend is shared by."""

    body: str
    title: str
    year: str  # "" where the book has none
    wholes: tuple[_Whole, ...]
    keys: Keys  # the first is the answer's, the other the range's


def read_services(
    book: Book, today: Today, *, year_start: date = LATEST_YEAR
) -> tuple[Service, ...]:
    """Each service's spend, in the newest year up to the one given, and its keys.

    Args:
        book: A place book.
        today: Its authorities.
        year_start: First day of the financial year.
    """
    by = financial_year_end(year_start)
    young = _by_children(book, today, by)
    return (
        Service(
            body="NHS",
            title="Health care",
            year=_year(newest(book, HEALTH[0], "region", by)),
            wholes=tuple(_health(book, today, by)),
            keys=_patients(book, by),
        ),
        Service(
            body="police",
            title="Police",
            year=_year(newest(book, POLICE, "partner", by)),
            wholes=tuple(_police(book, today, by)),
            keys=young,
        ),
        Service(
            body="fire",
            title="Fire and rescue",
            year=_year(newest(book, FIRE, "partner", by)),
            wholes=tuple(_fire(book, by)),
            keys=young,
        ),
    )


def all_ages(services: Sequence[Service], area_codes: Sequence[str]) -> tuple[AllAges, ...]:
    """What each service spends on everyone in a place, where a published total can be shared.

    Args:
        services: As `read_services` gives them.
        area_codes: The place.
    """
    return tuple(_answer(one, set(area_codes)) for one in services)


def _year(start: date | None) -> str:
    return "" if start is None else label(start)


@cache
def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The two columns of one of our tables. Constant, so read once."""
    text = (resources.files(__package__) / name).read_text("utf-8")
    first, second = text.splitlines()[0].split(",")
    return tuple((row[first], row[second]) for row in csv.DictReader(text.splitlines()))


def _by_children(book: Book, today: Today, by: date) -> Keys:
    found = child_keys(book, today, by)
    if found is None:
        return {}
    children, poor, *_ = found
    return {
        name: {
            code: float(weight)
            for code, weight in zip(today.area_codes, values, strict=True)
            if np.isfinite(weight)
        }
        for name, values in zip(CHILD_KEYS, (children, poor), strict=True)
    }


def _spend(book: Book, item: str, by: date) -> dict[str, tuple[str, int]]:
    """Printed code of each body: its name and spend in the newest year."""
    start = newest(book, item, "partner", by)
    frame = book.query(
        "SELECT published_code, area_name, value FROM observation WHERE latest AND item = ?"
        " AND level = 'partner' AND period_start = ? AND value > 0 ORDER BY published_code",
        [item, start],
    )
    return {code: (name, to_pence(value)) for code, name, value in frame.iter_rows()}


def _police(book: Book, today: Today, by: date) -> list[_Whole]:
    frame = book.query(
        "SELECT body_code, area_code FROM partner_body WHERE kind = 'police' AND share > 0.5"
    )
    members: dict[str, set[str]] = {}
    for body, area in frame.iter_rows():
        members.setdefault(body, set()).add(area)
    spend = _spend(book, POLICE, by)
    known = set(today.area_codes)
    # A mayor who took over a force returns it under the code of the combined authority.
    moved = {
        body: next(
            (
                code
                for code in spend
                if code not in members and covered <= _fire_areas().get(code, set())
            ),
            body,
        )
        for body, covered in members.items()
        if body not in spend
    }
    return [
        _Whole(name=spend[code][0], pence=spend[code][1], members=frozenset(covered & known))
        for body, covered in members.items()
        if (code := moved.get(body, body)) in spend
    ]


def _fire_areas() -> dict[str, set[str]]:
    areas: dict[str, set[str]] = {}
    for body, area in _pairs("fire_areas.csv"):
        areas.setdefault(body, set()).add(area)
    return areas


def _fire(book: Book, by: date) -> list[_Whole]:
    spend = _spend(book, FIRE, by)
    return [
        _Whole(name=spend[body][0], pence=spend[body][1], members=frozenset(covered))
        for body, covered in _fire_areas().items()
        if body in spend
    ]


def _health(book: Book, today: Today, by: date) -> list[_Whole]:
    start = newest(book, HEALTH[0], "region", by)
    regions: dict[str, set[str]] = {}
    for one in today.authorities:
        regions.setdefault(one.region_code, set()).add(one.area_code)
    frame = book.query(
        "SELECT area_code, area_name, sum(value) AS value FROM observation WHERE latest"
        " AND item IN (SELECT unnest(?)) AND level = 'region' AND period_start = ?"
        " GROUP BY 1, 2 HAVING count(value) = 2 ORDER BY 1",
        [list(HEALTH), start],
    )
    return [
        _Whole(name=name, pence=to_pence(value), members=frozenset(regions[code]))
        for code, name, value in frame.iter_rows()
        if code in regions
    ]


def _patients(book: Book, by: date) -> Keys:
    """Patients of every council, districts added up to their county of today."""
    start = newest(book, WEIGHTED, "authority", by)
    county = _districts()
    keys: dict[str, dict[str, float]] = {}
    for name, item in zip(PATIENT_KEYS, (WEIGHTED, PATIENTS), strict=True):
        frame = book.query(
            "SELECT coalesce(area_code, published_code) AS code, value FROM observation"
            " WHERE latest AND item = ? AND period_start = ? AND value IS NOT NULL",
            [item, start],
        )
        sums: dict[str, float] = {}
        for code, value in frame.iter_rows():
            area = county.get(code, code)
            sums[area] = sums.get(area, 0.0) + float(value)
        keys[name] = sums
    return keys


@cache
def _districts() -> Mapping[str, str]:
    """District of today or of 2021 to its council for children. Constant, so read once."""
    today = reference.table("district").select("district_code", "area_code")
    return dict(today.iter_rows()) | dict(_pairs("old_districts.csv"))


def _answer(service: Service, wanted: set[str]) -> AllAges:
    """Each body that covers some of the place, shared by both keys; what none covers is named."""
    keys = service.keys
    here = [
        one
        for one in service.wholes
        if one.members & wanted and all(one.members <= set(key) for key in keys.values())
    ]
    covered = {code for one in here for code in one.members & wanted}
    unknown = tuple(sorted(wanted - covered))
    if not here or not keys:
        return AllAges(
            body=service.body, title=service.title, year="", pence=None, low=None, high=None,
            whole=0, bodies=(), unknown_areas=unknown, basis=ABSENT[service.body],
        )  # fmt: skip
    parts = {
        name: sum(
            pence
            for one in here
            for code, pence in apportion(
                one.pence, {code: key[code] for code in sorted(one.members)}, name=name
            ).items()
            if code in wanted
        )
        for name, key in keys.items()
    }
    main, other = parts
    basis = f"Shared over the councils each covers by {main}; the range is the share by {other}."
    if all(one.members <= wanted for one in here):
        basis = "As printed: the place covers each of them whole."
    return AllAges(
        body=service.body,
        title=service.title,
        year=service.year,
        pence=parts[main],
        low=min(parts.values()),
        high=max(parts.values()),
        whole=sum(one.pence for one in here),
        bodies=tuple(one.name for one in here),
        unknown_areas=unknown,
        basis=basis if not unknown else f"{basis} {ABSENT[service.body]}",
    )
