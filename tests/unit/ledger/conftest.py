"""A small world: one log with two witnesses, a registrar, a farm and a mill, and a bundle about a pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START, MemoryLog, Signer, a_witness
from trace.ledger.bundle import Bundle, LogEvidence, TrustPolicy
from trace.ledger.claims import InputRef
from trace.ledger.leaf import lot_secret

HOUR = timedelta(hours=1)
PACK = "urn:lot:91310000MA1FL0LG7A:P1"
BATCH = "urn:lot:91310000MA1FL0LG7A:B1"


@dataclass
class World:
    """Indices in the food log: 0 registrar, 1 mill's key, 2 production, 3 pack, 4 status snapshot."""

    log: MemoryLog
    farm_log: MemoryLog
    registrar: Signer
    mill: Signer
    farm: Signer
    market: Signer
    policy_text: str

    def policy(self) -> TrustPolicy:
        return TrustPolicy.parse([self.policy_text], f"{self.registrar.key.kid} 登记机关\n")

    def evidence(self, log: MemoryLog, before: int | None = None) -> LogEvidence:
        newest = max(log.notes)
        older = [size for size in log.notes if size not in {newest, before}]
        return LogEvidence(
            log.notes[newest],
            log.earlier(before, newest) if before else None,
            tuple(log.earlier(size, newest) for size in older),
        )

    def bundle(self, *, status: bool = True) -> Bundle:
        size, farm_size = max(self.log.notes), max(self.farm_log.notes)
        food = [self.log.entry(index, 0, size) for index in (0, 1, 2, 3, 4)]
        farm = [self.farm_log.entry(index, 1, farm_size) for index in range(3)]
        return Bundle(
            PACK,
            lot_secret(PLATFORM_KEY, PACK),
            "regulator",
            (*farm, *food),
            (self.evidence(self.log), self.evidence(self.farm_log)),
            self.log.entry(5, 0, size) if status else None,
            (),
            self.policy_text,
        )


def _chain_of_records(world: World) -> None:
    log, farm_log = world.log, world.farm_log
    registrar, farm, mill, market = world.registrar, world.farm, world.mill, world.market
    farm_registrar = world.registrar.on("agri")
    farm_log.register(farm_registrar, farm_registrar, START, roles=["registrar"])
    farm_log.publish(START)
    farm_log.register(farm_registrar, farm, START + HOUR, roles=["grower"])
    farm_log.publish(START + HOUR)
    lot = "urn:lot:91310115MA1H7T3L0X:H1"
    data = {"product": "稻谷", "quantity": {"value": "26000", "unit": "kg"}, "operator": "张三"}
    harvest = farm.state(
        "farm.harvest", lot, data, START + 2 * HOUR, conceal=["operator"], anchor=farm_log.anchor()
    )
    index = farm_log.append(harvest)
    farm_log.publish(START + 3 * HOUR)

    log.register(registrar, registrar, START, roles=["registrar"])
    log.publish(START)
    log.register(registrar, mill, START + HOUR)
    log.publish(START + HOUR)
    raw = InputRef(harvest.statement_id, farm_log.origin, index, "raw")
    made = mill.state(
        "food.production",
        BATCH,
        {"loss": "1.5", "price": "3.20", "supplier": {"name": "某农场", "note": "x"}},
        START + 4 * HOUR,
        conceal=["price", "supplier.name"],
        anchor=log.anchor(),
        inputs=[raw],
    )
    at = log.append(made)
    log.publish(START + 5 * HOUR)
    packed = mill.state(
        "food.pack",
        PACK,
        {"packs": {"value": "500", "unit": "件"}, "gtin": "6901234567892", "batchNo": "L/1"},
        START + 6 * HOUR,
        anchor=log.anchor(),
        inputs=[InputRef(made.statement_id, log.origin, at, "main")],
    )
    log.append(packed)
    log.publish(START + 7 * HOUR)
    log.register(registrar, market, START + 7 * HOUR, roles=["regulator_market"])
    status = {"asOf": "2026-10-01T08:00:00+00:00", "log": log.origin, "size": 5, "recalled": []}
    log.append(market.state("status.snapshot", log.origin, status, START + 8 * HOUR))
    log.publish(START + 8 * HOUR)


@pytest.fixture
def world() -> World:
    return make_world()


def make_world(secret: int = 0) -> World:
    """The same story under the same names; another `secret` gives everybody other keys."""
    witnesses = [
        a_witness("witness.agri.test/w1", secret + 101),
        a_witness("witness.amr.test/w1", secret + 102),
    ]
    log = MemoryLog("trace.test/food", secret + 100, witnesses)
    farm_log = MemoryLog("trace.test/agri", secret + 99, witnesses)
    policy = log.vkeys() + farm_log.vkeys()
    policy += f"witness agri {witnesses[0].vkey} https://agri.test/\n"
    policy += f"witness amr {witnesses[1].vkey} https://amr.test/\n"
    policy += "group both all agri amr\nquorum both\n"
    made = World(
        log,
        farm_log,
        Signer(REGISTRAR, secret + 1),
        Signer("urn:uscc:91310000MA1FL0LG7A", secret + 2),
        Signer("urn:uscc:91310115MA1H7T3L0X", secret + 3),
        Signer("urn:uscc:11310000002420633X", secret + 4),
        policy,
    )
    _chain_of_records(made)
    return made
