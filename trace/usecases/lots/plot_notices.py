"""Notices beside a harvest: what others say that they did on its plots, and who else harvested there.

No row stands for them and no gate hangs on them: an unlisted contractor may have sprayed in truth, and a
stranger may say anything. The registered holder of the plot and the agriculture bureau look into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.admission.plots import counts_for
from trace.chain.known_master import HOLDER
from trace.parties import REGULATOR_AGRI, Actor
from trace.rules import Rules
from trace.store.chain.master import read_counting
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import LotRow, read_harvests_of, read_lots_by_id, read_operations
from trace.store.transaction import Connection
from trace.usecases.lots.sight import oversees

UNCLEAR: Final = "operation-unclear"
SHARED: Final = "plot-shared"
NOTICES: Final = (UNCLEAR, SHARED)
RULE: Final = "P29"
_SEASON: Final = timedelta(days=300)
"""What was done or reaped longer before belongs to an earlier crop."""


@dataclass(frozen=True, slots=True)
class PlotNotice:
    """A notice on a harvest with its figures, and the statement that it is about."""

    code: str
    params: Mapping[str, object]
    stated: StatementRow


def list_plot_notices(connection: Connection, lot: LotRow, actor: Actor, rules: Rules) -> list[PlotNotice]:
    """What the reader is told beside this harvest; nothing to anybody but holder and bureau."""
    plots = [str(plot) for plot in lot.detail.get("plots", ())]
    if lot.kind != "harvest" or not plots or lot.produced.latest is None:
        return []
    maker = lot.made_by.iss
    counting = read_counting(connection, "place", [(plot, maker) for plot in plots])
    places = {plot: counting[plot, maker][0] if (plot, maker) in counting else {} for plot in plots}
    bureau = REGULATOR_AGRI in actor.roles and oversees(connection, actor, lot)
    told = [plot for plot in plots if bureau or (actor.party and places[plot].get(HOLDER) == actor.party)]
    if not told:
        return []
    day = lot.produced.latest.astimezone(SHANGHAI_TIME).date()
    found = (*_unclear(connection, told, places, maker, day), *_shared(connection, told, places, lot, day))
    clause = {"clause": rules.at(RULE, day).cited}
    return [replace(one, params={**one.params, **clause}) for one in found]


def _unclear(
    connection: Connection, plots: list[str], places: Mapping[str, Mapping[str, Any]], maker: str, day: date
) -> Iterator[PlotNotice]:
    """Uses of an input by those whose work does not count for this harvest, in the season before it."""
    for noted, row in read_operations(connection, plots):
        last = noted.stopped_on or noted.used_on
        if noted.phi_days is None or not day - _SEASON <= last <= day:
            continue
        if not counts_for(places[noted.plot], row.iss, maker):
            allowed = last + timedelta(days=noted.phi_days)
            figures = {"lastUse": last.isoformat(), "allowedFrom": allowed.isoformat()}
            said = {"plot": noted.plot, "party": row.iss, "substance": noted.substance or ""}
            yield PlotNotice(UNCLEAR, said | figures, row)


def _shared(
    connection: Connection,
    plots: list[str],
    places: Mapping[str, Mapping[str, Any]],
    lot: LotRow,
    day: date,
) -> Iterator[PlotNotice]:
    """Harvests from the same plots by others, of about the same time."""
    near = read_harvests_of(connection, plots)
    others = read_lots_by_id(connection, {one for _, one, _ in near if one != lot.id})
    for plot, one, first in near:
        other = others.get(one)
        if other is None or abs(first - day) > _SEASON or other.state == "withdrawn":
            continue
        if not counts_for(places[plot], other.made_by.iss, lot.made_by.iss):
            yield PlotNotice(
                SHARED, {"plot": plot, "party": other.made_by.iss, "other": other.urn}, other.made_by
            )
