"""Witnesses of another log whose clocks were set back: that moves no later word before an earlier one."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.random_chains import RandomChain
from tests.builders.signed_chains import on_platforms
from tests.builders.trade import FARM, H1, MILL
from tests.servers.platform import AGRI, FOOD
from tests.simulators.intruder import Intruder
from tests.simulators.witnesses import policy_text, trust
from trace.usecases.audit.evidence import audit_evidence
from trace.usecases.audit.findings import AuditContext
from trace.usecases.intake.replay_log import replay

STATES = "SELECT state FROM claim"


@pytest.fixture
def stage(databases, clock):
    with on_platforms(databases, clock) as platforms:
        yield platforms


@pytest.mark.parametrize("back", [timedelta(minutes=30), timedelta(days=2)])
def test_a_withdrawal_after_the_receipt_is_a_dispute_whatever_the_witness_clock_says(stage, back):
    chain = RandomChain(stage, random.Random(1)).begin()
    sent = chain.send(FARM, H1, "400", MILL)
    stage.carry()
    stage.clock.advance(timedelta(minutes=5))
    lot = made.lot(MILL, "R1")
    opened = {"handover": given.a_handover(sent.id, sent.sub), "supplierLot": sent.sub}
    receipt = made.a_receipt(lot=lot, supplier=made.ABSENT, role="goods", quantity=made.kg("400"), **opened)
    assert stage.say(MILL, "food.receipt", receipt, lot) is not None
    stage.clock.advance(timedelta(minutes=5))
    stage.say(FARM, "farm.harvest", made.a_harvest(lot=made.lot(FARM, "H2")), made.lot(FARM, "H2"))
    stage.carry()
    stage.clock.advance(-back)
    withdrawn = {"amends": sent.id, "reason": "没有发出", "withdraws": True}
    assert stage.say(FARM, "correction", withdrawn, sent.sub) is not None
    # A log that knows what its witnesses said before publishes no earlier times.
    Intruder(stage.agri).forget_checkpoints()
    stage.carry()
    with stage.food.transactions.look() as tx:
        assert tx.connection.exec_driver_sql(STATES).scalars().all() == ["disputed"]
    assert replay(stage.food.transactions, chunk=1).equal
    trusted = trust(stage.food, policy_text(stage.clock, (AGRI, FOOD)))
    registrars = frozenset({stage.agri.registrar.key.kid})
    with stage.food.transactions.look() as tx:
        around = AuditContext(tx, timedelta(minutes=5))
        found = list(audit_evidence(around, trusted.policies, registrars))
    # Both witnesses are told of, and nothing that was taken over.
    assert [one.code for one in found] == ["witness-time-backwards"] * 2, found
