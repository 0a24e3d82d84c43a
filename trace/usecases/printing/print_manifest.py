"""The manifest of a print run: what the platform made, and the signature of whoever printed it.

A run is an act of the enterprise, so the enterprise signs: the platform states the bytes (`preparedBy`) and
holds no key that could speak for the enterprise (docs/adr/0030).
"""

from __future__ import annotations

from typing import Final

from trace.errors import KeyNotValid, NotAuthentic
from trace.errors.printing import ManifestNotYours, ManifestSigned, RunUnfinished
from trace.labels.manifest import manifest_payload
from trace.ledger.algorithms import PublicKey
from trace.ledger.keys import KeyEntry
from trace.ledger.sealed import MANIFEST, Sealed, opened
from trace.parties import Actor
from trace.store.log.entries import read_head
from trace.store.log.keys import read_keys
from trace.store.printing.print_runs import RunRow, list_parts_made, put_manifest
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.printing.print_runs import run_of

_STREAM: Final = "print"


def manifest_of(transactions: Transactions, run: str, actor: Actor) -> tuple[bytes, str | None]:
    """The bytes to sign, canonical JSON, and the signature if there is one.

    Raises `RunUnknown`, and `RunUnfinished` until every part was made once.
    """
    with transactions.look("print") as tx:
        row = run_of(tx.connection, run, actor)
        return _payload(tx.connection, row, tx.origin), row.manifest


def sign_run(transactions: Transactions, run: str, jws: str, actor: Actor) -> RunRow:
    """Keep the holder's signature over the manifest; the same one again changes nothing.

    Raises `RunUnknown`, `RunUnfinished`, `StatementMalformed`, `ManifestSigned`, and `ManifestNotYours` for
    other bytes, a key that is not registered to the run's holder or no longer valid, or a wrong signature.
    """
    sealed = opened(jws, MANIFEST)
    with transactions.begin(actor.subject) as tx:
        row = run_of(tx.connection, run, actor, own=True)
        if row.manifest == jws.strip():
            return row
        if row.manifest is not None:
            raise ManifestSigned(run=run, kid=row.signed_with or "")
        _check(tx, row, sealed)
        put_manifest(tx.connection, run, jws.strip(), sealed.kid, tx.now)
        return run_of(tx.connection, run, actor)


def _payload(connection: Connection, row: RunRow, origin: str) -> bytes:
    made = list_parts_made(connection, row.id)
    if len(made) < row.parts:
        raise RunUnfinished(run=row.id, done=len(made), parts=row.parts)
    stated = {**row.described, "run": row.id, "holder": row.holder, "preparedBy": origin}
    parts = [made[number] for number in range(row.parts)]
    return manifest_payload(stated, parts, printer=row.printer, made_at=row.asked_at)


def _check(tx: Tx, row: RunRow, sealed: Sealed) -> None:
    refuse = {"run": row.id, "kid": sealed.kid}
    if sealed.payload != _payload(tx.connection, row, tx.origin):
        raise ManifestNotYours(**refuse, reason="other-bytes")
    entry = read_keys(tx.connection, tx.origin, [sealed.kid]).get(sealed.kid)
    if entry is None:
        raise ManifestNotYours(**refuse, reason="key-unknown")
    try:
        _check_key(tx, row, entry)
        sealed.verify(PublicKey.from_jwk(entry.jwk))
    except KeyNotValid as invalid:
        raise ManifestNotYours(**refuse, reason=str(invalid.params["reason"])) from None
    except NotAuthentic:
        raise ManifestNotYours(**refuse, reason="signature-wrong") from None


def _check_key(tx: Tx, row: RunRow, entry: KeyEntry) -> None:
    """Now is the log's next index: a key revoked so far does not sign."""
    head = read_head(tx.connection)
    entry.check(head.size, row.holder, entry.streams[0] if entry.streams else _STREAM, tx.now)
