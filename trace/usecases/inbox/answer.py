"""Answers to what waits in an inbox: a confirmation or a refusal, kept to be signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.handovers import CONFIRMATION, REFUSAL
from trace.errors import NothingToAnswer
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import Actor
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.inbox.read_inbox import ClaimOnGoods, HandedOver, read_inbox
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead

REASONS: Final = ("not_mine", "not_received", "wrong_goods", "wrong_receiver")
SIGNING: Final = "/desk/sign/{}"
_ABOUT: Final = "about"
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers: the caller, as the signing page names people, and the key of the form."""

    actor: Actor
    person: str
    form: str
    title: str


@dataclass(frozen=True, slots=True)
class Refusing:
    """Why something is refused, and a sentence for the other side."""

    reason: str
    note: str = ""


def confirm_claim(transactions: Transactions, who: Answering, receipt: str, handover: str) -> str:
    """The address where the confirmation waits for a signature: that receipt is of that hand-over of ours.

    Raises `NothingToAnswer` where the receipt names no goods of the caller's, or not that hand-over.
    """
    claim = _claim(transactions, who.actor, receipt)
    if claim is None or handover not in claim.fitting:
        raise NothingToAnswer(stmt=receipt[:43])
    data = {"receipt": receipt, "handover": handover}
    inputs = [_named(claim.receipt, claim.log, claim.index)]
    return _keep(transactions, who, CONFIRMATION.typ, claim.lot, data, inputs)


def refuse(transactions: Transactions, who: Answering, stmt: str, why: Refusing) -> str:
    """The address where a refusal waits for a signature: of a receipt that names goods of ours wrongly, or of
    goods that never came. Raises `NothingToAnswer`."""
    data: dict[str, Any] = {"about": stmt, "reason": why.reason}
    data |= {"note": why.note.strip()} if why.note.strip() else {}
    found: ClaimOnGoods | HandedOver | None = _claim(transactions, who.actor, stmt)
    if found is None:
        sent = read_inbox(transactions, who.actor).handovers
        found = next((one for one in sent if one.stmt == stmt), None)
    if found is None:
        raise NothingToAnswer(stmt=stmt[:43])
    if isinstance(found, HandedOver) and found.salt is not None:
        data["salt"] = found.salt
    inputs = [_named(stmt, found.log, found.index)]
    return _keep(transactions, who, REFUSAL.typ, found.lot, data, inputs)


def _claim(transactions: Transactions, actor: Actor, receipt: str) -> ClaimOnGoods | None:
    """A claim of the inbox, among all of its counterpart's where they are many."""
    for each in read_inbox(transactions, actor).claims:
        shown: Iterable[ClaimOnGoods] = each.claims
        if each.count > len(each.claims):
            every = read_inbox(transactions, actor, each.party).claims
            shown = next((one.claims for one in every if one.party == each.party), ())
        for one in shown:
            if one.receipt == receipt:
                return one
    return None


def _named(stmt: str, log: str, index: int) -> Mapping[str, Any]:
    return {"stmt": stmt, "log": log, "index": index, "role": _ABOUT}


def _keep(
    transactions: Transactions,
    who: Answering,
    typ: str,
    sub: str,
    data: Mapping[str, Any],
    inputs: list[Mapping[str, Any]],
) -> str:
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        content = content_of(_draft(tx, typ, sub, data), data, inputs)
        number = keep_instead(tx, Signer(who.actor.party or "", who.person), who.title, [content])
        return done.to(SIGNING.format(number))


def _draft(tx: Tx, typ: str, sub: str, data: Mapping[str, Any]) -> Draft:
    return Draft(typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
