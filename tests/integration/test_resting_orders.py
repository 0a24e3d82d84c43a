"""Orders of another log that come before what they name: they rest, and act as soon as that is known here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signers import NOON, Signer
from tests.servers.platform import AGRI, TestPlatform
from tests.simulators.cosigners import a_witness, log_key
from tests.simulators.direct_feed import DirectFeed
from trace.ledger.bundle import TrustPolicy
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.intake.pull_feed import pull_feed
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.publish_checkpoint import publish_checkpoint

CASE = "urn:case:1"
F0, F1 = made.lot(made.COOPERATIVE, "F0"), made.lot(made.COOPERATIVE, "F1")
OTHER_LAB = "91310104XN0000BBXE"
ITEMS = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]


class Farm:
    """A farm platform whose log tells of harvests, a failed test, a re-test, recalls and their ends."""

    def __init__(self, platform: TestPlatform) -> None:
        self.platform = platform
        self.index: dict[str, int] = {}
        farmer = Signer(made.COOPERATIVE, "grower")
        bureau = Signer(made.BUREAU, "regulator_agri")
        first, second = Signer(made.LAB, "lab"), Signer(OTHER_LAB, "lab")
        platform.register(farmer, bureau, first, second)
        for lab in (made.LAB, OTHER_LAB):
            licence = orders.an_accreditation(holder=made.uscc(lab), number=f"23-{lab}")
            urn = f"urn:licence:{licence['number']}"
            platform.log(platform.registrar.state("master.licence", urn, licence, at=NOON))
        self.say("F0", farmer.harvest("F0"))
        self.say("F1", farmer.harvest("F1"))

        def order(name: str, typ: str, data: dict[str, Any]) -> str:
            return self.say(name, bureau.state(typ, CASE, data, at=NOON))

        sampling = order("sampling", "oversight.sampling", orders.a_sampling(F0))
        report = {
            **made.a_report(lot=F0, purpose="sampling", items=ITEMS, conclusion="fail"),
            "basis": sampling,
        }
        report |= {"sampledAt": NOON.isoformat(), "testedAt": NOON.isoformat()}
        failed = self.say("report", first.state("lab.report", F0, report, at=NOON))
        retest = order("retest", "oversight.retest", {"report": failed, "lab": made.uscc(OTHER_LAB)})
        good = made.a_report(lot=F0, purpose="sampling", reportNo="R-2", basis=retest)
        good |= {"sampledAt": NOON.isoformat(), "testedAt": NOON.isoformat()}
        self.say("passed", second.state("lab.report", F0, good, at=NOON))
        mistaken = order("mistaken", "oversight.recall", orders.a_recall(F0, F1))
        order("withdrawn", "oversight.withdrawal", orders.a_withdrawal(mistaken))
        recall = order("recall", "oversight.recall", orders.a_recall(F1, F0))
        order("completed", "oversight.completion", orders.a_completion(recall))
        order("hold", "oversight.hold", orders.a_hold(F1))

    def say(self, name: str, statement: Any) -> str:
        (receipt,) = self.platform.log(statement)
        self.index[name] = receipt.index
        return str(statement.statement_id)


@contextmanager
def a_farm(databases: Any, clock: Any, tmp_path: Any, food: TestPlatform) -> Iterator[tuple[Farm, Any]]:
    """The farm, and how the food platform pulls its feed."""
    url = databases.migrated("sqlite")
    tmp_path.mkdir(exist_ok=True)
    with TestPlatform(url, clock, origin=AGRI, role="agri") as platform:
        farm = Farm(platform)
        witness = a_witness("farm", platform, tmp_path)
        publish_checkpoint(platform.transactions, log_key(AGRI), [witness], clock())
        text = f"log {log_key(AGRI).vkey}\nwitness farm {witness.verifier.vkey} https://farm\nquorum farm\n"
        trust = TrustPolicy.parse([text], f"{platform.registrar.key.kid} bureau\n")
        desk, names = EvidenceIntake(food.transactions, trust), frozenset({witness.verifier.name})

        def pull(name: str, *without: str) -> None:
            left_out = tuple(farm.index[one] for one in without)
            pulled = pull_feed(desk, DirectFeed(platform, names, left_out=left_out), name)
            assert pulled["refused"] == 0

        yield farm, pull
        witness.witness.transactions.engine.dispose()
    databases.discard(url)


@pytest.fixture
def food(database_url, clock):
    clock.advance(timedelta(days=7))
    with TestPlatform(database_url, clock) as running:
        yield running


def standing(platform: TestPlatform) -> dict[str, list[tuple[object, ...]]]:
    """States of lots, open marks that close gates, orders and reports."""
    texts = {
        "lots": "SELECT urn, state FROM lot ORDER BY urn",
        "marks": "SELECT lot.urn, mark.code, mark.gates FROM mark JOIN lot ON lot.id = mark.lot "
        "WHERE cleared_by IS NULL AND gates <> '' ORDER BY mark.id",
        "orders": "SELECT id, state FROM goods_order ORDER BY id",
        "reports": "SELECT report_no, asked, superseded_by IS NULL FROM report ORDER BY id",
    }
    with platform.transactions.look() as tx:
        return {
            name: [tuple(row) for row in tx.connection.exec_driver_sql(sql)] for name, sql in texts.items()
        }


def in_order(databases, clock, tmp_path) -> dict[str, list[tuple[object, ...]]]:
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as food:
        with a_farm(databases, clock, tmp_path, food) as (_, pull):
            pull("all")
        found = standing(food)
    databases.discard(url)
    return found


LATE = [
    ("F0",),
    ("F0", "F1"),
    ("sampling",),
    ("report",),
    ("report", "F0"),
    ("retest",),
    ("mistaken",),
    ("recall", "F1"),
    ("F0", "F1", "sampling", "report", "mistaken", "recall"),
]


@pytest.mark.parametrize("late", LATE, ids="-".join)
def test_what_came_too_early_acts_as_if_it_had_come_in_time(food, databases, clock, tmp_path, late) -> None:
    with a_farm(databases, clock, tmp_path / "one", food) as (_, pull):
        pull("first", *late)
        assert replay(food.transactions).equal
        pull("then")
    found = standing(food)
    assert found == in_order(databases, clock, tmp_path / "other")
    assert dict(found["lots"]) == {F0: "recalled", F1: "recalled"}
    assert ("lot-held", F1) in {(code, urn) for urn, code, _ in found["marks"]}
    assert "failed-report" not in {code for _, code, _ in found["marks"]}
    assert replay(food.transactions).equal


def test_goods_are_stopped_the_moment_they_are_stated(food, databases, clock, tmp_path) -> None:
    with a_farm(databases, clock, tmp_path / "one", food) as (_, pull):
        pull("first", "F0", "F1")
        assert dict(standing(food)["lots"]) == {}
        pull("then", "F1")
        assert dict(standing(food)["lots"]) == {F0: "recalled"}
        pull("last")
        assert dict(standing(food)["lots"]) == {F0: "recalled", F1: "recalled"}
    assert food.count("resting") > 0
