"""A platform with a registered grower, honest witnesses with memories of their own, and the trust in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import NOON, Signer
from tests.servers.platform import AGRI, FOOD, TestPlatform
from tests.servers.watched import LAST, Watched
from tests.simulators.cosigners import a_witness, log_key
from trace.ledger.policy import Policy, parse_policy
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.publish_checkpoint import publish_checkpoint


class Watch:
    """The platform's log key, its two witnesses, and what everybody outside does with them."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self._opened: list = []

    def witness(self, name: str, platform: TestPlatform):
        one = a_witness(name, platform, self.folder)
        self._opened.append(one.witness.transactions)
        return one

    def publish(self, platform: TestPlatform, cosigners):
        transactions = platform.transactions
        return publish_checkpoint(transactions, log_key(FOOD), cosigners, transactions.clock())

    def policy(self, cosigners) -> Policy:
        """Both witnesses must have signed."""
        names = [f"w{at}" for at in range(len(cosigners))]
        lines = [
            f"witness {n} {one.verifier.vkey} https://{n}" for n, one in zip(names, cosigners, strict=True)
        ]
        return parse_policy(
            "\n".join(
                [f"log {log_key(FOOD).vkey}", *lines, f"group both all {' '.join(names)}", "quorum both", ""]
            )
        )

    def audit(
        self, platform: TestPlatform, cosigners=(), lot_key: bytes | None = None, neighbours=()
    ) -> set[str]:
        """The slugs of what an auditor finds, with the registrars of the policy."""
        registrars = frozenset({platform.registrar.key.kid})
        policy = (
            self.policy(cosigners) if cosigners else parse_policy(f"log {log_key(FOOD).vkey}\nquorum none\n")
        )
        report = audit_log(platform.transactions, policy, registrars, lot_key, neighbours=neighbours)
        return {one.code for one in report.findings}

    def close(self) -> None:
        for transactions in self._opened:
            transactions.engine.dispose()


@pytest.fixture
def watch(tmp_path):
    made_one = Watch(tmp_path)
    yield made_one
    made_one.close()


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(hours=6))
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def grower(platform) -> Signer:
    signer = Signer(made.COOPERATIVE, "grower")
    platform.register(signer)
    return signer


@pytest.fixture
def unread(platform, grower, watch, databases, clock, tmp_path):
    """Before the feed was read."""
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock, origin=AGRI, role="agri") as farm:
        farmer = Signer(made.COOPERATIVE, "grower")
        farm.register(farmer)
        farm.log(farmer.harvest("F0"))
        for number in range(4):
            operation = made.an_operation(plot=made.plot(number))
            farm.log(farmer.state("farm.operation", made.plot(number), operation, at=NOON))
        farm.log(farmer.harvest("F1"), farmer.harvest("F2"))
        farm_witness = a_witness("farm", farm, tmp_path)
        cosigners = [watch.witness("agri", platform), watch.witness("market", platform)]
        yield Watched(platform, farm, watch, cosigners, farm_witness)
        farm_witness.witness.transactions.engine.dispose()
    databases.discard(url)


@pytest.fixture
def watched(unread, grower):
    """Own entries under two checkpoints, one with a concealed member, and the farm's log beside them."""
    platform = unread.platform
    platform.log(grower.harvest("H0"), grower.harvest("H1"))
    unread.watch.publish(platform, unread.cosigners)
    assert unread.pull() == {"taken": LAST + 1, "known": 0, "refused": 0}
    lot = made.lot(made.COOPERATIVE, "H2")
    times = {"harvestedFrom": "2026-10-01T07:00:00+08:00", "harvestedTo": "2026-10-01T09:00:00+08:00"}
    private = made.a_harvest(lot=lot, operator="张三", **times)
    platform.log(grower.state("farm.harvest", lot, private, conceal=("operator",)))
    unread.watch.publish(platform, unread.cosigners)
    assert unread.audit() == set()
    assert replay(platform.transactions).equal
    return unread
