"""Facts of oversight: sampling, holds, recalls, notices, closings, inspections, penalties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts import urns
from trace.chain.facts.base import KeptFact, OpenKind
from trace.chain.facts.code import LotSerials, lot_serials
from trace.chain.facts.reading import Reader, many
from trace.chain.needs import Needs
from trace.parties import EVERY_SIDE, REGULATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightRecorded(KeptFact):
    """`serials`: item codes that a recall is about where it is not about all of their lots."""

    matter: str
    lots: tuple[str, ...] = ()
    serials: tuple[LotSerials, ...] = ()

    def needs(self) -> Needs:
        coded = frozenset(each.lot for each in self.serials)
        return Needs(lots=coded.union(self.lots), coded=coded)


def _kind(
    name: str, stated_by: frozenset[str] = REGULATORS, **more: Reader[Any]
) -> OpenKind[OversightRecorded]:
    """A record of oversight: its matter and the lots it is about, and what this kind reads besides."""
    return OpenKind(
        f"oversight.{name}",
        OversightRecorded,
        {"matter": urns.line},
        {"lots": many(urns.lot_urn), **more},
        stated_by=stated_by,
        agri=True,
    )


SAMPLING = _kind("sampling")
HOLD = _kind("hold")
RECALL = _kind("recall", serials=many(lot_serials, high=200))
NOTICE = _kind("notice")
ACKNOWLEDGEMENT = _kind("acknowledgement", EVERY_SIDE)
CLOSING = _kind("closing")
INSPECTION = _kind("inspection")
PENALTY = _kind("penalty")

OVERSIGHT: Final = (SAMPLING, HOLD, RECALL, NOTICE, ACKNOWLEDGEMENT, CLOSING, INSPECTION, PENALTY)
