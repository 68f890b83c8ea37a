"""The registry: checked whole, moved only on purpose, hashed to the last cell."""

import tomllib
from dataclasses import replace
from importlib import resources

import pytest

from totalplace.errors import ParameterError
from totalplace.evidence.registry import Confidence, Registry

# What the planner asks for, by name. Removing one is a change to the model.
CHOICES = ("family_support", "other_families", "sure_start", "young_people", "youth_justice")
NEEDED = [
    "team.director",
    "team.lead",
    "team.middle",
    "team.exponent",
    "rho.full",
    "rho.light",
    "realised",
    "share.management",
    "share.commissioning",
    "share.support",
    "scale.commissioning",
    "scale.placements",
    "scale.doublings_cap",
    "take_up",
    "coordination.pair",
    "coordination.body",
    "coordination.framework",
    "coordination.distance",
    "coordination.partner_body",
    "cooperate.benefit",
    "cooperate.cost",
    "transition.member",
    "transition.framework",
    "transition.agency",
    "transition.trust",
    "redundancy",
    "ramp.months",
    "hazard",
    "exit.share",
    "estimate.position",
    "discount",
    "horizon.years",
    "guard.inadequate_share",
    "guard.grade_years",
    "guard.turnover",
    "guard.agency",
    "guard.vacancy",
    "guard.caseload",
    "guard.stretched_on",
    "guard.worse_off_points",
    "guard.front_line_share",
    "limit.span_km.shared",
    "limit.span_km.adoption",
    "limit.members.shared",
    "limit.children.shared",
    *(f"gap.{what}.{line}" for what in ("most", "harm") for line in CHOICES),
]


def raw_rows():
    text = resources.files("totalplace.evidence").joinpath("parameters.toml").read_text("utf-8")
    return tomllib.loads(text)["parameter"]


@pytest.fixture(scope="module")
def registry():
    return Registry.load()


def test_every_assumption_the_model_uses_is_there(registry):
    assert sorted(NEEDED) == list(registry.ids)


def test_a_judgement_says_so_and_a_measurement_names_its_source(registry):
    for row in registry:
        if row.source.startswith("Judgement"):
            assert row.confidence is Confidence.ASSUMED, row.id
            assert row.commissioned_by == "this project", row.id
        if row.confidence is Confidence.CLAIMED:
            assert row.commissioned_by != "this project", row.id


def test_the_order_of_the_file_changes_nothing(registry):
    assert Registry.from_rows(reversed(raw_rows())) == registry
    assert Registry.from_rows(reversed(raw_rows())).sha256 == registry.sha256


@pytest.mark.parametrize("column", ["note", "source", "title", "confidence", "high"])
def test_changing_any_cell_changes_the_hash(registry, column):
    new = {"confidence": "published", "high": 1.3}.get(column, "Other words.")
    rows = [{**row, column: new} if row["id"] == "team.director" else row for row in raw_rows()]
    assert Registry.from_rows(rows).sha256 != registry.sha256


def test_all_faults_are_listed_at_once():
    rows = raw_rows()[:8]
    rows[0]["value"] = "a lot"
    rows[1]["distribution"] = "guess"
    rows[2]["colour"] = "red"
    del rows[3]["source"]
    rows[4]["low"] = 0.9
    rows[5]["id"] = rows[6]["id"]
    rows[7]["commissioned_by"] = " "
    with pytest.raises(ParameterError) as caught:
        Registry.from_rows(rows, where="mine.toml")
    message = str(caught.value)
    for part in ("'a lot'", "'guess'", "colour", "source is missing", "0.9 to", "twice", "' '"):
        assert part in message
    assert len(caught.value.problems) == 7
    assert "mine.toml" in message
    assert "No assumption was used." in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 0.41}, "a sixth of the range"),
        ({"distribution": "normal"}, "sd goes with"),
        ({"distribution": "normal", "sd": 0.4}, "three sd"),
        ({"distribution": "uniform", "value": 0.7}, "the middle, 0.8"),
        ({"price_year": ""}, "price year"),
        ({"value": float("nan")}, "must be a number"),
        ({"value": True}, "must be a number"),
    ],
)
def test_a_value_must_fit_its_distribution(change, words):
    with pytest.raises(ParameterError, match=words):
        Registry.from_rows([{**raw_rows()[0], **change}])


def test_a_file_that_is_not_toml_is_refused(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text("[[parameter]\n", "utf-8")
    with pytest.raises(ParameterError, match=r"wrong\.toml"):
        Registry.load(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParameterError, match=r"wrong\.toml"):
        Registry.load(path)
    with pytest.raises(ParameterError, match=r"none\.toml"):
        Registry.load(tmp_path / "none.toml")
    path.write_text("", "utf-8")
    with pytest.raises(ParameterError, match="no \\[\\[parameter"):
        Registry.load(path)


def test_a_file_of_ones_own_is_read_like_ours(tmp_path, registry):
    path = tmp_path / "mine.toml"
    ours = resources.files("totalplace.evidence").joinpath("parameters.toml").read_text("utf-8")
    path.write_text(ours.replace("value = 0.8\n", "value = 0.9\n"), "utf-8")
    mine = Registry.load(path)
    assert mine["team.director"].value == 0.9
    assert mine.sha256 != registry.sha256


def test_values_move_inside_their_range_and_nothing_else_moves(registry):
    moved = registry.with_values({"take_up": 0.5, "discount": 0.05})
    assert moved["take_up"].value == 0.5
    assert not moved["take_up"].varies
    assert moved.sha256 != registry.sha256
    assert [row for row in moved if row.id not in {"take_up", "discount"}] == [
        row for row in registry if row.id not in {"take_up", "discount"}
    ]
    assert registry["take_up"].value == 0.3  # the original is untouched


def test_values_outside_their_range_are_refused_unless_forced(registry):
    with pytest.raises(ParameterError) as caught:
        registry.with_values({"take_up": 0.9, "taek_up": 0.3, "hazard": float("nan")})
    message = str(caught.value)
    assert "0.9 is outside the range 0.1 to 0.6" in message
    assert "Did you mean take_up?" in message
    assert "nan is not a number" in message
    assert len(caught.value.problems) == 3
    assert registry.with_values({"take_up": 0.9}, force=True)["take_up"].value == 0.9
    with pytest.raises(ParameterError, match="nan"):
        registry.with_values({"take_up": float("nan")}, force=True)


def test_an_unknown_name_suggests_the_nearest(registry):
    with pytest.raises(ParameterError, match=r"Did you mean team\.director\?"):
        registry["team.directors"]


def test_a_row_cannot_be_changed_in_place(registry):
    with pytest.raises(AttributeError):
        registry["take_up"].value = 1.0  # type: ignore[misc]
    assert replace(registry["take_up"], value=0.4).value == 0.4
