"""Notices of the outbox on their way out: each on every channel, once, tried again ever more seldom.

A channel is asked outside any transaction; a process that dies after it was asked sends the notice once
more, under the same id. After `ATTEMPTS`, or where the other side says that it never will, it is a dead
letter that `./greentrace status` shows and `./greentrace notices --again` revives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from trace.errors.exchange import NoticeUndelivered
from trace.exchange.notice_channels import NoticeChannel, OutgoingNotice
from trace.store.accounts.notice_choices import find_choice
from trace.store.messages.deliveries import (
    close_notices,
    list_due_deliveries,
    mark_delivered,
    mark_undelivered,
    plan_deliveries,
    revive_dead,
)
from trace.store.messages.outbox import Notice
from trace.store.transaction import Transactions

ATTEMPTS: Final = 12
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=2)
"""Twelve attempts take about nine hours."""
CODE: Final = "mail-code"
"""The topic of a notice to an address that is not confirmed yet."""
SENT, FAILED, DEAD = "sent", "failed", "dead"
Worded = Callable[[str, Mapping[str, object]], str]


def send_notices(
    transactions: Transactions, channels: Sequence[NoticeChannel], worded: Worded
) -> dict[str, int]:
    """Send what is due; how many deliveries were sent, failed for now, or given up.

    `worded` says what a notice of a topic says to people.
    """
    counted: Counter[str] = Counter()
    if not channels:
        return {}
    with transactions.begin("notices") as tx:
        plan_deliveries(tx.connection, [channel.name for channel in channels])
    for channel in channels:
        with transactions.look("notices") as tx:
            due = list_due_deliveries(tx.connection, channel.name, tx.now)
        for notice in due:
            counted[_deliver(transactions, channel, notice, worded)] += 1
    with transactions.begin("notices") as tx:
        close_notices(tx.connection, tx.now)
    return dict(counted)


def send_again(transactions: Transactions) -> None:
    """Have all dead letters tried again."""
    with transactions.begin("notices") as tx:
        revive_dead(tx.connection, tx.now)


def _deliver(transactions: Transactions, channel: NoticeChannel, notice: Notice, worded: Worded) -> str:
    try:
        channel.send(_outgoing(transactions, notice, worded), transactions.clock())
    except NoticeUndelivered as refusal:
        with transactions.begin("notices") as tx:
            over = bool(refusal.params["final"]) or notice.attempts + 1 >= ATTEMPTS
            pause = min(FIRST_PAUSE * 2 ** min(notice.attempts, 20), LONGEST_PAUSE)
            mark_undelivered(
                tx.connection,
                notice.id,
                channel.name,
                str(refusal.params["reason"]),
                tx.now + pause,
                tx.now if over else None,
            )
        return DEAD if over else FAILED
    with transactions.begin("notices") as tx:
        mark_delivered(tx.connection, notice.id, channel.name, tx.now)
    return SENT


def _outgoing(transactions: Transactions, notice: Notice, worded: Worded) -> OutgoingNotice:
    """The notice in words, to the address that its person has now; raises `NoticeUndelivered` without one."""
    text, receiver = worded(notice.topic, notice.payload), ""
    if notice.person:
        with transactions.look("notices") as tx:
            chosen = find_choice(tx.connection, notice.person)
        receiver = "" if chosen is None else chosen.asked if notice.topic == CODE else chosen.address
        if not receiver:
            raise NoticeUndelivered(channel="mail", reason="no-address", final=True)
    name = f"notice-{notice.id}"
    return OutgoingNotice(name, notice.topic, notice.created_at, notice.payload, text, receiver)
