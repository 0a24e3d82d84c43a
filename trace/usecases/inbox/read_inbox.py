"""The inbox: hand-overs that are open to a party, and claims on its goods that wait for its word.

Whoever is concealed as receiver finds here the statement and the salt that open the hand-over, and states
both in its receipt. A claim on one's own goods is answered with a confirmation or a refusal. Many claims of
one counterpart are grouped, never cut off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.admission.decision import day_of
from trace.chain.handover_effects import ClaimSet, HandoverSet
from trace.ledger.pairing import NOT_COMPARABLE, opening_digest
from trace.parties import Actor, parse_urn
from trace.quantities import Quantity
from trace.store.log.inbox import read_addressed
from trace.store.log.keys import read_holder_names
from trace.store.lots.details import LotRow, read_lots_by_id
from trace.store.lots.offers import (
    Claimed,
    Offered,
    list_uncompared,
    read_claims,
    read_claims_on,
    read_handovers,
    read_keys_of_packs,
)
from trace.store.transaction import Connection, Transactions
from trace.usecases.inbox.versions import first_versions
from trace.usecases.intake.keep_disclosures import RECEIVERS

_OPEN: Final = frozenset({"open", "received"})
_WAITING: Final = frozenset({"claimed"})


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Goods on their way to the reader: state `stmt` and `salt` in the receipt. `from_batch` is the batch
    that they were taken from; `received` is what the reader has stated so far, as far as its units compare:
    where some do not, `amounts` says so (`not-comparable`)."""

    stmt: str
    salt: str | None
    log: str
    index: int
    shipper: str
    shipper_name: str | None
    lot: str
    from_lot: str
    from_batch: str
    product: str | None
    product_name: str
    quantity: Quantity
    received: Quantity
    state: str
    shipped_at: datetime
    amounts: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimOnGoods:
    """A receipt that names goods of the reader; `fitting` are its own open hand-overs that may be meant."""

    receipt: str
    log: str
    index: int
    lot: str
    names: str
    quantity: Quantity
    received_at: datetime
    state: str
    fitting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The claims of one party on the reader's goods, oldest first."""

    party: str
    name: str | None
    count: int
    claims: tuple[ClaimOnGoods, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for the word of a party."""

    party: str
    handovers: tuple[HandedOver, ...]
    claims: tuple[Counterpart, ...]


def read_inbox(transactions: Transactions, actor: Actor, of: str | None = None) -> Inbox:
    """The inbox of the caller's party; claims of the counterpart `of` alone are shown all, of others the
    first (rule P24)."""
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        most = int(tx.rules.at("P24", day_of(tx.now)).number)
        offered = open_to(tx.connection, party)
        claimed = _claims_on(tx.connection, party)
        return Inbox(
            party,
            tuple(handed_over(tx.connection, offered)),
            tuple(_grouped(tx.connection, claimed, of, most)),
        )


def open_to(connection: Connection, party: str) -> list[tuple[Offered, str | None]]:
    """Open hand-overs that are addressed to the party, each with the salt that opens it where one does."""
    addressed = read_addressed(connection, party)
    salts: defaultdict[str, list[str]] = defaultdict(list)
    for stmt, first in first_versions(connection, addressed).items():
        salts[first].append(addressed[stmt])  # each version's own; the version in force counts
    found = {one.stmt: (one, by) for one, by in read_handovers(connection, "stmt", salts)}
    sealed = [
        (each, salt)
        for name, each in found.items()
        for salt in [next((one for one in salts[name] if opens(each, one, party)), None)]
        if salt is not None
    ]
    clear = [
        (each, None) for each in read_handovers(connection, "receiver", [party]) if each[0].stmt not in found
    ]
    every = [*sealed, *clear]
    still = [one for one in every if one[0][0].state in _OPEN and one[0][0].received < one[0][0].quantity]
    return sorted(still, key=lambda one: one[0][1].occurred_at)


def opens(offered: Offered, salt: str, party: str) -> bool:
    """Whether the salt shows that the newest version of a hand-over names the party."""
    newest = offered[0].sealed[-1] if offered[0].sealed else ()
    return any(opening_digest(salt, name, party) in newest for name in RECEIVERS)


def handed_over(
    connection: Connection, offered: Iterable[tuple[Offered, str | None]]
) -> Iterable[HandedOver]:
    """Hand-overs as their receiver may have them."""
    listed = list(offered)
    lots = read_lots_by_id(connection, {lot for (one, _), _ in listed for lot in (one.lot, one.from_lot)})
    names = read_holder_names(connection, {one.shipper for (one, _), _ in listed})
    uncompared = list_uncompared(connection, {one.id for (one, _), _ in listed})
    for (one, by), salt in listed:
        lot, above = lots[one.lot], lots.get(one.from_lot)
        yield HandedOver(
            stmt=one.stmt,
            salt=salt,
            log=by.origin,
            index=by.index,
            shipper=one.shipper,
            shipper_name=names.get(one.shipper),
            lot=lot.urn,
            from_lot=above.urn if above is not None else "",
            from_batch=above.batch_no if above is not None else "",
            product=lot.product,
            product_name=lot.product_name,
            quantity=one.quantity,
            received=one.received,
            state=one.state,
            shipped_at=by.occurred_at,
            amounts=NOT_COMPARABLE if one.id in uncompared else None,
        )


def _claims_on(connection: Connection, party: str) -> list[tuple[Claimed, tuple[str, ...]]]:
    """Claims on the party's goods that wait for it: by its lots, its hand-overs, or its packs' numbers."""
    own = [one for one, _ in read_handovers(connection, "shipper", [party]) if one.state in _OPEN]
    keys = read_keys_of_packs(connection, {one.from_lot for one in own})
    found = {
        one.id: (one, by)
        for one, by in (
            *read_claims_on(connection, parse_urn(party).owner),
            *read_claims(connection, "handover_stmt", [one.stmt for one in own]),
            *read_claims(connection, "named_key", list(keys)),
        )
        if one.state in _WAITING and not one.through and one.claimant != party
    }
    lots = read_lots_by_id(connection, {lot for one in own for lot in (one.lot, one.from_lot)})
    return [(each, _fitting(each[0], own, lots, keys)) for _, each in sorted(found.items())]


def _fitting(
    claim: ClaimSet, own: Iterable[HandoverSet], lots: Mapping[int, LotRow], keys: Mapping[str, int]
) -> tuple[str, ...]:
    """Those of the party's open hand-overs that the receipt may mean."""
    meant = keys.get(claim.named_key or "")
    return tuple(
        one.stmt
        for one in own
        if one.stmt == claim.handover_stmt
        or (claim.named_lot is not None and claim.named_lot in {lots[one.lot].urn, lots[one.from_lot].urn})
        or (meant is not None and meant == one.from_lot)
    )


def _grouped(
    connection: Connection,
    claimed: Iterable[tuple[Claimed, tuple[str, ...]]],
    of: str | None,
    most: int,
) -> Iterable[Counterpart]:
    by_party: defaultdict[str, list[ClaimOnGoods]] = defaultdict(list)
    listed = list(claimed)
    lots = read_lots_by_id(connection, {one.lot for (one, _), _ in listed})
    for (one, by), fitting in listed:
        by_party[one.claimant].append(
            ClaimOnGoods(
                receipt=by.statement,
                log=by.origin,
                index=by.index,
                lot=lots[one.lot].urn,
                names=one.named_lot or one.named_key or one.handover_stmt or "",
                quantity=one.quantity,
                received_at=by.occurred_at,
                state=one.state,
                fitting=fitting,
            )
        )
    names = read_holder_names(connection, by_party)
    for party in sorted(by_party, key=lambda each: by_party[each][0].received_at):
        claims = by_party[party]
        yield Counterpart(
            party, names.get(party), len(claims), tuple(claims if party == of else claims[:most])
        )
