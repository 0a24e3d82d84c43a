"""Whatever is stated, in any order: admission repeats itself, takes back cleanly, keeps the balance."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import facts as made
from tests.builders.chain import Chain
from trace.chain.chain_state import ChainState
from trace.chain.effects import LotTaken, Mark, NewLink, NewLot
from trace.chain.facts import KINDS, parse_fact
from trace.errors import Refusal
from trace.quantities import Quantity

GAP = [{"rule": "R18", "reason": "磅秤故障，已复核"}, {"rule": "R03", "reason": "无法补全"}]
AT = datetime(2026, 10, 6, 1, tzinfo=UTC)
TABLES = tuple(name for name in vars(ChainState()) if not name.startswith("_"))


def tables(known: ChainState) -> dict[str, Any]:
    return {name: copy(getattr(known, name)) for name in TABLES}


@dataclass(frozen=True, slots=True)
class Move:
    """What to try next: `picks` choose lots that exist and per cent of them, `outs` what comes out."""

    kind: str
    picks: tuple[tuple[int, int], ...]
    outs: tuple[int, ...]
    declared: bool
    day: int
    clash: bool
    role: str


moves = st.builds(
    Move,
    st.sampled_from(["food.receipt", "food.receipt", "food.merge", "food.split", "food.production"]),
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 130)), min_size=1, max_size=3).map(tuple),
    st.lists(st.integers(1, 60), min_size=1, max_size=3).map(tuple),
    st.booleans(),
    st.integers(7, 12),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(["main", "main", "rework"]),
)
groups = st.lists(moves, max_size=14)


def data_of(chain: Chain, move: Move, number: int) -> dict[str, Any]:
    """The data of a move against what there is: sensible, or a slip, or impossible."""
    extra = {"declared": GAP} if move.declared else {}
    held = sorted(chain.known.lots) or [made.lot(made.MILL, "NONE")]
    fresh = held[move.picks[0][0] % len(held)] if move.clash else made.lot(made.MILL, f"L{number}")
    if move.kind == "food.receipt":
        return made.a_receipt(lot=fresh, quantity=made.kg(sum(percent for _, percent in move.picks)), **extra)
    parts = []
    for pick, percent in move.picks:
        urn = held[pick % len(held)]
        lot = chain.known.lots.get(urn)
        available = max(lot.available.value, Decimal(1)) if lot is not None else Decimal(100)
        parts.append({"lot": urn, "quantity": made.kg(f"{available * percent / 100:.3f}")})
    whole = sum(
        Decimal(part["quantity"]["value"]) for part in parts[: 1 if move.kind == "food.split" else None]
    )
    when = {
        "startedAt": f"2026-10-{move.day:02d}T08:00:00+08:00",
        "finishedAt": f"2026-10-{move.day:02d}T09:00:00+08:00",
    }
    outputs = [
        {
            "lot": f"{fresh}.{place}",
            "productName": "稻谷",
            "quantity": made.kg(f"{max(whole * share / 100, Decimal('0.001')):.3f}"),
        }
        for place, share in enumerate(move.outs)
    ]
    if move.kind == "food.merge":
        return {"inputs": parts, "output": {**outputs[0], "lot": fresh}, **when, **extra}
    if move.kind == "food.split":
        return {"input": parts[0], "outputs": outputs, **when, **extra}
    inputs = [{**part, "role": move.role} for part in parts]
    products = [{**output, "kind": "product"} for output in outputs]
    return {
        "batch": fresh,
        "inputs": inputs,
        "outputs": products,
        "productionDate": "2026-10-07",
        **when,
        **extra,
    }


def play(chain: Chain, several: list[Move], start: int = 0) -> Counter[str]:
    """Try the moves one after the other; how many entered, and how each other was refused."""
    outcomes: Counter[str] = Counter()
    for number, move in enumerate(several, start):
        before = tables(chain.known)
        try:
            chain.state(move.kind, data_of(chain, move, number))
            outcomes[move.kind] += 1
        except Refusal as refusal:
            outcomes[refusal.code] += 1
            assert tables(chain.known) == before
    return outcomes


def run(several: list[Move]) -> Chain:
    chain = Chain()
    play(chain, several)
    return chain


def test_the_moves_reach_every_kind_and_every_refusal_that_they_can():
    """The properties below say something only if the moves are neither all refused nor all accepted."""
    seen: Counter[str] = Counter()

    @settings(max_examples=150, deadline=None, database=None)
    @given(groups)
    def gather(several: list[Move]) -> None:
        seen.update(play(Chain(), several))

    gather()
    entered = {"food.receipt", "food.merge", "food.split", "food.production"}
    refused = {"lot-exists", "lot-of-itself", "consumed-beyond-available", "outputs-exceed-inputs"}
    assert entered | refused <= seen.keys()
    assert min(seen[kind] for kind in entered) > 20


@settings(max_examples=120, deadline=None)
@given(groups)
def test_the_same_statements_have_the_same_effects_again(several):
    assert run(several).entries == run(several).entries


@settings(max_examples=120, deadline=None)
@given(groups)
def test_what_is_available_is_what_was_made_less_what_was_taken(several):
    chain = run(several)
    made_of: dict[int, Quantity] = {}
    for effects in chain.entries:
        for change in effects.changes:
            match change:
                case NewLot():
                    made_of[change.id] = change.quantity
                case LotTaken() if change.lot in made_of:
                    made_of[change.lot] = made_of[change.lot] - change.quantity
                case _:
                    continue
    gaps = {
        mark.params["lot"]
        for effects in chain.entries
        for mark in effects.marks
        if mark.params.get("kind") == "consumed-beyond-available"
    }
    for urn, lot in chain.known.lots.items():
        assert lot.available == made_of[lot.id]
        if lot.kind != "batch" and urn not in gaps:
            assert lot.available.value >= 0, "less than nothing without a named gap"


@settings(max_examples=80, deadline=None)
@given(groups, groups)
def test_a_group_that_is_taken_back_leaves_no_trace(kept, refused):
    chain = run(kept)
    before = tables(chain.known)
    point = chain.known.savepoint()
    play(chain, refused, start=100)
    chain.known.rollback(point)
    assert tables(chain.known) == before


@settings(max_examples=80, deadline=None)
@given(groups)
def test_row_ids_are_never_used_twice(several):
    chain = run(several)
    for kind in (NewLot, NewLink, Mark):
        ids = [
            change.id for effects in chain.entries for change in effects.changes if isinstance(change, kind)
        ]
        assert len(ids) == len(set(ids))


def refusal_of(typ: str, data: Any) -> Refusal | None:
    """How the data are refused; a fact that could be read says what it needs."""
    subject = str(data.get("lot", "x")) if isinstance(data, dict) else "x"
    try:
        parse_fact(typ, data, subject, AT).needs()
    except Refusal as refusal:
        return refusal
    return None


json_value = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.just("urn:lot:a:b"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
STATED = {
    "food.receipt": made.a_receipt(),
    "food.production": made.a_production(),
    "food.pack": made.a_pack(),
    "lab.report": made.a_report(),
    "farm.operation": made.an_operation(),
    "master.licence": made.a_licence(),
    "correction": made.a_correction(made.statement_id("x"), made.a_harvest()),
}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(STATED)), st.data())
def test_broken_data_are_refused_or_read_and_nothing_else(typ, data):
    broken = dict(STATED[typ])
    for member in data.draw(st.lists(st.sampled_from(sorted(broken)), min_size=1, max_size=3)):
        broken[member] = data.draw(json_value)
    refusal = refusal_of(typ, broken)
    assert refusal is None or str(refusal.params["path"]).startswith("$")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(KINDS)), json_value)
def test_any_json_in_place_of_data_is_refused_without_a_fault(typ, value):
    assert refusal_of(typ, value) is not None or isinstance(value, dict)
