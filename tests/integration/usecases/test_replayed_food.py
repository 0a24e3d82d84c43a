"""Deleting the food tables and replaying the log makes the same ones, whatever the borders of the batches."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.platform import TestPlatform
from tests.builders.signed_rice import SUPPLIED, SignedRice, at
from trace.store.food.rebuild import table_hashes
from trace.usecases.replay_log import replay


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


def crooked_story(platform, clock) -> SignedRice:
    """A harvest inside its interval, a named gap, a receipt that differs and is corrected, a late pack."""
    told = SignedRice(platform, clock)
    told.begin()
    spray = made.an_operation(usedOn="2026-09-30")
    told.log("spray", told.farm.state("farm.operation", made.plot(1), spray, at=clock()), "agri")
    told.harvest(1)
    told.harvest(2)
    receipt = made.a_receipt(quantity=made.kg("17500"))
    when = at("2026-10-06T09:00:00+08:00")
    stated = told.mill.state(
        "food.receipt", receipt["lot"], receipt, at=when, conceal=SUPPLIED, inputs=[told.ref("H1")]
    )
    told.log("R1", stated)
    correction = made.a_correction(told.receipts["R1"].statement_id, made.a_receipt())
    hidden = tuple(f"replacement.{name}" for name in SUPPLIED)
    amended = told.mill.state("correction", receipt["lot"], correction, at=clock(), conceal=hidden)
    told.log("corrected", amended)
    second = made.a_receipt(
        lot=made.lot(made.MILL, "R2"),
        supplierLot=made.lot(made.COOPERATIVE, "H2"),
        quantity=made.kg("18400.000"),
        receivedAt="2026-10-06T17:00:00+08:00",
    )
    when = at("2026-10-06T17:00:00+08:00")
    told.log("R2", told.mill.state("food.receipt", second["lot"], second, at=when, inputs=[told.ref("H2")]))
    told.make_with_a_declared_gap()
    told.pack()
    return told


def test_replay_in_large_batches_equals_what_single_uploads_made(platform, clock):
    crooked_story(platform, clock)
    with platform.transactions.look() as tx:
        before = table_hashes(tx.connection)
    report = replay(platform.transactions)
    with platform.transactions.look() as tx:
        after = table_hashes(tx.connection)
    assert [name for name in before if before[name] != after[name]] == []
    assert report.equal
    assert before["mark"][0] >= 3
    assert before["dispute"][0] >= 1
