"""The sketch of districts: every count on its tile, unknown ones told, no two tiles in one place."""

from __future__ import annotations

from trace.oversight.diagram.districts import COLUMNS, sketch


def test_counts_stand_on_their_districts_and_nothing_is_lost() -> None:
    found = sketch(["崇明区", "崇明区", ""], ["浦东新区", "崇明区", "江苏省南通市如东县"])
    told = {one.district: (one.plots, one.consignees) for one in found.told}
    assert told == {"崇明区": (2, 1), "浦东新区": (0, 1), "江苏省南通市如东县": (0, 1)}
    assert found.unknown == (1, 0)
    assert found.told[0].district == "崇明区", "the most first"


def test_every_district_of_the_city_has_a_place_of_its_own() -> None:
    found = sketch(["崇明区"], ())
    places = {(one.x, one.y) for one in found.tiles}
    assert len(places) == len(found.tiles) == 16
    assert all(0 <= one.x < found.width and 0 <= one.y < found.height for one in found.tiles)


def test_elsewhere_alone_draws_no_city() -> None:
    many = [f"江苏省南通市{name}" for name in ("如东县", "启东市", "如皋市", "海安市", "海门区", "通州区")]
    found = sketch((), many)
    assert len(found.tiles) == len(many)
    assert max(one.y for one in found.tiles) > 0, f"more than {COLUMNS} go into a second row"


def test_nothing_known_draws_nothing() -> None:
    assert sketch([""], [""]).tiles == ()
