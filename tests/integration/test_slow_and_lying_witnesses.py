"""A witness that is slow, lies or has a clock set back costs neither the log nor the honest one anything."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.patience import PATIENCE, until
from tests.servers.platform import AGRI, FOOD, TestPlatform
from tests.simulators.cosigners import DirectCosigner, DirectSource, a_witness, log_key
from tests.simulators.witnesses import SigningWitness
from trace.errors import EntriesUnavailable, LogForked, WitnessUnavailable
from trace.exchange.entry_source import HttpEntrySource
from trace.exchange.witness_client import HttpCosigner
from trace.ledger.checkpoint import Checkpoint, sign_checkpoint
from trace.ledger.merkle import EMPTY_ROOT
from trace.ledger.note import SignatureLine, parse_note
from trace.ledger.witness import encode_add_checkpoint
from trace.store.log.checkpoints import find_checkpoint, list_checkpoints
from trace.usecases.log.ask_witnesses import AskedWitnesses
from trace.usecases.log.publish_checkpoint import publish_checkpoint
from trace.usecases.witness.cosign_checkpoint import Watched, Witness

LOG_KEY = log_key(FOOD)
SOON = PATIENCE
"""Seconds until which a test would be hanging."""


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(hours=6))
    with TestPlatform(database_url, clock) as running:
        running.grower = Signer(made.COOPERATIVE, "grower")
        running.register(running.grower)
        yield running


@pytest.fixture
def watch(tmp_path):
    opened = []

    def make(name: str, platform: TestPlatform) -> DirectCosigner:
        opened.append(a_witness(name, platform, tmp_path))
        return opened[-1]

    yield make
    for one in opened:
        one.witness.transactions.engine.dispose()


def publish(platform, cosigners, asked=None):
    transactions = platform.transactions
    return publish_checkpoint(transactions, LOG_KEY, cosigners, transactions.clock(), asked=asked)


def signers(platform, size: int) -> set[str]:
    with platform.transactions.look() as tx:
        found = find_checkpoint(tx.connection, size)
    return set() if found is None else set(found.witnesses)


class Slow(DirectCosigner):
    """Answers when it is let go."""

    def __init__(self, witness: Witness) -> None:
        super().__init__(witness)
        self.go = threading.Event()
        self.asked = 0

    def cosign(self, old, proof, note):
        self.asked += 1
        assert self.go.wait(SOON)
        return super().cosign(old, proof, note)


# Slow ------------------------------------------------------------------------------------------------------


def test_a_slow_witness_delays_no_round_and_its_line_is_kept_when_it_comes(platform, watch) -> None:
    honest, slow = watch("agri", platform), Slow(watch("amr", platform).witness)
    asked = AskedWitnesses(patience=0.2)
    for size in (2, 3, 4):
        published = publish(platform, [slow, honest], asked)
        assert (published.present, published.missing) == ((honest.verifier.name,), (slow.verifier.name,))
        assert signers(platform, size) == {honest.verifier.name}
        platform.log(platform.grower.harvest(f"H{size}"))
    reasons = [one.params["reason"] for one in published.problems]
    assert reasons == ["still-asked"]
    assert slow.asked == 1, "who has not answered yet is not asked again"
    slow.go.set()
    until(lambda: signers(platform, 2) == {honest.verifier.name, slow.verifier.name})
    until(lambda: not publish(platform, [slow, honest], asked).pending)
    assert signers(platform, 5) == {honest.verifier.name, slow.verifier.name}


def test_a_fork_that_is_told_late_stops_the_log_all_the_same(platform, watch) -> None:
    slow = Slow(watch("amr", platform).witness)
    asked = AskedWitnesses(patience=0.2)

    def forked(old, proof, note):
        assert slow.go.wait(SOON)
        raise LogForked(origin=FOOD, witness=slow.verifier.name, seen=9, size=2)

    slow.cosign = forked
    assert publish(platform, [slow], asked).pending
    slow.go.set()

    def stopped() -> bool:
        try:
            publish(platform, [], asked)
        except LogForked:
            return True
        return False

    until(stopped)


@contextmanager
def trickling(head: bytes, drop: bytes):
    """A server that sends `head` and then `drop` every 50 ms, without end."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                talk, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(talk,), daemon=True).start()

    def drip(talk: socket.socket) -> None:
        with talk:
            talk.recv(65_536)
            try:
                talk.sendall(head)
                while not over.wait(0.05):
                    talk.sendall(drop)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    over.set()
    server.close()


DRIPS = {
    "in the head": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "in the body": (b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n", b"x"),
    "without a length": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("where", DRIPS)
def test_whoever_sends_one_byte_at_a_time_is_cut_off(where) -> None:
    with trickling(*DRIPS[where]) as address:
        begun = time.monotonic()
        with pytest.raises(WitnessUnavailable):
            HttpCosigner(address, LOG_KEY.verifier, timeout=0.5).cosign(0, [], "note\n")
        with pytest.raises(EntriesUnavailable):
            HttpEntrySource(address, timeout=0.5).leaves(0, 2)
        assert time.monotonic() - begun < SOON / 2


def test_a_log_that_hangs_keeps_its_witness_from_no_other_log(platform, databases, clock, watch) -> None:
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock, origin=AGRI, role="agri") as farm:
        farm.register(Signer(made.COOPERATIVE, "farm"))
        near = watch("agri", platform).witness
        hang = threading.Event()

        class Hanging(DirectSource):
            def leaves(self, start, end):
                assert hang.wait(SOON)
                return super().leaves(start, end)

        registrars = frozenset({platform.registrar.key.kid})
        logs = {
            FOOD: Watched(LOG_KEY.verifier, registrars, Hanging(platform)),
            AGRI: Watched(log_key(AGRI).verifier, registrars, DirectSource(farm)),
        }
        witness = DirectCosigner(Witness(near.transactions, near.key, logs))
        waiting = threading.Thread(target=publish, args=(platform, [witness]), daemon=True)
        waiting.start()
        transactions = farm.transactions
        published = publish_checkpoint(transactions, log_key(AGRI), [witness], transactions.clock())
        assert published.pending is False
        hang.set()
        waiting.join(SOON)
    databases.discard(url)


# Lying -----------------------------------------------------------------------------------------------------


def _time_beyond_the_calendar(verifier, note) -> list[SignatureLine]:
    return [SignatureLine(verifier.name, verifier.key_id, b"\xff" * 72)]


def _cut_short(verifier, note) -> list[SignatureLine]:
    return [SignatureLine(verifier.name, verifier.key_id, b"x")]


def _nothing(verifier, note) -> list[SignatureLine]:
    return []


def _the_logs_line(verifier, note) -> list[SignatureLine]:
    return list(parse_note(note).lines)


def _not_lines(verifier, note) -> object:
    return [None]


def _breaks(verifier, note) -> list[SignatureLine]:
    raise ValueError("whatever")


LIES = (_time_beyond_the_calendar, _cut_short, _nothing, _the_logs_line, _not_lines, _breaks)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__.strip("_"))
def test_no_answer_of_a_lying_witness_takes_the_honest_ones_line(platform, watch, lie) -> None:
    honest, liar = watch("agri", platform), watch("amr", platform)
    liar.cosign = lambda old, proof, note: lie(liar.verifier, note)
    published = publish(platform, [liar, honest])
    assert (published.present, published.missing) == ((honest.verifier.name,), (liar.verifier.name,))
    assert isinstance(published.problems[0], WitnessUnavailable)
    assert signers(platform, 2) == {honest.verifier.name}


# Clocks set back -------------------------------------------------------------------------------------------


def test_a_witness_signs_no_time_before_its_last_one(platform, watch, clock) -> None:
    witness = watch("agri", platform)
    assert publish(platform, [witness]).pending is False
    before = witness.witness.latest(_hash_of(FOOD))
    platform.log(platform.grower.harvest("H1"))
    clock.advance(-timedelta(minutes=3))
    published = publish(platform, [witness])
    assert published.pending
    assert "clock-behind-last-signature" in str(published.problems[0])
    assert witness.witness.latest(_hash_of(FOOD)) == before
    clock.advance(timedelta(minutes=3))
    assert publish(platform, [witness]).pending is False


def test_nor_before_what_it_signed_of_another_log(platform, databases, clock, watch) -> None:
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock, origin=AGRI, role="agri") as farm:
        farm.register(Signer(made.COOPERATIVE, "farm"))
        near = watch("agri", platform).witness
        registrars = frozenset({platform.registrar.key.kid})
        logs = {
            FOOD: Watched(LOG_KEY.verifier, registrars, DirectSource(platform)),
            AGRI: Watched(log_key(AGRI).verifier, registrars, DirectSource(farm)),
        }
        witness = DirectCosigner(Witness(near.transactions, near.key, logs))
        assert publish(platform, [witness]).pending is False
        clock.advance(-timedelta(minutes=3))
        transactions = farm.transactions
        published = publish_checkpoint(transactions, log_key(AGRI), [witness], transactions.clock())
        assert published.pending
    databases.discard(url)


@pytest.mark.parametrize(
    ("moved", "reason"), [(-timedelta(days=2), "time-backwards"), (timedelta(days=2), "time-ahead")]
)
def test_the_log_keeps_no_line_with_a_time_that_cannot_be(platform, clock, moved, reason) -> None:
    liar = SigningWitness("witness.test/liar", clock)
    assert publish(platform, [liar]).pending is False
    platform.log(platform.grower.harvest("H1"))
    false_clock = SigningWitness("witness.test/liar", lambda: clock() + moved)
    published = publish(platform, [false_clock])
    assert published.pending
    assert published.problems[0].params["reason"] == reason
    with platform.transactions.look() as tx:
        times = [line.at for one in list_checkpoints(tx.connection) for line in one.cosignatures]
    assert times == sorted(times)
    assert len(times) == 1
    assert publish(platform, [liar]).pending is False


# As the protocol says --------------------------------------------------------------------------------------


def test_the_empty_tree_has_one_root(platform, watch) -> None:
    witness = watch("agri", platform).witness
    for root, status in ((EMPTY_ROOT, 200), (b"x" * 32, 422)):
        note = sign_checkpoint(Checkpoint(FOOD, 0, root), LOG_KEY)
        assert witness.add_checkpoint(encode_add_checkpoint(0, [], note)).status == status
    assert publish(platform, [DirectCosigner(witness)]).pending is False


def test_a_wrong_second_line_of_the_logs_key_is_neither_signed_nor_passed_on(platform, watch) -> None:
    witness = watch("agri", platform).witness
    checkpoint = Checkpoint(FOOD, 0, EMPTY_ROOT)
    note = sign_checkpoint(checkpoint, LOG_KEY)
    wrong = str(SignatureLine(FOOD, LOG_KEY.verifier.key_id, bytes(64)))
    assert witness.add_checkpoint(encode_add_checkpoint(0, [], note + wrong)).status == 403
    assert witness.latest(_hash_of(FOOD)) is None


def _hash_of(origin: str) -> str:
    from hashlib import sha256

    return sha256(origin.encode()).hexdigest()
