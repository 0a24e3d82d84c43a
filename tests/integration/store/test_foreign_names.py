"""Orders through foreign names, out of the tables of both databases as out of memory; pages say the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import serials
from tests.builders.chain import BUREAU, Chain, good_chain
from tests.builders.foreign_names import (
    CASE,
    CASES,
    CURD,
    MADE,
    NAMES,
    PALLET,
    RICE,
    SHIP,
    SPREAD,
    amounts,
    cased,
    event,
    happen,
    milled,
    orders_on,
    recall,
    seen,
    tell,
    uncased,
)
from trace.chain.admission import needs_of
from trace.chain.admission.marks_above import UNDER_ORDER, marks_above
from trace.chain.facts import parse_fact
from trace.chain.interchange.names import lot_name, signers_name
from trace.chain.lineage.closure import trace_down
from trace.chain.needs import Needs
from trace.rules import load
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.chain.touched import Touched
from trace.store.lots.details import read_lots
from trace.store.lots.wide_graph import WideLotGraph
from trace.store.page_keys import SPREADING, lot_key
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.holds import has_possible_recall, read_burdens
from trace.usecases.lots.states import POSSIBLE
from trace.usecases.lots.states_above import states_above

RULES = load("demo")
K1 = made.lot(made.MILL, "K1")
OF_K1 = "https://id.gs1.org/01/09521234100010/10/M20261012A"
KEYED = {"product": "urn:gtin:09521234100034", "batchNo": "R/1", "supplierLot": made.ABSENT}
STRANGER = "91310000MA1FL0LX1X"


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, RULES, "demo.example/food")
    engine.dispose()


def begun(**pack: Any) -> Chain:
    """The good chain, with the mill's prefix as a licence in the log."""
    chain = Chain(RULES, prefixes={})
    for told in good_chain(RULES, **pack).told:
        chain.known.apply(told.effects)
        chain.told.append(told)
        chain.entries.append(told.effects)
        chain.sizes[told.entry.origin] = told.entry.index + 1
    licence = made.a_licence(kind="gs1_prefix", number=made.PREFIX, holder=made.uscc(made.MILL))
    chain.state(
        "master.licence", licence, by=made.BUREAU, roles={"registrar"}, at="2026-10-13T08:00:00+08:00"
    )
    return chain


def found(transactions: Transactions, chain: Chain, urn: str, later: int) -> list[str]:
    """Orders on a lot out of the tables, the last `later` of the chain in memory; pages say as much."""
    stored = len(chain.told) - later
    rest = chain.told[stored:]
    needs = Needs(lots=frozenset({urn}))
    for told in rest:
        claims = told.claims
        fact = parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)
        needs |= needs_of(fact, told.entry.statement_id, claims.iss)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told[:stored]])
        known = load_known(tx.connection, needs)
        for told in rest:
            known.apply(told.effects)
        codes = [mark.code for _, mark in marks_above(known, known.lots[urn].id, SPREAD)]
        write_effects(tx.connection, [told.effects for told in rest])
    with transactions.look() as tx:
        (row,) = read_lots(tx.connection, [urn])
        _, bearing = read_burdens(tx.connection, row)
        assert has_possible_recall(bearing) is bool(codes)
        assert (states_above(tx.connection).above.get(row.id) == POSSIBLE) is bool(codes)
    return codes


@pytest.mark.parametrize("later", [0, 1, 2, 3])
@pytest.mark.parametrize("sequence", ["made used ordered", "used made ordered", "used ordered made"])
def test_the_tables_tell_the_same_whoever_came_first_and_wherever_a_batch_begins(
    transactions, sequence, later
):
    for name in (NAMES[later], NAMES[-1])[:1]:
        chain = begun()
        happen(chain, name, sequence)
        assert found(transactions, chain, CURD, later) == [UNDER_ORDER]


@pytest.mark.parametrize("later", [0, 2])
@pytest.mark.parametrize("tale", ["native", "keyed", "stranger", "own"])
def test_keys_and_names_mean_the_same_goods_in_the_tables(transactions, tale, later):
    chain, lot, codes = begun(), CURD, [UNDER_ORDER]
    own = made.lot(made.TOFU, "X1")
    if tale == "native":
        tell(chain, made.TOFU, milled(OF_K1, MADE))
        recall(chain)
    elif tale == "keyed":
        chain.state("food.receipt", made.a_receipt(lot=own, **KEYED), by=made.TOFU)
        tell(chain, made.MILL, milled(RICE, NAMES[1]))
        recall(chain)
        lot = own
    elif tale == "stranger":
        theirs = made.lot(STRANGER, "X1")
        chain.state("food.receipt", made.a_receipt(lot=theirs, supplierLot=made.ABSENT), by=STRANGER)
        tell(chain, made.TOFU, milled(NAMES[1], MADE))
        tell(chain, STRANGER, milled(theirs, NAMES[1]))
        recall(chain, theirs)
        codes = []
    else:
        tell(chain, made.TOFU, seen(NAMES[0], "ADD", "commissioning"))
        tell(chain, made.TOFU, milled(NAMES[0], MADE))
        tell(chain, made.MILL, milled(RICE, NAMES[0]))
        recall(chain)
        codes = []
    assert orders_on(chain, lot) == codes
    assert found(transactions, chain, lot, later) == codes


@pytest.mark.parametrize(
    ("first", "named", "later"),
    [
        *((first, SHIP, later) for first in ("cased", "used") for later in range(5)),
        *((first, PALLET, 2) for first in ("cased", "used")),
        ("cased", CASE, 1),
        ("used", CASE, 2),
        ("uncased", PALLET, 0),
    ],
)
def test_a_case_of_ours_means_what_was_put_into_it_in_the_tables(transactions, first, named, later):
    """Whoever comes first, and wherever a batch begins; and who takes packs out by its own word takes nothing
    out of a scope."""
    chain = begun(codeLevel="item", serials=serials(0, 1600))
    if first != "used":
        cased(chain)
    if first == "uncased":
        uncased(chain)
    tell(chain, made.TOFU, milled(CASES[named], MADE))
    if first == "used":
        cased(chain)
    recall(chain, K1)
    if first != "uncased":
        assert orders_on(chain) == [UNDER_ORDER]
    assert found(transactions, chain, CURD, later) == [UNDER_ORDER]


@pytest.mark.parametrize("later", range(5))
def test_a_finding_ends_a_claim_on_what_was_put_into_a_case_wherever_a_batch_begins(transactions, later):
    chain = begun(codeLevel="item", serials=serials(0, 1600))
    tell(chain, made.TOFU, milled(CASES[CASE], MADE))
    finding = {"about": chain.told[-1].entry.statement_id, "result": "not_established", "reason": "抄错箱号"}
    chain.state("oversight.finding", finding, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    cased(chain)
    recall(chain, K1)
    assert orders_on(chain) == []
    assert found(transactions, chain, CURD, later) == []


def test_pages_of_who_took_in_a_case_are_made_anew_when_something_is_put_into_it(transactions):
    chain = begun(codeLevel="item", serials=serials(0, 1600))
    tell(chain, made.TOFU, milled(CASES[PALLET], MADE))
    (claimed,) = chain.known.formers.values()
    cased(chain)
    touched = Touched()
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
        for change in chain.told[-3].effects.changes:  # the case; where it stands is stored
            touched.note(change)
        assert {lot_key(claimed.below), SPREADING} <= touched.keys(tx.connection)


@pytest.mark.parametrize("content", [made.lot(made.MILL, "K1"), NAMES[0]])
def test_what_went_into_a_case_that_was_taken_in_itself_reaches_who_has_the_case_of_it(transactions, content):
    """A case comes empty; another's goods, by their own name or a foreign one, are put in, and it goes on."""
    chain, case = begun(), NAMES[3]
    tell(chain, made.TOFU, seen(case, step="receiving"))
    packed = event("AggregationEvent", action="ADD", parentID=case, childQuantityList=amounts(content))
    tell(chain, made.TOFU, packed)
    tell(chain, STRANGER, seen(case, step="receiving"))
    if content == NAMES[0]:
        tell(chain, made.MILL, milled(RICE, content))
    recall(chain)
    theirs = signers_name(lot_name(case, ""), made.uscc(STRANGER))
    assert orders_on(chain, theirs) == [UNDER_ORDER]
    assert found(transactions, chain, theirs, 0) == [UNDER_ORDER]


def test_pages_of_who_took_goods_in_are_made_anew_when_their_maker_states_them(transactions):
    chain = begun()
    tell(chain, made.TOFU, milled(NAMES[0], MADE))
    claimed = next(one for one in chain.known.formers.values())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
    tell(chain, made.MILL, milled(RICE, NAMES[0]))
    touched = Touched()
    for change in chain.told[-1].effects.changes:
        touched.note(change)
    with transactions.look() as tx:
        assert {lot_key(claimed.below), SPREADING} <= touched.keys(tx.connection)


def test_who_only_took_goods_in_is_not_named_as_a_source_of_the_others_who_did(transactions):
    """However many have a batch in their stores, each has it of its maker alone."""
    chain = begun()
    firms = [made.TOFU, STRANGER, made.COOPERATIVE]
    for firm in firms:
        tell(chain, firm, seen(NAMES[0], step="receiving"))
    tell(chain, made.MILL, milled(RICE, NAMES[0]))
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
    with transactions.look() as tx:
        of_mill = next(one for one in chain.known.lots.values() if one.kind == "product" and one.named_key)
        graph = WideLotGraph(tx.connection)
        below = trace_down(graph, [of_mill.id]).lots - {of_mill.id}
        assert {(one.upper, one.lower) for one in graph.sides.values()} == {
            (of_mill.id, lot) for lot in below
        }
        assert len(below) == len(firms)
