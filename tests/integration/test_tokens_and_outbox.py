"""Tokens are kept as hashes; notices wait in the outbox until they are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.clock import SteppingClock
from trace.store.accounts.tokens import add_token, find_token, new_token, revoke_tokens
from trace.store.messages.outbox import list_due_notices, mark_failed, mark_sent, put_notices
from trace.store.tables.log import api_token
from trace.store.transaction import Transactions, open_database


@pytest.fixture
def transactions(database_url):
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(), None, "trace.test/food")
    engine.dispose()


def test_a_token_opens_its_scopes_and_is_nowhere_to_be_read(transactions) -> None:
    token = new_token()
    with transactions.begin("admin") as tx:
        add_token(tx.connection, token, "urn:uscc:A", "import", {"write", "read"}, tx.now)
    with transactions.look() as tx:
        found = find_token(tx.connection, token)
        assert found is not None
        assert found.holder == "urn:uscc:A"
        assert found.scopes == {"read", "write"}
        assert find_token(tx.connection, token + "x") is None
        stored = tx.connection.execute(select(api_token)).one()
        assert token not in " ".join(str(value) for value in stored)


def test_a_revoked_token_opens_nothing(transactions) -> None:
    token, other = new_token(), new_token()
    with transactions.begin("admin") as tx:
        add_token(tx.connection, token, "urn:uscc:A", "import", {"write"}, tx.now)
        add_token(tx.connection, other, "urn:uscc:A", "other", {"write"}, tx.now)
        revoke_tokens(tx.connection, "urn:uscc:A", "import", tx.now)
    with transactions.look() as tx:
        assert find_token(tx.connection, token) is None
        assert find_token(tx.connection, other) is not None


def test_a_failed_notice_comes_back_later_and_a_sent_one_never(transactions) -> None:
    with transactions.begin("sequencer") as tx:
        put_notices(tx.connection, [("city", {"stmt": "a"}), ("city", {"stmt": "b"})], tx.now)
    with transactions.begin("worker") as tx:
        first, second = list_due_notices(tx.connection, tx.now)
        mark_sent(tx.connection, first.id, tx.now)
        mark_failed(tx.connection, second.id, "503", tx.now, timedelta(minutes=5))
    with transactions.look() as tx:
        assert list_due_notices(tx.connection, tx.now) == []
        again = list_due_notices(tx.connection, tx.now + timedelta(minutes=6))
    assert [(notice.payload, notice.attempts) for notice in again] == [(second.payload, 1)]


def test_notices_of_a_transaction_that_failed_are_not_there(transactions) -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), transactions.begin("sequencer") as tx:  # noqa: PT012 - the transaction ends so
        put_notices(tx.connection, [("city", {"stmt": "a"})], tx.now)
        raise Broken
    with transactions.look() as tx:
        assert list_due_notices(tx.connection, tx.now) == []
