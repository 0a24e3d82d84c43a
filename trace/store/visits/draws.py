"""Visits that come from a draw: which draw, of which firm, and why others go than were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from trace.store.bulk import insert_rows, select
from trace.store.tables.visits import visit_draw

_COLUMNS: Final = ("number", "draw", "party", "why")
_STANDING: Final = (
    "SELECT visit_draw.number, visit_draw.draw, visit_draw.party, visit_draw.why, visit.state "
    "FROM visit_draw JOIN visit ON visit.number = visit_draw.number "
)


@dataclass(frozen=True, slots=True)
class VisitDraw:
    """A visit with the draw that it comes from; `why`: other inspectors go, "" where those drawn do."""

    number: str
    draw: str
    party: str
    why: str = ""
    state: str = ""


def add_visit_draw(connection: Connection, row: VisitDraw) -> None:
    """Keep which draw a visit comes from; the row never changes."""
    insert_rows(connection, visit_draw, _COLUMNS, [(row.number, row.draw, row.party, row.why)])


def draw_of_visit(connection: Connection, number: str) -> VisitDraw | None:
    """The draw of a visit, with the visit's state; None where it comes from none."""
    rows = select(connection, _STANDING + "WHERE visit_draw.number = ?", (number,))
    return VisitDraw(*rows[0]) if rows else None


def visits_of_draw(connection: Connection, draw: str) -> list[VisitDraw]:
    """The visits of a draw by number, with their states."""
    rows = select(connection, _STANDING + "WHERE visit_draw.draw = ? ORDER BY visit_draw.number", (draw,))
    return [VisitDraw(*one) for one in rows]
