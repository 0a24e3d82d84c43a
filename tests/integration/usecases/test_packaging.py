"""Packaging materials as lots of the graph: traced, recalled, and no part of the food."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.documents import whole
from tests.builders.traced_chain import BUREAU, D1, H1, K1, M1, MILL, P1, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.lots.recall_scope import read_scope

BAGS = made.lot(MILL, "BAGS")


@pytest.mark.requirement("S3-34")
def test_bags_are_met_by_every_trace_recalled_with_what_they_touched_and_have_no_share(databases):
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain = TracedChain(platform, clock)
        chain.hand_over(1, 10_000)
        received = made.a_receipt(
            lot=BAGS, productName="包装袋", quantity={"value": "1500", "unit": "个"}, role="contact_material",
            supplierLot=made.ABSENT, supplier=made.ABSENT, receivedAt=october("10 09:00").isoformat(),
            handover=made.ABSENT, complete=made.ABSENT,
        )  # fmt: skip
        chain.state(MILL, "food.receipt", BAGS, received, "10 09:00")
        data = made.a_production(
            batch=M1,
            inputs=[
                {"lot": made.lot(MILL, "R1"), "quantity": made.kg(10_000), "role": "main"},
                {"lot": BAGS, "quantity": {"value": "1400", "unit": "个"}, "role": "contact_material"},
            ],
            outputs=[{"lot": P1, "productName": "大米", "quantity": made.kg(7_000), "kind": "product"}],
            loss={"quantity": made.kg(3_000), "reason": "稻壳与清理"},
            yieldOf=made.ABSENT,
        )
        chain.state(MILL, "food.production", M1, data, "12 17:00")
        report = chain.release(P1)
        chain.pack("K1", 5_000, P1)
        chain.ship("D1", 5_000, K1, report=report)

        up = chain.upstream(K1)
        assert BAGS in up.lots and up.lots[BAGS]["share"] is None
        assert up.share(H1) == "1", "bags are no part of the rice"
        assert up.marked("P28") == set(), "pieces of packaging hinder no balance"
        down = chain.downstream(BAGS)
        assert {M1, P1, K1, D1} <= set(down.lots)
        assert down.lots[K1]["share"] is None and down.left(BAGS) == "100"
        scope = whole(read_scope(platform.transactions, BAGS, BUREAU))
        assert [(line["consignment"], line["sent"]["value"]) for line in scope["lines"]] == [(D1, "5000")]
        chain.recall(BAGS)
        assert chain.order_on(BAGS) == "recalled"
        assert chain.upstream(K1).lots[BAGS]["state"] == "recalled"
