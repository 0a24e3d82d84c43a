"""Strangers and orders: whatever others say changes nothing of a victim's; arrival changes no pair."""

from __future__ import annotations

import itertools
import os
import random
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, Trade, begun
from trace.chain.admission import Door, admit
from trace.chain.chain_state import ChainState
from trace.chain.facts import parse_fact
from trace.errors import Refusal

STEPS = 10_000 if os.environ.get("GREENTRACE_HYPOTHESIS") == "soak" else 2_000
ACTS = ("receive", "receive", "ship", "confirm", "refuse", "dispute", "settle", "correct", "withdraw")


def honest() -> tuple[Trade, list[Any]]:
    """A farm that sent, a mill that received and sent on, a shop that received."""
    trade = begun()
    sent = trade.ship("D1", "16900")
    received = trade.receive("R1", "16900", sent)
    on = trade.ship("D2", "5000", received.sub, by=MILL, to=SHOP)
    sold = trade.receive("S1", "5000", on, by=SHOP)
    return trade, [sent, received, on, sold]


def rows(trade: Trade) -> dict[str, Any]:
    """Everything that is about the victims and their goods."""
    known = trade.chain.known
    mine = {lot.id: lot for lot in known.lots.values() if lot.urn.split(":")[2] in {FARM, MILL, SHOP}}
    return {
        "lots": mine,
        "claims": {one.id: one for one in known.claims.values() if one.lot in mine},
        "handovers": {one.id: one for one in known.handovers.values() if one.lot in mine},
        "links": {one.id: one for one in known.links.values() if {one.from_lot, one.to_lot} & mine.keys()},
        "disputes": {name: one for name, one in known.disputes.items() if one.lot in mine},
        "formers": {one.id: one for one in known.formers.values() if one.below in mine},
    }


def intrude(trade: Trade, draw: random.Random, number: int, victims: list[Any], own: list[Any]) -> None:
    """One statement of a stranger about what it can name; what a door refuses is refused."""
    act = draw.choice(ACTS)
    target = draw.choice([*victims, *own[-5:]])
    named = target.sub
    how: dict[str, Any] = draw.choice([{}, {"door": Door.CARRIED, "log": "elsewhere.example/food"}])
    salt = given.a_salt(draw.choice([named, "guess"]))
    if act == "receive":
        opened = {"stmt": target.entry.statement_id, "salt": salt}
        said = draw.choice([{"supplierLot": named}, {"supplierLot": H1}, {"handover": opened}])
        made_it = trade.receive(f"R{number}", "999999", by=STRANGER, door=how, **said)
    elif act == "ship":
        source = made.lot(STRANGER, f"R{number - 1}")
        made_it = trade.ship(f"D{number}", "1", source, by=STRANGER, to=draw.choice([FARM, MILL]), door=how)
    elif act == "confirm":
        data = given.a_confirmation(draw.choice(victims).entry.statement_id, target.entry.statement_id)
        made_it = trade.say(STRANGER, "food.confirmation", data, sub=named, **how)
    elif act == "refuse":
        data = given.a_refusal(target.entry.statement_id, salt=salt)
        made_it = trade.say(STRANGER, "food.refusal", data, sub=named, **how)
    elif act == "dispute":
        data = made.a_dispute([target.entry.statement_id])
        made_it = trade.say(STRANGER, "dispute.open", data, sub=named, **how)
    elif act == "settle":
        made_it = trade.say(
            STRANGER, "dispute.settle", made.a_settlement(target.entry.statement_id), sub=named, **how
        )
    elif act == "correct":
        data = made.a_correction(target.entry.statement_id, made.a_receipt(lot=named, supplierLot=H1))
        made_it = trade.say(STRANGER, "correction", data, sub=named, **how)
    else:
        made_it = trade.withdraw(target, by=STRANGER, **how)
    own.append(made_it)


def test_whatever_strangers_say_changes_nothing_of_the_goods_of_others():
    trade, victims = honest()
    before = rows(trade)
    draw, refused = random.Random(8), 0
    own: list[Any] = []
    for number in range(STEPS):
        try:
            intrude(trade, draw, number, victims, own)
        except Refusal:
            refused += 1
        if number % 500 == 0:
            trade.chain.told.clear()
            trade.chain.entries.clear()
    after = rows(trade)
    assert [name for name in before if before[name] != after[name]] == []
    assert STEPS // 10 < refused < STEPS


def arrive(order: list[Any], base: ChainState, rules: Any) -> dict[str, Any]:
    """The rows after these entries have arrived in this order, each at its own place."""
    known = base
    point = known.savepoint()
    for told in order:
        claims = told.claims
        fact = parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)
        effects = admit(claims, fact, told.entry, known, rules, roles=told.roles, door=Door.LOGGED)
        known.apply(effects)
    found = {
        "claims": {one.id: one for one in known.claims.values()},
        "handovers": {one.id: one for one in known.handovers.values()},
        "links": {one.id: one for one in known.links.values() if one.state != "superseded"},
        "left": {urn: lot.available for urn, lot in known.lots.items()},
    }
    known.rollback(point)
    return found


STORIES: dict[str, Any] = {}


def story(tell: Any) -> Any:
    STORIES[tell.__name__] = tell
    return tell


@story
def two_deliveries_and_a_refusal(trade: Trade) -> None:
    sent = trade.ship("D1", "400")
    first = trade.receive("R1", "250", sent)
    trade.receive("R2", "150", sent)
    trade.refuse(first, by=FARM)
    trade.confirm(first, sent, by=FARM)


@story
def named_by_the_lot_and_confirmed(trade: Trade) -> None:
    sent = trade.ship("D1", "400")
    received = trade.receive("R1", "380", supplierLot=H1, complete=True)
    trade.confirm(received, sent, by=FARM)
    trade.confirm(received, sent, by=MILL, salt=given.a_salt(sent.sub))


@story
def received_above_what_was_sent(trade: Trade) -> None:
    sent = trade.ship("D1", "400")
    trade.receive("R1", "300", sent)
    trade.receive("R2", "300", sent)
    trade.receive("R3", "100", by=STRANGER, supplierLot=sent.sub)


@pytest.mark.parametrize("tell", STORIES.values(), ids=STORIES)
def test_the_same_entries_in_any_order_of_arrival_make_the_same_rows(tell):
    trade = begun()
    base = len(trade.chain.told)
    tell(trade)
    entries = trade.chain.told[base:]
    fresh = begun()
    expected = arrive(entries, fresh.chain.known, fresh.chain.rules)
    assert len(expected["claims"]) >= 1
    for order in itertools.permutations(entries):
        found = arrive(list(order), fresh.chain.known, fresh.chain.rules)
        for name in expected:
            assert found[name] == expected[name], [one.claims.typ for one in order]


def test_a_group_that_is_taken_back_leaves_all_books_as_they_were():
    trade, _ = honest()
    known = trade.chain.known

    def books() -> dict[str, Any]:
        words = known.words
        tables: tuple[Any, ...] = (
            known.claims,
            known.handovers,
            known.formers,
            known.claim_of,
            known.links,
            known.disputes,
        )
        inner = (words.signed, words.answers, words.naming, words.lots, words.kids, words.agreed)
        return {str(number): dict(table) for number, table in enumerate((*tables, *inner))}

    before, point = books(), known.savepoint()
    sent = trade.ship("D7", "0.5", made.lot(MILL, "R1"), by=MILL, to=SHOP)
    received = trade.receive("S7", "0.7", sent, by=SHOP)
    trade.refuse(received, by=MILL)
    trade.withdraw(received, by=SHOP)
    assert books() != before
    known.rollback(point)
    assert books() == before
