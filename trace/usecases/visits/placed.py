"""Where a part was filled in, against the plot that is visited: as shown on the page and as signed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from trace.chain.facts.master import PLACE
from trace.chain.facts.oversight_forms import FARTHEST
from trace.oversight.visits.position import Placed, place, read_fix
from trace.store.transaction import Tx
from trace.store.visits.visits import PartRow, VisitRow
from trace.usecases.stated.own_records import newest_data


def outline_of(tx: Tx, row: VisitRow) -> Sequence[Sequence[str]]:
    """The outline of the plot that is visited, as its holder stated it last; () for none."""
    found: Sequence[Sequence[str]] = newest_data(
        tx.connection, row.party, tx.origin, PLACE.typ, row.place
    ).get("outline", ())
    return found


def placed_at(part: PartRow, outline: Sequence[Sequence[str]], now: datetime) -> Placed:
    """What the fix of a part says, by the device's own clock."""
    return place(read_fix(part.position), outline, part.captured_at or part.saved_at or now)


def signed_place(tx: Tx, row: VisitRow, part: PartRow) -> dict[str, Any]:
    """When and where a part was filled in, as its record says it: a distance, never coordinates."""
    placed = placed_at(part, outline_of(tx, row), tx.now)
    fix = read_fix(part.position)
    said: dict[str, Any] = {"placed": placed.state}
    if placed.metres is not None:
        said["metres"] = placed.metres
    if fix is not None:
        said["accuracy"] = min(math.ceil(fix.accuracy), FARTHEST)
    if part.captured_at is not None:
        said["capturedAt"] = part.captured_at.replace(microsecond=0).isoformat()
    if part.clock_offset is not None:
        said["clockOffset"] = part.clock_offset
    return said
