"""Goods that leave the chain: out of the balance, by the holder, no more than is left, taken back exactly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import GAP, order, refuses, second_edition
from tests.builders.chain import GROWER, LABORATORY, Chain, good_chain
from trace.chain.effects import DisposalNoted, RecordSuperseded
from trace.chain.facts import KINDS
from trace.errors import food as refused
from trace.errors.handovers import ReceiverMissing
from trace.quantities import Quantity

K1 = made.lot(made.MILL, "K1")
NOON = "2026-10-15T12:00:00+08:00"


def left(chain: Chain) -> Quantity:
    return chain.lot("K1").available


def disposed(chain: Chain, **changed: Any) -> Any:
    return chain.state("food.disposal", made.a_disposal(**changed), at=NOON)


@pytest.mark.parametrize("manner", ["destroyed", "donated", "sampled", "expired"])
def test_what_is_disposed_of_is_no_longer_there(manner):
    chain = good_chain()
    before = left(chain)
    effects = disposed(chain, manner=manner, quantity={"value": "200000", "unit": "g"})
    assert before - left(chain) == Quantity.of("200", "kg")
    (noted,) = [change for change in effects.changes if isinstance(change, DisposalNoted)]
    assert (noted.manner, str(noted.quantity)) == (manner, "200 kg")
    assert effects.marks == ()


def test_only_the_holder_disposes_of_a_lot():
    data = made.a_disposal()
    refuses(
        good_chain(), refused.LotNotHeld, "food.disposal", data, by=made.COOPERATIVE, roles=GROWER, at=NOON
    )
    refuses(good_chain(), refused.MayNotState, "food.disposal", data, by=made.LAB, roles=LABORATORY, at=NOON)


def test_nothing_is_disposed_of_before_it_was_made_and_nothing_in_the_future():
    chain = good_chain()
    early = "2026-10-12T12:00:00+08:00"
    refuses(chain, refused.ConsumedBeforeMade, "food.disposal", made.a_disposal(), at=early)


def test_r18_more_than_is_left_is_declared_or_refused():
    chain = good_chain()
    data = made.a_disposal(quantity=made.kg("9000"))
    caught = refuses(chain, refused.ConsumedBeyondAvailable, "food.disposal", data, at=NOON)
    assert (caught.params["value"], caught.params["limit"]) == ("9000 kg", str(left(chain)))
    (mark,) = chain.state("food.disposal", {**data, "declared": GAP}, at=NOON).marks
    assert (mark.rule, mark.code, mark.declared) == ("R18", "gap", GAP[0]["reason"])
    assert left(chain).value < 0


def test_a_correction_gives_back_what_was_taken_and_takes_what_was():
    chain = good_chain()
    before = left(chain)
    first = disposed(chain).entry.statement_id
    for kilos in ("350", "120"):
        again = made.a_correction(first, made.a_disposal(quantity=made.kg(kilos)))
        effects = chain.state("correction", again, sub=K1, at=NOON)
        assert before - left(chain) == Quantity.of(kilos, "kg")
    (superseded,) = [change for change in effects.changes if isinstance(change, RecordSuperseded)]
    assert (superseded.kind, superseded.lot) == ("disposal", chain.lot("K1").id)


@pytest.mark.parametrize("typ", ["oversight.hold", "oversight.recall"])
def test_p05_what_is_held_may_be_destroyed_and_is_not_given_away(typ):
    chain = good_chain()
    order(chain, typ, "K1")
    assert disposed(chain).marks == ()
    given = made.a_disposal(manner="donated")
    caught = refuses(chain, refused.HeldLotUsed, "food.disposal", given, at=NOON)
    assert (caught.params["rule"], caught.params["lot"]) == ("P05", K1)
    declared = [{"rule": "P05", "reason": "封存前已捐出，随后补记"}]
    (mark,) = chain.state("food.disposal", {**given, "declared": declared}, at=NOON).marks
    assert mark.code == "held-lot-used"


@pytest.mark.parametrize("tested", ["K1", "RICE-A"])
def test_r05_what_failed_its_test_is_not_given_away_and_may_be_destroyed(tested):
    """A gift is eaten like anything that is sold, whether the goods themselves failed or what they are of."""
    chain = good_chain()
    items = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    lot = made.lot(made.MILL, tested)
    chain.state("lab.report", made.a_report(lot=lot, items=items, conclusion="fail"), at=NOON)
    assert disposed(chain).marks == ()
    given = made.a_disposal(manner="donated")
    caught = refuses(chain, refused.ShippedThroughGate, "food.disposal", given, at=NOON)
    assert (caught.params["rule"], caught.params["lot"]) == ("R05", lot)
    declared = [{"rule": "R05", "reason": "结果出来之前已捐出"}]
    (mark,) = chain.state("food.disposal", {**given, "declared": declared}, at=NOON).marks
    assert (mark.code, mark.declared) == ("shipped-through-gate", declared[0]["reason"])


def test_who_is_given_goods_is_disclosed_since_the_second_edition():
    data = made.a_disposal(manner="donated")
    named = ("receiverName", "receiverAddress", "receiverContact")
    chain = second_edition(good_chain())
    for shown in ((), named[:2]):
        with pytest.raises(ReceiverMissing) as told:
            chain.state("food.disposal", data, at=NOON, disclosed=shown)
        assert told.value.params["missing"] == [one for one in named if one not in shown]
    chain.state("food.disposal", data, at=NOON, disclosed=named)
    chain.state("food.disposal", made.a_disposal(), at=NOON, disclosed=())  # nobody eats what was destroyed
    why = [{"rule": "R04", "reason": "受赠人要求不公开"}]
    chain.state("food.disposal", {**data, "declared": why}, at=NOON, disclosed=())
    good_chain().state("food.disposal", data, at=NOON, disclosed=())


def test_who_was_given_goods_does_not_stand_in_clear():
    exposed = KINDS["food.disposal"].exposed(made.a_disposal(receiverName="养老院", receiverContact="1"))
    assert exposed == ("receiverContact", "receiverName")
