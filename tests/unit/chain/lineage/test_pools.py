"""What may be where of a lot that lay in a pool with others, whatever was picked."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from tests.builders.effects import kg
from trace.chain.lineage.arcs import SIGNED, UNKNOWN, Arc
from trace.chain.lineage.pools import Held, pool_bounds
from trace.quantities import Quantity

A, U, POOL, C1, C2, STOCK = range(1, 7)


def arcs(*told):
    """(from, to, kilos, kilos given) of each; None: not stated."""
    return [
        Arc(at, upper, lower, "transform", *(None if one is None else kg(str(one)) for one in amounts),
            UNKNOWN, UNKNOWN, SIGNED, str(at))
        for at, (upper, lower, *amounts) in enumerate(told)
    ]  # fmt: skip


def kilos(found):
    return {lot: (held.least, held.most) for lot, held in found.items()}


def test_the_worked_pool_has_its_bounds():
    story = arcs((A, POOL, 100, 100), (U, POOL, 300, 300), (POOL, C1, 250, 250), (POOL, C2, 100, 100),
                 (POOL, STOCK, 50, 50))  # fmt: skip
    assert kilos(pool_bounds(story, A, {})) == {
        POOL: (100, 100), C1: (0, 100), C2: (0, 100), STOCK: (0, 50),
    }  # fmt: skip
    assert kilos(pool_bounds(story, U, {}))[C1] == (150, 250)


def test_what_is_not_stated_bounds_nothing():
    story = arcs((A, POOL, 100, 100), (U, POOL, None, None), (POOL, C1, 250, 250), (POOL, C2, None, None))
    found = pool_bounds(story, A, {})
    assert kilos(found) == {POOL: (100, 100), C1: (0, 100), C2: (0, None)}
    back = arcs((A, POOL, 100, 100), (POOL, A, 20, 20))
    assert kilos(pool_bounds(back, A, {})) == {POOL: (100, 100)}, "what comes back is of the start as before"
    ring = arcs((A, POOL, 100, 100), (C1, POOL, 20, 20), (POOL, C1, 60, 60), (POOL, C2, 40, 40))
    assert kilos(pool_bounds(ring, A, {})) == {POOL: (100, 120), C1: (40, 60), C2: (20, 40)}


def test_what_a_lot_is_stated_to_hold_beyond_its_inflow_is_of_others():
    story = arcs((A, POOL, 100, 100), (POOL, C1, 90, 90))
    assert pool_bounds(story, A, {})[C1] == Held(Fraction(90), Fraction(90))
    assert pool_bounds(story, A, {POOL: kg("130")})[C1] == Held(Fraction(60), Fraction(90))


def test_an_amount_follows_the_unit_in_which_it_arrives():
    story = arcs((A, POOL, 100, 100), (U, POOL, 100, 100))
    packs = Quantity.of("50", "件")
    (last,) = arcs((POOL, C1, 150, 150))
    story.append(Arc(9, POOL, C1, "transform", last.taken, packs, UNKNOWN, UNKNOWN, SIGNED, "9"))
    held = pool_bounds(story, A, {})[C1]
    assert held.least / packs.base == Fraction(1, 3)
    assert held.most / packs.base == Fraction(2, 3)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_was_picked_lies_within(seed):
    """Pools of single kilos, each of the lot or not; every pool is drawn from at random, or in order."""
    draw = random.Random(seed)
    pools = {lot: [lot == A] * draw.randint(1, 6) for lot in (A, 2, 3)}
    story, got = [], {}
    for lot in range(4, 11):
        poured = []
        for upper in draw.sample(sorted(pools), draw.randint(1, 3)):
            if draw.random() < 0.5:
                draw.shuffle(pools[upper])
            count = draw.randint(0, len(pools[upper]))
            taken, pools[upper] = pools[upper][:count], pools[upper][count:]
            poured += taken
            story.append((upper, lot, count, count))
        pools[lot], got[lot] = list(poured), sum(poured)
    for lot, held in pool_bounds(arcs(*story), A, {}).items():
        assert held.most is None or held.least <= got[lot] <= held.most
        assert held.least <= got[lot]
