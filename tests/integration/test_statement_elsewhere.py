"""A statement of a log that is followed: found where it stands."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.test_evidence_and_replay import Farm
from tests.servers.platform import AGRI, FOOD, TestPlatform
from tests.simulators.cosigners import log_key
from trace.ledger.policy import NamedLog
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.proof.show_statement import log_of_statement


def test_it_leads_to_the_log_that_has_it(databases, database_url, clock, tmp_path) -> None:
    clock.advance(timedelta(hours=6))
    farm = Farm(databases, clock, tmp_path)
    logs = [NamedLog(log_key(FOOD), "https://food.test"), NamedLog(log_key(AGRI), "https://agri.test/")]
    with farm.platform, TestPlatform(database_url, clock) as food:
        farm.platform.register(farm.grower)
        harvest = farm.grower.harvest("H1")
        farm.platform.log(harvest)
        assert log_of_statement(food.transactions, logs, harvest.statement_id) == ""
        EvidenceIntake(food.transactions, farm.trust).take(farm.carried())
        assert log_of_statement(food.transactions, logs, harvest.statement_id) == "https://agri.test"
        assert log_of_statement(food.transactions, logs[:1], harvest.statement_id) == ""
    farm.witness.witness.transactions.engine.dispose()
    databases.discard(farm.url)
