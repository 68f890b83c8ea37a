"""Every service under every arrangement it allows, on England: the slow tier."""

import json

import polars as pl
import pytest

from totalplace.book.pack import england, load_pack, pack_folder
from totalplace.book.store import open_book, write_book
from totalplace.errors import NoPlanError
from totalplace.money.services import services
from totalplace.scenarios.planning import plan

EVERY = [(s.id, str(a)) for s in services().values() for a in s.arrangements]
REPEATED = ("social-work", "adoption", "fostering", "residential-care")
QUICK = {"draws": 32, "price_guards": False}


def words(found):
    """Everything a plan says but how long it took."""
    document = json.loads(found.to_json())
    document.pop("certificate", None)
    return json.dumps(document, sort_keys=True)


@pytest.mark.slow
@pytest.mark.parametrize(("service", "arrangement"), EVERY)
def test_every_plan_is_a_proved_partition_and_repeats(service, arrangement):
    with england() as book:
        if service == "special-school-places":
            with pytest.raises(NoPlanError, match="could be priced"):
                plan(book, service=service, arrangement=arrangement, **QUICK)
            return
        first = plan(book, service=service, arrangement=arrangement, **QUICK)
        again = first
        if service in REPEATED:
            again = plan(book, service=service, arrangement=arrangement, **QUICK)
    members = [code for p in first.partnerships for code in p.members]
    assert sorted([*members, *first.alone, *first.unpriced]) == sorted(first.names)
    assert first.certificate.status == "optimal"
    assert first.certificate.gap <= 1e-6
    assert all(p.allowed for p in first.partnerships)
    assert words(first) == words(again)


@pytest.mark.slow
@pytest.mark.parametrize("service", REPEATED)
def test_the_order_of_rows_in_the_book_changes_nothing(service, tmp_path):
    tables = load_pack(pack_folder())
    shuffled = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=7) if frame.height else frame
        for name, frame in tables.items()
    }
    with england() as book:
        meta = dict(book.meta)
        straight = plan(book, service=service, funding="a grant", max_members=3, **QUICK)
    path = tmp_path / "shuffled.duckdb"
    write_book(path, {n: f for n, f in shuffled.items() if isinstance(f, pl.DataFrame)}, meta)
    with open_book(path) as book:
        other = plan(book, service=service, funding="a grant", max_members=3, **QUICK)
    assert words(straight) == words(other)
