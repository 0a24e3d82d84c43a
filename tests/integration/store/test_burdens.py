"""Burdens come down as the statements have it, wherever the batch begins: from the tables, from the overlay,
or half from one and half from the other, on both databases."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.builders.counted import counted
from tests.builders.effects import EffectsOf, kg, prefix_given
from tests.builders.handovers import claim, former, handover, pair_link
from trace.chain.admission.gates import ORDERS, TESTS, spreads
from trace.chain.admission.marks_above import UNDER_ORDER, Spread, marks_above
from trace.chain.chain_state import ChainState
from trace.chain.effects import Effects, Interval, LinkState, Mark, MarkCleared, MasterStated, NewLot
from trace.chain.ids import row_id
from trace.chain.needs import Needs
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.chain.marked_graph import StoredMarkedGraph
from trace.store.chain.rebuild import truncate_food
from trace.store.transaction import Transactions, open_database

ORIGIN = "food.example/log"
SPREAD = Spread(spreads, ORDERS, TESTS)
FAILED = ("R05", "failed-report", ("code", "release"), {"value": "0.3"})
GTIN = "urn:gtin:09521234100010"
RECALL = ("P05", "lot-recalled", ("code", "shipment"), {"value": "案1"})


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, None, ORIGIN)
    engine.dispose()


class Story:
    """Harvest H, consignment D out of it, a receiver's lot R and a product P made of that."""

    def __init__(self) -> None:
        self.told: list[Effects] = []
        self.lots: dict[str, int] = {}
        self.lot("H", "harvest")
        self.lot("D", "consignment", above="H", kind_of="ship")
        self.lot("R", "material")
        self.lot("P", "product", above="R")
        self.handover = handover(self.lots["D"], self.told[1].entry.statement_id, self["D"], self["H"])
        self.claim = claim(self.lots["R"], self["R"])
        self.say(self.handover)

    def __getitem__(self, name: str) -> int:
        return self.lots[name]

    def statement(self) -> EffectsOf:
        return EffectsOf(ORIGIN, len(self.told), "food.production")

    def lot(self, name: str, kind: str, above: str | None = None, kind_of: str = "transform") -> None:
        one = self.statement()
        self.lots[name] = one.lot(f"urn:lot:X:{name}", kg("400"), kind)
        if above is not None:
            one.link(self[above], self[name], kg("400"), kg("400"), kind_of)
        self.told.append(one.done(f"urn:lot:X:{name}"))

    def say(self, *changes) -> int:
        one = self.statement()
        one.keep(*changes)
        self.told.append(one.done())
        return row_id(ORIGIN, len(self.told) - 1)

    def mark(self, on: str, sort=FAILED) -> int:
        rule, code, gates, params = sort
        return self.say(Mark(row_id(ORIGIN, len(self.told)), rule, code, self[on], gates, params))

    def needs(self) -> Needs:
        stated = frozenset(one.entry.statement_id for one in self.told)
        lots = frozenset(f"urn:lot:X:{name}" for name in self.lots)
        return Needs(lots=lots, handovers=stated, claims=stated, amended=stated)


def seen(known: ChainState, lot: int) -> list[tuple[str, str]]:
    return [(urn.rpartition(":")[2], mark.code) for urn, mark in marks_above(known, lot, SPREAD)]


def everywhere(transactions: Transactions, story: Story, lot: str) -> list[tuple[str, str]]:
    """What bears on a lot, the same whether read from the tables or the overlay, from any point on."""
    overlay = ChainState()
    for one in story.told:
        overlay.apply(one)
    expected = seen(overlay, story[lot])
    for stored in (0, len(story.told) // 2, len(story.told) - 1, len(story.told)):
        with transactions.begin("test") as tx:
            truncate_food(tx.connection)
            for one in story.told[:stored]:
                write_effects(tx.connection, [one])
            known = load_known(tx.connection, story.needs())
            for one in story.told[stored:]:
                known.apply(one)
            assert seen(known, story[lot]) == expected, stored
            if stored == len(story.told):
                bare = ChainState(StoredMarkedGraph(tx.connection, ORDERS | TESTS))
                assert [code for _, code in seen(bare, story[lot])] == [code for _, code in expected]
    return expected


@pytest.mark.parametrize(
    ("named", "state", "lapsed", "paired"),
    [
        ({"named_lot": "urn:lot:X:D"}, "claimed", False, False),
        ({"named_lot": "urn:lot:X:H"}, "claimed", False, False),
        ({"handover_stmt": "D"}, "claimed", False, False),
        ({"named_lot": "urn:lot:X:D"}, "refused", False, False),
        ({"named_lot": "urn:lot:X:H", "through": True}, "claimed", False, False),
        ({"handover_stmt": "D"}, "confirmed", False, True),
        ({"handover_stmt": "D"}, "disputed", False, True),
        ({"handover_stmt": "D"}, "claimed", True, True),
    ],
)
def test_a_claim_brings_down_orders_alone_and_a_pair_everything(transactions, named, state, lapsed, paired):
    story = Story()
    named = {name: story.handover.stmt if value == "D" else value for name, value in named.items()}
    stated = replace(
        story.claim, **named, state=state, lapsed=lapsed, handover=story.handover.id if paired else None
    )
    link = pair_link(stated.id, story["D"], story["R"], "superseded" if lapsed else "signed")
    story.say(stated, *([link] if paired else []))
    story.mark("H")
    story.mark("H", RECALL)
    expected = [("H", "failed-report"), ("H", "lot-recalled")] if paired else [("P", UNDER_ORDER)]
    assert everywhere(transactions, story, "P") == expected


def test_an_order_that_is_only_possible_has_no_figures(transactions):
    story = Story()
    story.say(replace(story.claim, named_lot="urn:lot:X:D"))
    order = story.mark("H", RECALL)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story.told)
        ((urn, mark),) = marks_above(load_known(tx.connection, story.needs()), story["P"], SPREAD)
    assert urn == "urn:lot:X:P"
    assert mark == Mark(order, "P05", UNDER_ORDER, story["P"], ("code", "shipment"), {}, None)


def test_a_link_that_was_taken_away_brings_down_orders_and_what_was_noted_before(transactions):
    story = Story()
    early = story.mark("H")
    story.lot("B", "batch", above="H")
    link = next(one for one in story.told[-1].changes if hasattr(one, "taken"))
    gone = former(row_id(ORIGIN, len(story.told)), story["B"], story["H"])
    story.say(LinkState.of(link, "superseded"), gone)
    assert everywhere(transactions, story, "B") == [("H", "failed-report")]
    story.mark("H")
    assert everywhere(transactions, story, "B") == [("H", "failed-report")]
    story.say(MarkCleared(early))
    assert everywhere(transactions, story, "B") == []
    story.mark("H", RECALL)
    assert everywhere(transactions, story, "B") == [("B", UNDER_ORDER)]
    story.say(replace(gone, found="established"))
    assert everywhere(transactions, story, "B") == [("B", UNDER_ORDER)]
    story.say(replace(gone, found="not_established"))
    assert everywhere(transactions, story, "B") == []
    story.say(replace(gone, ended_by=7))
    assert everywhere(transactions, story, "B") == []


def test_a_lot_named_before_it_was_known_counts_once_it_is(transactions):
    story = Story()
    story.say(
        replace(story.claim, named_lot="urn:lot:X:L"),
        former(row_id(ORIGIN, len(story.told)), story["P"], None, "urn:lot:X:M"),
    )
    assert everywhere(transactions, story, "P") == []
    for name in ("L", "M"):
        story.lot(name, "harvest")
        story.mark(name, RECALL)
        assert everywhere(transactions, story, "P")[-1] == ("P", UNDER_ORDER)


def test_a_name_in_an_event_of_another_system_brings_down_orders_and_no_test(transactions):
    story = Story()
    story.mark("H")
    story.say(former(row_id(ORIGIN, len(story.told)), story["P"], None, "urn:lot:X:H", why="named"))
    assert everywhere(transactions, story, "P") == []
    story.mark("H", RECALL)
    assert everywhere(transactions, story, "P") == [("P", UNDER_ORDER)]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("maker", ["urn:uscc:X", "urn:uscc:PACKER"])
def test_a_gtin_and_a_batch_number_mean_the_goods_of_who_may_speak_for_it(transactions, late, maker):
    story = Story()
    keyed = replace(story.claim, named_key=f"{GTIN}:B1")
    if not late:
        story.say(keyed)
    story.say(
        MasterStated(row_id(ORIGIN, len(story.told)), "product", GTIN, {"packers": ["urn:uscc:PACKER"]})
    )
    story.say(prefix_given(row_id(ORIGIN, len(story.told)), "9521234", "urn:uscc:X"))
    for name, party in (("K1", maker), ("K9", "urn:uscc:STRANGER")):
        one = EffectsOf(ORIGIN, len(story.told), "food.pack", party)
        story.lots[name] = one.next_id()
        one.keep(
            NewLot(
                id=story[name],
                urn=f"urn:lot:X:{name}",
                kind="pack",
                product=GTIN,
                product_name="米",
                holder=party,
                quantity=kg("9"),
                produced=Interval(None, None),
                batch_no="B1",
            )
        )
        story.told.append(one.done())
    if late:
        story.say(keyed)
    story.mark("K9", RECALL)
    story.mark("K1")
    assert everywhere(transactions, story, "P") == []
    story.mark("K1", RECALL)
    assert everywhere(transactions, story, "P") == [("P", UNDER_ORDER)]


def test_a_bad_lot_that_the_receiver_named_stays_possible_beside_the_pair(transactions):
    story = Story()
    story.lot("L", "harvest")
    paired = replace(story.claim, named_lot="urn:lot:X:L", state="confirmed", handover=story.handover.id)
    story.say(paired, pair_link(paired.id, story["D"], story["R"]))
    story.mark("L")
    story.mark("L", RECALL)
    assert everywhere(transactions, story, "P") == [("P", UNDER_ORDER)]
    story.say(replace(paired, named_lot="urn:lot:X:H"))
    assert everywhere(transactions, story, "P") == []


def test_what_is_superseded_withdrawn_or_denied_brings_nothing(transactions):
    for last in ({"state": "superseded"}, {"state": "withdrawn"}, {"found": "not_established"}):
        story = Story()
        story.mark("H", RECALL)
        story.say(replace(story.claim, named_lot="urn:lot:X:D", handover_stmt=story.handover.stmt))
        assert everywhere(transactions, story, "P") == [("P", UNDER_ORDER)]
        story.say(replace(story.claim, named_lot="urn:lot:X:D", handover_stmt=story.handover.stmt, **last))
        assert everywhere(transactions, story, "P") == []


@pytest.mark.parametrize("seed", range(6))
def test_tables_and_overlay_agree_on_any_story(transactions, seed):
    chance = random.Random(seed)
    story = Story()
    for number in range(6):
        story.lot(f"N{number}", "batch", above=chance.choice(sorted(story.lots)))
    names = sorted(story.lots)
    for _ in range(8):
        here, there = chance.sample(names, 2)
        row, stated = row_id(ORIGIN, len(story.told)), f"urn:lot:X:{there}"
        pick = chance.randrange(5)
        if pick == 0:
            story.mark(here, chance.choice([FAILED, RECALL]))
        elif pick == 1:
            above, why = chance.choice([None, story[there]]), chance.choice(["corrected", "named"])
            story.say(former(row, story[here], above, stated, why=why))
        elif pick == 2:
            story.say(claim(row, story[here], named_lot=stated, state=chance.choice(["claimed", "refused"])))
        elif pick == 3:
            held = {"handover": story.handover.id, "handover_stmt": story.handover.stmt}
            lapsed = chance.random() < 0.5
            story.say(
                claim(row, story[here], state="confirmed", lapsed=lapsed, **held),
                pair_link(row, story["D"], story[here], "superseded" if lapsed else "signed"),
            )
        else:
            story.say(claim(row, story[here], handover_stmt=story.handover.stmt))
    for name in chance.sample(names, 3):
        everywhere(transactions, story, name)


@pytest.mark.parametrize("strangers", [40, 1_200])
def test_an_act_costs_the_same_whatever_others_claim_of_the_same_goods(transactions, strangers):
    """A silo under no order that many have claimed: who made goods of it asks no more for that."""
    story = Story()
    story.say(replace(story.claim, named_lot="urn:lot:X:D"))
    story.lot("Z", "harvest")
    story.mark("Z", RECALL)
    for _ in range(strangers):
        one = story.statement()
        lot = one.lot(f"urn:lot:V:{len(story.told)}", kg("1"), "material")
        row = row_id(ORIGIN, len(story.told), 1)
        one.keep(claim(row, lot, named_lot="urn:lot:X:D"), former(row, lot, story["H"]))
        story.told.append(one.done())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story.told)
    with transactions.look() as tx, counted(tx.connection) as cost:
        known = ChainState(StoredMarkedGraph(tx.connection, ORDERS | TESTS))
        assert marks_above(known, story["P"], SPREAD) == []
    assert not {"link", "claim", "former", "handover", "lot"} & cost.scanned
    assert cost.figures[0] <= 25
    assert cost.figures[1] <= 25
