"""A failed packing closes the gates of its batch from the tables as from the overlay, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import facts as made
from tests.builders.admission import activation, milling_of_silo, second_edition
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, Signed, good_chain
from tests.builders.counted import counted
from tests.builders.effects import EffectsOf, kg
from trace.chain.admission import admit
from trace.chain.effects import EntryRef, Mark
from trace.chain.facts import Fact, parse_fact
from trace.chain.lineage.reach import FIRST
from trace.chain.needs import Needs
from trace.errors import Refusal
from trace.errors.food import BatchFailed
from trace.parties import VISITOR
from trace.rules import load
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.lots.details import read_lots
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.failed_tests import BATCH, find_failed_test
from trace.usecases.lots.holds import read_burdens
from trace.usecases.lots.read_marks import read_marks
from trace.usecases.lots.states_above import states_above
from trace.usecases.printing.printable_pack import OF_BATCH, OF_ITEMS, open_pack

RULES = load("demo")
K1, K2 = (made.lot(made.MILL, batch) for batch in ("K1", "K2"))
NOON, LATER = datetime(2026, 10, 16, 4, tzinfo=UTC), datetime(2026, 10, 16, 5, tzinfo=UTC)
CADMIUM = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, RULES, "demo.example/food")
    engine.dispose()


def story(*, fails: bool = True) -> Chain:
    """K1 and K2 packed; K2 switched on; then K1 fails; last of all K3 is packed."""
    chain = second_edition(good_chain(RULES))
    chain.state("code.activate", activation(chain), at="2026-10-13T15:00:00+08:00")
    failed = made.a_report(lot=K1, purpose="sampling", items=CADMIUM, conclusion="fail", reportNo="R-9")
    if fails:
        chain.state("lab.report", failed)
    gap = [{"rule": "R18", "reason": "磅秤故障，已人工复核"}]
    third = {"lot": made.lot(made.MILL, "K3"), "quantity": made.kg("50"), "declared": gap}
    pack = {"packs": {"value": "10", "unit": "件"}, "batchNo": "M9", "packedAt": "2026-10-14T12:00:00+08:00"}
    chain.state("food.pack", made.a_pack(**third, **pack))
    return chain


def others(transactions: Transactions, number: int, begun: int = 0) -> None:
    """Packs elsewhere that failed."""
    with transactions.begin("test") as tx:
        for each in range(begun, number):
            one = EffectsOf("elsewhere.example/agri", each)
            lot = one.lot(f"urn:lot:F:{each}", kg("10"), "pack")
            one.keep(Mark(one.next_id(), "R05", "failed-report", lot, ("code",), {}))
            write_effects(tx.connection, [one.done()])


def fact_of(claims: Signed) -> Fact:
    return parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)


def switched_on(chain: Chain, pack: str) -> Signed:
    data = activation(chain, pack)
    return Signed("code.activate", made.uscc(made.MILL), str(data["lot"]), NOON, (), data)


def tried(transactions: Transactions, chain: Chain, stored: int, claims: Signed) -> Refusal | None:
    """What is said of a statement; the first `stored` of the chain are in the tables, the rest came now."""
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told[:stored]])
    fact = fact_of(claims)
    needs = Needs.all_of([fact.needs(), *(fact_of(told.claims).needs() for told in chain.told[stored:])])
    entry = EntryRef(FOOD_LOG, 999, made.statement_id("act"), claims.iss, LATER)
    with transactions.look() as tx:
        known = load_known(tx.connection, needs)
        known.editions.update(chain.known.editions)
        for told in chain.told[stored:]:
            known.apply(told.effects)
        try:
            admit(claims, fact, entry, known, RULES, roles={"processor"})
        except Refusal as refusal:
            return refusal
    return None


@pytest.mark.parametrize("elsewhere", [0, FIRST + 8])
@pytest.mark.parametrize("later", [0, 1, 2, 3])
def test_the_gate_is_shut_from_wherever_the_batch_of_statements_begins(transactions, elsewhere, later):
    """K3 is to be switched on: its packing, the failure of K1 and more are stored, or come with it."""
    chain = story()
    others(transactions, elsewhere)
    refusal = tried(transactions, chain, len(chain.told) - later, switched_on(chain, "K3"))
    assert isinstance(refusal, BatchFailed)
    assert (refusal.params["of"], refusal.params["lot"]) == (made.lot(made.MILL, "K3"), K1)


def test_with_many_failed_elsewhere_and_none_here_the_gate_is_open(transactions):
    chain = story(fails=False)
    others(transactions, FIRST + 8)
    assert tried(transactions, chain, len(chain.told), switched_on(chain, "K3")) is None


@pytest.mark.parametrize("elsewhere", [0, FIRST + 8])
@pytest.mark.parametrize("later", [0, 1])
def test_a_failed_pack_that_is_stated_of_other_goods_bars_its_batch_as_before(transactions, elsewhere, later):
    chain = story()
    others(transactions, elsewhere)
    paddy = {"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("14000"), "role": "main"}
    rice = {"lot": made.lot(made.MILL, "RICE-C"), "productName": "大米", "kind": "product"}
    more = milling_of_silo() | {"inputs": [paddy], "outputs": [rice | {"quantity": made.kg("9300")}]}
    chain.state("food.production", more)
    packed = next(told for told in chain.told if told.claims.data.get("lot") == K1)
    anew = {**packed.claims.data, "fromLot": rice["lot"]}
    chain.state("correction", made.a_correction(packed.entry.statement_id, anew), sub=K1)
    stored = len(chain.told) - later
    refusal = tried(transactions, chain, stored, switched_on(chain, "K3"))
    assert isinstance(refusal, BatchFailed)
    assert (refusal.params["of"], refusal.params["lot"]) == (made.lot(made.MILL, "K3"), K1)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told[stored:]])
    with transactions.look() as tx, pytest.raises(BatchFailed):
        open_pack(tx.connection, K2, OF_BATCH)
    with transactions.look() as tx:
        (lot,) = read_lots(tx.connection, [K2])
        test = find_failed_test(tx.connection, lot, read_burdens(tx.connection, lot)[1])
        assert (test.where, [one.urn for one in test.lots]) == (BATCH, [K1])
        assert states_above(tx.connection).source(lot.id) == "source-failed"
        assert states_above(tx.connection).state(lot.id, "normal") == "failed"
    assert "shipment" in read_marks(transactions, K2, VISITOR).gates


@pytest.mark.parametrize("elsewhere", [0, FIRST + 8])
def test_no_label_of_the_batch_is_printed_and_whoever_asks_sees_the_gates(transactions, elsewhere):
    chain = story()
    others(transactions, elsewhere)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
    with transactions.look() as tx:
        for gates in (OF_BATCH, OF_ITEMS):
            with pytest.raises(BatchFailed) as refused:
                open_pack(tx.connection, K2, gates)
            assert (refused.value.params["of"], refused.value.params["lot"]) == (K2, K1)
    seen = read_marks(transactions, K2, VISITOR)
    assert seen.gates == ("certificate", "release", "code", "shipment")
    assert "failed-report" in [mark.code for mark in seen.marks if not mark.own]


def test_a_correction_takes_the_failure_back_only_with_the_bureau_and_then_everything_opens(transactions):
    chain = story()
    failed = next(told for told in chain.told if told.claims.data.get("reportNo") == "R-9")
    finding = {"about": failed.entry.statement_id, "result": "not_established", "reason": "抄写错误"}
    passed = made.a_report(lot=K1, purpose="sampling", reportNo="R-9")
    corrected = made.a_correction(failed.entry.statement_id, passed)
    chain.state("correction", corrected, sub=K1)
    said = tried(transactions, chain, len(chain.told), switched_on(chain, "K3"))
    assert isinstance(said, BatchFailed)
    before = len(chain.told)
    chain.state("oversight.finding", finding, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told[before:]])
    with transactions.look() as tx:
        assert open_pack(tx.connection, K2).row.urn == K2


def test_looking_costs_the_same_however_many_failed_elsewhere(transactions):
    chain = story(fails=False)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
    costs = []
    for begun, number in ((0, 40), (40, 400)):
        others(transactions, number, begun)
        with transactions.look() as tx, counted(tx.connection) as cost:
            assert open_pack(tx.connection, K2).row.urn == K2
        assert not {"link", "mark", "lot"} & cost.scanned
        costs.append(cost.figures)
    assert costs[0] == costs[1], costs
