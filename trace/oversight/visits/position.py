"""Where a visit was filled in, against the plot: at it, so many metres away, or not known well enough.

"At the plot" is said only where distance and accuracy together fit; a fix that is old, rough, or
of another datum is never compared as if it were good. Nothing here blocks a visit: where the place is not
certain the inspector says why, in words. The outlines of plots are WGS 84.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from trace.chain.facts.oversight_forms import PLACED
from trace.errors import VisitAnswerUnfit

STATES: Final = PLACED
NONE, NO_PLOT, OTHER_DATUM, STALE, ROUGH, AT, AWAY = STATES
DATUM: Final = "WGS84"
DATA: Final = (DATUM, "GCJ02")
FRESH: Final = timedelta(minutes=10)
ROUGHEST: Final = 200.0
NEAR: Final = 50.0
"""How far beyond its outline a plot still is: its paths and huts. Our own measure, of no text."""
_EARTH: Final = 6_371_008.8
_MEMBERS: Final = ("lat", "lon", "accuracy", "at", "datum", "source", "why")


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as a device stated it: degrees, metres, when it was taken, in which datum."""

    lat: float
    lon: float
    accuracy: float
    at: datetime
    datum: str = DATUM


@dataclass(frozen=True, slots=True)
class Placed:
    """What is said of it; `metres` from the plot's outline, None where it is not compared."""

    state: str
    metres: int | None = None


def read_fix(given: Mapping[str, str]) -> Fix | None:
    """The fix that a form stated, None where it stated none; raises `VisitAnswerUnfit`."""
    if not given.get("lat") and not given.get("lon"):
        return None
    try:
        lat, lon = float(given.get("lat", "")), float(given.get("lon", ""))
        accuracy = float(given.get("accuracy", ""))
        at = datetime.fromisoformat(given.get("at", ""))
    except ValueError:
        raise VisitAnswerUnfit(item="position", expected="degrees, metres, time") from None
    fits = abs(lat) <= 90 and abs(lon) <= 180 and 0 <= accuracy < math.inf and at.tzinfo is not None
    datum = given.get("datum") or DATUM
    if not fits or datum not in DATA:
        raise VisitAnswerUnfit(item="position", expected="degrees, metres, time, datum")
    return Fix(lat, lon, accuracy, at, datum)


def kept(given: Mapping[str, str]) -> dict[str, str]:
    """What of a stated position is kept: its own members, as they were stated."""
    return {name: given[name].strip()[:200] for name in _MEMBERS if given.get(name, "").strip()}


def place(fix: Fix | None, outline: Sequence[Sequence[str]], captured: datetime) -> Placed:
    """What the fix says of being at the plot when the form was filled in."""
    if fix is None:
        return Placed(NONE)
    if not outline:
        return Placed(NO_PLOT)
    if fix.datum != DATUM:
        return Placed(OTHER_DATUM)
    if abs(captured - fix.at) > FRESH:
        return Placed(STALE)
    metres = _distance(fix, [(float(east), float(north)) for east, north in outline])
    if metres + fix.accuracy <= NEAR:
        return Placed(AT, round(metres))
    if fix.accuracy > ROUGHEST or metres - fix.accuracy <= NEAR:
        return Placed(ROUGH, round(metres))
    return Placed(AWAY, round(metres))


def _distance(fix: Fix, corners: Sequence[tuple[float, float]]) -> float:
    """Metres from the outline on a plane that touches the fix; 0 inside it."""
    narrower = math.cos(math.radians(fix.lat))
    scale = math.radians(1) * _EARTH
    points = [((east - fix.lon) * scale * narrower, (north - fix.lat) * scale) for east, north in corners]
    ring = [*points, points[0]]
    if _holds_origin(ring):
        return 0.0
    return min(_to_side(one, other) for one, other in pairwise(ring))


def _holds_origin(ring: Sequence[tuple[float, float]]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > 0) != (y2 > 0) and x1 - y1 * (x2 - x1) / (y2 - y1) > 0:
            inside = not inside
    return inside


def _to_side(one: tuple[float, float], other: tuple[float, float]) -> float:
    (x1, y1), (x2, y2) = one, other
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = 0.0 if not length else max(0.0, min(1.0, -(x1 * (x2 - x1) + y1 * (y2 - y1)) / length))
    return math.hypot(x1 + along * (x2 - x1), y1 + along * (y2 - y1))
