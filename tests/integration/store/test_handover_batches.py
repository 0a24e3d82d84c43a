"""Hand-overs decided from the tables: in batches of any size, on either database, the same rows come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.chain import BUREAU, Chain, Told
from tests.integration.store.test_admit_from_tables import _keep_bytes as keep_bytes
from trace.chain.admission import admit, needs_of
from trace.chain.admission.marks_above import UNDER_ORDER
from trace.chain.effects import LinkSet
from trace.chain.facts import parse_fact
from trace.chain.handover_effects import ClaimSet, Formed, HandoverSet
from trace.chain.needs import Needs
from trace.rules import load
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.chain.rebuild import table_hashes
from trace.store.transaction import Transactions, open_database

RULES = load("demo")
OTHER = "91310151XN0000555Q"
H1 = made.lot(made.COOPERATIVE, "H1")
RECALL = {"matter": "案1", "lots": [H1]}


def harvested() -> Chain:
    chain = Chain(RULES)
    chain.farm("farm.harvest", made.a_harvest())
    return chain


def claim_of(chain: Chain, batch: str, by: str = made.MILL, **changed: Any) -> str:
    """A receipt that names the harvest, or what `changed` says; its statement."""
    data = made.a_receipt(lot=made.lot(by, batch), quantity=made.kg("500"), **changed)
    return chain.state("food.receipt", data, by=by).entry.statement_id


def order(chain: Chain, typ: str = "oversight.recall") -> None:
    chain.state(typ, RECALL, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")


def claimed_and_refused() -> Chain:
    """Claims on a harvest: one refused, one confirmed by nobody; then the harvest is recalled."""
    chain = harvested()
    first = claim_of(chain, "R1")
    claim_of(chain, "R2", OTHER)
    lot = made.lot(made.MILL, "R1")
    chain.farm("food.refusal", given.a_refusal(first), sub=lot)
    order(chain)
    return chain


def of_two_receivers() -> Chain:
    """One consignment, opened to the mill; another names it first; the mill lets go of it, and comes back."""
    chain = harvested()
    sent = given.a_sealed_shipment(
        made.MILL, lot=made.lot(made.COOPERATIVE, "D1"), fromLot=H1, quantity=made.kg("500")
    )
    shipped = chain.farm("food.shipment", sent)
    named = {
        "supplierLot": shipped.sub,
        "handover": given.a_handover(shipped.entry.statement_id, shipped.sub),
    }
    claim_of(chain, "R2", OTHER, supplierLot=shipped.sub)
    first = claim_of(chain, "R1", **named)
    lot = made.lot(made.MILL, "R1")
    away = {"amends": first, "reason": "录入错误", "withdraws": True}
    chain.state("correction", away, sub=lot, at="2026-10-13T10:00:00+08:00")
    claim_of(chain, "R3", **named)
    order(chain)
    return chain


def confirmed_later() -> Chain:
    """A receipt that names the harvest only, joined to its consignment by both sides; the pair is refused."""
    chain = harvested()
    sent = given.a_sealed_shipment(
        made.MILL, lot=made.lot(made.COOPERATIVE, "D1"), fromLot=H1, quantity=made.kg("500")
    )
    first = claim_of(chain, "R1")
    order(chain, "oversight.hold")
    shipped = chain.farm(
        "food.shipment", {**sent, "declared": [{"rule": "P05", "reason": "收到指令前已装车发出"}]}
    )
    lot = made.lot(made.MILL, "R1")
    said = given.a_confirmation(first, shipped.entry.statement_id)
    chain.farm("food.confirmation", said, sub=lot, at="2026-10-13T10:00:00+08:00")
    chain.state(
        "food.confirmation",
        {**said, "salt": given.a_salt(shipped.sub)},
        sub=lot,
        at="2026-10-13T11:00:00+08:00",
    )
    chain.farm("food.refusal", given.a_refusal(first), sub=lot, at="2026-10-13T12:00:00+08:00")
    return chain


def milled(chain: Chain, lot: str) -> dict[str, Any]:
    """Rice of 10 000 kg of the mill's lot."""
    return made.a_production(
        inputs=[{"lot": made.lot(made.MILL, lot), "quantity": made.kg("10000"), "role": "main"}],
        outputs=[
            {
                "lot": made.lot(made.MILL, "RICE-A"),
                "productName": "大米",
                "quantity": made.kg("6800"),
                "kind": "product",
            }
        ],
        loss=made.ABSENT,
        declared=[{"rule": "R07", "reason": "供货凭证稍后补齐"}],
    )


def corrected_out_of_a_recall() -> Chain:
    """Rice of a paired lot, restated as rice of another that only claims to be something; both recalled."""
    chain = harvested()
    chain.receive(made.a_receipt(quantity=made.kg("10000")), sent=made.kg("10000"))
    chain.state("food.receipt", made.a_receipt(lot=made.lot(made.MILL, "R2"), quantity=made.kg("10000")))
    first = chain.state("food.production", milled(chain, "R1"))
    right = made.a_correction(first.entry.statement_id, milled(chain, "R2"))
    batch = made.lot(made.MILL, "M20261012A")
    chain.state("correction", right, sub=batch)
    order(chain)
    shipment = given.a_sealed_shipment(
        OTHER,
        lot=made.lot(made.MILL, "X9"),
        fromLot=made.lot(made.MILL, "RICE-A"),
        quantity=made.kg("100"),
        declared=[{"rule": rule, "reason": "收到指令前已装车发出"} for rule in ("P05", "R04", "R05")],
    )
    shipped = chain.state("food.shipment", shipment)
    held = [mark for mark in shipped.marks if mark.code == "shipped-through-gate"]
    assert {mark.params["mark"] for mark in held} == {UNDER_ORDER}
    return chain


def found_out() -> Chain:
    """A bureau finds on a claim, and on a correction that took a production out of a recalled lot."""
    chain = corrected_out_of_a_recall()
    stated = {one.claims.typ: one.entry.statement_id for one in chain.told}
    receipts = [one.entry.statement_id for one in chain.told if one.claims.typ == "food.receipt"]
    stated["a pair"] = receipts[0]
    sent = next(one for one in chain.told if one.claims.typ == "food.shipment")
    about = {"about": sent.entry.statement_id, "result": "established", "reason": "现场核查"}
    told = chain.state(
        "oversight.finding",
        about,
        by=made.BUREAU,
        roles=BUREAU,
        sub="urn:case:1",
        at="2026-10-16T09:00:00+08:00",
    )
    assert [one.found for one in told.changes if isinstance(one, HandoverSet)] == ["established"]
    for kind, result in (
        ("correction", "established"),
        ("food.receipt", "established"),
        ("food.receipt", "not_established"),
        ("correction", "not_established"),
        ("a pair", "not_established"),
    ):
        finding = {"about": stated[kind], "result": result, "reason": "现场核查"}
        at = "2026-10-16T10:00:00+08:00"
        effects = chain.state(
            "oversight.finding", finding, by=made.BUREAU, roles=BUREAU, sub="urn:case:1", at=at
        )
        sort = Formed if kind == "correction" else ClaimSet
        found = [change.found for change in effects.changes if isinstance(change, sort)]
        assert found
        assert set(found) == {result}
        ended = [change.state for change in effects.changes if isinstance(change, LinkSet)]
        assert ended == (["superseded"] if kind == "a pair" else [])
    return chain


def in_batches(url: str, clock: Any, told: list[Told], size: int) -> dict[str, tuple[int, str]]:
    """The hashes of all tables, once each batch has been decided from the tables and written."""
    engine = open_database(url)
    transactions = Transactions(engine, clock, RULES, "demo.example/food")
    try:
        for start in range(0, len(told), size):
            batch = told[start : start + size]
            with transactions.begin("test") as tx:
                known = load_known(tx.connection, Needs.all_of([needs(one) for one in batch]))
                effects = []
                for one in batch:
                    found = admit(one.claims, fact_of(one), one.entry, known, RULES, roles=one.roles)
                    assert found == one.effects, (size, one.claims.typ)
                    known.apply(found)
                    effects.append(found)
                write_effects(tx.connection, effects)
                for one in batch:
                    keep_bytes(tx.connection, one)
        with transactions.look() as tx:
            return table_hashes(tx.connection)
    finally:
        engine.dispose()


def fact_of(told: Told) -> Any:
    claims = told.claims
    return parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)


def needs(told: Told) -> Needs:
    return needs_of(fact_of(told), told.entry.statement_id)


@pytest.mark.parametrize(
    "story", [claimed_and_refused, of_two_receivers, confirmed_later, corrected_out_of_a_recall, found_out]
)
def test_batches_of_any_size_make_the_same_tables_on_both_databases(
    databases, clock, story: Callable[[], Chain]
):
    told, hashes = story().told, {}
    for kind in ("sqlite", "postgresql"):
        for size in (1, 2, len(told)):
            url = databases.migrated(kind)
            hashes[kind, size] = in_batches(url, clock, told, size)
            databases.discard(url)
    first = hashes["sqlite", 1]
    assert first["claim"][0] >= 1
    assert {key for key, one in hashes.items() if one != first} == set()
