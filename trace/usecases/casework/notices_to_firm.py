"""Notices of authorities as the firm reads them, and the receipt that it signs for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.errors import OrderUnknown
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.commitments import SERVED
from trace.parties import Actor
from trace.store.casework.cases import events_of
from trace.store.casework.notices import NoticeRow, notices_addressed
from trace.store.log.keys import read_holder_names
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.consignees import acknowledged_in
from trace.usecases.recalls.propose_steps import SIGNING, Proposing
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class OfficialNotice:
    """A notice to the firm; `received_at`: when it signed for it, None while it did not."""

    row: NoticeRow
    by: str
    received_at: datetime | None


def list_official_notices(transactions: Transactions, actor: Actor) -> list[OfficialNotice]:
    """The notices of authorities to the caller's firm, the newest first; those of its entry and of its year
    stand on pages of their own."""
    with transactions.look(actor.subject) as tx:
        return _notices(tx, actor.party or "")


def _notices(tx: Tx, party: str) -> list[OfficialNotice]:
    addressed = notices_addressed(tx.connection, party, MOST)
    rows = [one for one in addressed if not str(one.data.get("matter")).startswith(SERVED)]
    names = read_holder_names(tx.connection, {one.iss for one in rows})
    matters = {str(one.data.get("matter")) for one in rows}
    signed = {matter: acknowledged_in(events_of(tx.connection, matter)).get(party) for matter in matters}
    found = []
    for one in rows:
        receipt = signed[str(one.data.get("matter"))]
        at = receipt.at if receipt is not None and receipt.at >= one.logged_at else None
        found.append(OfficialNotice(one, names.get(one.iss, one.iss), at))
    return found


def propose_receipt(transactions: Transactions, who: Proposing, statement: str) -> str:
    """The address where the receipt waits for a signature; raises `OrderUnknown` for another's notice."""
    party = who.actor.party or ""
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        told = next((one for one in _notices(tx, party) if one.row.statement == statement), None)
        if told is None:
            raise OrderUnknown(order=statement[:43])
        data = {"matter": str(told.row.data["matter"]), "about": statement}
        kind, here = ACKNOWLEDGEMENT.typ, RowOrigin("", ())
        draft = Draft(kind, party, tx.now, data, references=(), private=(), origin=here, key="")
        number = keep_instead(tx, Signer(party, who.person), who.title, [content_of(draft, data)])
        return done.to(SIGNING.format(number))
