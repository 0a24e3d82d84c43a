"""Outlines from GeoJSON, KML and a plain grid; what is none is refused with its reason."""

from __future__ import annotations

import orjson
import pytest

from trace.errors import OutlineUnfit
from trace.exchange.outlines import read_corners, read_outline

RING = [[121.9, 31.3], [121.91, 31.3], [121.91, 31.31], [121.9, 31.31], [121.9, 31.3]]
CORNERS = [("121.9", "31.3"), ("121.91", "31.3"), ("121.91", "31.31"), ("121.9", "31.31")]
POLYGON = {"type": "Polygon", "coordinates": [RING, [[121.905, 31.305]] * 4]}
KML = b"""<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
<Point><coordinates>1,1,0</coordinates></Point>
<Polygon><outerBoundaryIs><LinearRing><coordinates> 121.9,31.3,0 121.91,31.3,0
 121.91,31.31,0 121.9,31.31,0 121.9,31.3,0 </coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>121.905,31.305</coordinates></LinearRing></innerBoundaryIs></Polygon>
<Polygon><outerBoundaryIs><LinearRing><coordinates>5,5 6,5 6,6</coordinates></LinearRing></outerBoundaryIs>
</Polygon></Placemark></Document></kml>"""


@pytest.mark.parametrize(
    "document",
    [
        POLYGON,
        {"type": "Feature", "properties": {}, "geometry": POLYGON},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
    ],
)
def test_the_outer_ring_of_the_first_polygon_is_read(document) -> None:
    assert read_outline(orjson.dumps(document)) == CORNERS


def test_kml_gives_the_same_corners() -> None:
    assert read_outline(KML) == CORNERS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "outline-form"),
        (b"x,y", "outline-form"),
        (b"{", "outline-form"),
        (b"<kml>", "outline-form"),
        (b"{}", "no-polygon"),
        (b"<kml/>", "no-polygon"),
        (orjson.dumps({"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}), "outline-corners"),
        (orjson.dumps({"type": "Polygon", "coordinates": [[["a", 1], [2, 2], [3, 3]]]}), "outline-number"),
        (
            orjson.dumps({"type": "Polygon", "coordinates": [[[13573000, 3670000], [2, 2], [3, 3]]]}),
            "outline-datum",
        ),
        (orjson.dumps({**POLYGON, "crs": {"properties": {"name": "EPSG:4490"}}}), "outline-datum"),
        (
            orjson.dumps({"type": "Polygon", "coordinates": [[[i / 10, 0] for i in range(300)]]}),
            "outline-corners-many",
        ),
        (b"<" + b" " * 1_000_001, "outline-too-large"),
        (b'<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "outline-form"),
    ],
)
def test_what_gives_no_outline_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(OutlineUnfit) as refused:
        read_outline(content)
    assert refused.value.params["reason"] == reason


def test_corners_on_the_grid_are_pairs() -> None:
    assert read_corners("0,0 1000,0  1200，500") == [(0, 0), (1000, 0), (1000, 500)]
    with pytest.raises(OutlineUnfit):
        read_corners("0,0 1,1")
