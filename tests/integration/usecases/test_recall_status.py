"""Freshness of bad news: the list, the signed snapshot, what a bundle proves of it, what a page says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.documents import status as documents
from tests.builders import facts as made
from tests.builders.effects import EffectsOf, kg
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signed_rice import H1, K1, SHIPPED, SignedRice
from tests.builders.signers import Signer
from tests.servers.platform import FOOD, LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.chain.admission.gates import RECALLED
from trace.chain.effects import Mark
from trace.chain.facts.snapshot import MOST_TAGS, in_parts
from trace.errors.food import FactMalformed, FutureDate, MayNotState, SnapshotElsewhere
from trace.ledger.leaf import lot_secret, lot_tag
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.usecases.batch_page.recall_status import RecallStatus, freshness_for, read_status
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.intake.receipt import Refused
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.trust import limits_of
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

SETTINGS = BundleSettings(LOT_KEY, NAMES)
RICE, BATCH = made.lot(made.MILL, "RICE-A"), made.lot(made.MILL, "M20261012A")
BRAN = made.lot(made.MILL, "BRAN-A")


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

    def parts(self, most: int = MOST_TAGS, without: int | None = None) -> list[Any]:
        """Sign what the platform says now in parts; one that is `without` is signed by nobody."""
        found = read_status(self.platform.transactions, LOT_KEY)
        same = {**documents.RecallStatus().dump(found)}
        held = [each for at, each in enumerate(in_parts(found.recalled, most)) if at != without]
        log, at = same["log"], found.as_of
        return [self.state("status.snapshot", log, {**same, **each}, at=at) for each in held]

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


def as_output(urn: str, of: str) -> str:
    """The tag of what a record about `of` makes, by that one's secret."""
    return lot_tag(lot_secret(LOT_KEY, of), urn)


def test_goods_without_a_record_of_their_own_are_clear_or_recalled_offline(bureau, platform, clock):
    """Bran is named in its batch's record alone; its tag follows from the batch's secret."""
    platform.log(bureau.snapshot())
    publish(platform)
    assert verdict_of(platform, clock, BRAN).status.state == "clear"
    platform.log(bureau.recall(RICE))
    assert as_output(RICE, BATCH) in status(platform).recalled
    clock.advance(timedelta(minutes=10))
    platform.log(bureau.snapshot())
    publish(platform)
    assert verdict_of(platform, clock, BRAN).status.state == "clear", "another output of the batch"
    assert verdict_of(platform, clock, RICE).status.state == "recalled"
    clock.advance(timedelta(minutes=10))
    platform.log(bureau.recall(BRAN))
    platform.log(bureau.snapshot())
    publish(platform)
    assert verdict_of(platform, clock, BRAN).status.state == "recalled"
    assert verdict_of(platform, clock, BATCH).status.state == "clear"


def test_a_list_of_an_older_client_leaves_goods_without_a_record_in_doubt(bureau, platform, clock):
    found = status(platform)
    old = {**documents.RecallStatus().dump(found)}
    del old["outputs"]
    platform.log(bureau.state("status.snapshot", found.log, old, at=found.as_of))
    publish(platform)
    assert verdict_of(platform, clock, BRAN).status.state == "incomplete"
    assert verdict_of(platform, clock).status.state == "clear"


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
        ({"outputs": False}, FactMalformed),
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


MANY = 5_000


def orders_on(platform: TestPlatform, count: int) -> None:
    """As many orders, each on a lot of its own, as the tables hold them."""
    story = []
    for number in range(count):
        order = EffectsOf(FOOD, 1_000_000 + number, "oversight.recall")
        lot = order.lot(f"urn:lot:X:R{number}", kg("1"))
        order.keep(Mark(order.next_id(), "R20", RECALLED, lot, ("code",), {}))
        story.append(order.done(f"urn:case:{number}"))
    with platform.transactions.begin("test") as tx:
        write_effects(tx.connection, story)


def test_five_thousand_orders_are_signed_in_parts_and_none_is_lost(bureau, platform, clock):
    orders_on(platform, MANY)
    found = status(platform)
    assert {tag(f"urn:lot:X:R{number}") for number in range(MANY)} == set(found.recalled)
    assert len(found.recalled) == MANY
    parts = bureau.parts()
    assert len(parts) == 5
    platform.log(*parts)
    publish(platform)
    assert page_of(platform).freshness.state == "clear"
    bundle = assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    assert "status" not in bundle, "a verifier that knows no parts finds none"
    assert sum('"t":"status.snapshot"' in one["leaf"] for one in bundle["statements"]) == 5
    assert verdict_of(platform, clock).status.state == "clear"
    platform.log(bureau.recall(RICE))
    platform.log(*bureau.parts())
    publish(platform)
    assert len(status(platform).recalled) > MANY
    assert verdict_of(platform, clock).status.state == "recalled"
    clock.advance(timedelta(minutes=121))
    assert page_of(platform).freshness.state == "stale"


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_part_that_is_missing_is_doubt_in_page_and_bundle(bureau, platform, clock, missing):
    orders_on(platform, 3)
    platform.log(*bureau.parts(most=1))
    publish(platform)
    assert verdict_of(platform, clock).status.state == "clear"
    clock.advance(timedelta(minutes=10))
    platform.log(*bureau.parts(most=1, without=missing))
    publish(platform)
    assert page_of(platform).freshness.state == "incomplete"
    assert verdict_of(platform, clock).status.state == "incomplete"
    platform.log(*bureau.parts(most=1))
    publish(platform)
    assert page_of(platform).freshness.state == "clear"
    assert verdict_of(platform, clock).status.state == "clear"


def test_a_part_that_names_the_pack_is_heard_without_the_others(bureau, platform, clock):
    platform.log(bureau.recall(K1))
    assert len(status(platform).recalled) == 2
    platform.log(*bureau.parts(most=1, without=0 if status(platform).recalled[1] == tag(K1) else 1))
    publish(platform)
    assert verdict_of(platform, clock).status.state == "recalled"


@pytest.mark.parametrize(
    "said",
    [
        {"part": 1}, {"parts": 2}, {"part": 3, "parts": 2}, {"part": 0, "parts": 1},
        {"part": "1", "parts": 1}, {"part": True, "parts": 1}, {"part": None, "parts": None},
    ],
)  # fmt: skip
def test_a_number_that_counts_no_part_is_refused(bureau, platform, said):
    (outcome,) = platform.accept(bureau.snapshot(**said))
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, FactMalformed), outcome.refusal


def test_the_state_of_a_code_is_told_with_the_freshness_of_the_signed_list(bureau, platform, clock):
    def told(*lots: str) -> str:
        return freshness_for(platform.transactions, lots).state

    assert told(K1) == "none"
    orders_on(platform, 3)
    platform.log(*bureau.parts(most=1))
    assert told(K1) == told(K1, SHIPPED) == told() == "clear"
    clock.advance(timedelta(minutes=10))
    platform.log(*bureau.parts(most=1, without=1))
    assert told(K1) == told() == "incomplete"
