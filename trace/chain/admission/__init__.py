"""Admission: whether a fact may enter, and what it changes; deterministic, so that replay repeats it.

`admit` takes these steps, in this order; each refusal is a class of its own in `trace.errors.food`:

1. who      the roles of the signing key may state this kind (its declaration's `stated_by`)
2. when     nothing later than the log's clock (P02), no end before its start
3. on what  each statement named in `inputs` is known: here, or carried over from its log
4. the kind's own decision: lots exist and are held, new lots stand in the signer's name, rules R03–R20;
   what cannot be is refused, a probable slip is refused unless declared, a true but bad fact is marked,
   an act of the system waits until the reason is gone (`trace/rules/admission.toml`)
5. lateness R01: what comes later than the law allows is recorded as late

It reads `ChainState` and nothing else. A correction first takes back what the amended statement did and then
decides on the replacement; a group of statements is decided one after the other with `ChainState.apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from trace.chain import facts
from trace.chain.admission import (
    aggregation,
    codes,
    farm,
    foreign,
    goods,
    label,
    links,
    receipt,
    records,
    transformation,
)
from trace.chain.admission.correction import correct
from trace.chain.admission.decision import Claims, Decision, day_of
from trace.chain.admission.foreign import needs_of
from trace.chain.admission.preconditions import check_inputs, check_role, check_times, mark_lateness
from trace.chain.chain_state import ChainState
from trace.chain.effects import Effects, EntryRef
from trace.chain.facts import Corrected, Fact
from trace.rules import Rules

Decide = Callable[[Decision, Any], None]

_BY_KIND: Final[tuple[tuple[facts.RecordKind[Any], Decide], ...]] = (
    (facts.farm.OPERATION, farm.operation),
    (facts.farm.HARVEST, farm.harvest),
    (facts.farm.CERTIFICATE, farm.certificate),
    (facts.goods.REPORT, goods.report),
    (facts.food.RECEIPT, receipt.receipt),
    (facts.food.MERGE, transformation.merge),
    (facts.food.SPLIT, transformation.split),
    (facts.food.PRODUCTION, transformation.production),
    (facts.goods.PACK, goods.pack),
    (facts.code.ACTIVATE, codes.activate),
    (facts.code.VOID, codes.void),
    (facts.code.AGGREGATE, aggregation.aggregate),
    (facts.goods.SHIPMENT, goods.shipment),
    (facts.label.LABEL_CHANGE, label.change),
    (facts.snapshot.SNAPSHOT, records.snapshot),
    (facts.master.PARTY, records.party),
    (facts.master.PLACE, records.place),
    (facts.master.PRODUCT, records.product),
    (facts.master.LICENCE, records.licence),
    (facts.disputes.DISPUTE_OPEN, records.dispute),
    (facts.disputes.DISPUTE_SETTLE, records.settlement),
    (facts.events.EPCIS_EVENT, foreign.epcis_event),
    (facts.link.LINK_CHANGE, links.link),
    *((kind, records.oversight) for kind in facts.oversight.OVERSIGHT),
    (facts.keys.KEY_REGISTER, records.keep),
    (facts.keys.KEY_REVOKE, records.keep),
    (facts.releases.VERIFIER_RELEASE, records.keep),
)
DECIDE: Final[Mapping[str, Decide]] = MappingProxyType({kind.typ: decide for kind, decide in _BY_KIND})
"""Kind -> its own decision (step 4); `correction` decides by the kind that it amends."""


def admit(
    claims: Claims, fact: Fact, entry: EntryRef, known: ChainState, rules: Rules, *, roles: Collection[str]
) -> Effects:
    """The effects of a fact that may enter; raises its refusal. `roles` are those of the signing key.

    `entry.logged_at` is the recorded time of the log that took it, own or foreign.
    """
    decision = Decision(
        claims, entry, known, rules, roles, claims.typ, claims.data, day_of(claims.occurred_at)
    )
    check_role(decision)
    check_times(decision, fact)
    check_inputs(decision)
    if isinstance(fact, Corrected):
        correct(decision, fact, DECIDE)
    else:
        DECIDE[claims.typ](decision, fact)
    mark_lateness(decision)
    return Effects(entry, claims.typ, claims.sub, claims.occurred_at, tuple(decision.changes))


__all__ = ["DECIDE", "Claims", "admit", "needs_of"]
