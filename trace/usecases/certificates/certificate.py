"""A certificate (承诺达标合格证) as it stands: for its issuer to print, for whoever holds it to look up.

Law: 农产品质量安全承诺达标合格证管理办法 (农业农村部令2025年第4号). What its symbol leads to shows what is
printed beside it, to who has the paper: the address ends in the digest of the record, which nobody can guess.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.facts.farm import CERTIFICATE
from trace.errors import CertificateUnknown, LotOutOfSight, UnknownLot, UnknownStatement
from trace.ledger.statement import label_digest
from trace.parties import OWN, Actor
from trace.store.bulk import select
from trace.store.columns import json_value
from trace.store.log.entries import find_entries
from trace.store.transaction import Transactions, Tx
from trace.usecases.lots.read_marks import MarksSeen, SeenMark, read_marks
from trace.usecases.stated.own_records import read_signed, said_by

GATE: Final = "certificate"
VALID: Final = "valid"
WITHDRAWN: Final = "withdrawn"
CORRECTED: Final = "corrected"
BARRED: Final = "barred"
_NAME: Final = "SELECT data FROM party WHERE urn = ?"
_FIRMS: Final = "urn:uscc:"
_ADDRESS: Final = "{}/certificates/{}?v={}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate: its fields as they stand, `state`, the version that is printed, and what bars it now.

    `issuer` is its name where it is a firm's; `contact` is None for all but the issuer.
    """

    stmt: str
    state: str
    digest: str
    lot: str
    cert_no: str
    product_name: str
    quantity: Mapping[str, str]
    origin: str
    basis: str
    style: str
    issued_at: datetime
    issuer: str
    contact: str | None
    report: str | None
    bars: tuple[SeenMark, ...]

    def address(self, public_url: str) -> str:
        """What its symbol says."""
        return _ADDRESS.format(public_url, self.stmt, self.digest)


def own_certificate(transactions: Transactions, actor: Actor, stmt: str) -> Certificate:
    """One's own certificate; raises `CertificateUnknown` for what is none."""
    with transactions.look(actor.subject) as tx:
        found = _read(tx, actor.party or "", stmt, None)
    return _barred(transactions, found, actor.party or "")


def held_certificate(transactions: Transactions, stmt: str, digest: str) -> Certificate:
    """A certificate by the address in its symbol, without what only its issuer sees; raises
    `CertificateUnknown`."""
    with transactions.look("certificates") as tx:
        entry = find_entries(tx.connection, [stmt]).get(stmt)
        if entry is None:
            raise CertificateUnknown
        found = _read(tx, entry.iss, stmt, digest)
    return _barred(transactions, found, entry.iss)


def bars_on(transactions: Transactions, lot: str, party: str) -> tuple[SeenMark, ...]:
    """The open marks for which no certificate of the lot is issued now, its holder's word."""
    try:
        seen: MarksSeen = read_marks(transactions, lot, Actor("certificates", party, scopes=frozenset({OWN})))
    except (UnknownLot, LotOutOfSight):
        return ()
    return tuple(one for one in seen.marks if GATE in one.gates) if GATE in seen.gates else ()


def _read(tx: Tx, iss: str, stmt: str, digest: str | None) -> Certificate:
    """`digest` picks the version that is asked for; None the one in force, with what is its issuer's own."""
    try:
        versions = [one for one, _, _ in read_signed(tx.connection, tx.origin, iss, stmt)]
    except UnknownStatement:
        raise CertificateUnknown from None
    if versions[0].claims.typ != CERTIFICATE.typ:
        raise CertificateUnknown
    said = [(one, data) for one in versions if (data := said_by(one)) is not None]
    shown, data = said[-1]
    if digest is not None:
        picked = [each for each in said if hmac.compare_digest(label_digest(each[0].compact), digest)]
        if not picked:
            raise CertificateUnknown
        shown, data = picked[-1]
    gone = said_by(versions[-1]) is None
    state = WITHDRAWN if gone else VALID if shown is said[-1][0] else CORRECTED
    return _certificate(stmt, state, label_digest(shown.compact), data, _name(tx, iss), own=digest is None)


def _certificate(
    stmt: str, state: str, digest: str, data: Mapping[str, Any], name: str, *, own: bool
) -> Certificate:
    return Certificate(
        stmt,
        state,
        digest,
        str(data["lot"]),
        str(data["certNo"]),
        str(data["productName"]),
        data["quantity"],
        str(data["origin"]),
        str(data["basis"]),
        str(data["style"]),
        datetime.fromisoformat(str(data["issuedAt"])),
        name,
        str(data["contact"]) if own and "contact" in data else None,
        str(data["report"]) if "report" in data else None,
        (),
    )


def _barred(transactions: Transactions, found: Certificate, party: str) -> Certificate:
    bars = bars_on(transactions, found.lot, party)
    state = BARRED if bars and found.state == VALID else found.state
    members = {name: getattr(found, name) for name in Certificate.__dataclass_fields__}
    return Certificate(**{**members, "bars": bars, "state": state})


def _name(tx: Tx, iss: str) -> str:
    """The name of a firm; a natural person's is on no page of ours."""
    if not iss.startswith(_FIRMS):
        return ""
    rows = select(tx.connection, _NAME, (iss,))
    return str(json_value(rows[0][0]).get("name", "")) if rows else iss.removeprefix(_FIRMS)
