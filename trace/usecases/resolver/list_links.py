"""The list of an organisation's links: what stands, what stood, who said so, what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trace.chain.facts.link import HOSTS
from trace.parties import Actor
from trace.store.chain.known_links import allowed_hosts, owners_of
from trace.store.log.signers import SignedBy, signers_of
from trace.store.resolver.resolution import ChangeRow, changes_by
from trace.store.transaction import Transactions
from trace.usecases.resolver.resolve_link import shown_link

MOST: Final = 10_000


def list_links(transactions: Transactions, reader: Actor, subject: str | None = None) -> dict[str, Any]:
    """The reader's own links (of everybody with scope trace:all): on one subject with all changes, or on all.

    `links` are those that stand, `history` every change of the subject, oldest first, `hosts` what the
    platform allows to the reader. `shown` says whether the resolver gives a link out; `reason` why not.
    """
    own = [reader.party] if reader.party else []
    with transactions.look("links") as tx:
        if subject is not None:
            rows = changes_by(tx.connection, "record.sub", [subject], MOST)
        else:
            rows = changes_by(tx.connection, "statement.iss", own, MOST)
        rows = [row for row in rows if reader.may("trace:all") or reader.party in {row.iss, row.sub}]
        hosts = allowed_hosts(tx.connection, {row.iss for row in rows}.union(own))
        owners = owners_of(tx.connection, {row.sub for row in rows})
        signers = signers_of(tx.connection, tx.origin, [row.statement for row in rows])
    standing = {(row.iss, row.sub, row.data.get("field")): row for row in rows}
    links = [
        _link(row, signers, hosts, owners)
        for (_, _, field), row in standing.items()
        if field != HOSTS and row.data.get("to") is not None
    ]
    document: dict[str, Any] = {"links": links, "hosts": sorted(hosts.get(reader.party or "", ()))}
    if subject is not None:
        document = {"subject": subject, **document, "history": [_change(row, signers) for row in rows]}
    return document


def _change(row: ChangeRow, signers: Mapping[str, SignedBy]) -> dict[str, Any]:
    signer = signers.get(row.statement)
    return {
        "subject": row.sub,
        "field": row.data.get("field"),
        "to": row.data.get("to"),
        "iss": row.iss,
        "signedBy": None if signer is None else {"name": signer.name, "custody": signer.custody},
        "statement": row.statement,
        "statedAt": row.occurred_at.isoformat(),
        "loggedAt": row.logged_at.isoformat(),
    }


def _link(
    row: ChangeRow,
    signers: Mapping[str, SignedBy],
    hosts: Mapping[str, frozenset[str]],
    owners: Mapping[str, str],
) -> dict[str, Any]:
    reason = None
    if owners.get(row.sub, row.iss) != row.iss:
        reason = "not-the-owner"
    elif shown_link(row.data, hosts.get(row.iss, frozenset())) is None:
        reason = "host-or-form"
    shown: dict[str, Any] = {**_change(row, signers), "shown": reason is None}
    return shown if reason is None else {**shown, "reason": reason}
