"""The lines of a delivery note, for the party that they are addressed to."""

from __future__ import annotations

from trace.errors import NoteForAnother, NoteUnknown
from trace.exchange.delivery_note import DeliveryNote
from trace.parties import Actor
from trace.store.log.entries import find_entries, read_stream
from trace.store.log.evidence import find_evidence_of, read_foreign_stream
from trace.store.lots.offers import read_handovers
from trace.store.transaction import Connection, Transactions
from trace.usecases.inbox.read_inbox import HandedOver, handed_over, opens


def open_note(transactions: Transactions, actor: Actor, text: str) -> tuple[HandedOver, ...]:
    """What a delivery note hands over to the caller's party, each line with the salt that opens it.

    Raises `NoteUnreadable`, `NoteUnknown`, `NoteForAnother`.
    """
    note = DeliveryNote.parse(text)
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        lines = _lines(tx.connection, note)
        offered = [
            (each, note.salt(lines[each[0].stmt])) for each in read_handovers(tx.connection, "stmt", lines)
        ]
        mine = [(each, salt) for each, salt in offered if opens(each, salt, party)]
        if not mine:
            raise NoteForAnother(lines=note.lines)
        return tuple(handed_over(tx.connection, mine))


def _lines(connection: Connection, note: DeliveryNote) -> dict[str, str]:
    """Statement id -> lot of the lines, which follow each other in the shipper's stream."""
    own = find_entries(connection, [note.first]).get(note.first)
    if own is not None:
        found = read_stream(connection, own.iss, own.stream, own.seq, note.lines)
    else:
        carried = find_evidence_of(connection, [note.first])
        if not carried:
            raise NoteUnknown(stmt=note.first)
        one = carried[0]
        found = read_foreign_stream(connection, one.origin, one.iss, one.stream, one.seq, note.lines)
    return dict(found)
