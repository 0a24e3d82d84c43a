"""Admission decides the same from the tables, with only what each fact needs, as in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import asked, item_chain
from tests.builders.chain import BUREAU, LABORATORY, Chain, Told, good_chain
from tests.builders.effects import EffectsOf, prefix_given
from tests.builders.label_changes import relabelled
from trace.chain.admission import admit, needs_of
from trace.chain.admission.signers import signer_needs
from trace.chain.effects import Effects
from trace.chain.facts import parse_fact
from trace.chain.needs import Needs
from trace.ledger.algorithms import PrivateKey
from trace.ledger.claims import new_claims
from trace.ledger.statement import sign_statement
from trace.rules import load
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.log.entries import StoredEntry, append_entries
from trace.store.transaction import Connection, Transactions, open_database

RULES = load("demo")
KEY = PrivateKey.from_seed(bytes(32))
CASES = ("urn:sscc:095212341000000010", "urn:sscc:095212341000000027", "urn:sscc:095212341000000034")
CADMIUM = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    opened = Transactions(engine, clock, RULES, "demo.example/food")
    with opened.begin("prefix") as tx:
        first = EffectsOf("demo.example/registrar", 0, "master.licence")
        first.keep(prefix_given(first.next_id(), made.PREFIX, made.uscc(made.MILL)))
        write_effects(tx.connection, [first.done("urn:licence:prefix")])
    yield opened
    engine.dispose()


def from_tables(transactions: Transactions, told: Told) -> Effects:
    """Load the needs of one statement, admit it, write it."""
    claims = told.claims
    fact = parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)
    named = Needs(statements=frozenset(one.stmt for one in claims.inputs))
    with transactions.begin("test") as tx:
        needs = needs_of(fact, told.entry.statement_id, claims.iss) | named
        needs |= signer_needs(claims.typ, claims.iss)
        known = load_known(tx.connection, needs)
        effects = admit(claims, fact, told.entry, known, RULES, roles=told.roles)
        write_effects(tx.connection, [effects])
        _keep_bytes(tx.connection, told)
    return effects


def _keep_bytes(connection: Connection, told: Told) -> None:
    """The statement as a log would keep it, signed by some key; only its data are asked for."""
    claims, entry = told.claims, told.entry
    raw = new_claims(
        claims.typ, claims.iss, "desk", seq=1, prev=None, sub=claims.sub,
        occurred_at=claims.occurred_at, signed_at=claims.occurred_at, data=claims.data,
    )  # fmt: skip
    if "_sd" in str(claims.data):
        raw["_sd_alg"] = "sha-256"
    jws = sign_statement(raw, KEY).compact
    at = connection.exec_driver_sql("SELECT count(*) FROM log_entry").scalar() or 0
    kept = StoredEntry(
        at, at, entry.statement_id, "", claims.typ, claims.iss, "desk", at, claims.sub, jws, "",
        entry.logged_at, "", None,
    )  # fmt: skip
    append_entries(connection, [kept])


def disputed_and_settled() -> Chain:
    chain = Chain(RULES)
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("5000")))
    opened = chain.receive(made.a_receipt(quantity=made.kg("5150")), sent=made.kg("5000"))
    for state in (chain.farm, chain.state):
        state("dispute.settle", made.a_settlement(opened.entry.statement_id), sub="urn:x")
    about = [opened.entry.statement_id]
    again = chain.state("dispute.open", made.a_dispute(about), sub="urn:x")
    chain.state("dispute.settle", made.a_settlement(again.entry.statement_id), sub="urn:x")
    return chain


def corrected() -> Chain:
    """A production corrected twice, a wrong receipt corrected (its dispute ends), a spray moved."""
    chain = Chain(RULES)
    spray = chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"))
    moved = made.a_correction(spray.entry.statement_id, made.an_operation(usedOn="2026-09-01"))
    chain.farm("correction", moved, sub=made.plot(1))
    chain.farm("farm.harvest", made.a_harvest())
    for day in ("2026-10-02", "2026-09-02"):
        moved = made.a_correction(spray.entry.statement_id, made.an_operation(usedOn=day))
        chain.farm("correction", moved, sub=made.plot(1))
    wrong = chain.receive(made.a_receipt(quantity=made.kg("19600")), sent=made.kg("16900"))
    stated = chain.told[-1].claims.data
    for quantity in ("18000", "16900"):
        right = made.a_correction(wrong.entry.statement_id, stated | {"quantity": made.kg(quantity)})
        chain.state("correction", right, sub=made.lot(made.MILL, "R1"))
    milled = chain.state("food.production", milling("10000"))
    for quantity in ("9900", "9950"):
        again = made.a_correction(milled.entry.statement_id, milling(quantity))
        chain.state("correction", again, sub=made.lot(made.MILL, "M20261012A"))
    return chain


def milling(quantity: str) -> dict[str, Any]:
    return made.a_production(
        inputs=[{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg(quantity), "role": "main"}],
        outputs=[
            {
                "lot": made.lot(made.MILL, "RICE-A"),
                "productName": "大米",
                "quantity": made.kg("6800"),
                "kind": "product",
            }
        ],
        loss=made.ABSENT,
    )


def marked() -> Chain:
    """A good chain, then a failed sampling, a shipment behind the gate and a late spray."""
    chain = good_chain(RULES)
    failed = made.a_report(
        lot=made.lot(made.MILL, "K1"),
        purpose="sampling",
        items=[{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}],
        conclusion="fail",
    )
    chain.state("lab.report", failed, by=made.LAB, roles=LABORATORY)
    declared = [{"rule": "R05", "reason": "收到结果前已装车发出"}]
    shipment = made.a_shipment(lot=made.lot(made.MILL, "X3"), quantity=made.kg("100"), declared=declared)
    chain.state("food.shipment", shipment)
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"), late=timedelta(days=5))
    chain.state("code.void", made.a_void())
    return chain


def coded() -> Chain:
    """Item codes in every turn: allocated, live, void, recalled; a second range, a correction, a name."""
    chain = good_chain(RULES, codeLevel="item", serials=serials(0, 1600))
    other = made.a_pack(
        lot=made.lot(made.MILL, "K3"), quantity=made.kg("5"), packs={"value": "1", "unit": "件"},
        gtin=made.ABSENT, product=made.RICE, packedAt="2026-10-13T15:00:00+08:00", serials=serials(0, 1),
        declared=[{"rule": "R18", "reason": "零头，秤不准"}],
    )  # fmt: skip
    stray = chain.state("food.pack", other)
    right = made.a_correction(stray.entry.statement_id, {**other, "batchNo": "M20261012A-0"})
    chain.state("correction", right, sub=other["lot"])
    chain.state("code.void", made.a_void(range={"first": 5, "count": 1}))
    chain.state("code.void", made.a_void(range={"first": 100, "count": 50}))
    report = chain.lot("RICE-A").reports[0].statement_id
    chain.state("code.activate", made.an_activation(report=report, codeLevel="item"))
    named = made.an_activation(
        lot=other["lot"], gtin=made.ABSENT, report=report, platformCode="0123-4567-89AB"
    )
    chain.state("code.activate", named)
    for first, case in ((0, CASES[0]), (24, CASES[1])):
        inside = [{"lot": made.lot(made.MILL, "K1"), "first": first, "count": 24}]
        chain.state("code.aggregate", made.an_aggregation(container=case, items=inside), sub=case)
    pallet = made.an_aggregation(container=CASES[2], containers=list(CASES[:2]), items=[])
    chain.state("code.aggregate", pallet, sub=CASES[2])
    some = [{"lot": made.lot(made.MILL, "K1"), "first": 4, "count": 2}]
    chain.state("code.aggregate", made.an_aggregation(action="remove", items=some), sub=CASES[0])
    chain.state("code.aggregate", {**pallet, "action": "remove", "containers": [CASES[1]]}, sub=CASES[2])
    part = [{"lot": made.lot(made.MILL, "K1"), "first": 10, "count": 3}]
    recall = {"matter": "案2", "serials": part}
    chain.state("oversight.recall", recall, by=made.BUREAU, roles=BUREAU, sub="urn:case:2")
    return chain


def restated() -> Chain:
    """A product of the mill's, restated by itself and by the bureau."""
    chain = Chain(RULES)
    for _ in range(2):
        chain.state("master.product", made.a_product(), sub=made.RICE)
    chain.state("master.product", made.a_product(), by=made.BUREAU, roles=BUREAU, sub=made.RICE)
    return chain


def serials(first: int, count: int) -> dict[str, Any]:
    return {"epoch": "0", "first": first, "count": count}


def failed_upstream() -> Chain:
    """Trouble found in the silo and on the field after the rice was packed; gates, orders, a correction."""
    chain = good_chain(RULES)
    silo = made.lot(made.MILL, "S1")
    failed = made.a_report(lot=silo, purpose="sampling", conclusion="fail", items=CADMIUM)
    failed = asked(chain, failed)
    report = chain.state("lab.report", failed, by=made.LAB, roles=LABORATORY).entry.statement_id
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"), late=timedelta(days=20))
    order = {"matter": "案1", "lots": [silo]}
    chain.state("oversight.hold", order, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    declared = [{"rule": rule, "reason": "收到结果前已装车发出"} for rule in ("R05", "R08", "P05")]
    release = chain.lot("RICE-A").reports[0].statement_id
    for number, held in ((3, 3), (4, 1)):
        shipment = made.a_shipment(
            lot=made.lot(made.MILL, f"X{number}"),
            quantity=made.kg("100"),
            declared=declared,
            releaseReport=release,
        )
        assert len(chain.state("food.shipment", shipment).marks) == held
        if number == 3:
            right = made.a_correction(report, made.a_report(lot=silo, purpose="sampling"))
            chain.state("correction", right, by=made.LAB, roles=LABORATORY, sub=silo)
            chain.state("oversight.closing", order, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    return chain


def ordered_and_ended() -> Chain:
    """Every order and every end of one: of lots, of codes, of a firm and a principal; and a re-test."""
    chain = item_chain()
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": "urn:case:1"}
    k1, k2, silo = (made.lot(made.MILL, batch) for batch in ("K1", "K2", "S1"))

    def ordered(typ: str, data: dict[str, Any]) -> str:
        return chain.state(typ, data, **how).entry.statement_id

    first, second = (
        ordered("oversight.hold", orders.a_hold(silo)),
        ordered("oversight.hold", orders.a_hold(silo)),
    )
    ordered("oversight.release", {"orders": [first]})
    ordered("oversight.closing", orders.a_closing(second))
    part = {"lot": k1, "first": 20, "count": 10}
    codes = ordered("oversight.recall", orders.a_recall(lots=made.ABSENT, serials=[part]))
    ordered("oversight.withdrawal", orders.a_withdrawal(codes))
    recall = ordered("oversight.recall", orders.a_recall(k2))
    ordered("oversight.completion", orders.a_completion(recall))
    prefix = orders.an_accreditation(kind="gs1_prefix", number="9521234100", holder=made.uscc(made.TOFU))
    chain.state("master.licence", prefix, by=made.BUREAU, roles=BUREAU)
    for party, region in ((made.TOFU, "310151"), (made.BUREAU, "310000")):
        stated = {**made.a_party(), "region": region, "roles": ["processor"]}
        chain.state("master.party", stated, by=made.BUREAU, roles=BUREAU, sub=made.uscc(party))
    own = chain.state("food.recall", orders.a_firm_recall(k1), by=made.TOFU, sub="urn:case:2")
    chain.state("food.recall.plan", orders.a_step("plan", own.entry.statement_id), by=made.TOFU)
    ordered("oversight.withdrawal", orders.a_withdrawal(own.entry.statement_id))
    gone = chain.state("food.disposal", made.a_disposal(lot=k2, quantity=made.kg("100")))
    ordered("oversight.destruction", {"orders": [recall], "disposal": gone.entry.statement_id})
    back = ordered("oversight.return", {"orders": [recall], "lots": [k2], "to": made.uscc(made.TOFU)})
    shipment = made.a_shipment(
        lot=made.lot(made.MILL, "X9"), fromLot=k2, quantity=made.kg("100"), receiver=made.uscc(made.TOFU),
        wayBack={"order": back}, releaseReport=chain.lot("RICE-A").reports[0].statement_id,
    )  # fmt: skip
    chain.state("food.shipment", shipment, clear=True)
    failed = asked(chain, made.a_report(lot=silo, purpose="sampling", conclusion="fail", items=CADMIUM))
    report = chain.state("lab.report", failed, by=made.LAB, roles=LABORATORY).entry.statement_id
    other = "91310104XN0000BBXE"
    accredited = orders.an_accreditation(number="24", holder=made.uscc(other))
    chain.state("master.licence", accredited, by=made.BUREAU, roles=BUREAU)
    again = ordered("oversight.retest", {"report": report, "lab": made.uscc(other)})
    passed = made.a_report(lot=silo, purpose="sampling", basis=again)
    chain.state("lab.report", passed, by=other, roles=LABORATORY)
    notice = ordered("oversight.notice", orders.a_notice())
    chain.state("oversight.acknowledgement", orders.an_acknowledgement(notice), sub="urn:case:1")
    ordered("oversight.finding", {"about": report, "result": "established", "reason": "现场核查"})
    return chain


def vouched_later() -> Chain:
    """Goods came without proof from a firm whose licence has ended; the farm's certificate comes after."""
    chain = Chain(RULES)
    licence = made.a_licence(
        kind="food_production", number="SC1", holder=made.uscc(made.COOPERATIVE), validTo="2026-09-30"
    )
    for number in ("SC2", "SC1"):
        chain.state("master.licence", {**licence, "number": number}, by=made.BUREAU, roles=BUREAU)
    chain.farm("farm.harvest", made.a_harvest())
    hidden = dict.fromkeys(("supplier", "supplierName"), made.ABSENT)
    received = chain.receive(made.a_receipt(proofs=[], **hidden, _sd=["x" * 43, "y" * 43]))
    assert [mark.code for mark in received.marks].count("supplier-licence-lapsed") == 2
    chain.farm("farm.certificate", made.a_certificate())
    declared = [{"rule": "R03", "reason": "供货者已停业"}]
    chain.state("food.production", {**milling("10000"), "declared": declared})
    return chain


@pytest.mark.parametrize(
    "story",
    [
        good_chain,
        disputed_and_settled,
        corrected,
        marked,
        failed_upstream,
        ordered_and_ended,
        vouched_later,
        coded,
        restated,
        relabelled,
    ],
)
def test_admission_from_the_tables_repeats_the_overlay(transactions, story):
    for told in story().told:
        assert from_tables(transactions, told) == told.effects, told.claims.typ
