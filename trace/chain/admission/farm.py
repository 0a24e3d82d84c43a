"""Decisions on the farm's facts: operations, harvests (R08, R09), certificates (gates, R10, R11)."""

from __future__ import annotations

from datetime import datetime

from trace.chain import facts
from trace.chain.admission.consignment import consign, depart
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, day_of
from trace.chain.admission.gates import check_gates
from trace.chain.admission.inputs import Reaped, mark_inputs, substance_of
from trace.chain.admission.lots import (
    listed,
    make_lot,
    passed,
    producers_of,
    same_goods,
    span,
)
from trace.chain.admission.plots import counting, counts_for, mark_foreign, own_plots
from trace.chain.chain_state import KnownLot
from trace.chain.effects import CertificateNoted, LotMentioned, OperationNoted, PlotHarvested, StatedLot
from trace.chain.facts import CertificateIssued, LotHarvested, OperationDone, urns
from trace.chain.facts.farm import HARVEST
from trace.errors.food import CertificateBasisRefused, CertificateTestMissing
from trace.rules import BLOCK_ACT


@decides(facts.farm.OPERATION)
def operation(decision: Decision, fact: OperationDone) -> None:
    """Recorded always; if it came after the harvest that it forbids, the harvest is marked now."""
    noted = OperationNoted(
        decision.next_id("operation"),
        fact.plot,
        fact.operation,
        substance_of(fact.input, decision.rules, fact.stopped_on or fact.used_on),
        fact.used_on,
        fact.stopped_on,
        fact.input.phi_days if fact.input else None,
        decision.public,
        decision.claims.iss,
    )
    decision.add(noted)
    master = decision.known.master
    for urn in decision.known.harvested.get(fact.plot, ()):
        lot = decision.lot(urn)
        if not counts_for(master.place(fact.plot, str(lot.holder)), noted.by, str(lot.holder)):
            continue
        begun = datetime.fromisoformat(str(lot.detail["harvestedFrom"]))
        reaped = Reaped(lot.id, day_of(begun), str(lot.detail.get("crop", "")))
        mark_inputs(decision, HARVEST.typ, reaped, (noted,))


@decides(facts.farm.HARVEST)
def harvest(decision: Decision, fact: LotHarvested) -> None:
    """A new lot, marked for what was used on its plots (R08, R09)."""
    own = own_plots(decision, fact.plots)
    foreign = [plot for plot in fact.plots if plot not in own]
    lot = make_lot(
        decision,
        StatedLot(
            fact.lot,
            "harvest",
            fact.product_name,
            fact.quantity,
            span(fact.harvested_from, fact.harvested_to),
            product=fact.product,
            place=fact.place,
            detail={
                "crop": fact.crop,
                "variety": fact.variety,
                "plots": own,
                **({"foreignPlots": foreign} if foreign else {}),
                "producers": [urns.owner_of(decision.claims.iss)],
                "harvestedFrom": fact.harvested_from.isoformat(),
                "harvestedTo": fact.harvested_to.isoformat(),
                **({"photos": decision.public["photos"]} if fact.photos else {}),
            },
        ),
    )
    day = day_of(fact.harvested_from)
    earlier = decision.known.lots.get(fact.lot)
    before = {*listed(earlier, "plots"), *listed(earlier, "foreignPlots")}
    mark_foreign(decision, foreign, lot.id)
    for plot in dict.fromkeys(fact.plots):
        if plot not in before:
            decision.add(PlotHarvested(plot, lot.id, day))
    done = decision.known.operations
    used = (
        noted
        for plot in dict.fromkeys(fact.plots)
        for noted in counting(decision, plot, done.get(plot, ()), decision.claims.iss)
    )
    mark_inputs(decision, decision.typ, Reaped(lot.id, day, fact.crop), used)


@decides(facts.farm.CERTIFICATE)
def certificate(decision: Decision, fact: CertificateIssued) -> None:
    """An act: waits on open gates (R08) and on its basis (R10); R11 marks the wrong style after mixing."""
    lot = decision.acted_lot(fact.lot)
    check_gates(decision, same_goods(decision, lot), ("certificate",))
    _check_basis(decision, fact, lot)
    limit = decision.rule("R11").number if decision.admission("R11") else None
    growers = len(producers_of([lot]))
    if limit is not None and growers > limit and fact.style != "mixer":
        decision.mark("R11", lot.id, value=fact.style, limit="mixer", producers=growers)
    decision.add(CertificateNoted(decision.next_id("certificate"), lot.id, fact.cert_no, decision.public))
    decision.add(LotMentioned(lot.id, "certificate"))
    if fact.consignment is not None:  # the certificate goes with the goods: they leave by it
        sent = consign(decision, fact, lot, fact.consignment, fact.issued_at)
        depart(decision, fact, lot, sent, fact.issued_at)


def _check_basis(decision: Decision, fact: CertificateIssued, lot: KnownLot) -> None:
    rule = decision.rules.find("R10", decision.day)
    admission = decision.admission("R10")
    if rule is None or admission is None:
        return
    figures = {"rule": "R10", "clause": rule.cited, "value": fact.basis}
    if fact.basis not in rule.items:
        if admission.effect != BLOCK_ACT:
            decision.mark("R10", lot.id, value=fact.basis, limit=list(rule.items))
            return
        decision.refuse(CertificateBasisRefused(**figures, limit=list(rule.items)))
    if not fact.basis.endswith(("tested", "test")):
        return
    if not passed(decision, same_goods(decision, lot), fact.report):
        decision.refuse(CertificateTestMissing(**figures, limit="passed report of this lot", lot=lot.urn))
