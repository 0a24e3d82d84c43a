"""Amounts of pairs whose sides count in unlike units: what converts them, and what nothing converts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.builders.pairing_story import NAMES, OTHER, RECEIVER, SHIPPER, Story, kilograms, lot
from trace.ledger.pairing import pair
from trace.ledger.pairing.amounts import amounts_of, recorded, share_of

CONFIRMED, UNCOMPARED = ("confirmed", ""), ("confirmed", "not-comparable")
EXCEEDS, SHORT = ("disputed", "receipts-exceed"), ("disputed", "delivery-short")


def bags(number: str) -> dict[str, object]:
    return {"value": number, "unit": "袋"}


def told(story: Story) -> list[tuple[str, str]]:
    return story.states()


def share(story: Story) -> Fraction | None:
    (handed,) = pair(story.statements, NAMES)
    return handed.share


class TestSources:
    def test_bags_against_kilograms_and_nothing_said_of_a_bag(self) -> None:
        story = Story()
        story.receive(story.ship(quantity=bags("40")), quantity=kilograms("9000"))
        assert told(story) == [UNCOMPARED]

    @pytest.mark.parametrize(
        ("sent", "came", "state"),
        [
            ({"quantity": bags("40")}, {"quantity": kilograms("9000"), "spec": "25 kg/袋"}, EXCEEDS),
            ({"quantity": bags("360")}, {"quantity": kilograms("9000"), "spec": "25 kg/袋"}, CONFIRMED),
            ({"quantity": kilograms("9000")}, {"quantity": bags("360"), "spec": "２５公斤／袋"}, CONFIRMED),
            ({"quantity": kilograms("9000"), "packs": bags("360")}, {"quantity": bags("360")}, CONFIRMED),
            ({"quantity": kilograms("9000"), "packs": bags("360")}, {"quantity": bags("400")}, EXCEEDS),
            ({"quantity": kilograms("9000")}, {"quantity": bags("360"), "spec": "18 L/袋"}, UNCOMPARED),
            ({"quantity": kilograms("9000")}, {"quantity": bags("360"), "spec": "25 kg/箱"}, UNCOMPARED),
            ({"quantity": kilograms("9000")}, {"quantity": bags("360"), "spec": "约25 kg/袋"}, UNCOMPARED),
            ({"quantity": bags("0")}, {"quantity": bags("1")}, UNCOMPARED),
        ],
    )
    def test_the_first_dimension_that_both_give_is_compared(
        self, sent: dict[str, object], came: dict[str, object], state: tuple[str, str]
    ) -> None:
        story = Story()
        story.receive(story.ship(**sent), **came)
        assert told(story) == [state]

    def test_what_is_stated_goes_before_what_follows_from_content(self) -> None:
        """Both count bags: whatever either says of a bag's content changes nothing of 40 bags out of 40."""
        story = Story()
        story.pack("K1", bags("400"), kilograms("25"))
        story.receive(story.ship(quantity=bags("40")), quantity=bags("40"), spec="20 kg/袋")
        assert share(story) == 1

    def test_ones_own_line_goes_before_the_shippers_record_and_that_before_the_other_line(self) -> None:
        sent: dict[str, object] = {"quantity": kilograms("1000")}
        came: dict[str, object] = {"quantity": bags("40")}
        record = NAMES.content({"packs": bags("400"), "netContent": kilograms("20")})
        assert share_of({**came, "spec": "25 kg/袋"}, sent, record, NAMES) == 1
        assert share_of(came, sent, record, NAMES) == Fraction(800, 1000)
        sent, came = {"quantity": bags("40")}, {"quantity": kilograms("1000"), "spec": "25 kg/袋"}
        assert share_of(came, sent, record, NAMES) == Fraction(1000, 800)
        assert share_of(came, sent, {}, NAMES) == 1

    def test_boxes_of_bottles_of_half_a_litre_are_litres(self) -> None:
        contents = (NAMES.content({"spec": "500 mL/瓶"}),)
        boxed = NAMES.content(
            {"packs": {"value": "10", "unit": "箱"}, "netContent": {"value": "12", "unit": "瓶"}}
        )
        found = amounts_of({"quantity": {"value": "10", "unit": "箱"}}, (*contents, boxed), NAMES)
        assert found == {"count:箱": 10, "count:瓶": 120, "volume": 60}

    def test_boxes_that_are_said_to_hold_boxes_come_to_an_end(self) -> None:
        box = {"value": "1", "unit": "箱"}
        circular = NAMES.content({"packs": box, "netContent": {"value": "2", "unit": "箱"}})
        assert amounts_of({"quantity": box}, (circular,), NAMES) == {"count:箱": 1}


class TestRecords:
    def test_the_shippers_record_of_the_lot_converts(self) -> None:
        story = Story()
        story.pack("K1", bags("400"), kilograms("25"))
        story.receive(story.ship(quantity=bags("40")), quantity=kilograms("9000"))
        assert told(story) == [EXCEEDS]

    def test_its_own_receipt_of_the_lot_converts_as_well(self) -> None:
        story = Story()
        story.receive(iss=SHIPPER, lot=lot(SHIPPER, "K1"), spec="25 kg/袋")
        story.receive(story.ship(quantity=bags("360")), quantity=kilograms("9000"))
        assert told(story)[1] == CONFIRMED

    def test_anothers_record_of_the_lot_converts_nothing(self) -> None:
        story = Story()
        for by in (OTHER, RECEIVER):
            data = {"lot": lot(SHIPPER, "K1"), "packs": bags("400"), "netContent": kilograms("25")}
            story.state("food.pack", by, data)
        story.receive(story.ship(quantity=bags("360")), quantity=kilograms("9000"))
        assert told(story) == [UNCOMPARED]

    def test_a_record_counts_as_corrected_and_the_first_of_several(self) -> None:
        story = Story()
        first = story.pack("K1", bags("400"), kilograms("20"))
        story.pack("K1", bags("400"), kilograms("30"))
        story.receive(story.ship(quantity=bags("360")), quantity=kilograms("9000"))
        assert told(story) == [EXCEEDS]
        story.correct(first, netContent=kilograms("25"))
        assert told(story) == [CONFIRMED]
        assert recorded(story.statements, NAMES) == {lot(SHIPPER, "K1"): {"count:袋": ("mass", Fraction(25))}}


class TestSums:
    def test_receipts_in_several_units_are_added_up_as_shares(self) -> None:
        story = Story()
        sent = story.ship(quantity=kilograms("1000"), packs=bags("40"))
        story.receive(sent, quantity=kilograms("800"))
        story.receive(sent, quantity=bags("8"))
        assert told(story) == [CONFIRMED] * 2
        story.receive(sent, quantity=bags("2"))
        assert told(story) == [EXCEEDS] * 3

    def test_too_much_is_too_much_whatever_else_cannot_be_compared(self) -> None:
        story = Story()
        sent = story.ship()
        story.receive(sent, amount="500")
        story.receive(sent, quantity={"value": "1", "unit": "桶"})
        assert told(story) == [EXCEEDS] * 2

    def test_nothing_is_short_as_long_as_a_part_of_it_is_unknown(self) -> None:
        story = Story()
        sent = story.ship()
        story.receive(sent, amount="300", complete=True)
        assert told(story) == [SHORT]
        story.receive(sent, quantity={"value": "1", "unit": "桶"})
        assert told(story) == [CONFIRMED, UNCOMPARED]

    def test_a_third_part_is_exact(self) -> None:
        story = Story()
        story.receive(story.ship(quantity=bags("3")), quantity=bags("1"))
        assert share(story) == Fraction(1, 3)


def test_a_ledger_that_was_told_of_no_contents_knows_none() -> None:
    """The ledger knows no business: what a pack holds is handed in."""
    assert NAMES.__class__.__dataclass_fields__["content"].default({"netContent": kilograms("25")}) == {}
