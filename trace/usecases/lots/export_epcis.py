"""The records of a lot as an EPCIS 2.0 document, made from the signed bytes and nothing else."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from trace.chain.facts import parse_fact
from trace.chain.interchange import NAMESPACES, event_of
from trace.chain.privacy import masked
from trace.epcis.documents import document_of, write_json
from trace.epcis.events import Event
from trace.ledger.statement import parse_statement
from trace.parties import Actor
from trace.store.log.carried import LoggedEntry, read_logged_entries
from trace.store.lots.details import LotRow, read_lots_by_id, read_mentions, read_packs
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.sight import require_sight
from trace.usecases.lots.trace_lineage import require_lot

_CLASS: Final = "https://id.gs1.org/01/{gtin}/10/{batch}"


def export_epcis(transactions: Transactions, lot: str, actor: Actor) -> str:
    """JSON text (amounts are exact numbers) of all that made, moved, tested or used the lot urn `lot`.

    In order of time; what is private stays concealed. Raises `UnknownLot`, `LotOutOfSight`.
    """
    with transactions.look(actor.subject) as tx:
        row = require_lot(tx.connection, lot)
        require_sight(tx.connection, actor, row)
        graph = StoredLotGraph(tx.connection)
        arcs = [*graph.arcs_above([row.id]), *graph.arcs_below([row.id])]
        wanted = {row.made_by.statement, *(arc.statement for arc in arcs)}
        wanted.update(one.statement for _, one in read_mentions(tx.connection, [row.id]).get(row.id, []))
        entries = read_logged_entries(tx.connection, tx.origin, wanted)
        near = {end for arc in arcs for end in (arc.from_lot, arc.to_lot)} | {row.id}
        names = _names(tx.connection, read_lots_by_id(tx.connection, near))
        created = tx.now
    found = [event for entry in entries.values() if (event := _event(entry, names)) is not None]
    found.sort(key=lambda event: (event.time, event.event_id or ""))
    return write_json(document_of(found, created, NAMESPACES))


def _event(entry: LoggedEntry, names: dict[str, str]) -> Event | None:
    claims = parse_statement(entry.jws).claims
    fact = parse_fact(claims.typ, masked(claims.typ, claims.data), claims.sub, claims.occurred_at)
    return event_of(fact, entry.statement, claims.iss, lambda lot: names.get(lot, lot))


def _names(connection: Connection, lots: dict[int, LotRow]) -> dict[str, str]:
    """Packs with a GTIN by their GS1 class; all other lots keep their own urn."""
    return {
        lots[pack.lot].urn: _CLASS.format(gtin=pack.gtin.zfill(14), batch=quote(pack.batch_no, safe=""))
        for pack, _ in read_packs(connection, "lot", lots)
        if pack.gtin
    }
