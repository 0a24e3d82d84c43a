"""Checkpoints get their witnesses; forks, old backups and bad entries are noticed, and by whom is said."""

from __future__ import annotations

import shutil
import threading
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import Registrar, Signer
from tests.patience import PATIENCE
from tests.servers.platform import FOOD, TestPlatform
from tests.simulators.cosigners import DirectCosigner, DirectSource, a_witness, log_key
from trace.errors import LogForked, WitnessUnavailable
from trace.ledger.policy import parse_policy
from trace.store.log.checkpoints import find_first_covering, find_newest_cosigned
from trace.store.log.entries import read_leaves
from trace.usecases.log.guard_fork import guard_fork
from trace.usecases.log.publish_checkpoint import publish_checkpoint
from trace.usecases.witness.cosign_checkpoint import Watched, Witness

LOG_KEY = log_key(FOOD)


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(hours=6))
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def watch(tmp_path):
    """Makes witnesses with databases of their own: `watch("agri", platform)`."""
    opened = []

    def make(name: str, platform: TestPlatform) -> DirectCosigner:
        made_one = a_witness(name, platform, tmp_path)
        opened.append(made_one.witness.transactions)
        return made_one

    yield make
    for transactions in opened:
        transactions.engine.dispose()


def publish(platform, cosigners, **how):
    return publish_checkpoint(platform.transactions, LOG_KEY, cosigners, platform.transactions.clock(), **how)


def mirrored(connection) -> list[bytes]:
    """The leaves that a witness keeps: what survives when a platform loses its data."""
    rows = connection.exec_driver_sql("SELECT leaf FROM mirrored_leaf ORDER BY idx").all()
    return [leaf.encode() for (leaf,) in rows]


def grower_of(platform) -> Signer:
    grower = Signer(made.COOPERATIVE, "grower")
    platform.register(grower)
    return grower


def test_an_empty_log_publishes_nothing(platform, watch) -> None:
    assert publish(platform, [watch("agri", platform)]) is None


def test_two_witnesses_cosign_and_the_policy_is_met(platform, watch) -> None:
    both = [watch("agri", platform), watch("amr", platform)]
    grower = grower_of(platform)
    platform.log(*[grower.harvest(f"H{number}") for number in range(300)])
    published = publish(platform, both)
    assert published is not None
    assert not published.pending
    assert published.size == 302
    policy = parse_policy(
        f"log {LOG_KEY.vkey}\n"
        + "".join(f"witness w{at} {one.verifier.vkey} https://w{at}\n" for at, one in enumerate(both))
        + "group both all w0 w1\nquorum both\n"
    )
    checkpoint, times = policy.open(published.note)
    assert checkpoint.size == 302
    assert set(times) == {"w0", "w1"}
    with both[0].witness.transactions.look() as tx, platform.transactions.look() as own:
        assert mirrored(tx.connection) == read_leaves(own.connection, 0, 302)


def test_a_silent_witness_leaves_the_checkpoint_pending_until_it_is_back(platform, watch) -> None:
    agri, amr = watch("agri", platform), watch("amr", platform)
    grower = grower_of(platform)
    amr.up = False
    published = publish(platform, [agri, amr])
    assert published is not None
    assert (published.present, published.missing) == ((agri.verifier.name,), (amr.verifier.name,))
    assert isinstance(published.problems[0], WitnessUnavailable)
    amr.up = True
    platform.log(grower.harvest("H1"))
    published = publish(platform, [agri, amr])
    assert published is not None
    assert not published.pending
    names = {agri.verifier.name, amr.verifier.name}
    with platform.transactions.look() as tx:
        first = find_first_covering(tx.connection, 0, names)
        assert first is not None
        assert first.size == 3  # the one both signed, not the earlier one that a single one signed


def test_witnesses_are_asked_side_by_side(platform, watch) -> None:
    """Each of these two answers only once the other was asked as well."""
    grower_of(platform)
    asked = threading.Barrier(2, timeout=PATIENCE)

    class Patient(DirectCosigner):
        def cosign(self, old, proof, note):
            asked.wait()
            return super().cosign(old, proof, note)

    published = publish(platform, [Patient(watch(name, platform).witness) for name in ("agri", "amr")])
    assert published is not None
    assert not published.pending


def test_a_later_cosignature_of_the_same_size_does_not_replace_the_first(platform, watch, clock) -> None:
    agri = watch("agri", platform)
    grower_of(platform)
    first = publish(platform, [agri])
    again = publish(platform, [agri])
    assert first is not None
    assert again is not None
    assert again.note == first.note  # within the heartbeat nobody is asked
    clock.advance(timedelta(minutes=11))
    living = publish(platform, [agri])
    assert living is not None
    assert living.note != first.note
    with platform.transactions.look() as tx:
        kept = find_newest_cosigned(tx.connection, {agri.verifier.name})
    assert kept is not None
    assert kept.cosigned_note() == first.note
    assert kept.cosigned_note(newest=True) == living.note


def test_an_answer_that_was_lost_is_made_good_from_the_size_the_witness_names(platform, watch) -> None:
    agri = watch("agri", platform)
    grower = grower_of(platform)
    platform.log(grower.harvest("H1"))

    class Forgetful(DirectCosigner):
        def cosign(self, old, proof, note):
            super().cosign(old, proof, note)
            raise WitnessUnavailable(witness=self.verifier.name, reason="connection lost")

    pending = publish(platform, [Forgetful(agri.witness)])
    assert pending is not None
    assert pending.pending
    platform.log(grower.harvest("H2"))
    published = publish(platform, [agri])
    assert published is not None
    assert not published.pending


def test_a_restored_old_backup_is_refused_by_the_fork_guard(tmp_path, databases, clock, watch) -> None:
    clock.advance(timedelta(hours=6))
    url = databases.migrated("sqlite")
    path, backup = url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    with TestPlatform(url, clock) as platform:
        grower = grower_of(platform)
        registrar = platform.registrar
    shutil.copyfile(path, backup)
    with TestPlatform(url, clock, registrar=registrar) as platform:
        agri = watch("agri", platform)
        platform.log(grower.harvest("H1"))
        publish(platform, [agri])
        assert guard_fork(platform.transactions, LOG_KEY.verifier, [agri]).agreed == (agri.verifier.name,)
    with TestPlatform(f"sqlite:///{backup}", clock, registrar=registrar) as restored:
        with pytest.raises(LogForked) as forked:
            guard_fork(restored.transactions, LOG_KEY.verifier, [agri])
        assert forked.value.params == {"origin": FOOD, "witness": agri.verifier.name, "seen": 3, "size": 2}
        # Even past the guard, the witness gives no second history its signature.
        with pytest.raises(LogForked):
            publish(restored, [agri])
        other = Signer(made.COOPERATIVE, "grower")  # the same key, and the chain as the backup has it
        restored.log(other.harvest("other"))
        agri.witness.logs[FOOD].source.platform = restored
        with pytest.raises(LogForked):
            guard_fork(restored.transactions, LOG_KEY.verifier, [agri])
        for number in range(2):  # at the same size, then at a larger one
            with pytest.raises(LogForked):
                publish(restored, [agri])
            restored.log(other.harvest(f"more-{number}"))
    databases.discard(url)


def test_without_any_witness_the_log_starts_only_on_the_operators_word(platform, watch) -> None:
    agri = watch("agri", platform)
    agri.up = False
    assert guard_fork(platform.transactions, LOG_KEY.verifier, [agri]).size == 0  # nothing to protect yet
    grower_of(platform)
    with pytest.raises(WitnessUnavailable):
        guard_fork(platform.transactions, LOG_KEY.verifier, [agri])
    assert guard_fork(platform.transactions, LOG_KEY.verifier, [agri], alone=True).silent


def test_a_witness_does_not_cosign_entries_it_cannot_read_or_that_are_not_right(platform, watch) -> None:
    agri, stranger = watch("agri", platform), watch("amr", platform)
    grower_of(platform)
    unknown = Witness(
        stranger.witness.transactions,
        stranger.witness.key,
        {FOOD: Watched(LOG_KEY.verifier, frozenset({Registrar(made.LAB).key.kid}), DirectSource(platform))},
    )
    published = publish(platform, [agri, DirectCosigner(unknown)])
    assert published is not None
    assert published.missing == (stranger.verifier.name,)
    assert "422" in str(published.problems[0])
    assert unknown.latest("0" * 64) is None
    with unknown.transactions.look() as tx:
        assert mirrored(tx.connection) == []


def test_statements_about_keys_are_fetched_only_where_there_are_any(platform, watch) -> None:
    agri = watch("agri", platform)
    fetched: list[tuple[int, int]] = []

    class Counting(DirectSource):
        def key_statements(self, start, end):
            fetched.append((start, end))
            return super().key_statements(start, end)

    watched = Watched(LOG_KEY.verifier, frozenset({platform.registrar.key.kid}), Counting(platform))
    counted = DirectCosigner(Witness(agri.witness.transactions, agri.witness.key, {FOOD: watched}))
    grower = grower_of(platform)
    assert publish(platform, [counted]).pending is False
    platform.log(grower.harvest("H1"), grower.harvest("H2"))
    assert publish(platform, [counted]).pending is False
    platform.log(platform.registrar.revoke(grower))
    assert publish(platform, [counted]).pending is False
    assert fetched == [(0, 2), (4, 5)]


def test_a_witness_that_starts_again_goes_on_from_its_own_database(platform, watch, tmp_path, clock) -> None:
    agri = watch("agri", platform)
    grower = grower_of(platform)
    publish(platform, [agri])
    platform.log(grower.harvest("H1"))
    again = watch("agri", platform)
    published = publish(platform, [again])
    assert published is not None
    assert not published.pending
    platform.log(platform.registrar.revoke(grower))
    assert publish(platform, [again]).pending is False
