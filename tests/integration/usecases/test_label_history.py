"""The digital label over time: what the page says, what it said, and that the bundle proves both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.builders import facts as made
from tests.builders.label_changes import BATCH, COOLER, COOLEST, STORAGE, a_change
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signed_rice import K1, SignedRice, at
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.errors.food import LabelChangeFalse, LotNotHeld
from trace.ledger.statement import label_digest
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.intake.receipt import Refused
from trace.usecases.intake.replay_log import replay
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

GTIN, NO = "09521234100010", "M20261012A"
LATER = "2026-10-20T10:00:00+08:00"


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return SignedRice(platform, clock).tell()


def page_of(platform):
    return show_batch(platform.transactions, gtin=GTIN, batch_no=NO, witnesses=NAMES)


def change(story: SignedRice, name: str, sub: str = K1, when: str = LATER, **changed: Any) -> None:
    story.log(name, story.mill.state("label.change", sub, a_change(**changed), at=at(when)))


def correct_pack(story: SignedRice, name: str, **changed: Any) -> None:
    """The mill states K1's pack record anew."""
    anew = made.a_pack(**{"packedAt": "2026-10-13T12:00:00+08:00", **changed})
    data = made.a_correction(story.receipts["pack"].statement_id, anew, reason="录入错误")
    story.log(name, story.mill.state("correction", K1, data, at=at("2026-10-21T10:00:00+08:00")))


def test_nothing_was_changed_at_first(story, platform):
    page = page_of(platform)
    assert (page.label_history, page.earlier_digests) == ((), ())
    assert page.product.storage == STORAGE


def test_a_change_shows_what_was_said_what_is_said_when_and_who_signed_it(story, platform):
    before = page_of(platform)
    change(story, "change", by="（演示）甲")
    page = page_of(platform)
    assert page.product.storage == COOLER
    (entry,) = page.label_history
    assert (entry.kind, entry.field, entry.before, entry.after) == (
        "change",
        "product.storage",
        STORAGE,
        COOLER,
    )
    assert entry.reason == "夏季储存要求调整"
    assert entry.logged_at.startswith("2026-10-20T02:30:00")
    assert entry.occurred_at.startswith("2026-10-20T02:00:00")
    assert (entry.signer, entry.custody) == ("（演示）子虚米业有限公司", "file")
    assert entry.statement == story.receipts["change"].statement_id
    assert "（演示）甲" not in orjson.dumps(page.as_dict()).decode(), "no natural person on a page"
    assert page.version != before.version
    assert page.label_digest == label_digest(story.statements["pack"].compact), "the record stays as signed"
    assert [step.kind for step in page.timeline if step.statement == entry.statement] == ["label"]


def test_batch_and_product_speak_for_their_packs_and_a_correction_stands_in_the_history(story, platform):
    change(story, "of the batch", sub=BATCH, field="ingredients", **{"from": ["稻谷"], "to": ["粳稻谷"]})
    story.log("product", story.mill.state("master.product", made.RICE, made.a_product(storage=STORAGE)))
    change(story, "of the product", sub=made.RICE)
    correct_pack(story, "correction", expiryDate="2027-10-10")
    change(story, "of the pack", when="2026-10-22T10:00:00+08:00", **{"from": COOLER, "to": COOLEST})
    page = page_of(platform)
    assert (page.product.storage, page.ingredients) == (COOLEST, ("粳稻谷",))
    assert page.product.expiry_date == "2027-10-10"
    told = [(one.kind, one.field, one.before, one.after) for one in page.label_history]
    assert told == [
        ("change", "product.storage", COOLER, COOLEST),
        ("correction", "expiryDate", "2027-10-11", "2027-10-10"),
        ("change", "product.storage", STORAGE, COOLER),
        ("change", "ingredients", "稻谷", "粳稻谷"),
    ]
    assert page.label_history[1].reason == "录入错误"
    assert all(one.effective for one in page.label_history)
    assert page.earlier_digests == (label_digest(story.statements["pack"].compact),)
    assert page.label_digest == label_digest(story.statements["correction"].compact)


def test_a_change_of_what_a_correction_took_away_is_listed_without_effect(story, platform):
    change(story, "change")
    label = made.a_label(product={"name": "子虚牌绿色大米", "storage": "冷藏"})
    correct_pack(story, "correction", label=label)
    page = page_of(platform)
    assert page.product.storage == "冷藏"
    effective = {(one.kind, one.field): one.effective for one in page.label_history}
    assert effective["change", "product.storage"] is False
    assert effective["correction", "product.storage"] is True


def test_another_party_changes_only_its_own_packs(story, platform, clock):
    clock.advance(timedelta(days=10))
    stranger = story.farm.state("label.change", K1, a_change(), at=at(LATER))
    (outcome,) = platform.accept(stranger)
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, LotNotHeld)
    story.farm.seq, story.farm.prev = story.farm.seq - 1, stranger.claims.prev
    story.log("product", story.mill.state("master.product", made.RICE, made.a_product(storage=STORAGE)))
    story.log("theirs", story.farm.state("label.change", made.RICE, a_change(), at=at(LATER)))
    page = page_of(platform)
    assert (page.product.storage, page.label_history) == (STORAGE, ())


def test_two_changes_of_one_upload_follow_each_other(story, platform, clock):
    clock.advance(timedelta(days=10))
    first = story.mill.state("label.change", K1, a_change(), at=at(LATER))
    second = story.mill.state("label.change", K1, a_change(**{"from": COOLER, "to": COOLEST}), at=at(LATER))
    false = story.mill.state("label.change", K1, a_change(), at=at(LATER))
    outcomes = platform.accept(first, second, false)
    assert [isinstance(one, Refused) for one in outcomes] == [False, False, True]
    assert isinstance(outcomes[2].refusal, LabelChangeFalse)
    assert page_of(platform).product.storage == COOLEST


def test_the_bundle_holds_every_change_and_verifies(story, platform, clock):
    change(story, "change")
    story.log("product", story.mill.state("master.product", made.RICE, made.a_product(storage=COOLER)))
    change(story, "of the product", sub=made.RICE, **{"from": COOLER, "to": COOLEST})
    correct_pack(story, "correction")
    publish(platform)
    bundle = assemble_bundle(platform.transactions, K1, "public", BundleSettings(LOT_KEY, NAMES))
    verdict = verify_bundle(bundle, trust(platform, policy_text(clock)))
    assert verdict.ok, verdict.failures
    carried = {one.statement_id for one in verdict.statements}
    wanted = ("pack", "change", "of the product", "correction")
    assert {story.receipts[name].statement_id for name in wanted} <= carried


def test_replay_says_the_same(story, platform):
    change(story, "change")
    change(story, "of the batch", sub=BATCH, field="ingredients", **{"from": ["稻谷"], "to": ["粳稻谷"]})
    correct_pack(story, "correction")
    before = page_of(platform)
    report = replay(platform.transactions)
    assert report.equal, (report.differing, report.diverged)
    assert page_of(platform) == before
