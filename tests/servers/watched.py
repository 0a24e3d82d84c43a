"""A food platform that has read a farm's feed, with everybody's keys, and somebody who changes its tables."""

from __future__ import annotations

from sqlalchemy import inspect

from tests.servers.platform import AGRI, LOT_KEY, TestPlatform
from tests.simulators.cosigners import log_key
from tests.simulators.direct_feed import DirectFeed
from tests.simulators.intruder import Intruder
from trace.ledger.bundle import TrustPolicy
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.intake.pull_feed import pull_feed
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.publish_checkpoint import publish_checkpoint

SOURCE = "https://farm.example"
SPRAYINGS = (3, 4, 5, 6)
"""Indices of the four sprayings in the farm's log, behind two registrations and a harvest of another year."""
LAST = 8
"""The farm's last entry, a harvest."""


class Watched:
    """A food platform with the farm's log read through its feed, and everybody's keys."""

    def __init__(self, platform: TestPlatform, farm: TestPlatform, watch, cosigners, farm_witness) -> None:
        self.platform, self.farm, self.cosigners = platform, farm, cosigners
        self.watch, self.farm_witness = watch, farm_witness
        self.intruder: Intruder | None = None

    @property
    def trust(self) -> TrustPolicy:
        name, key = self.farm_witness.verifier.name, self.farm_witness.verifier.vkey
        text = f"log {log_key(AGRI).vkey}\nwitness farm {key} https://{name}\nquorum farm\n"
        return TrustPolicy.parse([text], f"{self.platform.registrar.key.kid} bureau\n")

    def pull(self, **how) -> dict[str, int]:
        publish_checkpoint(
            self.farm.transactions, log_key(AGRI), [self.farm_witness], self.farm.transactions.clock()
        )
        feed = DirectFeed(self.farm, frozenset({self.farm_witness.verifier.name}), **how)
        return pull_feed(EvidenceIntake(self.platform.transactions, self.trust), feed, SOURCE)

    def audit(self) -> set[str]:
        return self.watch.audit(self.platform, self.cosigners, LOT_KEY, self.trust.policies)

    def named(self) -> list[dict]:
        policy = self.watch.policy(self.cosigners)
        registrars = frozenset({self.platform.registrar.key.kid})
        report = audit_log(
            self.platform.transactions, policy, registrars, LOT_KEY, neighbours=self.trust.policies
        )
        return report.as_dict()["found"]

    def tamper(self, *steps: str) -> None:
        self.intruder = self.intruder or Intruder(self.platform)
        self.intruder.run(*steps)

    def save(self) -> None:
        """Copies of all tables, for `restore`."""
        self.tamper(*[f"CREATE TABLE saved_{one} AS SELECT * FROM {one}" for one in self._tables()])

    def restore(self) -> None:
        """The tables as they were saved."""
        for one in self._tables():
            self.tamper(f"DELETE FROM {one}", f"INSERT INTO {one} SELECT * FROM saved_{one}")

    def _tables(self) -> list[str]:
        names = inspect(self.platform.engine).get_table_names()
        return [one for one in names if not one.startswith(("saved_", "alembic"))]
