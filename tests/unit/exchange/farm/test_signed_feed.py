"""A farm's true signatures and proofs through the port, with every fault on the way."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from tests.builders.ledgers import START, MemoryLog, Signer, a_witness
from tests.simulators.farm_feed import GoodFeed
from trace.exchange.farm import FarmBundlePage, FeedItem, SignedFeed, read_all
from trace.exchange.simulators.faulty_feed import FaultyFeed
from trace.exchange.simulators.server import Reply, Request, Simulator, json_reply
from trace.exchange.transport import Transport
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.merkle import leaf_hash, verify_inclusion
from trace.ledger.statement import parse_statement, verify_statement

FARMER = "urn:uscc:93310151XN00001190"


def harvest(farmer: Signer, batch: str, amount: str) -> Any:
    lot = f"urn:lot:93310151XN00001190:{batch}"
    data = {"lot": lot, "quantity": {"value": amount, "unit": "kg"}}
    return farmer.state("farm.harvest", lot, data, START)


class SignedPlatform(GoodFeed):
    """An agricultural platform in small: a log in memory, its feed from it."""

    def __init__(self, count: int) -> None:
        super().__init__(0)
        self.farmer = Signer(FARMER, 7)
        self.log = MemoryLog("trace.demo/agri/demo-clock", 1, [a_witness("w", 2)])
        for number in range(count):
            self.log.append(harvest(self.farmer, f"H{number}", str(1000 + number)))
        self.note = self.log.publish(START + timedelta(minutes=1))
        self.items = [self.item(number) for number in range(count)]

    def item(self, index: int) -> dict[str, Any]:
        return self.log.entry(index, 0, self.log.tree.size).as_dict() | {"log": self.log.origin}

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        if reply.status != 200:
            return reply
        return json_reply(200, orjson.loads(reply.body) | {"checkpoint": self.note})

    def contradiction(self) -> dict[str, Any]:
        """Another harvest of the same lot, truly signed by the same farmer."""
        other = harvest(self.farmer, "H1", "18550")
        return self.item(1) | {"jws": other.flattened()}

    def verify(self, item: FeedItem, note: str | None) -> None:
        """The farm's signature and the place in its log; raises when either does not hold."""
        assert note is not None
        assert item.leaf is not None
        assert item.index is not None
        verify_statement(parse_statement(item.jws), self.farmer.key.public_key())
        tree = open_checkpoint(note, self.log.key.verifier)
        proof = [b64decode(one) for one in item.proof]
        verify_inclusion(item.index, tree.size, leaf_hash(item.leaf.encode()), proof, tree.root)


def verified(platform: SignedPlatform, pages: list[FarmBundlePage]) -> list[int | None]:
    for page in pages:
        for one in page.items:
            platform.verify(one, page.checkpoint)
    return [one.index for page in pages for one in page.items]


def test_signatures_and_proofs_hold_after_every_fault_on_the_way() -> None:
    platform = SignedPlatform(9)
    proxy = FaultyFeed("http://unused")
    with Simulator(platform.answer) as real:
        proxy = FaultyFeed(real.url)
        with Simulator(proxy.answer) as faulty:
            proxy.plan(
                {"fault": "break_off", "share": 0.99},
                {"fault": "repeat"},
                {"fault": "reorder"},
                {"fault": "refuse"},
                {"fault": "break_off", "share": 0.1},
            )
            feed = SignedFeed(faulty.url, limit=3, sleep=lambda _: None)
            pages = list(read_all(feed))
            feed.close()
    got = verified(platform, pages)
    assert sorted(set(got), key=lambda one: one or 0) == list(range(9))
    assert [one.kind for page in pages for one in page.notices].count("repeated") == 3


def test_a_contradiction_has_a_true_signature_and_both_are_handed_over() -> None:
    platform = SignedPlatform(3)
    with Simulator(platform.answer) as real:
        proxy = FaultyFeed(real.url)
        with Simulator(proxy.answer) as faulty:
            proxy.plan({"fault": "contradict", "items": [platform.contradiction()]})
            feed = SignedFeed(faulty.url)
            page = feed.read()
            feed.close()
    at_one = [one for one in page.items if one.index == 1]
    said = [parse_statement(one.jws) for one in at_one]
    for statement in said:
        verify_statement(statement, platform.farmer.key.public_key())
    amounts = [statement.claims.data["quantity"] for statement in said]
    assert amounts == [{"value": "18550", "unit": "kg"}, {"value": "1001", "unit": "kg"}]
    assert [one.kind for one in page.notices if one.where.endswith("#1")] == ["contradicted"]


def test_the_proxy_runs_as_a_process_and_is_told_its_faults(root: Path) -> None:
    platform = SignedPlatform(2)
    module = "trace.exchange.simulators.faulty_feed"
    with Simulator(platform.answer) as real:
        command = [sys.executable, "-m", module, "--upstream", real.url]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                url = process.stdout.readline().split()[-1]
                transport, feed = Transport(), SignedFeed(url, sleep=lambda _: None)
                transport.ask("POST", f"{url}/admin/faults", body=b'{"fault": "break_off"}')
                page = feed.read()
                assert page.attempts == 2
                assert verified(platform, [page]) == [0, 1]
                transport.close()
                feed.close()
            finally:
                process.terminate()
