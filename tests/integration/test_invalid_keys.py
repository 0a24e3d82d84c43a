"""Keys first, then records: what a key signed from the index that a registrar names on counts for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import NOON, Signer
from tests.servers.platform import AGRI, LOT_KEY, TestPlatform
from tests.simulators.cosigners import a_witness, log_key
from tests.simulators.direct_feed import DirectFeed
from trace.chain.admission.voided import KEY_INVALID
from trace.ledger.bundle import TrustPolicy
from trace.ledger.policy import parse_policy
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.intake.pull_feed import pull_feed
from trace.usecases.intake.receipt import Receipt, Refused
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.audit_log import audit_log
from trace.usecases.log.publish_checkpoint import publish_checkpoint

DAYS = {"sampledAt": "2026-10-06T10:00:00+08:00", "testedAt": "2026-10-06T10:00:00+08:00"}
ALL = ("certificate", "release", "code", "shipment")


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(days=7))
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def grower(platform) -> Signer:
    signer = Signer(made.COOPERATIVE, "grower")
    platform.register(signer)
    return signer


def marks(platform) -> dict[str, tuple[str, ...]]:
    """Urn of a lot → the gates that an open mark of an invalid key closes there."""
    sql = (
        "SELECT lot.urn, mark.gates FROM mark JOIN lot ON lot.id = mark.lot "
        f"WHERE mark.code = '{KEY_INVALID}' AND mark.cleared_by IS NULL"
    )
    with platform.transactions.look() as tx:
        return {urn: tuple(gates.split()) for urn, gates in tx.connection.exec_driver_sql(sql)}


def proofs(platform, table: str) -> list[bool]:
    """Whether each certificate or report still proves something, oldest first."""
    with platform.transactions.look() as tx:
        rows = tx.connection.exec_driver_sql(f"SELECT superseded_by FROM {table} ORDER BY id")
        return [superseded is None for (superseded,) in rows]


def lot(batch: str, owner: str = made.COOPERATIVE) -> str:
    return made.lot(owner, batch)


def revoked(platform, signer: Signer, since: int | None, **how):
    more = {} if since is None else {"invalid_from": since}
    return platform.registrar.revoke(signer, reason="compromised", **more, **how)


def certificate(signer: Signer, batch: str):
    return signer.state("farm.certificate", lot(batch), made.a_certificate(lot=lot(batch)), at=NOON)


def replays(platform) -> bool:
    report = replay(platform.transactions)
    assert report.as_dict()["differences"] == []
    return report.equal


def test_goods_from_the_index_on_are_marked_and_their_gates_shut(platform, grower) -> None:
    receipts = platform.log(*[grower.harvest(f"H{number}") for number in range(3)])
    platform.log(revoked(platform, grower, receipts[1].index))
    assert marks(platform) == {lot("H1"): ALL, lot("H2"): ALL}
    again = Signer(made.COOPERATIVE, "grower", stream="desk-2")
    platform.register(again)
    assert isinstance(platform.accept(certificate(again, "H0"))[0], Receipt)
    (waits,) = platform.accept(certificate(again, "H1"))
    assert isinstance(waits, Refused)
    assert waits.refusal.code == "gate-closed"
    assert replays(platform)


@pytest.mark.parametrize("together", [True, False])
def test_a_batch_says_what_single_statements_say(platform, grower, together) -> None:
    statements = [grower.harvest("H0"), grower.harvest("H1"), revoked(platform, grower, 3)]
    if together:
        platform.log(*statements)
    else:
        for one in statements:
            platform.log(one)
    assert marks(platform) == {lot("H1"): ALL}
    assert replays(platform)


def test_without_an_index_the_past_stands(platform, grower) -> None:
    platform.log(grower.harvest("H0"), revoked(platform, grower, None))
    assert marks(platform) == {}


def test_a_later_word_reaches_further_back(platform, grower) -> None:
    receipts = platform.log(*[grower.harvest(f"H{number}") for number in range(3)])
    platform.log(revoked(platform, grower, receipts[2].index))
    platform.log(revoked(platform, grower, receipts[1].index))
    assert marks(platform) == {lot("H1"): ALL, lot("H2"): ALL}
    assert replays(platform)


def test_a_holder_cannot_unsay_what_it_signed(platform, grower) -> None:
    platform.log(grower.harvest("H0"))
    data = {"kid": grower.key.kid, "reason": "compromised", "invalidFromIndex": 2}
    outcome = platform.accept(grower.state("party.key.revoke", grower.iss, data))
    assert marks(platform) == {}
    with platform.transactions.look() as tx:
        rows = tx.connection.exec_driver_sql("SELECT invalid_from FROM signing_key")
        assert [row for (row,) in rows if row is not None] == []
    assert outcome
    assert replays(platform)


def test_a_correction_under_a_valid_key_opens_the_gates_again(platform, grower) -> None:
    (first,) = platform.log(grower.harvest("H0"))
    platform.log(revoked(platform, grower, first.index))
    assert marks(platform) == {lot("H0"): ALL}
    again = Signer(made.COOPERATIVE, "grower", stream="desk-2")
    platform.register(again)
    stated = grower.harvest("H0").claims.data
    amended = made.a_correction(first.statement_id, dict(stated))
    platform.log(again.state("correction", lot("H0"), amended, at=NOON))
    assert marks(platform) == {}
    platform.log(revoked(platform, grower, first.index - 1))
    assert marks(platform) == {}, "what was restated is not taken back a second time"
    assert replays(platform)


def test_a_void_certificate_and_a_void_pass_prove_nothing_and_bad_news_stays(platform, grower) -> None:
    lab = Signer(made.COOPERATIVE, "grower", stream="laboratory")
    platform.register(lab)
    platform.log(*[grower.harvest(f"H{number}") for number in range(2)])
    good, bad = (
        lab.state(
            "lab.report",
            lot(batch),
            made.a_report(lot=lot(batch), conclusion=conclusion, reportNo=batch, **DAYS),
            at=NOON,
        )
        for batch, conclusion in (("H0", "pass"), ("H1", "fail"))
    )
    first, _ = platform.log(good, bad)
    platform.log(certificate(grower, "H0"))
    assert proofs(platform, "report") == [True, True]
    platform.log(revoked(platform, lab, first.index))
    assert proofs(platform, "report") == [False, True]
    assert proofs(platform, "certificate") == [True]
    assert marks(platform) == {lot("H0"): ALL, lot("H1"): ALL}
    platform.log(revoked(platform, grower, first.index + 1))
    assert proofs(platform, "certificate") == [False]
    assert replays(platform)


def test_the_audit_counts_what_is_void_and_finds_nothing(platform, grower) -> None:
    receipts = platform.log(*[grower.harvest(f"H{number}") for number in range(3)])
    platform.log(revoked(platform, grower, receipts[1].index))
    policy = parse_policy(f"log {log_key(platform.transactions.origin).vkey}\nquorum none\n")
    report = audit_log(platform.transactions, policy, frozenset({platform.registrar.key.kid}), LOT_KEY)
    assert report.sound
    assert report.counts()["void"] == 2


@pytest.mark.parametrize("revocation_first", [False, True])
def test_carried_evidence_is_kept_and_void_whichever_came_first(
    platform, databases, clock, tmp_path, revocation_first
) -> None:
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock, origin=AGRI, role="agri") as farm:
        farmer = Signer(made.COOPERATIVE, "grower")
        farm.register(farmer)
        farm.log(farmer.harvest("F0"), farmer.harvest("F1"), farm.registrar.revoke(farmer, invalid_from=3))
        witness = a_witness("farm", farm, tmp_path)
        publish_checkpoint(farm.transactions, log_key(AGRI), [witness], clock())
        text = f"log {log_key(AGRI).vkey}\nwitness farm {witness.verifier.vkey} https://farm\nquorum farm\n"
        desk = EvidenceIntake(
            platform.transactions, TrustPolicy.parse([text], f"{farm.registrar.key.kid} bureau\n")
        )
        names = frozenset({witness.verifier.name})
        if revocation_first:
            pull_feed(desk, DirectFeed(farm, names, left_out=(3,)), "first")
        counted = pull_feed(desk, DirectFeed(farm, names), "then")
        assert counted["refused"] == 0
        witness.witness.transactions.engine.dispose()
    databases.discard(url)
    assert platform.count("evidence_entry") == 5
    assert marks(platform) == {lot("F1"): ALL}
    assert replays(platform)
