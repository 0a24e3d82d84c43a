"""What somebody leaves behind in an organisation, ended in the transaction that ends the membership.

Tokens that were shown to the person open nothing more, and what was asked for is taken back. A key in the
person's browser counts in the log until its revocation is signed: nothing is taken from it meanwhile, and
the revocation lies ready. A key file and a key that the service holds are the organisation's: it decides.
"""

from __future__ import annotations

from typing import Final

from trace.chain.facts.keys import KEY_REVOKE
from trace.exchange.draft import Draft, RowOrigin, draft_key
from trace.ledger.keys import KeyEntry, revocation_data
from trace.store.accounts.tokens import end_given_tokens
from trace.store.log.keys import list_keys
from trace.store.signing.batches import drop_waiting
from trace.store.signing.keys import ACCEPTED, ASKED, WITHDRAWN, list_requests, stop_key, take_back
from trace.store.transaction import Tx
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of

CEASED: Final = "ceased"
_OWN: Final = frozenset({"browser", "ukey"})
"""Keys that are on the person, wherever the person goes."""


def end_what_was_held(tx: Tx, who: Signer, by: str, title: str) -> str:
    """End it; the name of the batch with the revocations to be signed, "" where there are none."""
    end_given_tokens(tx.connection, who.iss, who.person, tx.now)
    return stop_keys_of(tx, who, by, title)


def stop_keys_of(tx: Tx, who: Signer, by: str, title: str) -> str:
    """Take nothing more from the keys on a person; the batch with their revocations, "" for none."""
    asked = {one.kid: one for one in list_requests(tx.connection, who.iss) if one.person == who.person}
    registered = {one.kid: one for one in list_keys(tx.connection, tx.origin, holder=who.iss)}
    found: list[KeyEntry] = []
    for kid, one in asked.items():
        entry = registered.get(kid)
        if entry is None and one.state in (ASKED, ACCEPTED):
            take_back(tx.connection, kid, WITHDRAWN, by, tx.now)
            if one.batch:
                drop_waiting(tx.connection, one.batch)
        elif (
            entry is not None
            and entry.revoked_at is None
            and one.custody in _OWN
            and stop_key(tx.connection, kid, who.iss, who.person, by, tx.now)
        ):
            found.append(entry)
    if not found:
        return ""
    drafts = [content_of(_revocation(tx, who.iss, one.kid)) for one in found]
    return keep_in(tx, Signer(who.iss, by), title, drafts)


def _revocation(tx: Tx, iss: str, kid: str) -> Draft:
    key = draft_key(iss, KEY_REVOKE.typ, kid)
    at = tx.now.replace(microsecond=0)
    return Draft(KEY_REVOKE.typ, iss, at, revocation_data(kid, CEASED), (), (), RowOrigin("keys", ()), key)
