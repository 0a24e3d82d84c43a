"""Hand-overs and claims as rows: the last word under a key stands, in one batch as in several, and every name
finds its row."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import event, select

from tests.builders.effects import EffectsOf, kg
from tests.builders.handovers import RECEIVER, claim, former, handover, pair_link
from trace.chain.chain_state import ChainState
from trace.chain.effects import LinkState, NewLink, StatementAmended
from trace.chain.ids import row_id
from trace.chain.needs import Needs
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.chain.rebuild import table_hashes, truncate_food
from trace.store.tables.food import link
from trace.store.transaction import Transactions, open_database

ORIGIN = "food.example/log"
SHIPPED, RECEIVED = 1, 2
D1, D2, R1 = "urn:lot:S:D1", "urn:lot:S:D2", "urn:lot:R:R1"


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, None, ORIGIN)
    engine.dispose()


class Story:
    """Two deliveries of one supplier and a receipt that names the first of them."""

    def __init__(self) -> None:
        first = EffectsOf(ORIGIN, 0, "food.pack", "urn:uscc:S")
        self.pack = first.lot("urn:lot:S:K1", kg("900"), "pack")
        sent = EffectsOf(ORIGIN, SHIPPED, "food.shipment", "urn:uscc:S")
        self.d1 = sent.lot(D1, kg("400"), "consignment")
        sent.link(self.pack, self.d1, kg("400"), kg("400"), "ship")
        self.s1 = handover(row_id(ORIGIN, SHIPPED), sent.entry.statement_id, self.d1, self.pack)
        got = EffectsOf(ORIGIN, RECEIVED, "food.receipt", RECEIVER)
        self.r1 = got.lot(R1, kg("400"), "material")
        self.claim = claim(
            row_id(ORIGIN, RECEIVED), self.r1, handover_stmt=self.s1.stmt, named_lot=D1, named_key="k"
        )
        again = EffectsOf(ORIGIN, 3, "food.shipment", "urn:uscc:S")
        self.d2 = again.lot(D2, kg("400"), "consignment")
        self.s2 = handover(row_id(ORIGIN, 3), again.entry.statement_id, self.d2, self.pack)
        sent.keep(self.s1)
        got.keep(self.claim)
        again.keep(self.s2)
        self.told = [
            first.done(),
            sent.done(D1),
            got.done(R1),
            again.done(D2),
        ]
        self.next = 4

    def then(self, *changes):
        one = EffectsOf(ORIGIN, self.next, "food.confirmation", RECEIVER)
        one.keep(*changes)
        self.next += 1
        return one.done(R1)


def linked(connection):
    found = connection.execute(
        select(link.c.from_lot, link.c.id, link.c.state).where(link.c.kind == "receive")
    )
    return sorted(map(tuple, found))


def test_a_pair_that_lapses_and_comes_again_is_one_link_and_another_hand_over_supersedes_it(transactions):
    story = Story()
    row, d1, d2, r1 = story.claim.id, story.d1, story.d2, story.r1
    paired = replace(story.claim, state="confirmed", handover=story.s1.id, paired_by=row)
    same = [
        story.then(pair_link(row, d1, r1), paired),
        story.then(pair_link(row, d1, r1, "superseded"), replace(paired, lapsed=True)),
        story.then(pair_link(row, d1, r1), paired),
    ]
    moved = [
        *same,
        story.then(
            pair_link(row, d1, r1, "superseded"),
            pair_link(row, d2, r1),
            replace(paired, handover=story.s2.id),
        ),
    ]
    expected = {3: [(d1, row, "signed")], 4: sorted([(d1, row, "superseded"), (d2, row, "signed")])}
    for after in (same, moved):
        hashes = set()
        for size in (1, 2, len(story.told) + len(after)):
            told = [*story.told, *after]
            with transactions.begin("test") as tx:
                truncate_food(tx.connection)
                for start in range(0, len(told), size):
                    write_effects(tx.connection, told[start : start + size])
                assert linked(tx.connection) == expected[len(after)]
                hashes.add(str(table_hashes(tx.connection)))
        assert len(hashes) == 1


def test_the_last_word_on_a_link_wins_whichever_effect_says_it(transactions):
    story = Story()
    row, d1, r1 = story.claim.id, story.d1, story.r1
    words = (
        pair_link(row, d1, r1),
        LinkState(row, "disputed", r1, d1),
        pair_link(row, d1, r1, "superseded"),
    )
    ends = {"signed", "disputed", "superseded"}
    for told in permutations(words):
        if isinstance(told[0], LinkState):
            continue  # there is no link to speak of yet
        tables = []
        for size in (1, 9):
            after = [story.then(change) for change in told]
            story.next -= len(after)
            with transactions.begin("test") as tx:
                truncate_food(tx.connection)
                write_effects(tx.connection, story.told)
                for start in range(0, len(after), size):
                    write_effects(tx.connection, after[start : start + size])
                ((_, _, state),) = linked(tx.connection)
                tables.append(table_hashes(tx.connection))
        assert state == told[-1].state
        ends.discard(state)
        assert tables[0] == tables[1]
    assert not ends


def test_each_name_finds_the_hand_over_and_the_claims_on_it(transactions):
    story = Story()
    paired = replace(story.claim, state="confirmed", handover=story.s1.id)
    rival = EffectsOf(ORIGIN, 9, "food.receipt", "urn:uscc:V")
    rivals = claim(row_id(ORIGIN, 9), rival.lot("urn:lot:V:R", kg("1")), handover_stmt=story.s1.stmt)
    rival.keep(rivals)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [*story.told, story.then(paired), rival.done()])
        read = {
            name: (sorted(known.handovers), sorted(known.claims))
            for name in (story.s1.stmt, D1, D2, "urn:lot:S:K1", "k", story.told[2].entry.statement_id, "no")
            for known in (load_known(tx.connection, Needs(claims=frozenset({name}))),)
        }
        sent = {
            name: (set(known.handovers), set(known.claims))
            for name in (story.s1.stmt, D2, "urn:lot:S:K1")
            for known in (load_known(tx.connection, Needs(handovers=frozenset({name}))),)
        }
    one, both = [paired.id], sorted([paired.id, rivals.id])
    assert read == {
        story.s1.stmt: ([], both),
        D1: ([], one),
        D2: ([], []),
        "urn:lot:S:K1": ([], []),
        "k": ([], one),
        story.told[2].entry.statement_id: ([story.s1.stmt], both),
        "no": ([], []),
    }
    assert sent == {
        story.s1.stmt: ({story.s1.stmt}, {paired.id}),
        D2: ({story.s2.stmt}, set()),
        "urn:lot:S:K1": ({story.s1.stmt, story.s2.stmt}, {paired.id}),
    }


def test_rows_read_back_are_the_effects_and_the_overlay_takes_them_back(transactions):
    story = Story()
    gone = former(row_id(ORIGIN, 4), story.r1, story.pack)
    named = former(row_id(ORIGIN, 4, 1), story.r1, None, "urn:place:p1", quantity=None, why="withdrawn")
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [*story.told, story.then(gone, named)])
        stated = frozenset(one.entry.statement_id for one in story.told)
        known = load_known(tx.connection, Needs(handovers=stated, claims=stated, amended=stated))
    overlay = ChainState()
    for each in story.told:
        overlay.apply(each)
    assert (known.handovers, known.claims) == (overlay.handovers, overlay.claims)
    point = overlay.savepoint()
    overlay.apply(
        story.then(replace(story.claim, state="withdrawn"), gone, replace(story.s1, state="received"))
    )
    assert overlay.claims[story.claim.id].state == "withdrawn"
    assert overlay.formers == {gone.id: gone}
    overlay.rollback(point)
    assert (known.handovers, known.claims, overlay.formers) == (overlay.handovers, overlay.claims, {})


def test_a_pairs_link_stands_for_its_receipt_after_each_correction(transactions):
    story = Story()
    row, receipt = story.claim.id, story.told[2].entry
    standing = pair_link(row, story.d2, story.r1)
    corrected = EffectsOf(ORIGIN, story.next, "correction", RECEIVER)
    corrected.keep(StatementAmended(receipt.statement_id, ORIGIN, RECEIVED))
    paired = story.then(pair_link(row, story.d1, story.r1, "superseded"), standing)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [*story.told, paired, replace(corrected.done(), entry=at(5))])
        known = load_known(tx.connection, Needs(amended=frozenset({receipt.statement_id})))
    assert known.made[receipt.statement_id].links == (row,)
    assert known.links[row] == NewLink(**{name: getattr(standing, name) for name in NewLink.__slots__})


def test_the_overlay_keeps_the_link_that_stands(transactions):
    story = Story()
    row, known = story.claim.id, ChainState()
    for change in (
        pair_link(row, story.d1, story.r1),
        pair_link(row, story.d2, story.r1),
        pair_link(row, story.d1, story.r1, "superseded"),
        LinkState(row, "disputed", story.r1, story.d1),
    ):
        known.apply(story.then(change))
    assert (known.links[row].from_lot, known.links[row].state) == (story.d2, "signed")
    known.apply(story.then(LinkState(row, "disputed", story.r1, story.d2)))
    assert known.links[row].state == "disputed"
    known.apply(story.then(pair_link(row, story.d2, story.r1, "superseded")))
    assert known.links[row].state == "superseded"


def test_the_questions_are_as_many_for_one_name_as_for_a_hundred(transactions):
    told, counts = [], []
    for index in range(100):
        one = EffectsOf(ORIGIN, index, "food.receipt", RECEIVER)
        one.keep(claim(row_id(ORIGIN, index), one.lot(f"urn:lot:R:{index}", kg("1")), named_key=str(index)))
        told.append(one.done())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, told)
    for part in (told[:1], told):
        with transactions.look() as tx:
            asked = count_queries(tx.connection)
            names = frozenset(one.entry.statement_id for one in part)
            known = load_known(tx.connection, Needs(claims=names, handovers=names))
        assert len(known.claims) == len(part)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20


def count_queries(connection):
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
    return asked


def at(index):
    return EffectsOf(ORIGIN, index, "correction", RECEIVER).entry
