"""Leads: planted ones are found, none in shuffled data, none the wrong way round."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from totalplace.cli.app import run
from totalplace.measures.catalogue import measures
from totalplace.measures.leads import find_leads
from totalplace.measures.panel import Panel

SIZE, YEARS, COUNT = 150, 10, 30


def made_up(england, **changes):
    real = measures(england).resolve("workforce.agency_rate_fte")
    return [replace(real, item=str(item), **changes) for item in range(COUNT)]


def wandering(seed):
    """Measures that wander, of which 1 follows 0 and 3 follows 2, each with noise on top."""
    rng = np.random.default_rng(seed)
    paths = np.cumsum(rng.normal(size=(COUNT, SIZE, YEARS + 1)), axis=2)
    for first, later in ((0, 1), (2, 3)):
        paths[later, :, 1:] = 0.7 * paths[later, :, 1:] + 0.7 * paths[first, :, :-1]
    return paths[:, :, 1:] + 0.5 * rng.normal(size=(COUNT, SIZE, YEARS)), rng


def panels(values):
    years = tuple(range(2016, 2016 + values.shape[2]))
    return [Panel(item=str(row), years=years, values=one) for row, one in enumerate(values)]


def pairs(found):
    return {(one.first.item, one.later.item) for one in found.leads}


@pytest.mark.parametrize("seed", range(4))
def test_planted_leads_are_found_and_nothing_else(england, seed):
    told = made_up(england)
    values, rng = wandering(seed)
    assert pairs(find_leads(told, panels(values), size=SIZE)) == {("0", "1"), ("2", "3")}
    turned = find_leads(told, panels(values[:, :, ::-1]), size=SIZE)
    assert not pairs(turned) & {("0", "1"), ("2", "3")}
    assert not find_leads(told, panels(rng.permuted(values, axis=1)), size=SIZE).leads
    shuffled = np.stack([rng.permutation(one) for one in values])
    assert not find_leads(told, panels(shuffled), size=SIZE).leads


def test_measures_that_share_children_or_time_are_not_tried(england):
    values, _ = wandering(0)
    topic = made_up(england, topic="Child Protection")
    assert find_leads(topic, panels(values), size=SIZE).pairs == 0
    told = made_up(england)
    told[0] = replace(told[0], last=date(2025, 9, 30))
    told[1] = replace(told[1], last=date(2025, 3, 31))
    assert pairs(find_leads(told, panels(values), size=SIZE)) == {("2", "3")}


def test_on_the_command_line(capsys):
    assert run(["measures", "leads", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["pairs"] > 100
    assert document["by_chance_control"] >= len(document["leads"])
    assert run(["measures", "leads"]) == 0
    assert "not thereby the cause" in " ".join(capsys.readouterr().out.split())
