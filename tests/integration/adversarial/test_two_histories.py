"""Two histories under one log key, with one witness each or with a witness that helps: who sees it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.builders.signers import Registrar, Signer
from tests.servers.platform import FOOD, TestPlatform
from tests.simulators.cosigners import log_key
from tests.simulators.witnesses import SigningWitness
from trace.errors import LogForked, QuorumNotMet
from trace.ledger.checkpoint import open_checkpoint
from trace.usecases.log.guard_fork import guard_fork

BOTH = sha256(FOOD.encode()).hexdigest()


@pytest.fixture
def double(databases, platform, grower, clock):
    """A second platform with the same keys and the same beginning, and its own copy of the grower's chain."""
    url = databases.migrated("sqlite")
    registrar = Registrar()
    with TestPlatform(url, clock, registrar=registrar) as second:
        copy = Signer(grower.code, *grower.roles)
        with platform.transactions.look() as tx:
            begun = [
                row[0] for row in tx.connection.exec_driver_sql("SELECT jws FROM log_entry ORDER BY idx")
            ]
        assert len(second.acceptance.accept(begun, each=False)) == 2
        yield second, copy
    databases.discard(url)


@pytest.fixture
def forked(platform, grower, double, watch):
    """Each witness has signed one of the two histories, both of three entries."""
    second, copy = double
    agri, market = watch.witness("agri", platform), watch.witness("market", second)
    platform.log(grower.harvest("to-one"))
    second.log(copy.harvest("to-the-other"))
    shown = watch.publish(platform, [agri]), watch.publish(second, [market])
    assert [one.pending for one in shown] == [False, False]
    return agri, market, shown


def test_a_consumer_with_the_policy_of_both_accepts_neither_history(watch, forked) -> None:
    agri, market, shown = forked
    policy = watch.policy([agri, market])
    for one in shown:
        with pytest.raises(QuorumNotMet):
            policy.open(one.note)


def test_whoever_compares_the_two_witnesses_holds_the_logs_own_signatures_against_it(forked) -> None:
    agri, market, _ = forked
    notes = [one.witness.latest(BOTH) for one in (agri, market)]
    one, other = (open_checkpoint(note, log_key(FOOD).verifier) for note in notes)
    assert one.size == other.size
    assert one.root != other.root


def test_the_fork_guard_of_either_side_learns_it_from_the_other_sides_witness(
    platform, double, forked
) -> None:
    agri, market, _ = forked
    for side, stranger in ((platform, market), (double[0], agri)):
        with pytest.raises(LogForked) as refused:
            guard_fork(side.transactions, log_key(FOOD).verifier, [agri, market])
        assert refused.value.params["witness"] == stranger.verifier.name


def test_a_witness_that_signed_one_history_refuses_the_other(watch, platform, grower, double, forked) -> None:
    agri, market, _ = forked
    second, copy = double
    second.log(copy.harvest("more"))
    agri.witness.logs[FOOD].source.platform = second  # the forger answers its questions, too
    with pytest.raises(LogForked):
        watch.publish(second, [market, agri])
    published = watch.publish(second, [market])
    with pytest.raises(QuorumNotMet):
        watch.policy([agri, market]).open(published.note)


def test_one_colluding_witness_is_not_enough_and_the_honest_one_refuses(
    platform, grower, double, watch, clock
) -> None:
    second, copy = double
    honest, colluding = watch.witness("agri", platform), SigningWitness("witness.test/market", clock)
    platform.log(grower.harvest("true"))
    assert not watch.publish(platform, [honest, colluding]).pending
    second.log(copy.harvest("false"), copy.harvest("false-too"))
    honest.witness.logs[FOOD].source.platform = second
    with pytest.raises(LogForked) as refused:
        watch.publish(second, [colluding, honest])
    assert refused.value.params["witness"] == honest.verifier.name
    published = watch.publish(second, [colluding])
    assert published.present == (colluding.verifier.name,)  # it signs anything
    with pytest.raises(QuorumNotMet):
        watch.policy([honest, colluding]).open(published.note)
