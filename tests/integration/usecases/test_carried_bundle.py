"""The shopper's bundle of the food platform embeds the farm's own bytes and both logs' proofs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signed_rice import K1, SignedRice, at
from tests.builders.signers import Registrar
from tests.builders.traced_chain import BUREAU
from tests.servers.platform import AGRI, FOOD, LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.errors import EvidenceApart
from trace.parties import VISITOR
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.log.trust import limits_of
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle
from trace.usecases.proof.show_statement import LoggedStatement, show_statement

SETTINGS = BundleSettings(LOT_KEY, NAMES)


class TwoPlatforms:
    """The farm's platform and the mill's, with one registrar and one policy."""

    def __init__(self, agri: TestPlatform, food: TestPlatform, clock) -> None:
        self.agri, self.food, self.clock = agri, food, clock
        self.trust = trust(food, policy_text(clock, (AGRI, FOOD)))
        self.farm = SignedRice(agri, clock)
        self.mill = SignedRice(food, clock)
        self.desk = EvidenceIntake(food.transactions, self.trust)

    def carry(self, lot: str) -> list[object]:
        publish(self.agri)
        outcomes = self.desk.take_bundle(assemble_bundle(self.agri.transactions, lot, "public", SETTINGS))
        self.farm_receipts()
        return list(outcomes)

    def farm_receipts(self) -> None:
        """The mill refers to the harvests where they stand: in the farm platform's log."""
        for name in ("H1", "H2", "C1", "C2"):
            if name in self.farm.receipts:
                self.mill.receipts[name] = self.farm.receipts[name]
                self.mill.statements[name] = self.farm.statements[name]

    def deliver(self, number: int) -> None:
        """The farm harvests, hands over and the mill's platform takes the farm's bytes over."""
        if f"H{number}" not in self.farm.receipts:
            self.farm.harvest(number)
        kilos, day = {1: ("16900", "05"), 2: ("18400", "06")}[number]
        self.farm.send(number, kilos, at(f"2026-10-{day}T16:00:00+08:00"))
        self.carry(made.lot(made.COOPERATIVE, f"C{number}"))


@pytest.fixture
def two(databases, database_kind, clock):
    registrar = Registrar()
    urls = [databases.migrated(database_kind) for _ in range(2)]
    with (
        TestPlatform(urls[0], clock, origin=AGRI, role="agri", registrar=registrar) as agri,
        TestPlatform(urls[1], clock, origin=FOOD, registrar=Registrar()) as food,
    ):
        yield TwoPlatforms(agri, food, clock)
    for url in urls:
        databases.discard(url)


def begin(two) -> None:
    two.clock.advance(at("2026-10-01T12:00:00+08:00") - two.clock())
    two.agri.register(two.farm.farm)
    two.food.register(two.mill.mill, two.mill.lab)


def finish(two) -> None:
    for step in (two.mill.receive, two.mill.make, two.mill.pack):
        step()
    publish(two.food)


def test_the_pack_of_the_mill_proves_the_harvests_of_the_farm(two):
    begin(two)
    two.farm.harvests()
    two.deliver(1)
    two.deliver(2)
    finish(two)
    bundle = assemble_bundle(two.food.transactions, K1, "public", SETTINGS)
    verdict = verify_bundle(bundle, two.trust)
    assert verdict.ok, verdict.as_dict()
    origins = {one.typ: one.origin for one in verdict.statements}
    assert origins["farm.harvest"] == AGRI
    assert origins["food.pack"] == FOOD
    bytes_of = {one["jws"]["payload"] for one in bundle["statements"] if "jws" in one}
    assert two.farm.statements["H1"].compact.split(".")[1] in bytes_of
    harvest = two.farm.statements["H1"].statement_id
    seen = show_statement(two.food.transactions, harvest, BUREAU)
    assert isinstance(seen, LoggedStatement)
    assert (seen.log, seen.jws["payload"] in bytes_of) == (AGRI, True), "where it stands, as it was signed"
    own = show_statement(two.agri.transactions, harvest, BUREAU)
    assert (seen.index, seen.leaf) == (own.index, own.leaf)
    assert not isinstance(show_statement(two.food.transactions, harvest, VISITOR), LoggedStatement)


def test_deliveries_under_different_checkpoints_are_joined_where_all_leaves_are_here(two):
    begin(two)
    two.deliver(1)
    two.deliver(2)
    finish(two)
    bundle = assemble_bundle(two.food.transactions, K1, "public", SETTINGS)
    assert verify_bundle(bundle, two.trust).ok


def test_a_later_delivery_makes_nobody_late_who_was_on_time(two):
    """The farm's first shipment was seen by its witnesses within the hour, whenever the rest came over."""
    begin(two)
    two.deliver(1)
    two.clock.advance(timedelta(days=11))
    two.deliver(2)
    finish(two)
    bundle = assemble_bundle(two.food.transactions, K1, "public", SETTINGS)
    limits = limits_of(two.food.transactions.rules, two.clock().date())
    verdict = verify_bundle(bundle, two.trust, limits=limits)
    assert verdict.ok
    first = {two.farm.statements[name].statement_id for name in ("H1", "C1")}
    judged = {one.typ: one.lateness for one in verdict.statements if one.statement_id in first}
    assert judged == {"farm.harvest": "on_time", "food.shipment": "on_time"}


def test_evidence_of_two_deliveries_that_cannot_be_joined_is_said_so(two):
    begin(two)
    two.deliver(1)
    not_carried = two.farm.farm.state("master.place", made.plot(3), made.a_plot(), at=two.clock())
    two.farm.log("plot", not_carried)
    two.deliver(2)
    finish(two)
    with pytest.raises(EvidenceApart):
        assemble_bundle(two.food.transactions, K1, "public", SETTINGS)
