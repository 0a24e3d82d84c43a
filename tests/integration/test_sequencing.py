"""Uploads become entries: in order, once, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from sqlalchemy import event

from tests.builders import facts as made
from tests.builders.signers import NOON, Registrar, Signer
from tests.servers.platform import TestPlatform
from trace.errors import (
    ChainConflict,
    GroupRefused,
    GroupTooLarge,
    KeyNotValid,
    KeyUnknown,
    KindNotTaken,
    MayNotState,
    NotAuthentic,
    RegistrarUnknown,
    SequencerStopped,
    StorageFull,
    StreamStopped,
)
from trace.ledger.leaf import parse_leaf
from trace.ledger.merkle import CompactRange, leaf_hash
from trace.store.log.entries import load_tree, read_entries, read_head, read_leaves
from trace.usecases.intake.receipt import KNOWN, LOGGED, Receipt, Refused


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(hours=6))
    with TestPlatform(database_url, clock) as running:
        yield running


def farm(stream: str = "desk-1") -> Signer:
    return Signer(made.COOPERATIVE, "grower", stream=stream)


def the_code(outcome) -> type:
    assert isinstance(outcome, Refused), outcome
    return type(outcome.refusal)


def test_an_upload_is_logged_in_order_with_contiguous_indices(platform) -> None:
    grower = farm()
    platform.register(grower)
    statements = [grower.harvest(f"H{number}") for number in range(5)]
    receipts = platform.log(*statements)
    assert [one.index for one in receipts] == [2, 3, 4, 5, 6]
    assert {one.state for one in receipts} == {LOGGED}
    with platform.transactions.look() as tx:
        kept = read_entries(tx.connection, 2, 7)
        leaves = read_leaves(tx.connection, 0, 7)
        tree = load_tree(tx.connection, 7)
    assert [one.jws for one in kept] == [one.compact for one in statements]
    assert [parse_leaf(leaf).statement_id for leaf in leaves[2:]] == [one.statement_id for one in statements]
    edge = CompactRange()
    edge.extend([leaf_hash(leaf) for leaf in leaves])
    assert tree.root() == edge.root()


def test_the_same_bytes_again_give_the_same_index_and_nothing_new(platform) -> None:
    grower = farm()
    platform.register(grower)
    statement = grower.harvest("H1")
    (first,) = platform.log(statement)
    (again,) = platform.log(statement)
    assert (again.index, again.state) == (first.index, KNOWN)
    twice = grower.harvest("H2")
    one, two = platform.log(twice, twice)
    assert (one.index, two.index, two.state) == (3, 3, KNOWN)
    assert platform.count("log_entry") == 4
    assert platform.count("lot") == 2


def test_a_sequence_conflict_names_the_head_to_go_on_from(platform) -> None:
    grower = farm()
    platform.register(grower)
    first = grower.harvest("H1")
    platform.log(first)
    grower.seq, grower.prev = 4, "x" * 43
    (refused,) = platform.accept(grower.harvest("H5"))
    assert the_code(refused) is ChainConflict
    assert refused.refusal.params == {"stream": "desk-1", "seq": 2, "prev": first.statement_id}
    grower.seq, grower.prev = 0, None
    (restarted,) = platform.accept(grower.harvest("H6"))
    assert the_code(restarted) is ChainConflict


def test_all_or_none_leaves_neither_row_nor_entry_of_a_refused_group(platform) -> None:
    grower = farm()
    platform.register(grower)
    group = [grower.harvest("H1"), grower.harvest("H2"), grower.harvest("H1")]
    outcomes = platform.accept(*group, each=False)
    assert [the_code(one) for one in outcomes[:2]] == [GroupRefused, GroupRefused]
    assert outcomes[0].refusal.params["position"] == 2
    assert platform.count("log_entry") == 2
    assert platform.count("lot") == 0
    receipts = platform.accept(*group[:2], each=False)
    assert [one.index for one in receipts] == [2, 3]


def test_each_stops_a_stream_at_its_first_refusal_and_goes_on_with_the_others(platform) -> None:
    grower, other = farm(), farm("field-2")
    platform.register(grower, other)
    outcomes = platform.accept(
        grower.harvest("H1"),
        grower.harvest("H1"),  # exists already
        grower.harvest("H3"),
        other.harvest("F1"),
    )
    assert isinstance(outcomes[0], Receipt)
    assert isinstance(outcomes[1], Refused)
    assert the_code(outcomes[2]) is StreamStopped
    assert outcomes[2].refusal.params["seq"] == 2
    assert outcomes[2].position == 2
    assert isinstance(outcomes[3], Receipt)
    assert platform.count("log_entry") == 5


def test_a_refused_group_leaves_nothing_behind_for_the_next_group_of_the_same_batch(platform) -> None:
    grower, other = farm(), farm("field-2")
    platform.register(grower, other)
    bad = platform.acceptance.verify([grower.harvest("H1").flattened(), grower.harvest("H1").flattened()])
    good = platform.acceptance.verify([other.harvest("H1").flattened()])
    answers = platform.sequencer._commit([_group(bad), _group(good)])
    assert all(isinstance(one, Refused) for one in answers[0])
    assert isinstance(answers[1][0], Receipt)
    assert answers[1][0].index == 3


def _group(candidates):
    from trace.usecases.intake.sequence import _Group

    return _Group(candidates, each=False)


def test_a_wrong_signature_and_an_unknown_key_are_refused(platform) -> None:
    grower, stranger = farm(), Signer(made.MILL, "processor")
    platform.register(grower)
    forged = grower.harvest("H1").flattened()
    forged["signature"] = "A" * 86
    (outcome,) = platform.acceptance.accept([forged], each=True)
    assert the_code(outcome) is NotAuthentic
    (outcome,) = platform.accept(
        stranger.state("master.product", "urn:product:X:1", {"name": "x", "spec": "y"})
    )
    assert the_code(outcome) is KeyUnknown
    assert platform.count("log_entry") == 2


def test_a_key_registered_in_the_same_upload_may_sign_what_follows(platform) -> None:
    grower = farm()
    registrar = platform.registrar
    outcomes = platform.accept(
        registrar.register(registrar), registrar.register(grower), grower.harvest("H1")
    )
    assert [one.index for one in outcomes] == [0, 1, 2]


def test_a_key_counts_from_its_registration_to_its_revocation(platform) -> None:
    grower = farm()
    platform.register(grower)
    with pytest.raises(AssertionError, match="key-already-registered"):
        platform.register(grower)
    platform.registrar.seq, platform.registrar.prev = platform.registrar.seq - 1, _previous(platform, 1)
    platform.log(grower.harvest("H1"))
    platform.log(platform.registrar.revoke(grower))
    (outcome,) = platform.accept(grower.harvest("H2"))
    assert the_code(outcome) is KeyNotValid
    assert outcome.refusal.params["reason"] == "revoked"


def _previous(platform, index: int) -> str:
    with platform.transactions.look() as tx:
        return read_entries(tx.connection, index, index + 1)[0].statement_id


def test_only_registrars_of_the_policy_register_keys(platform) -> None:
    grower, pretender = farm(), Registrar(made.LAB)
    platform.register(grower)
    (outcome,) = platform.accept(pretender.register(pretender))
    assert the_code(outcome) is RegistrarUnknown
    sub = Signer(made.MILL, "processor")
    (outcome,) = platform.accept(grower.state("party.key.register", sub.iss, sub.registration()))
    assert the_code(outcome) is RegistrarUnknown


def test_a_holder_may_revoke_its_own_key_and_nobody_elses(platform) -> None:
    grower, mill = farm(), Signer(made.MILL, "processor")
    platform.register(grower, mill)
    data = {"kid": mill.key.kid, "reason": "compromised"}
    (outcome,) = platform.accept(grower.state("party.key.revoke", mill.iss, data))
    assert the_code(outcome) is RegistrarUnknown
    platform.log(mill.state("party.key.revoke", mill.iss, data))
    (outcome,) = platform.accept(mill.state("party.key.revoke", mill.iss, data))
    assert the_code(outcome) is KeyNotValid


def test_a_role_states_only_what_the_table_allows(platform) -> None:
    mill = Signer(made.MILL, "processor")
    platform.register(mill)
    (outcome,) = platform.accept(mill.harvest("H1"))
    assert the_code(outcome) is MayNotState


def test_an_agricultural_platform_takes_no_food_records(database_url, clock) -> None:
    clock.advance(timedelta(hours=6))
    with TestPlatform(database_url, clock, role="agri") as platform:
        grower = farm()
        platform.register(grower)
        platform.log(grower.harvest("H1"))
        lot = made.lot(grower.code, "M1")
        (outcome,) = platform.accept(grower.state("food.receipt", lot, made.a_receipt(lot=lot)))
        assert the_code(outcome) is KindNotTaken


def test_a_farms_statement_may_be_appended_here_and_says_who_handed_it_in(platform) -> None:
    grower = farm()
    platform.register(grower)
    (receipt,) = platform.accept(grower.harvest("H1"), via="agri.example.cn")
    assert isinstance(receipt, Receipt)
    with platform.transactions.look() as tx:
        entries = read_entries(tx.connection, 0, 3)
    assert [one.via for one in entries] == [None, None, "agri.example.cn"]


def test_more_than_one_transaction_takes_is_said_before_anything_is_tried(platform) -> None:
    grower = farm()
    platform.register(grower)
    statement = grower.harvest("H1")
    with pytest.raises(GroupTooLarge):
        platform.accept(*[statement] * 2001, each=False)
    assert platform.accept(each=False) == []
    assert platform.count("log_entry") == 2


def test_a_stopped_sequencer_takes_nothing(platform) -> None:
    registrar = platform.registrar
    platform.sequencer.stop()
    with pytest.raises(SequencerStopped):
        platform.accept(registrar.register(registrar))


def test_a_cancelled_upload_is_not_logged_and_harms_nobody(platform) -> None:
    growers = [farm(f"field-{number}") for number in range(3)]
    platform.register(*growers)
    gate = Event()
    platform.sequencer._in_transaction = lambda _tx, _decided: gate.wait(10)
    uploads = [platform.acceptance.verify([one.harvest(one.stream).flattened()]) for one in growers]
    first = platform.sequencer.submit(uploads[0])
    while platform.sequencer._queue.qsize():
        sleep(0.001)  # until the thread has taken it, and waits at the gate
    cancelled = platform.sequencer.submit(uploads[1])
    assert cancelled.cancel()
    third = platform.sequencer.submit(uploads[2])
    gate.set()
    assert [future.result(10)[0].index for future in (first, third)] == [4, 5]
    assert platform.count("lot") == 2


def test_time_in_the_log_never_runs_backwards(platform, clock) -> None:
    grower = farm()
    platform.register(grower)
    platform.log(grower.harvest("H1", at=NOON - timedelta(hours=8)))
    clock.advance(timedelta(hours=-3))
    platform.log(grower.harvest("H2", at=NOON - timedelta(hours=8)))
    with platform.transactions.look() as tx:
        before, after = read_entries(tx.connection, 2, 4)
    assert after.logged_at == before.logged_at
    assert clock() < before.logged_at


def test_eight_threads_lose_nothing_and_double_nothing(platform) -> None:
    growers = [farm(f"field-{number}") for number in range(8)]
    platform.register(*growers)

    def upload(grower: Signer) -> list[int]:
        return [platform.log(grower.harvest(f"{grower.stream}-{number}"))[0].index for number in range(25)]

    with ThreadPoolExecutor(8) as pool:
        indices = [index for each in pool.map(upload, growers) for index in each]
    assert sorted(indices) == list(range(9, 209))
    assert platform.count("lot") == 200


def test_two_writers_on_one_database_number_one_log(platform, database_url, clock) -> None:
    growers = [farm(f"field-{number}") for number in range(4)]
    platform.register(*growers)
    with TestPlatform(database_url, clock, registrar=platform.registrar) as second:
        writers = [platform, second]

        def upload(number: int) -> list[int]:
            writer, grower = writers[number % 2], growers[number]
            return [writer.log(grower.harvest(f"{grower.stream}-{at}"))[0].index for at in range(20)]

        with ThreadPoolExecutor(4) as pool:
            indices = [index for each in pool.map(upload, range(4)) for index in each]
    assert sorted(indices) == list(range(5, 85))
    with platform.transactions.look() as tx:
        tree = load_tree(tx.connection, 85)
        edge = CompactRange()
        edge.extend([leaf_hash(leaf) for leaf in read_leaves(tx.connection, 0, 85)])
    assert tree.root() == edge.root()


def test_the_number_of_queries_does_not_follow_the_size_of_a_batch(platform) -> None:
    grower = farm()
    platform.register(grower)
    counts = []
    for size in (30, 120):
        statements = [grower.harvest(f"B{size}-{number}") for number in range(size)]
        with _counted(platform.engine) as asked:
            platform.log(*statements)
        counts.append(len(asked))
    assert counts[0] == pytest.approx(counts[1], abs=2)
    assert counts[1] < 40


@contextmanager
def _counted(engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_a_full_disk_refuses_the_batch_and_keeps_the_log_usable(tmp_path, databases, clock) -> None:
    url = databases.migrated("sqlite")
    clock.advance(timedelta(hours=6))
    with TestPlatform(url, clock) as platform:
        grower = farm()
        platform.register(grower)
        pages = _pragma(platform, "page_count")
        _pragma(platform, f"max_page_count = {pages + 4}")
        statements = [grower.harvest(f"H{number}") for number in range(200)]
        outcomes = platform.accept(*statements)
        assert the_code(outcomes[0]) is StorageFull
        assert not any(isinstance(one, Receipt) for one in outcomes)
        assert platform.count("log_entry") == 2
        assert platform.count("lot") == 0
        platform.engine.dispose()  # the limit is the connection's
        receipts = platform.log(*statements)
        assert [one.index for one in receipts] == list(range(2, 202))
    databases.discard(url)


def _pragma(platform, pragma: str) -> int:
    connections = [platform.engine.connect() for _ in range(5)]
    values = [one.exec_driver_sql(f"PRAGMA {pragma}").scalar() for one in connections]
    for one in connections:
        one.close()
    return int(values[0])


def test_an_unforeseen_failure_reaches_the_caller_and_not_the_next_upload(database_url, clock) -> None:
    clock.advance(timedelta(hours=6))

    class Unforeseen(Exception):
        pass

    failing = [True]

    def fail_once(_tx, _decided) -> None:
        if failing.pop() if failing else False:
            raise Unforeseen

    with TestPlatform(database_url, clock) as platform:
        platform.sequencer._in_transaction = fail_once
        registrar = platform.registrar
        first = registrar.register(registrar)
        with pytest.raises(Unforeseen):
            platform.accept(first)
        assert platform.count("log_entry") == 0
        platform.log(first)
        with platform.transactions.look() as tx:
            assert read_head(tx.connection).size == 1
