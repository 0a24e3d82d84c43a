"""Sources of a batch page, read once: the lot graph above the batch and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from trace.chain.admission.plots import counts_for
from trace.chain.effects import CertificateNoted, Mark, NewLink, OperationNoted
from trace.chain.facts import KINDS
from trace.chain.facts.oversight import SAMPLING
from trace.chain.lineage.closure import trace_up
from trace.chain.lineage.exclusion import TIME
from trace.chain.report_effects import ReportNoted
from trace.store.chain.master import read_counting
from trace.store.chain.statements import StatementRow
from trace.store.log.signers import SignedBy, read_signers
from trace.store.lots.details import (
    DisputeRow,
    LotRow,
    read_certificates,
    read_disputes,
    read_kept,
    read_lots_by_id,
    read_marks_on,
    read_mentions,
    read_operations,
    read_reports,
    read_shipments,
    read_shipped_temperatures,
    read_stated,
)
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Connection

MAX_LOTS: Final = 2_000
SEASON: Final = timedelta(days=300)
"""Farm work older than this before the harvest belongs to an earlier crop."""
_OF_THAT_LOT: Final = {
    role for kind in KINDS.values() if kind.of_that_lot for role in (kind.typ, kind.noted_as)
}


@dataclass(frozen=True, slots=True)
class Sources:
    """`lots` are the batch and all above it; everything else is about them, in order of arrival.
    Left out is what was of a lot above alone, as its disposal: those goods are not in the batch.

    `asked` are the urns of parties and places whose master data were looked up, stated or not.
    """

    lots: Mapping[int, LotRow]
    marks: Sequence[tuple[Mark, StatementRow]]
    reports: Sequence[tuple[ReportNoted, StatementRow]]
    certificates: Sequence[tuple[CertificateNoted, StatementRow]]
    operations: Sequence[tuple[OperationNoted, StatementRow]]
    mentions: Mapping[int, Sequence[tuple[str, StatementRow]]]
    shipments: Sequence[tuple[NewLink, StatementRow]]
    shipped_at: Mapping[str, Mapping[str, str]]
    """Statement of a shipment -> the temperature that it states."""
    sampled: Mapping[str, Mapping[str, Any]]
    """Statement of an official sampling -> its sheet."""
    disputes: Sequence[DisputeRow]
    parties: Mapping[str, Mapping[str, Any]]
    places: Mapping[tuple[str, str], Mapping[str, Any]]
    """(place, whose goods) -> its master data as they count for these goods."""
    signers: Mapping[str, SignedBy]
    truncated: bool
    asked: frozenset[str]
    left_out: int = 0
    """How many lots time left out: what came into a pool after these goods were taken from it."""

    def place(self, urn: str | None, lot: LotRow) -> Mapping[str, Any]:
        """What counts of a place for the goods of who made the lot."""
        return self.places.get((urn or "", lot.made_by.iss), {})

    def plot(self, urn: str) -> Mapping[str, Any]:
        """What counts of a plot for those who harvested it."""
        reaped = (self.place(urn, lot) for lot in self.lots.values() if urn in lot.detail.get("plots", ()))
        return next(reaped, {})

    def public_name(self, party: str, registered: str | None = None) -> str | None:
        """The name of an organisation; None for a natural person, whatever is known of it."""
        if not party.startswith("urn:uscc:"):
            return None
        name = self.parties.get(party, {}).get("name") or registered
        return None if name is None else str(name)

    def signer_name(self, row: StatementRow) -> str | None:
        """The signer's name, as stated of the issuer or else as its key was registered."""
        signed = self.signers.get(row.statement)
        return self.public_name(row.iss, signed.name if signed else None)


def read_sources(connection: Connection, own: str, lot: int) -> Sources:
    """About a dozen queries and one a level of the graph."""
    closure = trace_up(StoredLotGraph(connection), [lot], max_lots=MAX_LOTS)
    lots = read_lots_by_id(connection, closure.lots)
    plots = {str(plot) for row in lots.values() for plot in row.detail.get("plots", ())}
    places = {
        (str(place), row.made_by.iss)
        for row in lots.values()
        for place in (*row.detail.get("plots", ()), row.place)
        if place
    }
    reports = read_reports(connection, lots)
    certificates = read_certificates(connection, lots)
    stated = {key: data for key, (data, _) in read_counting(connection, "place", places).items()}
    operations = _of_this_crop(read_operations(connection, plots), lots.values(), stated)
    mentions = {
        of: [(role, row) for role, row in found if role not in _OF_THAT_LOT or of == lot]
        for of, found in read_mentions(connection, lots).items()
    }
    shipments = read_shipments(connection, [lot])
    about = [row.made_by for row in lots.values()]
    about += [row for found in (reports, certificates, operations, shipments) for _, row in found]
    told = [one for found in mentions.values() for one in found]
    about += [row for _, row in told]
    parties = {row.iss for row in about}
    return Sources(
        lots=lots,
        marks=read_marks_on(connection, lots),
        reports=reports,
        certificates=certificates,
        operations=operations,
        mentions=mentions,
        shipments=shipments,
        shipped_at=read_shipped_temperatures(connection, [lot]) if shipments else {},
        sampled=read_kept(connection, {row.statement for _, row in told if row.typ == SAMPLING.typ}),
        disputes=read_disputes(connection, lots),
        parties={urn: data for urn, (data, _) in read_stated(connection, "party", parties).items()},
        places=stated,
        signers=read_signers(connection, own, {row.statement for row in about}),
        truncated=closure.truncated,
        asked=frozenset(parties | {place for place, _ in places}),
        left_out=sum(1 for gone in closure.excluded if gone.reason == TIME),
    )


def _of_this_crop(
    operations: Sequence[tuple[OperationNoted, StatementRow]],
    lots: Any,
    places: Mapping[tuple[str, str], Mapping[str, Any]],
) -> list[tuple[OperationNoted, StatementRow]]:
    """The work on a plot in the season before a harvest of it, by those whose word counts for it."""
    harvests = [
        (str(plot), lot.produced.latest, str(lot.holder))
        for lot in lots
        for plot in lot.detail.get("plots", ())
        if lot.produced.latest is not None
    ]
    return [
        (noted, row)
        for noted, row in operations
        if any(
            plot == noted.plot
            and latest - SEASON <= row.occurred_at <= latest
            and counts_for(places.get((plot, harvester), {}), row.iss, harvester)
            for plot, latest, harvester in harvests
        )
    ]
