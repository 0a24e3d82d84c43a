"""Random chains: arrival moves nothing, a group taken back leaves nothing, nobody moves another's goods."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders.chain import FOOD_LOG
from tests.builders.random_chains import PARTIES, InMemory, RandomChain, Said, in_memory
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER
from trace.chain.admission import Door, admit
from trace.chain.chain_state import ChainState, KnownLot
from trace.chain.facts import parse_fact
from trace.errors import Refusal
from trace.usecases.lots.json_forms import in_stock

SOAK = os.environ.get("GREENTRACE_HYPOTHESIS") == "soak"
CHAINS = 400 if SOAK else 30
ARRIVALS, BLOCKS, ORDERS = 2_500 if SOAK else 250, 4, 2
"""Chains of forty statements that arrive in other orders: ten thousand steps, a hundred thousand in soak."""
LOOSE = {"food.receipt", "food.confirmation"}
START = datetime(2026, 10, 7, tzinfo=UTC)


def arrive(told: list[Any]) -> ChainState:
    """What the entries make in this order of arrival, each at its own place: the own log's, and evidence."""
    known, rules = ChainState(), InMemory().trade.chain.rules
    for one in told:
        claims, door = one.claims, Door.LOGGED if one.entry.origin == FOOD_LOG else Door.CARRIED
        try:
            fact = parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)
            known.apply(admit(claims, fact, one.entry, known, rules, roles=one.roles, door=door))
        except Refusal as refusal:  # pragma: no cover - what is behind a door is never refused
            pytest.fail(f"{claims.typ}: {refusal.code}")
    return known


def stands(known: ChainState) -> dict[str, Any]:
    """Claims, hand-overs, the links that count, and what lots still hold."""
    return {
        "claims": {one.id: one for one in known.claims.values()},
        "handovers": {one.id: one for one in known.handovers.values()},
        "links": {one.id: astuple(one) for one in known.links.values() if one.state != "superseded"},
        "left": {urn: str(lot.available.base) for urn, lot in known.lots.items()},
    }


def shuffled(told: list[Any], draw: random.Random) -> list[Any]:
    """Another order of arrival: each log's own entries keep theirs."""
    logs: dict[str, list[Any]] = {}
    for one in told:
        logs.setdefault(one.entry.origin, []).append(one)
    left = [list(reversed(entries)) for entries in logs.values()]
    found = []
    while left:
        taken = draw.choice(left)
        found.append(taken.pop())
        left = [entries for entries in left if entries]
    return found


@pytest.mark.grows
@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_same_entries_in_any_order_of_arrival_make_the_same_rows(block):
    """The farm's log is carried over, early or late, beside the own one; so are those of others elsewhere."""
    moved = steps = 0
    for seed in range(block, ARRIVALS, BLOCKS):
        draw = random.Random(seed)
        stage = InMemory(elsewhere=(STRANGER, MILL) if seed // BLOCKS % 2 else (STRANGER,))
        chain = RandomChain(stage, draw).begin().run(40)
        told = stage.trade.chain.told
        steps, due = steps + 40, stands(arrive(told))
        for _ in range(ORDERS):
            order = shuffled(told, draw)
            moved += order != told
            found = stands(arrive(order))
            assert [name for name in due if found[name] != due[name]] == [], (seed, len(chain.said))
    assert steps * BLOCKS >= (100_000 if SOAK else 10_000) - 40 * BLOCKS
    assert moved > ARRIVALS // BLOCKS // 2


def relogged(told: list[Any], draw: random.Random) -> list[Any]:
    """The same statements logged in another order: each log takes them as they come, under their old ids."""
    fixed = [one for one in told if one.claims.typ not in LOOSE]
    loose = [one for one in told if one.claims.typ in LOOSE]
    draw.shuffle(loose)
    size: Counter[str] = Counter()
    found: list[Any] = []
    for one in (*fixed, *loose):
        index = size[one.entry.origin]
        size[one.entry.origin] += 1
        when = START + timedelta(minutes=len(found))
        found.append(replace(one, entry=replace(one.entry, index=index, logged_at=when)))
    return found


def by_statement(known: ChainState) -> dict[str, Any]:
    """Claims, hand-overs and stock by names that no position moves."""
    stmt = {one.id: one.stmt for one in known.handovers.values()}
    return {
        "claims": {
            known.lot_urns[one.lot]: (one.state, stmt.get(one.handover or 0)) for one in known.claims.values()
        },
        "sent": {name: (one.state, str(one.received)) for name, one in known.handovers.items()},
        "left": {urn: str(lot.available.base) for urn, lot in known.lots.items()},
    }


@pytest.mark.grows
def test_without_rivals_the_order_in_the_log_moves_nothing_either():
    """Receipts, openings and confirmations of one harvest's consignments, each to one receiver."""
    moved = 0
    for seed in range(CHAINS):
        draw = random.Random(seed)
        stage = InMemory()
        chain = RandomChain(stage, draw, PARTIES, ("receive", "receive", "confirm")).begin()
        for number, to in enumerate((MILL, SHOP, MILL)):
            chain.number = 1000 + number
            chain.send(FARM, H1, "400", to)
        chain.parties = (MILL, SHOP)
        chain.run(12)
        told = [one for one in stage.trade.chain.told if not is_rival(one, chain)]
        orders = [relogged(told, draw) for _ in range(4)]
        moved += orders[0] != orders[1]
        found = [by_statement(arrive(order)) for order in orders]
        assert all(one == found[0] for one in found), seed
    assert moved > CHAINS // 2


def is_rival(told: Any, chain: RandomChain) -> bool:
    """A receipt of what was sent to somebody else, or what only its shipper can join to one."""
    sent = {one.id: one for one in chain.of("food.shipment")}
    named = told.claims.data.get("handover")
    stmt = named.get("stmt") if isinstance(named, dict) else named
    return stmt in sent and sent[stmt].data["receiver"] != told.claims.iss


@pytest.mark.grows
@pytest.mark.parametrize("edition", [1, 2])
def test_by_anothers_statement_only_a_consignment_holds_less_and_never_less_than_nothing(edition):
    takings = 0
    for seed in range(edition, CHAINS, 2):
        chain, stage = in_memory(seed, 0, edition)
        for _ in range(60):
            before = {lot.urn: lot for lot in stage.trade.chain.known.lots.values()}
            spoken = len(chain.said)
            chain.run(1)
            for said in chain.said[spoken:]:
                moved = [lot for lot in before.values() if taken_from(lot, stage, said) > 0]
                takings += len(moved)
                assert {lot.kind for lot in moved} <= {"consignment"}, (seed, said)
    assert takings > CHAINS // 2


def taken_from(before: KnownLot, stage: InMemory, said: Said) -> int:
    """How much less a lot of somebody else than the speaker holds than before."""
    now = stage.trade.chain.known.lots[before.urn]
    if now.urn.split(":")[2] == said.by:
        return 0
    was, left = (in_stock(one.kind, one.available).base for one in (before, now))
    assert now.kind != "consignment" or left >= 0
    return int(was - left)


BOOKS = (
    "lots", "links", "marks", "statements", "made", "disputes", "handovers", "claims", "formers", "claim_of",
)  # fmt: skip
WORDS = (
    "signed",
    "kids",
    "answers",
    "said",
    "own",
    "naming",
    "lots",
    "pairs",
    "receivers",
    "heard",
    "agreed",
)


def books(known: ChainState) -> dict[str, Any]:
    found = {name: dict(getattr(known, name)) for name in BOOKS}
    return found | {f"words.{name}": dict(getattr(known.words, name)) for name in WORDS}


@pytest.mark.grows
def test_any_group_that_is_taken_back_leaves_all_books_as_they_were():
    for seed in range(CHAINS):
        chain, stage = in_memory(seed, 15)
        known = stage.trade.chain.known
        before, point, said = books(known), known.savepoint(), list(chain.said)
        chain.run(15)
        assert books(known) != before
        known.rollback(point)
        assert books(known) == before, seed
        chain.said = said
