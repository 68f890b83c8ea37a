"""Leads: planted ones are found, none in shuffled data, none the wrong way round."""

import json
from dataclasses import replace
from datetime import date

import numpy as np

from totalplace.cli.app import run
from totalplace.measures.leads import find_leads
from totalplace.measures.trial import SIZE, panels_of, planted_leads, recover


def changed(told, **changes):
    return [replace(one, **changes) for one in told]


def pairs(found):
    return {(one.first.item, one.later.item) for one in found.leads}


def test_planted_leads_are_found_and_nothing_else():
    found = recover(runs=2)
    assert (found.leads, found.others, found.shuffled, found.turned) == (1.0, 0, 0, 0)
    assert (found.stories, found.doubles, found.false_doubles) == (1.0, 1.0, 0)


def test_years_drawn_in_another_order_for_each_measure_lead_nothing():
    told, values = planted_leads(np.random.default_rng(5))
    rng = np.random.default_rng(6)
    shuffled = np.stack([rng.permutation(one) for one in values])
    assert not find_leads(told, panels_of(shuffled), size=SIZE).leads


def test_measures_that_share_children_or_time_are_not_tried():
    told, values = planted_leads(np.random.default_rng(0))
    panels = panels_of(values)
    topic = changed(told, topic="Child Protection")
    assert find_leads(topic, panels, size=SIZE).pairs == 0
    told[0] = replace(told[0], last=date(2025, 9, 30))
    told[1] = replace(told[1], last=date(2025, 3, 31))
    assert pairs(find_leads(told, panels, size=SIZE)) == {("2", "3")}


def test_on_the_command_line(capsys):
    assert run(["measures", "leads", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["pairs"] > 100
    assert document["by_chance_control"] >= len(document["leads"])
    assert run(["measures", "leads"]) == 0
    assert "not thereby the cause" in " ".join(capsys.readouterr().out.split())


def test_the_trial_on_the_command_line(capsys):
    assert run(["measures", "trial", "--runs", "1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["coverage"]) == 6
    assert all(0 <= row["ours_extreme"] <= 1 for row in document["coverage"])
    assert document["recovery"]["runs"] == 1
