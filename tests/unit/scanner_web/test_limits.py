"""What counts against a limit on signing in: addresses, names, all workers together."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from scanner_web.frame.addresses import counted_address
from scanner_web.frame.limits import OF_ADDRESS, OF_PAIR, SignInLimits
from tests.clock import SteppingClock
from trace.errors import SignInsTooMany
from trace.store.transaction import Transactions, open_database


class Hand:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def transactions(database_url):
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(), None, "trace.test/food")
    engine.dispose()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_of_ipv6_a_customers_network_counts(address, counted) -> None:
    assert counted_address(address) == counted


def limits_over(transactions, clock) -> SignInLimits:
    """As one worker of the platform has them."""
    return SignInLimits(SimpleNamespace(transactions=transactions, lot_key=b"secret"), clock)


def tries_until_refused(limits: SignInLimits, names) -> int:
    for count, (address, name) in enumerate(names):
        try:
            limits.take(address, name)
        except SignInsTooMany:
            return count
    return count + 1


def test_who_has_a_whole_ipv6_network_is_one_guesser(transactions) -> None:
    limits = limits_over(transactions, Hand())
    names = ((f"2001:db8::{number:x}", "wangmin") for number in range(1, 40))
    assert tries_until_refused(limits, names) == OF_PAIR[0].amount


def test_all_workers_count_the_same_tries_and_a_refused_one_counts_nowhere(transactions) -> None:
    hand = Hand()
    workers = [limits_over(transactions, hand) for _ in range(3)]
    told, waits = 0, set()
    for number in range(30):
        try:
            workers[number % 3].take("192.0.2.9", "wangmin")
            told += 1
        except SignInsTooMany as refused:
            waits.add(refused.params["seconds"])
    assert (told, waits) == (OF_PAIR[0].amount, {60})
    hand.now += 60.001
    workers[1].take("192.0.2.9", "wangmin")
    workers[0].take("192.0.2.10", "wangmin")
    workers[2].forget("192.0.2.9", "wangmin")
    assert tries_until_refused(workers[0], [("192.0.2.9", "wangmin")] * 9) == OF_PAIR[0].amount


def test_many_at_once_are_not_more_than_the_limit(transactions) -> None:
    limits, taken = limits_over(transactions, Hand()), []
    start = threading.Barrier(8)

    def guess() -> None:
        start.wait(20)
        for _ in range(4):
            try:
                limits.take("192.0.2.9", "wangmin")
            except SignInsTooMany:
                continue
            taken.append(1)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(taken) == OF_PAIR[0].amount


def test_what_counts_no_longer_is_deleted(transactions) -> None:
    hand = Hand()
    limits = limits_over(transactions, hand)
    for number in range(OF_ADDRESS.amount):
        limits.take("192.0.2.9", f"name {number}")
    with pytest.raises(SignInsTooMany):
        limits.take("192.0.2.9", "another")
    hand.now += 3_601
    limits.take("192.0.2.9", "another")
    with transactions.look() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM counted_try").scalar_one() == 3
