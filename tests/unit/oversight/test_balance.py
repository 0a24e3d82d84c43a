"""The five levels by the worked figures, and the running balance against a walk through every moment."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from trace.oversight.balance.batches import Batch
from trace.oversight.balance.certificate import CodedPack, beyond_approved, claimed_by_codes, supportable
from trace.oversight.balance.excess import DOUBT, MICRO, OVER, Excess, amount_json, percent_of
from trace.oversight.balance.pairs import Told, trades_of
from trace.oversight.balance.plots import Harvest, fields_of
from trace.oversight.balance.running import Entry, running

KG, T = MICRO, 1_000 * MICRO


def test_codes_claim_more_than_the_raw_material_supports() -> None:
    packs = [CodedPack("p", "s", 20_000, codes=20_000, void=400, net=KG // 2)]
    allowed = supportable(10_000 * KG, Fraction(90, 100))
    found = Excess("codes", {}, allowed, Fraction(claimed_by_codes(packs)), "kg", OVER, "", {})
    told = found.as_dict()
    assert (told["stated"]["value"], told["allowed"]["value"]) == ("9800", "9000")
    assert (told["excess"]["value"], told["percent"]) == ("800", "8.89")


def test_a_balance_that_ends_well_was_overdrawn_on_the_way() -> None:
    found = running([Entry(1, 500, "a"), Entry(2, -700, "b"), Entry(3, 400, "c")])
    assert (found.least, found.closing) == (Fraction(-200), Fraction(200))
    assert found.deepest == "b"
    assert (found.credited, found.debited) == (Fraction(900), Fraction(700))


def test_a_licence_year_passes_what_was_approved() -> None:
    assert beyond_approved(96_200 * KG, 9_800 * KG, 100 * T) == 6 * T
    assert beyond_approved(0, 9_800 * KG, 100 * T) < 0


def test_a_plot_yields_more_than_it_can() -> None:
    (field,) = fields_of([Harvest("h", "水稻", ("p",), 11_000 * KG, "s")], {"p": Fraction(10)})
    assert field.beyond(900 * KG) == 2_000 * KG


def test_seller_and_buyer_state_different_sums() -> None:
    told = [
        Told("S", "B", "rice", "kg", 5_600 * KG, sent=True, met=True, record="a"),
        Told("S", "B", "rice", "kg", 5_000 * KG, sent=False, met=True, record="b"),
    ]
    (trade,) = trades_of(told)
    assert trade.difference == 600 * KG
    assert percent_of(trade.difference, trade.received) == "12.00"
    assert trade.judged(Fraction(1, 200)) == OVER


def test_what_is_on_its_way_is_a_doubt_and_no_accusation() -> None:
    told = [
        Told("S", "B", "rice", "kg", 400 * KG, sent=True, met=True, record="a"),
        Told("S", "B", "rice", "kg", 400 * KG, sent=False, met=True, record="b"),
        Told("S", "B", "rice", "kg", 300 * KG, sent=True, met=False, record="c"),
    ]
    (trade,) = trades_of(told)
    assert trade.judged(Fraction(1, 200)) == DOUBT
    assert trade.unanswered == 300 * KG


def test_four_hundred_sent_and_three_hundred_and_eighty_received_are_five_per_cent_short() -> None:
    assert percent_of(400 - 380, 400) == "5.00"


@pytest.mark.parametrize("seed", range(40))
def test_the_running_balance_is_what_a_walk_through_every_moment_finds(seed: int) -> None:
    drawn = random.Random(seed)
    entries = [
        Entry(drawn.randrange(12), Fraction(drawn.randrange(-9, 10), drawn.randrange(1, 4)), f"r{number:02}")
        for number in range(drawn.randrange(30))
    ]
    since = drawn.choice([None, drawn.randrange(14)])
    first = -1 if since is None else since
    opening = sum((one.amount for one in entries if one.at < first), Fraction(0))
    seen = [opening]
    for moment in range(first if since is not None else 0, 13):
        now = [one for one in entries if one.at == moment and (since is None or moment >= first)]
        for credit in (False, True):
            for one in sorted((e for e in now if (e.amount < 0) is credit), key=lambda e: e.record):
                seen.append(seen[-1] + one.amount)
    found = running(drawn.sample(entries, len(entries)), since)
    assert (found.opening, found.closing, found.least) == (opening, seen[-1], min(seen))


def test_codes_beyond_what_was_packed_are_counted_and_void_ones_are_not() -> None:
    assert CodedPack("p", "s", packs=90, codes=100, void=4, net=1).beyond == 6
    assert CodedPack("p", "s", packs=96, codes=100, void=4, net=1).beyond == 0
    assert CodedPack("p", "s", packs=10, codes=0, void=0, net=1).beyond == 0
    assert CodedPack("p", "s", packs=None, codes=9, void=0, net=1).beyond == 0


def test_a_harvest_of_two_plots_counts_against_both_and_an_unknown_area_judges_nothing() -> None:
    harvests = [
        Harvest("h1", "水稻", ("p1",), 5 * KG, "a"),
        Harvest("h2", "水稻", ("p1", "p2"), 7 * KG, "b"),
        Harvest("h3", "水稻", ("p3",), 1 * KG, "c"),
        Harvest("h4", "小麦", ("p1",), 2 * KG, "d"),
    ]
    found = fields_of(harvests, {"p1": Fraction(1), "p2": Fraction(2)})
    assert [(one.crop, one.plots, one.harvested, one.area) for one in found] == [
        ("小麦", ("p1",), 2 * KG, 1),
        ("水稻", ("p1", "p2"), 12 * KG, 3),
        ("水稻", ("p3",), 1 * KG, None),
    ]
    assert found[2].beyond(1) is None


def test_a_batch_gives_no_more_than_it_got_within_the_tolerance() -> None:
    batch = Batch("b", "大米", "paddy_to_rice", "kg", 0, "s", inflow=1_000, rework=100, loss=20)
    batch.outflow = {"product": 630, "by_product": 380}
    assert (batch.given, batch.unaccounted, batch.yielded) == (1_030, -30, "70.00")
    assert not batch.passes(Fraction(2, 100))
    assert batch.passes(Fraction(3, 100))


def test_amounts_are_written_exactly() -> None:
    assert amount_json(-1_500_000, "kg") == {"value": "-1.5", "unit": "kg"}
    assert amount_json(0, "kg")["value"] == "0"
    assert percent_of(1, 0) is None
    assert percent_of(-1, 8) == "-12.50"
    assert percent_of(1, 200) == "0.50"


def test_a_running_balance_of_thirds_stays_exact() -> None:
    entries = [
        Entry(1, Fraction(1, 3), "a"),
        Entry(2, -1, "b"),
        Entry(3, Fraction(5, 7), "c"),
        Entry(4, Fraction(-1, 21), "d"),
    ]
    course = running(entries, 2)
    assert (course.opening, course.least) == (Fraction(1, 3), Fraction(-2, 3))
    assert course.closing == 0
    assert (course.credited, course.debited, course.deepest) == (Fraction(5, 7), Fraction(22, 21), "b")


@pytest.mark.parametrize(
    ("inflow", "rework", "made", "passes", "supports"),
    [(100, 0, 67, True, True), (100, 0, 68, True, False), (102, 0, 103, False, False),
     (100, 10, 70, True, True), (100, 10, 71, True, False)],
)  # fmt: skip
def test_a_batch_is_judged_in_whole_numbers_as_in_fractions(inflow, rework, made, passes, supports) -> None:
    tolerance, most = Fraction(1, 200), Fraction(2, 3) + Fraction(1, 150)
    batch = Batch("urn", "", "", "kg", 0, "r", inflow=inflow, rework=rework, outflow={"product": made})
    assert batch.passes(tolerance) is (made <= inflow * (1 + tolerance)) is passes
    assert batch.supports(most) is (made <= (inflow - rework) * most + rework) is supports
