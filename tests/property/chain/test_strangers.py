"""Strangers and orders: whatever others say changes nothing of a victim's; arrival changes no pair."""

from __future__ import annotations

import itertools
import os
import random
from typing import Any

import pytest

from tests import soak
from tests.builders import facts as made
from tests.builders import given
from tests.builders.counted import lines_run
from tests.builders.random_chains import InMemory, RandomChain, in_memory
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, Trade, begun
from trace.chain.admission import Door, admit
from trace.chain.admission.gates import ORDERS, TESTS, spreads
from trace.chain.admission.marks_above import Spread, marks_above
from trace.chain.chain_state import ChainState
from trace.chain.facts import parse_fact
from trace.errors import Refusal

SOAK = os.environ.get("GREENTRACE_HYPOTHESIS") == "soak"
STEPS = 250
"""What strangers say in one chain; ten thousand in all in `make test`, a hundred thousand in soak."""
CHAINS = 400 if SOAK else 40
HONEST = (FARM, MILL, SHOP)
JUDGING = tuple(
    f"trace/{name}.py"
    for name in (
        "chain/known_words", "chain/known_reach", "chain/admission/handovers", "chain/admission/answers",
        "chain/admission/handover_marks", "ledger/pairing/__init__", "ledger/pairing/course",
        "ledger/pairing/statements", "ledger/pairing/naming",
    )
)  # fmt: skip


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
    mine = {lot.id: lot for lot in known.lots.values() if lot.urn.split(":")[2] in HONEST}
    return {
        "lots": mine,
        "claims": {one.id: one for one in known.claims.values() if one.lot in mine},
        "handovers": {one.id: one for one in known.handovers.values() if one.lot in mine},
        "links": {one.id: one for one in known.links.values() if {one.from_lot, one.to_lot} & mine.keys()},
        "disputes": {name: one for name, one in known.disputes.items() if one.lot in mine},
        "formers": {one.id: one for one in known.formers.values() if one.below in mine},
    }


def victims(seed: int, edition: int) -> tuple[RandomChain, InMemory]:
    return in_memory(seed, 40, edition, parties=HONEST)


def wherever_it_stands(chain: RandomChain, stage: InMemory) -> tuple[object, ...]:
    """What was taken and what became of it, without positions in the log."""
    known = stage.trade.chain.known
    number = {one.id: at for at, one in enumerate(chain.said)}
    goods = {
        lot.urn: (str(lot.available), lot.state, sorted(mark.code for mark in lot.marks))
        for lot in rows(stage.trade)["lots"].values()
    }
    claims = {
        known.lot_urns[one.lot]: (one.state, number.get(str(one.handover_stmt)), str(one.quantity))
        for one in rows(stage.trade)["claims"].values()
    }
    sent = {
        number[one.stmt]: (one.state, str(one.received)) for one in rows(stage.trade)["handovers"].values()
    }
    return [(one.by, one.typ, one.sub) for one in chain.said], stage.refused, goods, claims, sent


@pytest.mark.grows
@pytest.mark.parametrize("edition", [1, 2])
def test_whatever_strangers_say_changes_nothing_of_the_goods_of_others(edition):
    """In the victims' own log and from another; afterwards the victims go on as if nobody had spoken."""
    taken = refused = steps = 0
    chains = range(edition, CHAINS, 2)
    for seed in soak.tried(f"strangers' steps, edition {edition}", chains, each=STEPS):
        alone, quiet = victims(seed, edition)
        beset, loud = victims(seed, edition)
        others = RandomChain(loud, random.Random(f"{seed} strangers"), (STRANGER,), said=list(beset.said))
        before = rows(loud.trade)
        honestly, loud.refused, steps = loud.refused, 0, steps + STEPS
        for _ in range(STEPS // 50):
            loud.elsewhere = others.draw.choice(((), (STRANGER,)))
            others.run(50)
            assert rows(loud.trade) == before, seed
        taken, refused = taken + len(others.said), refused + loud.refused
        loud.refused = honestly
        alone.run(40)
        beset.run(40)
        assert wherever_it_stands(alone, quiet) == wherever_it_stands(beset, loud), seed
    assert taken > steps // 2
    assert refused > steps // 25


WHEN = {"eventTime": "2026-10-12T09:00:00Z", "eventTimeZoneOffset": "+00:00"}


def amounts(names: list[str]) -> list[dict[str, Any]]:
    return [{"epcClass": name, "quantity": 10 + number, "uom": "KGM"} for number, name in enumerate(names)]


def a_milling(inputs: list[str], outputs: list[str], **more: str) -> dict[str, Any]:
    parts = {"inputQuantityList": amounts(inputs), "outputQuantityList": amounts(outputs)}
    return {"type": "TransformationEvent", **WHEN, **parts, **more}


def an_event(draw: random.Random, names: list[str]) -> dict[str, Any]:
    """An event of some other system about some of these names, in whatever part."""
    some, others = draw.choices(names, k=draw.randint(1, 3)), draw.choices(names, k=2)
    kind = draw.choice(("milled", "packed", "seen"))
    if kind == "milled":
        return a_milling(some, others, **({"transformationID": names[0]} if draw.random() < 0.3 else {}))
    if kind == "packed":
        parts = {"parentID": draw.choice(names), "childQuantityList": amounts(some)}
        return {"type": "AggregationEvent", **WHEN, "action": "ADD", **parts}
    seen = {"action": "OBSERVE", "bizStep": "receiving", "quantityList": amounts(some)}
    return {"type": "ObjectEvent", **WHEN, **seen}


@pytest.mark.parametrize("door", [{}, {"door": Door.CARRIED, "log": "elsewhere.example/log"}])
def test_whatever_strangers_events_name_changes_nothing_of_the_goods_of_others(door):
    """Victims' lots, and names of another system that a victim has stated, in every part of an event."""
    draw = random.Random(7)
    trade, told = honest()
    foreign = ["urn:epc:class:lgtin:4012345.066666.R1", "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"]
    trade.say(MILL, "epcis.event", {"event": a_milling(foreign[:1], foreign[1:])}, sub="urn:x:0")
    failed = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    bad = made.a_report(lot=H1, purpose="certificate", items=failed, conclusion="fail")
    trade.say(FARM, "lab.report", bad)
    own = [made.lot(STRANGER, f"X{number}") for number in range(4)]
    trade.say(STRANGER, "epcis.event", {"event": a_milling(own[:2], own[2:])}, sub="urn:x:1")
    before, mine = everything(trade), list(trade.chain.known.lots)
    names = [H1, *(one.sub for one in told), *foreign, *own]
    taken = 0
    for number in range(300):
        try:
            trade.say(
                STRANGER, "epcis.event", {"event": an_event(draw, names)}, sub=f"urn:x:{number}", **door
            )
            taken += 1
        except Refusal:
            continue
    assert taken > 200
    assert {name: one for name, one in everything(trade).items() if name in mine} == before


def everything(trade: Trade) -> dict[str, Any]:
    """What stands on each lot that is not the stranger's, and what comes down to it."""
    known, found = trade.chain.known, {}
    for urn, lot in known.lots.items():
        if lot.holder != made.uscc(STRANGER):
            above = marks_above(known, lot.id, Spread(spreads, ORDERS, TESTS))
            ends = [one for one in known.links.values() if lot.id in {one.from_lot, one.to_lot}]
            found[urn] = (lot, [mark.id for _, mark in above], ends)
    return found


@pytest.mark.grows
@pytest.mark.parametrize("seed", range(40 if SOAK else 4))
def test_with_and_without_strangers_elsewhere_the_victims_rows_are_the_same(seed):
    """They speak between the victims' statements, in a log of their own, so that no position moves."""
    beset, loud = victims(seed, 1 + seed % 2)
    loud.elsewhere = (STRANGER,)
    others = RandomChain(loud, random.Random(f"{seed} strangers"), (STRANGER,), said=list(beset.said))
    for _ in range(12):
        others.said += [one for one in beset.said if one not in others.said]
        others.run(10)
        beset.run(5)
    alone, quiet = victims(seed, 1 + seed % 2)
    alone.run(60)
    assert rows(quiet.trade) == rows(loud.trade)


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


def spoken(trade: Trade, act: str, about: list[Any], number: int) -> None:
    """One more word of a stranger about what is others', from a log of its own that shuts no door."""
    sent, received = about
    how: dict[str, Any] = {"door": Door.CARRIED, "log": "elsewhere.example/food"}
    if act == "claims":
        trade.receive(f"R{number}", "999999", by=STRANGER, door=how, supplierLot=sent.sub)
    elif act == "confirmations":
        data = given.a_confirmation(received.entry.statement_id, sent.entry.statement_id)
        trade.say(STRANGER, "food.confirmation", data, sub=received.sub, **how)
    elif act == "refusals":
        data = given.a_refusal(about[number % 2].entry.statement_id, salt=given.a_salt(sent.sub))
        trade.say(STRANGER, "food.refusal", data, sub=received.sub, **how)
    else:
        trade.withdraw(about[number % 2], by=STRANGER, **how)


@pytest.mark.parametrize("act", ["claims", "confirmations", "refusals", "corrections"])
def test_what_strangers_said_about_goods_makes_no_word_of_the_parties_dearer(act):
    """Counted in lines run: the same beside ten as beside four hundred."""
    figures = []
    for crowd in (10, 400):
        trade = begun()
        sent = trade.ship("D1", "16900")
        received = trade.receive("R1", "10000", sent)
        for number in range(crowd):
            spoken(trade, act, [sent, received], number)
        with lines_run(*JUDGING) as lines:
            trade.refuse(received, by=FARM)
            trade.confirm(received, sent, by=FARM)
            trade.receive("R2", "100", sent)
        figures.append(lines[0])
    assert figures[0] > 1000
    assert figures[1] < figures[0] * 1.1, figures
