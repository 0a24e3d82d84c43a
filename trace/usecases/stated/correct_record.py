"""Corrections by form: a record said anew or taken back, as a new record that waits to be signed.

What a correction leaves as it was stays concealed under the same salt. Goods under an order, and goods that
have left, are not corrected here: others act on what was said of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.facts.corrections import CORRECTION
from trace.chain.privacy import exposed
from trace.errors import NothingCorrected, ReasonTooShort, RecordUntouchable
from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.tabular.records import SHORTEST_REASON
from trace.ledger.statement import Statement
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.usecases.accounts.forms import once
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts
from trace.usecases.intake.receipt import Refused
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead
from trace.usecases.stated.own_records import OwnRecord, read_own_record, read_signed, said_by
from trace.usecases.stated.record_cells import with_texts

SIGNING: Final = "/desk/sign/{}"
_NOWHERE: Final = RowOrigin("stated", ())
_ABOUT: Final = "about"


@dataclass(frozen=True, slots=True)
class Correcting:
    """Who corrects: the actor, the key of the form, the title under which it waits, and why."""

    actor: Actor
    form: str
    title: str
    reason: str


def correct_record(
    transactions: Transactions, who: Correcting, stmt: str, texts: Mapping[str, str] | None
) -> str:
    """Where the correction waits to be signed; `texts` are the fields by path, None takes the record back.

    Raises `UnknownStatement`, `ReasonTooShort`, `RecordUntouchable`, `NothingCorrected`, and why the platform
    would refuse it.
    """
    reason = who.reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort(limit=SHORTEST_REASON)
    record = read_own_record(transactions, who.actor, stmt)
    if record.bars:
        bar = record.bars[0]
        raise RecordUntouchable(why=bar.why, lot=bar.lot or record.sub)
    with transactions.look(who.actor.subject) as tx:
        signed = read_signed(tx.connection, tx.origin, who.actor.party or "", stmt)
        now, origin = tx.now, tx.origin
    stands, said = next((one, data) for one, _, _ in reversed(signed) if (data := said_by(one)) is not None)
    changed = None if texts is None else _changed(record, said, texts)
    draft = _draft(record, stands, reason, changed, now)
    inputs = [
        {"stmt": stmt, "log": origin, "index": signed[0][1], "role": _ABOUT},
        *(
            {"stmt": one.stmt, "log": one.log, "index": one.index, "role": one.role}
            for one in stands.claims.inputs
            if changed is not None and one.role != _ABOUT
        ),
    ]
    _require_admissible(transactions, who.actor.party or "", draft)
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        signer = Signer(who.actor.party or "", who.actor.person)
        number = keep_instead(tx, signer, who.title, [content_of(draft, inputs=inputs)])
        return done.to(SIGNING.format(number))


def _changed(record: OwnRecord, said: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    changed = with_texts(record.typ, said, texts)
    if changed == said:
        raise NothingCorrected
    return changed


def _draft(
    record: OwnRecord, stands: Statement, reason: str, changed: Mapping[str, Any] | None, now: datetime
) -> Draft:
    """The correction; `changed` None takes the record back."""
    said: dict[str, Any] = {"amends": record.stmt, "reason": reason}
    if changed is None:
        said["withdraws"] = True
        return Draft(CORRECTION.typ, record.sub, now, said, (), (), _NOWHERE, "")
    above = "replacement."
    hidden = {path.removeprefix(above): one for path, one in stands.disclosure_paths().items()}
    kept = [path for path in hidden if path in changed]
    private = [*kept, *(path for path in exposed(record.typ, changed) if path not in kept)]
    return Draft(
        CORRECTION.typ,
        record.sub,
        now,
        {**said, "replacement": dict(changed)},
        (),
        tuple(above + path for path in private),
        _NOWHERE,
        "",
        salts={above + path: one.salt for path, one in hidden.items() if changed.get(path) == one.value},
    )


def _require_admissible(transactions: Transactions, iss: str, draft: Draft) -> None:
    """Try the correction as it would be logged now; raises what would refuse it."""
    tried = DraftRecord(draft.typ, draft.sub, draft.occurred_at, draft.data, draft.private)
    (outcome,) = check_drafts(transactions, iss, [tried])
    if isinstance(outcome, Refused):
        raise outcome.refusal
