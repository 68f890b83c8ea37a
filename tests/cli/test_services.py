"""`totalplace services` lists what the registry of services holds."""

from __future__ import annotations

import json

from totalplace.cli.app import run
from totalplace.money.services import services


def test_every_service_is_listed_with_its_arrangements(capsys):
    assert run(["services"]) == 0
    printed = capsys.readouterr().out
    for service in services().values():
        assert service.id in printed
        assert all(word in printed for word in service.title.split())


def test_the_list_is_json_when_asked(capsys):
    assert run(["services", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["service"] for row in rows] == list(services())
    assert all(row["arrangements"] for row in rows)
