from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from trace.chain.effects import Interval
from trace.chain.lineage.arcs import Arc, ticks
from trace.chain.lineage.mixing import REMAINDER, Bounded, Inflow, WorkExceeded, pour, pure
from trace.chain.lineage.shares import apportion, attribute, contributions
from trace.chain.lineage.versions import Draw, draws_of, refilled
from trace.quantities import Quantity

DAY_0 = datetime(2026, 6, 1, tzinfo=UTC)
UNDATED = Interval(None, None)


def kg(amount: str | int) -> Quantity:
    return Quantity(Decimal(amount), "kg")


def on(day: int) -> Interval:
    moment = DAY_0 + timedelta(days=day)
    return Interval(moment, moment)


class Kitchen:
    """`pour("R1>B1 300")` or `pour("R1>B1 300 2 3")` with days; `?` is an unrecorded amount."""

    def __init__(self, *lines: str) -> None:
        self.ids: dict[str, int] = {}
        self.arcs: list[Arc] = []
        for number, line in enumerate(lines):
            ends, amount, *days = line.split()
            lots = [self[end] for end in ends.split(">")]
            quantity = None if amount == "?" else kg(amount)
            left, arrived = (on(int(day)) for day in days) if days else (UNDATED, UNDATED)
            self.arcs.append(
                Arc(number, *lots, "transform", quantity, quantity, left, arrived, "signed", ends)
            )

    def __getitem__(self, name: str) -> int:
        return self.ids.setdefault(name, len(self.ids) + 1)

    def of(self, name: str, **options):
        return contributions(self.arcs, [self[name]], **options)[self[name]]

    def shares(self, name: str, **options) -> dict[str, Fraction]:
        names = {lot: word for word, lot in self.ids.items()}
        found = self.of(name, **options)
        assert found.exact
        return {names[share.source]: share.low for share in found.shares}


def test_shares_follow_the_amounts_through_several_batches():
    kitchen = Kitchen("R1>B1 300", "R2>B1 200", "R1>B2 300", "R3>B2 200", "B1>B3 50", "R3>B3 450")
    assert kitchen.shares("B1") == {"R1": Fraction(3, 5), "R2": Fraction(2, 5)}
    assert kitchen.shares("B3") == {"R1": Fraction(3, 50), "R2": Fraction(1, 25), "R3": Fraction(9, 10)}


def test_a_source_lot_is_wholly_itself():
    assert Kitchen("R1>B1 1").shares("R1") == {"R1": 1}


def test_a_silo_drawn_from_before_a_delivery_holds_nothing_of_it():
    kitchen = Kitchen("H1>S 100 1 2", "S>B 50 3 3", "H2>S 100 4 5", "S>C 50 6 6")
    assert kitchen.shares("B") == {"H1": 1}
    assert kitchen.shares("C") == {"H1": Fraction(1, 2), "H2": Fraction(1, 2)}


def test_an_undated_middle_does_not_launder_the_dates_of_its_neighbours():
    kitchen = Kitchen("H1>S 10 1 2", "H2>S 10 4 5", "B>C 5 3 3")
    kitchen.arcs.append(
        Arc(9, kitchen["S"], kitchen["B"], "x", kg(5), kg(5), UNDATED, UNDATED, "signed", "s")
    )
    assert kitchen.shares("C") == {"H1": 1}


def test_dated_rework_takes_back_an_earlier_version():
    kitchen = Kitchen("R1>B 90 1 1", "B>W 10 2 2", "R2>B 10 3 3", "W>B 10 4 4", "B>P 100 5 5")
    assert kitchen.shares("W") == {"R1": 1}
    assert kitchen.shares("P") == {"R1": Fraction(10, 11), "R2": Fraction(1, 11)}


def test_an_undated_rework_ring_is_solved_exactly():
    kitchen = Kitchen("s1>B5 70", "B6>B5 30", "s2>B6 80", "B5>B6 20")
    assert kitchen.shares("B5") == {"s1": Fraction(35, 47), "s2": Fraction(12, 47)}
    assert kitchen.shares("B6") == {"s1": Fraction(7, 47), "s2": Fraction(40, 47)}


def test_a_ring_without_inflow_is_named_as_undetermined():
    kitchen = Kitchen("A>B 10", "B>A 10", "B>C 5", "R>C 15")
    found = kitchen.of("C")
    assert found.undetermined == {kitchen["B"]}
    assert found.of(kitchen["B"]).low == Fraction(1, 4)
    assert found.of(kitchen["R"]).low == Fraction(3, 4)


def test_what_was_taken_before_anything_had_come_in_holds_all_that_came():
    kitchen = Kitchen("H>S 10 5 5", "S>B 10 3 3")
    assert kitchen.shares("B") == {"H": Fraction(1)}
    mixed = Kitchen("H>S 10 5 5", "G>S 30 6 6", "S>B 10 3 3")
    assert mixed.shares("B") == {"H": Fraction(1, 4), "G": Fraction(3, 4)}


def test_a_link_between_firms_brings_the_whole_of_what_was_sent():
    kitchen = Kitchen("H>S 10 1 1", "G>S 30 5 5", "S>X 20 3 3", "X>M 20 2 2")
    kitchen.arcs[2] = replace(kitchen.arcs[2], kind="receive")
    assert kitchen.shares("M") == {"H": Fraction(1, 4), "G": Fraction(3, 4)}


def test_a_missing_amount_gives_bounds_that_contain_every_possible_amount():
    kitchen = Kitchen("R1>B 30", "R2>B ?", "R3>B 10")
    found = kitchen.of("B", capacity={kitchen["R2"]: kg(60)})
    bounds = {share.source: (share.low, share.high) for share in found.shares}
    assert bounds[kitchen["R1"]] == (Fraction(3, 10), Fraction(3, 4))
    assert bounds[kitchen["R2"]] == (0, Fraction(3, 5))
    assert bounds[kitchen["R3"]] == (Fraction(1, 10), Fraction(1, 4))
    unbounded = kitchen.of("B")
    assert unbounded.of(kitchen["R2"]).high == 1
    assert unbounded.of(kitchen["R1"]).low == 0
    assert not unbounded.exact


def test_a_single_input_needs_no_amount():
    assert Kitchen("R>B ?", "B>C ?").shares("C") == {"R": 1}


def test_a_missing_amount_inside_a_ring_leaves_everything_possible():
    found = (kitchen := Kitchen("s1>B5 ?", "B6>B5 30", "s2>B6 80", "B5>B6 20")).of("B6")
    assert {(share.low, share.high) for share in found.shares} == {(0, 1)}
    assert {share.source for share in found.shares} == {kitchen["s1"], kitchen["s2"]}


def test_amounts_that_cannot_be_compared_give_bounds_and_no_guess():
    kitchen = Kitchen("R1>B 30", "R2>B ?")
    litres = Quantity(Decimal(5), "L")
    kitchen.arcs[1] = Arc(
        1, kitchen["R2"], kitchen["B"], "x", litres, litres, UNDATED, UNDATED, "signed", "s"
    )
    assert not kitchen.of("B").exact


def test_cut_shares_keep_their_remainder_in_sight():
    kitchen = Kitchen("A>M 50", "B>M 30", "C>M 15", "D>M 5")
    found = kitchen.of("M", keep=2)
    assert [share.source for share in found.shares] == [kitchen["A"], kitchen["B"]]
    assert found.remainder == Fraction(1, 5)
    assert sum(share.low for share in found.shares) + found.remainder == 1
    assert found.of(kitchen["C"]).high >= Fraction(15, 100)
    assert attribute(kg(10), found)[REMAINDER] == 2


def test_shipped_amounts_are_attributed_exactly():
    kitchen = Kitchen("R1>B 1", "R2>B 2", "R3>B 4")
    parts = attribute(kg("475.5"), kitchen.of("B"))
    assert sum(parts.values()) == Fraction("475.5")
    assert parts[kitchen["R3"]] == Fraction("475.5") * Fraction(4, 7)
    rounded = apportion(parts)
    assert sum(rounded.values()) == Decimal("475.500")
    assert all(abs(Fraction(rounded[source]) - part) < Fraction(1, 1000) for source, part in parts.items())


def test_a_chain_longer_than_the_interpreters_stack_is_followed():
    lines = [f"L{number}>L{number + 1} 1" for number in range(3000)]
    assert Kitchen(*lines).shares("L3000") == {"L0": 1}


def test_a_named_source_counts_as_pure_whatever_flowed_into_it():
    kitchen = Kitchen("H>R1 10", "R1>B 1", "R2>B 1")
    assert kitchen.shares("B", sources=frozenset({kitchen["R1"]})) == {
        "R1": Fraction(1, 2),
        "R2": Fraction(1, 2),
    }


@pytest.mark.parametrize("state", ["superseded"])
def test_superseded_links_bring_nothing(state):
    kitchen = Kitchen("R1>B 1")
    kitchen.arcs.append(Arc(5, kitchen["R2"], kitchen["B"], "x", kg(1), kg(1), UNDATED, UNDATED, state, "s"))
    assert kitchen.shares("B") == {"R1": 1}


def test_a_ring_fed_by_what_is_known_in_part_is_known_in_part():
    kitchen = Kitchen("R1>X ?", "R2>X 5", "X>B1 10", "B1>B2 5", "B2>B1 5", "B2>S 1")
    found = kitchen.of("S")
    assert not found.exact
    assert {share.source for share in found.shares} == {kitchen["R1"], kitchen["R2"]}
    assert all((share.low, share.high) == (0, 1) for share in found.shares)


def test_nothing_poured_is_no_mix():
    assert pour([]) is None
    assert pour([Inflow(pure(1), Fraction(0))]) is None


def test_an_unknown_amount_of_nothing_brings_nothing():
    nothing = Inflow(pure(1), None, Fraction(0))
    assert pour([nothing, Inflow(pure(2), None)]) == Bounded(
        {1: (Fraction(0), Fraction(0)), 2: (Fraction(1), Fraction(1))}
    )


def drawn(day: int, amount: str | None) -> Draw:
    return Draw(ticks(DAY_0 + timedelta(days=day)), None if amount is None else kg(amount))


SILO = ("H>S 10 1 1", "G>S 30 5 5", "S>X 5 6 6")


def test_only_what_was_left_is_mixed_with_what_came_later():
    kitchen = Kitchen(*SILO)
    assert kitchen.shares("X") == {"H": Fraction(1, 4), "G": Fraction(3, 4)}
    assert kitchen.shares("X", draws={kitchen["S"]: [drawn(2, "5"), drawn(6, "5")]}) == {
        "H": Fraction(1, 7),
        "G": Fraction(6, 7),
    }


def test_of_what_had_left_altogether_nothing_is_in_the_rest():
    kitchen = Kitchen(*SILO)
    for gone in ("10", "11"):
        assert kitchen.shares("X", draws={kitchen["S"]: [drawn(2, gone)]}) == {"G": Fraction(1)}


def test_what_left_in_an_unknown_amount_leaves_bounds():
    kitchen = Kitchen(*SILO)
    found = kitchen.of("X", draws={kitchen["S"]: [drawn(2, None)]})
    assert (found.of(kitchen["H"]).low, found.of(kitchen["H"]).high) == (0, Fraction(1, 4))
    unknown = Kitchen("H>S ? 1 1", "F>S 10 1 1", "G>S 30 5 5", "S>X 5 6 6")
    found = unknown.of("X", draws={unknown["S"]: [drawn(2, "5")]})
    assert found.of(unknown["G"]).low == 0
    assert found.of(unknown["G"]).high == 1


def test_amounts_of_another_kind_are_not_taken_off():
    kitchen = Kitchen(*SILO)
    draws = {kitchen["S"]: [Draw(ticks(DAY_0 + timedelta(days=2)), Quantity(Decimal(5), "袋"))]}
    assert kitchen.shares("X", draws=draws) == {"H": Fraction(1, 4), "G": Fraction(3, 4)}


def test_losses_leave_when_the_links_of_their_statement_do():
    kitchen = Kitchen("H>S 10 1 1", "S>X 5 2 3", "G>T 1 1 1", "K>T 1 2 2")
    kitchen.arcs[1] = replace(kitchen.arcs[1], link_id=257)
    kitchen.arcs.append(replace(kitchen.arcs[1], link_id=9, state="superseded"))
    last = ticks(DAY_0 + timedelta(days=3))
    draws = draws_of(
        kitchen.arcs, [(kitchen["S"], 256, kg(2), last + 9), (kitchen["S"], 512, kg(1), last + 9)]
    )
    assert draws[kitchen["S"]] == [drawn(2, "5"), drawn(2, "2"), Draw(last + 9, kg(1))]
    assert refilled(kitchen.arcs) == {kitchen["T"]}


def _braid(lots: int, unknown: bool = False) -> Kitchen:
    """Every lot is mixed from the three before it: the digits of its shares grow with each."""
    lines = []
    for number in range(lots):
        own = "?" if unknown and number % 3 == 0 else f"{number * 7_919 + 1}.{number + 1:03}"
        lines.append(f"S{number}>L{number} {own}")
        lines += [
            f"L{number - back}>L{number} {number * 104_729 + back}.{back}7"
            for back in (1, 2, 3)
            if number >= back
        ]
    return Kitchen(*lines)


def _ring(lots: int) -> Kitchen:
    lines = []
    for number in range(lots):
        lines.append(f"S{number}>L{number} {number * 7_919 + 1}")
        lines += [f"L{number}>L{(number + step) % lots} {number * 104_729 + step}" for step in (1, 7)]
    return Kitchen(*lines)


@pytest.mark.parametrize(
    ("kitchen", "lot"), [(_braid(60), "L59"), (_braid(60, unknown=True), "L59"), (_ring(30), "L29")]
)
def test_shares_are_given_up_where_they_take_more_work_than_allowed(kitchen, lot):
    plain = kitchen.of(lot)
    assert kitchen.of(lot, work=100_000_000) == plain
    with pytest.raises(WorkExceeded):
        kitchen.of(lot, work=2_000)


def test_work_grows_with_the_digits_and_not_with_the_lots_alone():
    """As many lots with amounts that divide cost little."""
    simple = Kitchen(
        *(line for n in range(60) for line in (f"S{n}>L{n} 1", f"L{n - 1}>L{n} 1") if "-1" not in line)
    )
    assert simple.of("L59", work=10_000).exact
    with pytest.raises(WorkExceeded):
        _braid(60).of("L59", work=10_000)
