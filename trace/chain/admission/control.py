"""Decisions on a firm's own control: whose record, of which period, by the form in force, signed as what."""

from __future__ import annotations

from typing import Final

from trace.calendar.periods import span_of_period
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.records import keep
from trace.chain.facts.control import (
    DAILY,
    MONTHLY,
    PEER_CHECK,
    RISKS,
    WEEKLY,
    ControlDone,
    PeerChecked,
    RisksListed,
    control_name,
    peer_check_name,
    risks_name,
)
from trace.errors.control import ControlForeign, ControlIncomplete, ControlSigner

_RULE: Final = "R55"


@decides(RISKS)
def risk_list(decision: Decision, fact: RisksListed) -> None:
    """Keep a firm's list of risks; the last one stands, and all are kept. Raises `ControlForeign`."""
    expected = risks_name(decision.claims.iss)
    if fact.sub != expected:
        decision.refuse(ControlForeign(sub=fact.sub, expected=expected))
    keep(decision, fact)


@decides(PEER_CHECK)
def peer_check(decision: Decision, fact: PeerChecked) -> None:
    """Keep what one firm saw at another; it marks no goods. Raises `ControlForeign` for a name of others."""
    expected = peer_check_name(decision.claims.iss, fact.party, fact.day)
    if fact.sub != expected:
        decision.refuse(ControlForeign(sub=fact.sub, expected=expected))
    keep(decision, fact)


@decides(DAILY, WEEKLY, MONTHLY)
def control(decision: Decision, fact: ControlDone) -> None:
    """Keep the record of a period; the last one of it stands, and all are kept.

    Raises `ControlForeign`, `ControlIncomplete`, `ControlSigner`.
    """
    period = decision.typ.rpartition(".")[2]
    first, last = span_of_period(period, fact.first_day)
    expected = control_name(decision.claims.iss, period, first)
    if (fact.sub, fact.first_day, fact.last_day) != (expected, first, last):
        decision.refuse(ControlForeign(sub=fact.sub, expected=expected))
    form = decision.rules.find(_RULE, fact.form, form=period)
    stated = {one.item for one in fact.items} | {
        name for name in ("summary", "tasks") if getattr(fact, name) is not None
    }
    missing = sorted(set(form.items) - stated) if form is not None else []
    if form is None or form.since != fact.form or missing:
        decision.refuse(ControlIncomplete(lacks=missing, form=fact.form.isoformat()))
    signers = decision.rules.find(_RULE, fact.first_day, signs=period)
    if signers is not None and fact.signed_as not in signers.items:
        decision.refuse(ControlSigner(signer=fact.signed_as, allowed=list(signers.items)))
    keep(decision, fact)
