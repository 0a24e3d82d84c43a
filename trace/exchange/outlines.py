"""Outlines of places from GeoJSON (RFC 7946) and KML, and from corners on a plain grid.

A file's corners are longitude and latitude in WGS 84, as both standards have it; another datum is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from xml.parsers import expat

import orjson

from trace.errors import OutlineUnfit

_MOST_BYTES: Final = 1_000_000
_MOST: Final = 255
_LEAST: Final = 3
_GRID_MOST: Final = 24
_PLACES: Final = Decimal("0.000001")
_KML: Final = "coordinates"
_DEEPEST: Final = 40
Corner = tuple[str, str]


def read_outline(content: bytes) -> list[Corner]:
    """The corners of the first polygon in a GeoJSON or KML file, as (longitude, latitude) in degrees.

    Raises `OutlineUnfit`.
    """
    if len(content) > _MOST_BYTES:
        raise OutlineUnfit(reason="outline-too-large")
    start = content.lstrip()[:1]
    if start == b"<":
        return _fit(_of_kml(content))
    if start == b"{":
        return _fit(_of_geojson(content))
    raise OutlineUnfit(reason="outline-form")


def read_corners(text: str) -> list[tuple[int, int]]:
    """Corners on a grid of 1000 by 1000: pairs `x,y`, separated by blanks; raises `OutlineUnfit`."""
    found = re.findall(r"(\d{1,4})\s*[,，]\s*(\d{1,4})", text)
    corners = [(min(int(x), 1000), min(int(y), 1000)) for x, y in found]
    if len(set(corners)) < _LEAST or len(corners) > _GRID_MOST:
        raise OutlineUnfit(reason="outline-corners")
    return corners


def _fit(ring: Sequence[tuple[object, object]]) -> list[Corner]:
    corners = [(_degrees(east, 180), _degrees(north, 90)) for east, north in ring]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners = corners[:-1]
    if len(set(corners)) < _LEAST:
        raise OutlineUnfit(reason="outline-corners")
    if len(corners) > _MOST:
        raise OutlineUnfit(reason="outline-corners-many")
    return corners


def _degrees(value: object, most: int) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise OutlineUnfit(reason="outline-number") from None
    if not number.is_finite() or abs(number) > most:
        raise OutlineUnfit(reason="outline-datum")
    return format(number.quantize(_PLACES).normalize(), "f")


def _of_geojson(content: bytes) -> list[tuple[object, object]]:
    try:
        document: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise OutlineUnfit(reason="outline-form") from None
    if isinstance(document, dict) and "crs" in document and "CRS84" not in str(document["crs"]):
        raise OutlineUnfit(reason="outline-datum")
    ring = _ring_in(document, 0)
    if ring is None:
        raise OutlineUnfit(reason="no-polygon")
    return [(one[0], one[1]) for one in ring if isinstance(one, list) and len(one) >= len("xy")]


def _ring_in(document: Any, depth: int) -> list[Any] | None:
    """The outer ring of the first polygon, wherever the document holds it."""
    if not isinstance(document, dict) or depth > _DEEPEST:
        return None
    coordinates = document.get("coordinates")
    if document.get("type") == "Polygon" and isinstance(coordinates, list) and coordinates:
        return coordinates[0] if isinstance(coordinates[0], list) else None
    if document.get("type") == "MultiPolygon" and isinstance(coordinates, list) and coordinates:
        return _ring_in({"type": "Polygon", "coordinates": coordinates[0]}, depth + 1)
    inner = [document.get("geometry"), *(document.get("features") or ()), *(document.get("geometries") or ())]
    return next((ring for one in inner if (ring := _ring_in(one, depth + 1)) is not None), None)


def _of_kml(content: bytes) -> list[tuple[object, object]]:
    """The corners of the first outer ring."""
    reader = _Kml()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError:
        raise OutlineUnfit(reason="outline-form") from None
    if not reader.begun:
        raise OutlineUnfit(reason="no-polygon")
    parts = [one.split(",") for one in reader.text.split()]
    return [(one[0], one[1]) for one in parts if len(one) >= len("xy")]


class _Kml:
    """Reads the first outer ring of a KML document; entities are not expanded, nothing is fetched."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.text = ""
        self.begun = self.ended = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said
        self.parser.EntityDeclHandler = self._refuse

    def _begin(self, name: str, _: dict[str, str]) -> None:
        self.path.append(name.rpartition(":")[2])
        if len(self.path) > _DEEPEST:
            raise OutlineUnfit(reason="outline-form")
        self.begun = self.begun or self._in_ring()

    def _end(self, _: str) -> None:
        self.ended = self.ended or (self.begun and self._in_ring())
        self.path.pop()

    def _said(self, text: str) -> None:
        if self.begun and not self.ended and self._in_ring():
            self.text += text

    def _in_ring(self) -> bool:
        return self.path[-1:] == [_KML] and "Polygon" in self.path and "innerBoundaryIs" not in self.path

    def _refuse(self, *_: object) -> None:
        raise OutlineUnfit(reason="outline-form")
