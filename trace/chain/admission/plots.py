"""Plots: whose they are, and whose work on them counts for whose harvest.

A bureau names the holder of a plot, the holder lists who works on it. Whoever is none of them states things
of its own harvests alone: nobody's spraying closes a stranger's gates, and nobody takes a stranger's plot for
origin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.effects import OperationNoted
from trace.chain.known_master import HOLDER, WORKERS

_RULE: Final = "P29"


def people_of(place: Mapping[str, object]) -> frozenset[str]:
    """The registered holder of a plot and those who work on it; empty for a plot that no bureau has named."""
    holder, workers = place.get(HOLDER), place.get(WORKERS)
    if not isinstance(holder, str):
        return frozenset()
    listed = workers if isinstance(workers, list | tuple) else ()
    return frozenset((holder, *(str(one) for one in listed)))


def counts_for(place: Mapping[str, object], by: str, harvester: str) -> bool:
    """Whether what `by` did on the plot is done to what `harvester` reaps there."""
    return by == harvester or {by, harvester} <= people_of(place)


def counting(
    decision: Decision, plot: str, operations: Sequence[OperationNoted], harvester: str
) -> tuple[OperationNoted, ...]:
    """Those of the operations on a plot that count for this harvester."""
    place = decision.known.master.place(plot, harvester)
    return tuple(one for one in operations if counts_for(place, one.by, harvester))


def own_plots(decision: Decision, plots: Sequence[str]) -> list[str]:
    """The plots that may stand as origin: those of the signer, and those that no bureau has named."""
    master, iss = decision.known.master, decision.claims.iss
    return [plot for plot in plots if not (people := people_of(master.place(plot, iss))) or iss in people]


def mark_foreign(decision: Decision, plots: Sequence[str], lot: int) -> None:
    """A harvest from a plot of somebody who does not list its signer: recorded, and not shown as origin."""
    for plot in plots:
        decision.mark(_RULE, lot, plot=plot)
