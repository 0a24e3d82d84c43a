"""The balance of a mill over a month: drawn up from rows, against the same drawn up from what was stated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson
import pytest

from tests.builders import facts as made
from tests.builders.chain import Chain, good_chain
from trace.errors import FirmOutOfSight
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.analyses.firm_rows import read_firm
from trace.store.bulk import insert_rows
from trace.store.chain.effects import write_effects
from trace.store.tables.master import party
from trace.store.transaction import Transactions, open_database
from trace.usecases.analyses.keep_analysis import read_analysis
from trace.usecases.balance.mass_balance import balance_of_firm, balance_of_region
from trace.usecases.ledgers.period import Period

LOG = "trace.test/food"
MILL, FARM, SHOP = (made.uscc(one) for one in (made.MILL, made.COOPERATIVE, made.MARKET))
OWN = Actor("desk", MILL)
BUREAU = Actor("bureau", None, frozenset({REGULATOR_MARKET}), region="CN")
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
BY_HAND = {"declared": [{"rule": "R18", "reason": "盘点时发现的差额，原因待查"}]}


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, load("demo"), LOG)
    engine.dispose()


def stored(transactions: Transactions, chain: Chain) -> None:
    with transactions.begin("test") as tx:
        write_effects(tx.connection, chain.entries)


def answer(transactions: Transactions, actor: Actor = OWN, firm: str = MILL) -> dict[str, Any]:
    found = balance_of_firm(transactions, actor, firm, OCTOBER)
    assert read_analysis(transactions, actor, found.kept.hash) == found.kept
    told: dict[str, Any] = orjson.loads(found.kept.document)
    return told


def test_what_a_firm_repeats_is_held_once(transactions):
    stored(transactions, good_chain())
    with transactions.look() as tx:
        read = read_firm(tx.connection, MILL, 2**60)
    for rows, places in ((read.lots, (2, 7, 10)), (read.links, (3, 5))):
        for place in places:
            texts = [row[place] for row in rows if row[place]]
            assert len({id(one) for one in texts}) == len(set(texts)) < len(texts), "one object a text"


def levels(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["level"], one["state"], one["excess"]["value"]) for one in told["answer"]["excesses"]]


def a_second_batch(rice: str, **changed: Any) -> dict[str, Any]:
    """M2: the rest of the silo, of which so much rice is said to have come."""
    outputs = [
        {
            "lot": made.lot(made.MILL, "RICE-B"),
            "productName": "大米",
            "quantity": made.kg(rice),
            "kind": "product",
        }
    ]
    return made.a_production(
        batch=made.lot(made.MILL, "M2"),
        inputs=[{"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("14594"), "role": "main"}],
        outputs=outputs,
        loss=made.ABSENT,
        startedAt="2026-10-14T08:00:00+08:00",
        finishedAt="2026-10-14T17:00:00+08:00",
        **changed,
    )


def a_third_pack(kilos: int, **changed: Any) -> dict[str, Any]:
    return made.a_pack(
        lot=made.lot(made.MILL, "K3"),
        fromLot=made.lot(made.MILL, "RICE-B"),
        batchNo="M20261014",
        quantity=made.kg(str(kilos)),
        packs={"value": str(kilos // 5), "unit": "件"},
        packedAt="2026-10-15T08:00:00+08:00",
        **changed,
    )


def test_a_month_in_which_all_adds_up(transactions) -> None:
    stored(transactions, good_chain())
    told = answer(transactions)
    assert told["answer"]["excesses"] == []
    (batch,) = told["answer"]["batches"]
    assert (batch["in"]["value"], batch["yield"], batch["unaccounted"]["value"]) == ("20000", "68.00", "0")
    (run,) = told["answer"]["certified"]
    assert (run["credited"]["value"], run["debited"]["value"]) == ("25416", "13600")  # 35 300 kg × 72 %
    assert (run["least"]["value"], run["closing"]["value"], run["rawLots"]) == ("0", "11816", 2)
    (year,) = told["answer"]["licenceYears"]
    assert (year["before"]["value"], year["packed"]["value"], year["left"]["value"]) == (
        "78000",
        "13600",
        "8400",
    )
    (trade,) = [one for one in told["answer"]["pairs"] if one["seller"] == FARM]
    assert (trade["sent"], trade["difference"]["value"]) == (trade["received"], "0")
    assert {rule["id"] for rule in told["rulesAsked"]} == {"R15", "R18"}


def test_every_record_that_moved_goods_stands_in_the_document(transactions) -> None:
    chain = good_chain()
    stored(transactions, chain)
    named = {record["statement"] for record in answer(transactions)["records"]}
    moved = {"food.receipt", "food.production", "food.pack"}
    due = {one.entry.statement_id for one in chain.told if one.claims.typ in moved}
    assert due <= named


def test_more_came_out_of_a_batch_than_went_in(transactions) -> None:
    chain = good_chain()
    chain.state("food.production", a_second_batch("16000", **BY_HAND))
    stored(transactions, chain)
    told = answer(transactions)
    # 14 594 kg and 2 % of it; and 72 % of it, the most that milling leaves
    assert levels(told) == [("batch", "over", "1114.12"), ("yield", "over", "5492.32")]
    assert {one["code"] for one in told["answer"]["noted"]} >= {"outputs-exceed-inputs", "yield-out-of-range"}


def test_a_stock_of_which_more_was_taken_than_there_was(transactions) -> None:
    chain = good_chain()
    again = a_second_batch("10000", **BY_HAND)
    again["inputs"][0]["quantity"] = made.kg("15000")
    taken = chain.state("food.production", again)
    stored(transactions, chain)
    (stock,) = [one for one in answer(transactions)["answer"]["excesses"] if one["level"] == "stock"]
    assert (stock["lot"], stock["excess"]["value"]) == (made.lot(made.MILL, "S1"), "406")
    assert taken.entry.statement_id in stock["records"]["out"]


def test_certified_rice_beyond_the_paddy_is_overdrawn_on_the_day_and_named(transactions) -> None:
    chain = good_chain()
    chain.state("food.production", a_second_batch("16000", **BY_HAND))
    packed = chain.state("food.pack", a_third_pack(15_000))
    stored(transactions, chain)
    told = answer(transactions)
    running = next(one for one in told["answer"]["excesses"] if one["level"] == "running")
    assert (running["stated"]["value"], running["allowed"]["value"]) == ("28600", "25416")
    assert (running["state"], running["record"]) == ("over", packed.entry.statement_id)
    assert packed.entry.statement_id in running["records"]["out"]
    year = next(one for one in told["answer"]["excesses"] if one["level"] == "certificate")
    assert (year["stated"]["value"], year["allowed"]["value"], year["percent"]) == (
        "106600",
        "100000",
        "6.60",
    )


def test_what_only_a_claim_explains_is_a_doubt(transactions) -> None:
    """A third receipt, of goods that nobody says were sent, would be enough raw material."""
    chain = good_chain()
    claimed = made.a_receipt(
        lot=made.lot(made.MILL, "R3"),
        supplierLot=made.lot(made.COOPERATIVE, "H9"),
        quantity=made.kg("9000"),
        receivedAt="2026-10-13T09:00:00+08:00",
    )
    chain.state("food.receipt", claimed)
    mixed = a_second_batch("16000", **BY_HAND)
    mixed["inputs"] = [*mixed["inputs"], {"lot": claimed["lot"], "quantity": made.kg("9000"), "role": "main"}]
    chain.state("food.production", mixed)
    chain.state("food.pack", a_third_pack(13_000))
    stored(transactions, chain)
    told = answer(transactions)
    running = next(one for one in told["answer"]["excesses"] if one["level"] == "running")
    assert (running["state"], running["why"]) == ("doubt", "unconfirmed")


def test_more_rice_was_harvested_than_the_plots_can_yield(transactions) -> None:
    chain = Chain(load("demo"))
    chain.state(
        "master.place", made.a_plot(areaMu="10"), by=made.COOPERATIVE, roles={"grower"}, sub=made.plot(1)
    )
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("11000")))
    stored(transactions, chain)
    told = answer(transactions, Actor("farm", FARM), FARM)
    (excess,) = told["answer"]["excesses"]
    assert (excess["level"], excess["excess"]["value"], excess["why"]) == ("plots", "2000", "two-seasons")
    assert excess["state"] == "doubt"


def test_of_another_firm_nobody_but_its_authority_is_told(transactions) -> None:
    stored(transactions, good_chain())
    with pytest.raises(FirmOutOfSight):
        answer(transactions, Actor("desk", SHOP), MILL)
    assert answer(transactions, BUREAU)["answer"] == answer(transactions)["answer"]


def test_a_region_names_its_firms_and_each_has_a_document_of_its_own(transactions) -> None:
    chain = good_chain()
    chain.state("food.production", a_second_batch("16000", **BY_HAND))
    stored(transactions, chain)
    said = '{"region":"310151","roles":["regulator_market"]}'
    with transactions.begin("test") as tx:
        insert_rows(tx.connection, party, ("urn", "id", "data"), [(made.uscc(made.LAB), 256 * 99, said)])
    whole = orjson.loads(balance_of_region(transactions, BUREAU, "CN", OCTOBER).document)
    lines = {line["firm"]: line for line in whole["answer"]["firms"]}
    assert made.uscc(made.LAB) not in lines, "who supervises has no goods to balance"
    assert (lines[MILL]["over"], lines[FARM]["over"]) == (2, 0)
    for line in lines.values():
        own = orjson.loads(read_analysis(transactions, BUREAU, line["analysis"]).document)
        assert own["question"]["firm"] == line["firm"]
        assert own["answer"]["excesses"] == line["excesses"]


def test_the_same_question_about_the_same_records_is_the_same_document(transactions) -> None:
    stored(transactions, good_chain())
    first, again = (balance_of_firm(transactions, OWN, MILL, OCTOBER).kept for _ in range(2))
    assert first == again


def batch_sums(chain: Chain) -> dict[str, tuple[int, int]]:
    """Batch -> what went in and what came out, from the statements alone, in grams."""

    def grams(parts: Iterable[dict[str, Any]]) -> int:
        return sum(int(float(part["quantity"]["value"]) * 1000) for part in parts)

    return {
        data["batch"]: (
            grams(data["inputs"]),
            grams([*data["outputs"], *([data["loss"]] if "loss" in data else [])]),
        )
        for data in (one.claims.data for one in chain.told if one.claims.typ == "food.production")
    }


@pytest.mark.parametrize("rice", ["10000", "10500", "14000", "14594"])
def test_sums_of_batches_are_those_of_the_statements(transactions, rice: str) -> None:
    chain = good_chain()
    chain.state("food.production", a_second_batch(rice, **BY_HAND))
    stored(transactions, chain)
    found = balance_of_firm(transactions, OWN, MILL, OCTOBER).balance
    assert {one.lot: (one.inflow // 1000, one.given // 1000) for one in found.batches} == batch_sums(chain)
