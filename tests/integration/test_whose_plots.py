"""Whose work on a plot counts, over tables: in one batch, in several, and on replay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import NOON, Signer
from tests.servers.platform import TestPlatform
from trace.chain.ids import row_id
from trace.usecases.intake.replay_log import replay
from trace.usecases.lots.sources import read_sources

PLOT = made.plot(1)
OTHER = "91310115MA1H7T3L0X"


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(days=7))
    with TestPlatform(database_url, clock) as running:
        yield running


def place(signer: Signer, **more):
    return signer.state("master.place", PLOT, made.a_plot(**more), at=NOON)


def spraying(signer: Signer):
    return signer.state("farm.operation", PLOT, made.an_operation(usedOn="2026-09-30"), at=NOON)


def codes(platform) -> list[str]:
    with platform.transactions.look() as tx:
        sql = "SELECT code FROM mark WHERE code <> 'late-upload' ORDER BY id"
        return [code for (code,) in tx.connection.exec_driver_sql(sql)]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("workers", [(), (OTHER,)])
def test_only_a_listed_contractors_spraying_marks_the_holders_harvest(platform, together, workers) -> None:
    holder, contractor = Signer(made.COOPERATIVE, "grower"), Signer(OTHER, "grower")
    platform.register(holder, contractor)
    statements = [
        place(platform.registrar, holder=holder.iss),
        place(holder, workers=[made.uscc(one) for one in workers]),
        spraying(contractor),
        holder.harvest("H1", at=NOON + timedelta(days=1), plots=[PLOT]),
        contractor.harvest("X1", at=NOON + timedelta(days=1), plots=[PLOT]),
    ]
    singly = [[one] for one in statements]
    receipts = [one for batch in ([statements] if together else singly) for one in platform.log(*batch)]
    own = "pre-harvest-interval"
    assert codes(platform) == ([own, own] if workers else ["plot-foreign", own])
    with platform.transactions.look() as tx:
        lot = row_id(platform.transactions.origin, receipts[3].index)
        shown = read_sources(tx.connection, platform.transactions.origin, lot).operations
    assert [row.iss for _, row in shown] == [made.uscc(one) for one in workers], "on the page, too"
    assert replay(platform.transactions).equal
