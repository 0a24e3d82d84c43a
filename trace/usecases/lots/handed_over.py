"""Hand-overs around a lot as its EPCIS events tell them: both sides on one class, the buyer to whom may know.

Goods keep the class under which they were packed or made for as long as both sides of each hand-over bear it
out. At a claim that class ends: by one's own word nobody's goods come from another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote

from trace.chain.handover_effects import ClaimSet, HandoverSet
from trace.chain.interchange import Handed
from trace.chain.pack_contents import content_of
from trace.chain.pair_names import PAIR_NAMES
from trace.ledger.disclosure import parse_disclosure
from trace.ledger.pairing import CLAIMED, CONFIRMED, DISPUTED, PAIRED, REFUSED_STATE
from trace.parties import Actor
from trace.store.log.disclosures import read_disclosures
from trace.store.lots.amendments import amendments_of
from trace.store.lots.details import LotRow, read_lots_by_id, read_packs
from trace.store.lots.graph import StoredLotGraph
from trace.store.lots.offers import Claimed, Offered, read_claims, read_handovers
from trace.store.transaction import Connection
from trace.usecases.lots.sight import oversees

_CLASS: Final = "https://id.gs1.org/01/{gtin}/10/{batch}"
_LAPSED: Final = "lapsed"
_RETURN: Final = "return"
_RECEIVERS: Final = frozenset(member.receiver for member in PAIR_NAMES.handovers.values())


Row = TypeVar("Row", Offered, Claimed)


def handed_over(connection: Connection, reader: Actor, row: LotRow) -> tuple[dict[str, Handed], set[int]]:
    """The sides of the hand-overs that sent goods of the lot `row` or brought them, by the first versions of
    their statements: what is known beside those, as far as `reader`, who sees the whole lot, may know.
    And the lots that they speak of."""
    here = read_claims(connection, "lot", [row.id])
    brought = [claim.handover for claim, _ in here if claim.handover is not None]
    sent = _once(
        [
            *read_handovers(connection, "lot", [row.id]),
            *read_handovers(connection, "from_lot", [row.id]),
            *read_handovers(connection, "id", brought),
        ]
    )
    claims = _once([*read_claims(connection, "handover", [each.id for each, _ in sent]), *here])
    lots = read_lots_by_id(connection, {each.from_lot for each, _ in sent} | {row.id})
    named = _disclosed(connection, [each.stmt for each, _ in sent])
    whole = oversees(connection, reader, row)
    view = _View(reader.party, whole, lots, named)
    of = {each.id: [claim for claim, _ in claims if claim.handover == each.id] for each, _ in sent}
    told = {each.stmt: view.sent(each, of[each.id]) for each, _ in sent}
    handovers = {each.id: each for each, _ in sent}
    for claim, stated in claims:
        told[stated.statement] = view.received(claim, handovers.get(claim.handover or -1))
    return told, {lot for one, _ in sent for lot in (one.lot, one.from_lot)} | {
        claim.lot for claim, _ in claims
    }


@dataclass(frozen=True, slots=True)
class _View:
    """One reader's view: an authority sees both sides, a party its own and what the other handed to it."""

    party: str | None
    whole: bool
    lots: dict[int, LotRow]
    named: dict[str, str]

    def sent(self, one: HandoverSet, claims: Collection[ClaimSet]) -> Handed:
        paired = [claim for claim in claims if _is_pair(claim)]
        words = {_word(claim) for claim in claims}
        own = self.whole or one.shipper == self.party
        receivers = {claim.claimant for claim in paired}
        if own:
            receiver = one.receiver or self.named.get(one.stmt) or next(iter(sorted(receivers)), None)
        else:
            receiver = self.party if self.party in receivers else None
        lot = self.lots.get(one.from_lot)
        return Handed(
            state=next((word for word in (DISPUTED, CONFIRMED, _LAPSED) if word in words), None),
            receiver=receiver,
            content={} if lot is None else content_of(lot.detail),
            place=lot.place if own and lot is not None else None,
        )

    def received(self, claim: ClaimSet, handover: HandoverSet | None) -> Handed:
        paired = handover is not None and _is_pair(claim)
        lot = None if handover is None else self.lots.get(handover.from_lot)
        return Handed(
            state=_word(claim),
            shipper=handover.shipper if handover is not None and paired else None,
            content={} if lot is None else content_of(lot.detail),
            paired=paired,
            narrow=not self.whole and claim.claimant != self.party,
        )


def classes_of(connection: Connection, lots: Iterable[int]) -> dict[str, str]:
    """Lot urn -> the class of its goods: the GS1 class of the pack that they are, else the lot that they were
    made as; through hand-overs that both sides bear out."""
    same: dict[int, int] = {}
    open_ones = set(lots)
    known = set(open_ones)
    while open_ones:
        found = {each.lot: each.from_lot for each, _ in read_handovers(connection, "lot", open_ones)}
        pairs = [claim for claim, _ in read_claims(connection, "lot", open_ones) if _is_pair(claim)]
        sent = {
            each.id: each.lot for each, _ in read_handovers(connection, "id", {one.handover for one in pairs})
        }
        found |= {claim.lot: sent[claim.handover] for claim in pairs if claim.handover in sent}
        arcs = StoredLotGraph(connection).arcs_above(sorted(open_ones))
        found |= {arc.to_lot: arc.from_lot for arc in arcs if arc.kind == _RETURN}
        same.update(found)
        open_ones = set(found.values()) - known
        known |= open_ones
    rows = read_lots_by_id(connection, known)
    packed = {
        pack.lot: _CLASS.format(gtin=pack.gtin.zfill(14), batch=quote(pack.batch_no, safe=""))
        for pack, _ in read_packs(connection, "lot", known)
        if pack.gtin
    }
    return {row.urn: _class(lot, same, packed, rows) for lot, row in rows.items()}


def _class(lot: int, same: dict[int, int], packed: dict[int, str], rows: dict[int, LotRow]) -> str:
    while lot not in packed and same.get(lot) in rows:
        lot = same[lot]
    return packed.get(lot, rows[lot].urn)


def _is_pair(claim: ClaimSet) -> bool:
    return claim.state in PAIRED and not claim.lapsed and claim.handover is not None


def _word(claim: ClaimSet) -> str | None:
    """The state that an event tells; a refusal is a claim like any other, lest it brand whom it names."""
    if claim.lapsed:
        return _LAPSED
    if claim.state in PAIRED:
        return claim.state
    return CLAIMED if claim.state in {CLAIMED, REFUSED_STATE} else None


def _disclosed(connection: Connection, statements: Collection[str]) -> dict[str, str]:
    """Statement -> the receiver whom its signer conceals, where the disclosure is still held."""
    later = amendments_of(connection, statements, handovers=True)
    held = read_disclosures(connection, [*statements, *(one.stmt for one in later)])
    versions = [*((stmt, stmt) for stmt in statements), *((one.about, one.stmt) for one in later)]
    found: dict[str, str] = {}
    for first, stmt in versions:
        for shown in map(parse_disclosure, held.get(stmt, ())):
            if shown.name in _RECEIVERS and isinstance(shown.value, str):
                found[first] = shown.value
    return found


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({row[0].id: row for row in rows}.values())
