"""Rows edited, deleted, reordered by the database's administrator: who sees it, and from what."""

from __future__ import annotations

import pytest

from tests.servers.platform import FOOD, LOT_KEY
from tests.simulators.cosigners import log_key
from tests.simulators.intruder import Intruder
from trace.errors import LogForked
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.guard_fork import guard_fork
from trace.usecases.log.publish_checkpoint import publish_checkpoint

FIRST = 2  # behind the registrations
FRAUDS = ("edited", "deleted", "reordered")


@pytest.fixture
def logged(platform, grower, watch):
    """Six harvests under a checkpoint of both witnesses."""
    cosigners = [watch.witness("agri", platform), watch.witness("market", platform)]
    platform.log(*[grower.harvest(f"H{number}") for number in range(6)])
    published = watch.publish(platform, cosigners)
    assert published is not None
    assert not published.pending
    assert watch.audit(platform, cosigners, LOT_KEY) == set()
    return cosigners


def commit(fraud: str, platform, grower) -> Intruder:
    """The last harvest with another amount (its signer helps), one deleted, or two exchanged."""
    intruder = Intruder(platform)
    if fraud == "edited":
        last = platform.count("log_entry") - 1
        grower.seq, grower.prev = grower.seq - 1, _id_before(platform, last)
        intruder.edit(last, grower.harvest("H5", quantity={"value": "1", "unit": "kg"}))
    elif fraud == "deleted":
        intruder.delete(FIRST + 2)
    else:
        intruder.swap(FIRST + 1, FIRST + 2)
    return intruder


def _id_before(platform, index: int) -> str:
    with platform.transactions.look() as tx:
        sql = f"SELECT stmt FROM log_entry WHERE idx = {index - 1}"
        return str(tx.connection.exec_driver_sql(sql).scalar_one())


@pytest.mark.parametrize("fraud", FRAUDS)
def test_the_auditor_sees_rows_that_no_longer_make_the_tree(platform, grower, watch, logged, fraud) -> None:
    commit(fraud, platform, grower)
    found = watch.audit(platform, logged, LOT_KEY)
    assert found >= {"tile-differs", "root-differs"}
    assert ("chain-broken" in found) == (fraud != "edited")


@pytest.mark.parametrize("fraud", FRAUDS)
def test_the_auditor_sees_it_in_the_signed_checkpoint_when_the_tree_was_made_to_fit(
    platform, grower, watch, logged, fraud
) -> None:
    commit(fraud, platform, grower).retile()
    found = watch.audit(platform, logged, LOT_KEY)
    assert "root-differs" in found
    assert "tile-differs" not in found


@pytest.mark.parametrize("fraud", FRAUDS)
def test_the_fork_guard_does_not_start_a_log_whose_past_was_made_anew(
    platform, grower, watch, logged, fraud
) -> None:
    """All traces removed, tree and checkpoints: what is left against it is the witnesses' memory."""
    intruder = commit(fraud, platform, grower)
    intruder.retile()
    intruder.forget_checkpoints()
    replay(platform.transactions, repair=True)
    if fraud == "edited":
        assert watch.audit(platform, logged, LOT_KEY) == set()  # nothing inside the platform tells any more
    with pytest.raises(LogForked) as forked:
        guard_fork(platform.transactions, log_key(FOOD).verifier, logged)
    assert forked.value.params["witness"] == logged[0].verifier.name


@pytest.mark.parametrize("fraud", FRAUDS)
def test_every_witness_refuses_to_sign_a_past_that_was_made_anew(
    platform, grower, watch, logged, fraud
) -> None:
    intruder = commit(fraud, platform, grower)
    intruder.retile()
    intruder.forget_checkpoints()
    sizes = [one.witness.latest(_origin_hash()) for one in logged]
    for one in logged:
        with pytest.raises(LogForked):
            publish_checkpoint(platform.transactions, log_key(FOOD), [one], platform.transactions.clock())
    assert [one.witness.latest(_origin_hash()) for one in logged] == sizes


def _origin_hash() -> str:
    from hashlib import sha256

    return sha256(FOOD.encode()).hexdigest()


def test_a_statement_dropped_from_a_chain_is_refused_by_the_log(platform, grower) -> None:
    first, _dropped, third = (grower.harvest(f"H{number}") for number in range(3))
    platform.log(first)
    (outcome,) = platform.accept(third)
    assert outcome.refusal.code == "chain-conflict"
    assert outcome.refusal.params["seq"] == 2
    assert platform.count("log_entry") == FIRST + 1


def test_a_statement_dropped_before_anybody_saw_it_is_refused_by_the_witness_and_found_by_the_auditor(
    platform, grower, watch
) -> None:
    """The operator drops the second of three before the checkpoint: the tree fits, the chain does not."""
    platform.log(*[grower.harvest(f"H{number}") for number in range(3)])
    intruder = Intruder(platform)
    intruder.delete(FIRST + 1)
    intruder.retile()
    honest = watch.witness("agri", platform)
    published = watch.publish(platform, [honest])
    assert published is not None
    assert published.missing == (honest.verifier.name,)
    assert "chain-conflict" in str(published.problems[0])
    assert "chain-broken" in watch.audit(platform)
