"""Freshness of bad news: the list, the signed snapshot, what a bundle proves of it, what a page says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.documents import status as documents
from tests.builders import facts as made
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signed_rice import H1, K1, SHIPPED, SignedRice
from tests.builders.signers import Signer
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.errors.food import FactMalformed, FutureDate, MayNotState, SnapshotElsewhere
from trace.ledger.leaf import lot_secret, lot_tag
from trace.rules import load
from trace.usecases.batch_page.recall_status import RecallStatus, read_status
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.intake.receipt import Refused
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.trust import limits_of
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

SETTINGS = BundleSettings(LOT_KEY, NAMES)
RICE, BATCH = made.lot(made.MILL, "RICE-A"), made.lot(made.MILL, "M20261012A")


def tag(urn: str) -> str:
    return lot_tag(lot_secret(LOT_KEY, urn), urn)


class Bureau(Signer):
    """The market bureau with its key for status snapshots."""

    def __init__(self, platform: TestPlatform, *roles: str) -> None:
        super().__init__("11310000002420633X", *(roles or ("regulator_market",)), stream="status")
        self.platform = platform
        platform.register(self)

    def snapshot(self, **changed: Any) -> Any:
        """Sign what the platform says now, or something else."""
        status = read_status(self.platform.transactions, LOT_KEY)
        data = {**documents.RecallStatus().dump(status), **changed}
        return self.state("status.snapshot", data["log"], data, at=status.as_of)

    def recall(self, *lots: str) -> Any:
        order = {"matter": "召回〔2026〕1号（演示）", "lots": list(lots)}
        when = self.platform.transactions.clock()
        return self.state("oversight.recall", "urn:case:1", order, at=when.replace(microsecond=0))


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return SignedRice(platform, clock).tell()


@pytest.fixture
def bureau(story, platform, clock):
    clock.advance(timedelta(minutes=10))
    return Bureau(platform)


def status(platform: TestPlatform) -> RecallStatus:
    return read_status(platform.transactions, LOT_KEY)


def page_of(platform):
    return show_batch(platform.transactions, gtin="09521234100010", batch_no="M20261012A", witnesses=NAMES)


def verdict_of(platform, clock, lot=K1):
    bundle = assemble_bundle(platform.transactions, lot, "public", SETTINGS)
    now = clock()
    verdict = verify_bundle(
        bundle, trust(platform, policy_text(clock)), None, now, limits_of(load(), now.date())
    )
    assert verdict.ok, verdict.failures
    return verdict


def test_nothing_is_under_recall_and_the_list_says_how_far_the_log_had_grown(bureau, platform):
    found = status(platform)
    assert found.recalled == ()
    assert (found.log, found.size) == (platform.transactions.origin, platform.count("log_entry"))


def test_the_list_names_what_was_recalled_and_all_that_was_made_of_it(bureau, platform):
    platform.log(bureau.recall(RICE))
    found = status(platform)
    assert found.recalled == tuple(sorted(found.recalled))
    assert {tag(RICE), tag(K1), tag(SHIPPED)} <= set(found.recalled)
    assert not {tag(BATCH), tag(H1)} & set(found.recalled), "what it was made of is another matter"


def test_a_recall_of_some_codes_puts_the_lot_on_the_list(platform, clock):
    story = SignedRice(platform, clock, packed={"serials": {"epoch": "0", "first": 0, "count": 1600}}).tell()
    clock.advance(timedelta(minutes=10))
    bureau = Bureau(platform)
    order = {
        "matter": "召回〔2026〕2号（演示）",
        "lots": [],
        "serials": [{"lot": K1, "first": 3, "count": 4}],
    }
    now = clock().replace(microsecond=0)
    platform.log(bureau.state("oversight.recall", "urn:case:2", order, at=now))
    assert tag(K1) in status(platform).recalled
    assert story.receipts


def test_a_bundle_carries_the_newest_snapshot_and_proves_absence(bureau, platform, clock):
    publish(platform)
    assert verdict_of(platform, clock).status.state == "absent"
    platform.log(bureau.snapshot())
    assert verdict_of(platform, clock).status.state == "absent", "not before both witnesses have seen it"
    publish(platform)
    first = verdict_of(platform, clock)
    assert first.status.state == "clear"
    clock.advance(timedelta(minutes=90))
    platform.log(bureau.snapshot())
    publish(platform)
    assert verdict_of(platform, clock).status.as_of > first.status.as_of
    clock.advance(timedelta(minutes=121))
    assert verdict_of(platform, clock).status.state == "stale"


def test_a_recall_of_the_batch_shows_in_the_evidence_of_its_pack(bureau, platform, clock):
    platform.log(bureau.recall(RICE))
    platform.log(bureau.snapshot())
    publish(platform)
    assert verdict_of(platform, clock).status.state == "recalled"
    assert verdict_of(platform, clock, BATCH).status.state == "clear"


def test_a_snapshot_from_before_the_lot_says_nothing_of_it(platform, clock):
    story = SignedRice(platform, clock)
    for step in (story.begin, story.harvests, story.receive, story.make):
        step()
    bureau = Bureau(platform)
    platform.log(bureau.snapshot())
    story.pack()
    publish(platform)
    verdict = verdict_of(platform, clock)
    assert [step.reason for step in verdict.steps if step.code == "status"] == ["before-lot"]
    assert page_of(platform).freshness.state == "older"


def test_the_page_says_until_when_nothing_was_recalled(bureau, platform, clock):
    assert page_of(platform).freshness.state == "none"
    platform.log(bureau.snapshot())
    fresh = page_of(platform).freshness
    assert (fresh.state, fresh.hours) == ("clear", 2)
    assert fresh.as_of is not None
    clock.advance(timedelta(hours=2, seconds=5))
    assert page_of(platform).freshness.state == "stale"
    platform.log(bureau.snapshot())
    assert page_of(platform).freshness.state == "clear"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"size": 10_000}, SnapshotElsewhere),
        ({"log": "trace.test/other"}, SnapshotElsewhere),
        ({"asOf": "2036-10-01T08:00:00+08:00"}, FutureDate),
        ({"recalled": ["B" * 22, "A" * 22]}, FactMalformed),
        ({"recalled": ["A" * 22, "A" * 22]}, FactMalformed),
        ({"recalled": ["A" * 21]}, FactMalformed),
        ({"recalled": [f"{number:022d}" for number in range(1_201)]}, FactMalformed),
        ({"size": "1"}, FactMalformed),
        ({"extra": 1}, FactMalformed),
    ],
)
def test_a_snapshot_that_says_what_it_may_not_is_refused(bureau, platform, changed, refusal):
    (outcome,) = platform.accept(bureau.snapshot(**changed))
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, refusal), outcome.refusal


def test_only_the_market_bureau_states_it(story, platform, clock):
    clock.advance(timedelta(minutes=10))
    (outcome,) = platform.accept(Bureau(platform, "regulator_agri").snapshot())
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, MayNotState)


def test_replay_keeps_it(bureau, platform):
    platform.log(bureau.recall(RICE), bureau.snapshot())
    before = page_of(platform)
    assert replay(platform.transactions).equal
    assert page_of(platform) == before
