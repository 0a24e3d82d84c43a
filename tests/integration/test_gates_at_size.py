"""Gates are asked through the open marks: what an act costs does not follow what was poured into a silo."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import facts as made
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, Told, good_chain
from tests.builders.counted import counted
from tests.builders.effects import EffectsOf, kg
from trace.chain.admission import admit
from trace.chain.chain_state import ChainState
from trace.chain.effects import Interval, Mark, NewLink
from trace.chain.facts import Fact, parse_fact
from trace.chain.needs import Needs
from trace.errors import Refusal
from trace.errors.food import FailedTestStands, GateClosed
from trace.parties import VISITOR
from trace.rules import load
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.holds import find_order
from trace.usecases.lots.read_marks import read_marks
from trace.usecases.printing.printable_pack import open_pack

RULES = load("demo")
K1, K2 = made.lot(made.MILL, "K1"), made.lot(made.MILL, "K2")
SIZES = (50, 2_000)
EARLY, LATE = datetime(2026, 10, 6, 9, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
CADMIUM = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
FAILED = ("R05", "failed-report", ("certificate", "code", "release", "shipment"))


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, RULES, FOOD_LOG)
    engine.dispose()


def stored(transactions: Transactions) -> Chain:
    chain = good_chain(RULES)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
    return chain


def pour(transactions: Transactions, silo: int, first: int, end: int, *, marked: str = "", at=EARLY) -> None:
    """Harvests `first`…`end` of other farms into the silo; the last one fails its test, beside or in it."""
    story = []
    for number in range(first, end):
        one = EffectsOf("elsewhere.example/agri", number)
        lot = one.lot(f"urn:lot:F:{number}", kg("10"), "harvest")
        when = Interval(at, at)
        if number < end - 1 or marked != "beside":
            one.keep(NewLink(one.next_id(), lot, silo, "transform", kg("10"), kg("10"), when, when))
        if number == end - 1 and marked:
            rule, code, gates = FAILED
            one.keep(Mark(one.next_id(), rule, code, lot, gates, {"value": "x"}))
        story.append(one.done())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)


def act(chain: Chain, typ: str, data: dict, **how: object) -> tuple[Told, Fact]:
    """A statement as the chain in memory takes it, with its fact."""
    chain.state(typ, data, **how)
    told = chain.told[-1]
    return told, parse_fact(told.claims.typ, told.claims.data, told.claims.sub, told.claims.occurred_at)


def activation(chain: Chain) -> tuple[Told, Fact]:
    report = chain.lot("RICE-A").reports[0].statement_id
    return act(chain, "code.activate", made.an_activation(lot=K2, report=report))


def decide(known: ChainState, told: Told, fact: Fact) -> str:
    """ "taken", or the slug of the refusal; what is taken is put into the overlay."""
    try:
        known.apply(admit(told.claims, fact, told.entry, known, RULES, roles=told.roles))
    except Refusal as refusal:
        return refusal.code
    return "taken"


@pytest.mark.parametrize(
    ("marked", "at", "answer"),
    [
        ("", EARLY, "taken"),
        ("beside", EARLY, "taken"),
        ("in", LATE, "taken"),
        ("in", EARLY, FailedTestStands.code),
    ],
)
def test_an_act_costs_the_same_whatever_was_poured_into_the_silo(transactions, marked, at, answer):
    chain = stored(transactions)
    silo = chain.lot("S1").id
    told, fact = activation(chain)
    begun, costs = 0, []
    for size in SIZES:
        if not begun:
            pour(transactions, silo, 0, 1, marked=marked, at=at)
        pour(transactions, silo, max(begun, 1), size)
        begun = size
        with transactions.look() as tx, counted(tx.connection) as cost:
            assert decide(load_known(tx.connection, fact.needs()), told, fact) == answer
        assert not {"link", "mark", "lot"} & cost.scanned
        costs.append(cost.figures)
    assert costs[0] == costs[1], costs
    assert costs[0][1] < 60


def test_pages_printing_and_marks_cost_the_same_too(transactions):
    chain = stored(transactions)
    silo = chain.lot("S1").id
    begun, costs = 1, []
    pour(transactions, silo, 0, 1, marked="in", at=LATE)
    for size in SIZES:
        pour(transactions, silo, begun, size)
        begun = size
        with counted(transactions.engine) as cost:
            with transactions.look() as tx:
                assert find_order(tx.connection, K1) is None
                assert open_pack(tx.connection, K1).row.urn == K1
            assert read_marks(transactions, K1, VISITOR).gates == ()
        assert not {"link", "mark", "lot", "dispute"} & cost.scanned
        costs.append(cost.figures)
    assert costs[0] == costs[1], costs


def test_many_open_marks_cost_nothing_where_little_is_above(transactions):
    chain = stored(transactions)
    told, fact = activation(chain)
    begun, costs = 0, []
    for size in (200, 2_000):
        story = []
        for number in range(begun, size):
            one = EffectsOf("elsewhere.example/agri", number)
            lot = one.lot(f"urn:lot:F:{number}", kg("10"), "harvest")
            one.keep(Mark(one.next_id(), *FAILED[:2], lot, FAILED[2], {}))
            story.append(one.done())
        begun = size
        with transactions.begin("test") as tx:
            write_effects(tx.connection, story)
        with transactions.look() as tx, counted(tx.connection) as cost:
            assert decide(load_known(tx.connection, fact.needs()), told, fact) == "taken"
        costs.append(cost.figures)
    assert costs[0] == costs[1], costs


def test_a_mark_of_the_same_batch_closes_what_lies_below_in_the_store(transactions):
    """Neither statement names the other's lot; the way between them is stored."""
    chain = stored(transactions)
    silo = made.lot(made.MILL, "S1")
    release = activation(chain)
    failed = act(
        chain,
        "lab.report",
        made.a_report(lot=silo, purpose="sampling", conclusion="fail", items=CADMIUM),
    )
    right = act(
        chain,
        "correction",
        made.a_correction(failed[0].entry.statement_id, made.a_report(lot=silo, purpose="sampling")),
        sub=silo,
    )
    needs = Needs.all_of([fact.needs() for _, fact in (release, failed, right)])
    with transactions.look() as tx:
        known = load_known(tx.connection, needs)
        assert decide(known, *failed) == "taken"
        assert decide(known, *release) == FailedTestStands.code
        point = known.savepoint()
        assert decide(known, *right) == "taken"
        assert decide(known, *release) == FailedTestStands.code, "its author's correction lifts no burden"
        known.rollback(point)
        assert decide(known, *release) == FailedTestStands.code


def test_a_stored_mark_cleared_in_the_batch_closes_nothing_in_it(transactions):
    chain = stored(transactions)
    order = {"matter": "案1", "lots": [made.lot(made.MILL, "S1")]}
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": "urn:case:1"}
    held, _ = act(chain, "oversight.hold", order, **how)
    closed = act(chain, "oversight.closing", order, **how)
    release = activation(chain)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [held.effects])
        known = load_known(tx.connection, Needs.all_of([fact.needs() for _, fact in (closed, release)]))
        assert decide(known, *release) == GateClosed.code
        assert decide(known, *closed) == "taken"
        assert decide(known, *release) == "taken"
