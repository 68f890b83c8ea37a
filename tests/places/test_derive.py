"""Borders, centres, outlines and hexagons: planted geography, then England against ONS's map."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace import reference
from totalplace.book.schema import load_schema
from totalplace.errors import InputError, PublishedFileError
from totalplace.places import borders, centres, derive, hexagons, mosaic, outlines
from totalplace.places.boundary_file import outlines_from_geojson
from totalplace.places.graph import is_connected
from totalplace.places.grid import to_latitude_longitude
from totalplace.places.register import Register

REGISTER = Register.from_reference()
TODAY = [one.area_code for one in REGISTER.on()]


def block(authority, west, south, *, width=10_000, height=10_000, step=400, district=None):
    """A rectangle filled with postcodes."""
    east, north = np.meshgrid(
        np.arange(west + step // 2, west + width, step),
        np.arange(south + step // 2, south + height, step),
    )
    return pl.DataFrame(
        {
            "district": [district or authority] * east.size,
            "authority": [authority] * east.size,
            "easting": east.ravel().astype(np.int32),
            "northing": north.ravel().astype(np.int32),
        }
    )


@pytest.fixture(scope="module")
def land():
    """A and B side by side, C north of both, D across 6 km of water from A."""
    return pl.concat(
        [
            block("A", 100_000, 100_000),
            block("B", 110_000, 100_000),
            block("C", 100_000, 110_000, width=20_000),
            block("D", 84_000, 100_000),
        ]
    )


def test_planted_neighbours_touch_and_water_separates(land):
    assert mosaic.touching(mosaic.lay(land)) == {("A", "B"), ("A", "C"), ("B", "C")}


def test_the_mosaic_does_not_depend_on_the_order_of_rows(land):
    one, other = mosaic.lay(land), mosaic.lay(land.sample(fraction=1, shuffle=True, seed=3))
    assert np.array_equal(one.owner, other.owner)
    assert np.array_equal(one.distance_m, other.distance_m)


def test_corrections_add_mark_and_take_away():
    corrections = pl.DataFrame(
        {
            "area_code": ["A", "A", "B", "A"],
            "other_code": ["B", "C", "C", "Z"],
            "verdict": ["water", "land", "crossing", "land"],
            "reason": ["sea", "moor", "bridge", "nowhere"],
        }
    )
    frame = borders.corrected([("A", "B"), ("B", "D")], corrections, "ABCD")
    assert frame.rows() == [
        ("A", "C", "land", "named correction: moor"),
        ("B", "C", "crossing", "named correction: bridge"),
        ("B", "D", "land", "postcodes"),
    ]


def test_outlines_cover_the_ground_and_share_their_borders(land):
    shapes = outlines.draw(mosaic.lay(land))
    assert set(shapes) == set("ABCD")
    expected = {"A": 100, "B": 100, "C": 200, "D": 100}  # sq km, before the coast is added
    for code, size in expected.items():
        assert shapes[code].is_valid
        assert shapes[code].area / 1e6 == pytest.approx(size, rel=0.25)
        assert (np.round(shapely.get_coordinates(shapes[code]) % 100) == 0).all()
    assert shapes["A"].intersection(shapes["B"]).area < 1e5
    assert shapes["A"].distance(shapes["B"]) == 0
    assert shapes["A"].distance(shapes["D"]) > 3_000
    assert shapely.union_all([shapes[code] for code in "ABC"]).geom_type == "Polygon"


def test_water_is_kept_around_an_island(land):
    shore = block("E", 100_000, 88_500)  # across 1.5 km of water from A
    squares = mosaic.lay(pl.concat([land, shore]))
    joined, apart = outlines.draw(squares), outlines.draw(squares, islands=["E"])
    assert joined["A"].distance(joined["E"]) == 0
    assert apart["A"].distance(apart["E"]) > 400
    assert apart["E"].area == pytest.approx(joined["E"].area, rel=0.1)


def test_a_moor_without_postcodes_is_filled_and_no_hole_is_left():
    ring = block("A", 100_000, 100_000, width=30_000, height=30_000).filter(
        ~(pl.col("easting").is_between(108_000, 122_000))
        | ~(pl.col("northing").is_between(108_000, 122_000))
    )
    shape = outlines.draw(mosaic.lay(ring))["A"]
    assert shape.geom_type == "Polygon"
    assert not shape.interiors
    assert shape.area / 1e6 == pytest.approx(900, rel=0.1)


def test_centres_weigh_districts_by_their_children():
    placed = pl.concat(
        [
            block("A", 100_000, 100_000, district="A1"),
            block("A", 200_000, 100_000, district="A2"),
            block("B", 300_000, 100_000),
        ]
    )
    children = {"A1": 3_000.0, "A2": 1_000.0}
    a, b = centres.weighted(placed, children, period="mid-2023").to_dicts()
    assert a["easting"] == pytest.approx(105_000 + 25_000, abs=1)
    assert "mid-2023" in a["basis"]
    assert b["easting"] == pytest.approx(305_000, abs=1)
    even = centres.weighted(placed, {"A1": 3_000.0}).to_dicts()[0]
    assert even["easting"] == pytest.approx(155_000, abs=1)
    assert even["basis"] == centres.BY_POSTCODES


def test_children_are_those_of_districts_at_the_newest_period():
    rows = pl.DataFrame(
        {
            "level": ["district", "district", "authority", "district"],
            "item": ["population.children_0_17"] * 3 + ["population.adults"],
            "published_code": ["E07000008", "E07000008", "E06000001", "E07000009"],
            "period": ["mid-2022", "mid-2023", "mid-2023", "mid-2023"],
            "period_end": [None] * 4,
            "value": [1.0, 2.0, 3.0, 4.0],
        }
    ).with_columns(period_end=pl.date(pl.col("period").str.tail(4).cast(pl.Int32), 6, 30))
    assert centres.district_children(rows) == ({"E07000008": 2.0}, "mid-2023")
    assert centres.district_children(None) == ({}, "")
    assert centres.district_children(rows.head(0)) == ({}, "")


@settings(max_examples=15)
@given(
    size=st.integers(2, 20),
    seed=st.integers(0, 9),
    moves=st.sampled_from([0, 300]),
)
def test_no_two_hexagons_share_a_cell_and_the_answer_repeats(size, seed, moves):
    rng = np.random.default_rng(seed)
    where = rng.uniform(0, 100_000, (size, 2))
    edges = np.array([(i, i + 1) for i in range(size - 1)], dtype=np.int32)
    region = np.zeros(size, dtype=np.int64)

    def run():
        return hexagons.cartogram(where, edges, area_m2=1e10, region=region, seed=1, moves=moves)

    cells = run()
    assert len({tuple(cell) for cell in cells.tolist()}) == size
    assert cells.min() >= 0
    assert np.array_equal(cells, run())


def test_a_line_of_neighbours_ends_up_touching():
    where = np.array([[i * 10_000.0, 0.0] for i in range(8)])
    edges = np.array([(i, i + 1) for i in range(7)], dtype=np.int32)
    cells = hexagons.cartogram(
        where, edges, area_m2=8e8, region=np.zeros(8, dtype=np.int64), moves=4_000
    )
    touch = hexagons.touching(cells)
    assert {tuple(edge) for edge in edges.tolist()} <= touch
    assert cells[0, 0] < cells[7, 0]  # west stays west


def test_touching_knows_the_six_sides():
    cells = np.array([[1, 1], [0, 1], [2, 1], [1, 0], [2, 0], [1, 2], [2, 2], [0, 0], [0, 2]])
    touch = hexagons.touching(cells)
    assert {j for i, j in touch if i == 0} == {1, 2, 3, 4, 5, 6}


def test_register_tables_fit_the_schema_and_take_new_spellings():
    further = pl.DataFrame(
        {
            "area_code": ["E08000016", "E06000059", "E07000008", "E08000035"],
            "alias": ["Barnsley town", "Leeds", "Cambridge", "Leeds"],
            "alias_kind": ["name"] * 4,
            "source": ["test"] * 4,
        }
    )
    tables = derive.register_tables(further)
    for name, frame in tables.items():
        assert frame.schema == load_schema().tables[name].conform(frame).schema, name
    register = Register.from_tables(tables)
    assert register.resolve("Barnsley Town").area_code == "E08000038"
    assert register.resolve("Leeds").area_code == "E08000035"
    assert register.find("Cambridge") is None


def test_unknown_districts_among_postcodes_are_listed():
    postcodes = pl.DataFrame(
        {"area_code": ["E07999999", "E06000001"], "easting": [1, 2], "northing": [1, 2]}
    )
    with pytest.raises(InputError, match="E07999999"):
        derive.derive({}, postcodes=postcodes)


def test_derive_fills_every_table_with_the_schemas_columns():
    codes = ["E08000001", "E08000002", "E08000003", "E08000004"]
    placed = pl.concat(
        [
            block(code, 400_000 + 10_000 * (n % 2), 300_000 + 10_000 * (n // 2))
            for n, code in enumerate(codes)
        ]
    )
    postcodes = placed.rename({"district": "area_code"}).drop("authority")
    tables = derive.derive({}, postcodes=postcodes)
    for name in ("contiguity", "centre", "outline", "hexagon"):
        frame = tables[name]
        assert frame.schema == load_schema().tables[name].conform(frame).schema, name
    assert tables["contiguity"].height == 4  # sides, not corners
    assert tables["centre"]["area_code"].to_list() == codes


def boundary_document(*, degrees, leave_out=()):
    """Every authority as a small square somewhere in England."""
    features = []
    for n, code in enumerate(TODAY):
        if code in leave_out:
            continue
        west, south = 300_000 + 6_000 * (n % 13), 200_000 + 6_000 * (n // 13)
        ring = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * 6_000
        ring += np.array([west, south])
        if degrees:
            latitude, longitude = to_latitude_longitude(
                ring[:, 0].astype(float), ring[:, 1].astype(float)
            )
            ring = np.column_stack([longitude, latitude])
        features.append(
            {
                "type": "Feature",
                "properties": {"CTYUA24CD": code, "CTYUA24NM": "x"},
                "geometry": {"type": "Polygon", "coordinates": [ring.tolist()]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


@pytest.mark.parametrize("degrees", [True, False])
def test_a_boundary_file_gives_its_own_outlines(tmp_path, degrees):
    path = tmp_path / "mine.geojson"
    path.write_text(json.dumps(boundary_document(degrees=degrees)), "utf-8")
    frame = outlines_from_geojson(path)
    assert frame["area_code"].to_list() == TODAY
    assert frame["basis"].unique().to_list() == ["boundary file mine.geojson"]
    areas = shapely.area(shapely.from_wkt(frame["wkt"].to_list())) / 1e6
    assert areas == pytest.approx(np.full(153, 36.0), rel=0.1)


def test_a_boundary_file_that_lacks_authorities_or_is_none_is_refused(tmp_path):
    path = tmp_path / "short.geojson"
    path.write_text(json.dumps(boundary_document(degrees=False, leave_out=["E08000035"])), "utf-8")
    with pytest.raises(PublishedFileError, match="Leeds"):
        outlines_from_geojson(path)
    for text in ("", "[]", "{}", '{"features": [{"properties": {}, "geometry": {}}]}', "\x00"):
        path.write_text(text, "utf-8")
        with pytest.raises(PublishedFileError, match="not a GeoJSON"):
            outlines_from_geojson(path)
    shifted = boundary_document(degrees=False)
    for feature in shifted["features"]:
        ring = np.array(feature["geometry"]["coordinates"][0]) + 2_000_000
        feature["geometry"]["coordinates"] = [ring.tolist()]
    path.write_text(json.dumps(shifted), "utf-8")
    with pytest.raises(PublishedFileError, match="do not lie in England"):
        outlines_from_geojson(path)


# England itself, from the installed postcode directory.


@pytest.fixture(scope="module")
def england_derived():
    """The tables, and the pairs found from postcodes before any correction."""
    found = []
    corrected = borders.corrected

    def listen(pairs, *args):
        found.append(frozenset(pairs))
        return corrected(pairs, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(borders, "corrected", listen)
        tables = derive.derive({})
    return tables, found[0]


@pytest.fixture(scope="module")
def england_tables(england_derived):
    return england_derived[0]


def test_every_authority_of_today_has_a_centre_an_outline_and_a_hexagon(england_tables):
    for name in ("centre", "outline", "hexagon"):
        assert england_tables[name]["area_code"].to_list() == TODAY, name
    hexagon = england_tables["hexagon"]
    assert hexagon.select("column", "row").is_unique().all()


def test_the_graph_is_simple_joined_up_and_as_dense_as_known(england_tables):
    frame = england_tables["contiguity"]
    assert (frame["area_code"] < frame["other_code"]).all()
    assert frame.select("area_code", "other_code").is_unique().all()
    assert set(frame["area_code"]) | set(frame["other_code"]) == set(TODAY)
    assert frame["kind"].value_counts().sort("kind").rows() == [("crossing", 16), ("land", 362)]
    beside = {code: set() for code in TODAY}
    for one, other in frame.select("area_code", "other_code").iter_rows():
        beside[one].add(other)
        beside[other].add(one)
    seen, waiting = set(), [TODAY[0]]
    while waiting:
        code = waiting.pop()
        if code not in seen:
            seen.add(code)
            waiting += beside[code]
    assert seen == set(TODAY)


def test_every_named_correction_changes_something(england_derived):
    _, found = england_derived
    for one, other, verdict in (
        reference.table("contiguity_correction")
        .select("area_code", "other_code", "verdict")
        .iter_rows()
    ):
        assert one < other
        if verdict == "water":
            assert (one, other) in found, (one, other)
        if verdict == "land":
            assert (one, other) not in found, (one, other)


def test_outlines_are_small_valid_and_do_not_overlap_to_be_seen(england_tables):
    wkt = england_tables["outline"]["wkt"].to_list()
    assert sum(map(len, wkt)) < 300_000
    shapes = shapely.from_wkt(wkt)
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).sum() / 1e6 == pytest.approx(130_300, rel=0.03)  # sq km, England
    overlap = shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes))
    assert overlap / 1e6 < 25
    by_code = dict(zip(TODAY, shapes, strict=True))
    assert by_code["E06000046"].distance(by_code["E10000014"]) > 0  # Wight is an island
    assert by_code["E06000053"].distance(by_code["E06000052"]) > 30_000  # so is Scilly


def test_most_neighbours_touch_on_the_cartogram(england_tables):
    index = {code: n for n, code in enumerate(TODAY)}
    cells = england_tables["hexagon"].select("column", "row").to_numpy()
    pairs = {
        (index[one], index[other])
        for one, other in england_tables["contiguity"].select("area_code", "other_code").iter_rows()
    }
    touch = hexagons.touching(cells)
    assert len(pairs & touch) / len(pairs) > 0.68
    assert {one for pair in pairs & touch for one in pair} == set(range(153))  # nobody alone
    # London is whole, and north of it is north.
    london = [n for n, code in enumerate(TODAY) if code.startswith("E09")]
    assert is_connected(london, np.array(sorted(touch)))
    row = dict(zip(TODAY, cells[:, 1].tolist(), strict=True))
    assert row["E06000057"] > row["E08000003"] > row["E08000025"] > row["E09000007"]


def ons_borders(topology, layer="utla"):
    """Pairs of English areas of today that share an arc of ONS's topology."""

    def arcs(nested):
        for item in nested:
            if isinstance(item, list):
                yield from arcs(item)
            else:
                yield item if item >= 0 else ~item

    owners = {}
    for geometry in topology["objects"][layer]["geometries"]:
        properties = geometry["properties"]
        if properties["areacd"].startswith("E") and "end" not in properties:
            for arc in arcs(geometry["arcs"]):
                owners.setdefault(arc, set()).add(properties["areacd"])
    return {tuple(sorted(pair)) for pair in owners.values() if len(pair) == 2}


@pytest.mark.published
def test_land_borders_are_exactly_those_of_the_ons_map(open_data, england_tables):
    topology = json.loads((open_data / "ons-geography" / "topo.json").read_text("utf-8"))
    official = ons_borders(topology)
    assert len(official) == 362
    ours = england_tables["contiguity"].filter(pl.col("kind") == "land")
    assert set(ours.select("area_code", "other_code").iter_rows()) == official


@pytest.mark.published
def test_outlines_lie_where_the_ons_map_has_them(open_data, england_tables):
    official = outlines_from_geojson(open_data / "derived" / "upper_tier_england_2025.geojson")
    ours = shapely.from_wkt(england_tables["outline"]["wkt"].to_list())
    theirs = shapely.from_wkt(official["wkt"].to_list())
    both = shapely.area(shapely.intersection(ours, theirs))
    either = shapely.area(shapely.union(ours, theirs))
    agreement = both / either
    assert np.median(agreement) > 0.85
    large = shapely.area(theirs) > 500e6
    assert agreement[large].min() > 0.8
    inside = shapely.contains_xy(
        theirs,
        england_tables["centre"]["easting"].to_numpy(),
        england_tables["centre"]["northing"].to_numpy(),
    )
    assert inside.sum() >= 147  # a county that surrounds its city may have its centre in it
