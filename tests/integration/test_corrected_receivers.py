"""Consignments that were corrected to another receiver: who is told of a recall is whom they name now."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.documents import whole
from tests.builders.random_chains import RandomChain, Said
from tests.builders.signed_chains import OnPlatforms, on_platforms
from tests.builders.traced_chain import BUREAU
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import trace_lineage


@pytest.fixture
def stage(databases, database_kind, clock):
    with on_platforms(databases, clock, database_kind) as platforms:
        yield platforms


def named(stage: OnPlatforms) -> tuple[set[Any], set[Any]]:
    """The receivers of what the mill sent on, by the scope of a recall of the harvest and by its trace."""
    lines: list[dict[str, Any]] = []
    for name, value in read_scope(stage.food.transactions, H1, BUREAU):
        if name == "lines":
            lines += [line for line in value if line["shipper"] == made.uscc(MILL)]
    document = whole(trace_lineage(stage.food.transactions, H1, "downstream", BUREAU))
    told = [one for one in document["receivers"] if made.lot(MILL, "") in one["lot"]]
    return {line["receiver"] for line in lines}, {one["receiver"] for one in told}


def corrected(stage: OnPlatforms, sent: Said, to: str) -> Said:
    data = {**sent.data, "receiver": made.uscc(to)}
    said = stage.say(MILL, "correction", made.a_correction(sent.id, data), sent.sub)
    assert said is not None
    return replace(sent, data=data)


def test_scope_and_trace_name_the_receiver_of_the_version_in_force(stage):
    chain = RandomChain(stage, random.Random(1)).begin()
    sent = chain.send(FARM, H1, "400", MILL)
    stage.carry()
    received = stage.say(
        MILL,
        "food.receipt",
        made.a_receipt(lot=made.lot(MILL, "R1"), supplierLot=sent.sub, supplier=made.ABSENT, role="goods"),
        made.lot(MILL, "R1"),
    )
    chain.number = 2
    onward = chain.send(MILL, received.sub, "300", SHOP)
    assert named(stage) == ({made.uscc(SHOP)},) * 2
    onward = corrected(stage, onward, STRANGER)
    assert named(stage) == ({made.uscc(STRANGER)},) * 2
    onward = corrected(stage, onward, SHOP)
    assert named(stage) == ({made.uscc(SHOP)},) * 2
    withdrawn = {"amends": onward.id, "reason": "没有发出", "withdraws": True}
    assert stage.say(MILL, "correction", withdrawn, onward.sub) is not None
    assert named(stage) == ({made.uscc(SHOP)},) * 2
