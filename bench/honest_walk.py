"""The honest walk: the fixed statement beside which traces are measured. It is not to be changed.

Both databases walk a lot's graph themselves, in one recursive statement: one UNION a lot over the two indexes
of `link` (its key upstream, `ix_link_down` downstream), and every link of the answer comes back as a row of
integers. It knows no times, states, exclusions or witness paths: those are what a trace adds to it. A figure
of another month can be compared with today's only as long as these texts stay as they are.
"""

from __future__ import annotations

from typing import Final

_TEXT: Final = (
    "WITH RECURSIVE reached (lot) AS ("
    "SELECT {start} UNION SELECT link.{far} FROM reached CROSS JOIN link WHERE link.{near} = reached.lot) "
    "SELECT link.id, link.from_lot, link.to_lot, link.taken, link.given, "
    "link.departure_from, link.departure_to, link.arrival_from, link.arrival_to "
    "FROM reached CROSS JOIN link WHERE link.{near} = reached.lot"
)
_START: Final = {"sqlite": "?", "postgresql": "%s::bigint"}

HONEST_WALK: Final = {
    (dialect, direction): _TEXT.format(start=start, near=near, far=far)
    for dialect, start in _START.items()
    for direction, near, far in (("up", "to_lot", "from_lot"), ("down", "from_lot", "to_lot"))
}
"""(dialect, direction) -> the statement; its one parameter is the lot's row id."""
