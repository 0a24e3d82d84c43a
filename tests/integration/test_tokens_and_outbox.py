"""Tokens are kept as hashes and end; notices wait in the outbox until they are sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import select, text

from tests.clock import SteppingClock
from tests.servers.databases import alembic_config, migrate
from trace.errors import TokenExpired, TokenUnfit
from trace.parties import grants_of
from trace.platform.clocks import system_clock
from trace.rules import load
from trace.store.accounts.tokens import TokenHolder, add_token, find_token, new_token, revoke_tokens
from trace.store.messages.outbox import list_due_notices, mark_failed, mark_sent, put_notices
from trace.store.tables.log import api_token
from trace.store.transaction import Transactions, open_database
from trace.usecases.accounts.tokens import Terms, authenticate, blind_tokens, ending_tokens, issue_token
from trace.usecases.accounts.tokens import revoke_tokens as revoke
from trace.usecases.jobs.standing import read_standing


@pytest.fixture
def transactions(database_url):
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(), load(), "trace.test/food")
    engine.dispose()


def test_a_token_opens_its_scopes_and_is_nowhere_to_be_read(transactions) -> None:
    token = new_token()
    with transactions.begin("admin") as tx:
        add_token(
            tx.connection, token, TokenHolder("urn:uscc:A", "import", frozenset({"write", "read"})), tx.now
        )
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
        add_token(tx.connection, token, TokenHolder("urn:uscc:A", "import", frozenset({"write"})), tx.now)
        add_token(tx.connection, other, TokenHolder("urn:uscc:A", "other", frozenset({"write"})), tx.now)
        revoke_tokens(tx.connection, "urn:uscc:A", "import", tx.now)
    with transactions.look() as tx:
        assert find_token(tx.connection, token) is None
        assert find_token(tx.connection, other) is not None


def test_a_token_of_an_authority_without_an_area_is_named_until_it_is_issued_anew(transactions) -> None:
    old = frozenset(grants_of(["trace:all"], ["regulator_market"]))
    with transactions.begin("admin") as tx:
        for label, scopes, region in (
            ("bureau", old, ""),
            ("sight", frozenset({"trace:all"}), ""),
            ("area", old, "310151"),
            ("till", frozenset({"statements:write"}), ""),
        ):
            add_token(tx.connection, new_token(), TokenHolder("urn:uscc:G1", label, scopes, region), tx.now)
    assert [one.label for one in blind_tokens(transactions)] == ["bureau", "sight"]
    assert "tokens" in read_standing(transactions, ()).lagging
    for label in ("bureau", "sight"):
        revoke(transactions, "urn:uscc:G1", label)
    assert blind_tokens(transactions) == []
    assert "tokens" not in read_standing(transactions, ()).lagging


def test_a_token_lasts_a_year_or_less_and_says_when_it_has_ended(transactions) -> None:
    year = issue_token(transactions, "urn:uscc:A", "till", ["feed:read"])
    week = issue_token(transactions, "urn:uscc:A", "guest", ["feed:read"], terms=Terms(days=7))
    assert authenticate(transactions, year).scopes == {"feed:read"}
    begun = transactions.clock()
    assert [(one.label, one.until - begun > timedelta(days=6)) for one in ending_tokens(transactions)] == [
        ("guest", True)
    ]
    transactions.clock = lambda: begun + timedelta(days=8)
    with pytest.raises(TokenExpired) as told:
        authenticate(transactions, week)
    assert told.value.params["until"] > "2026"
    assert ending_tokens(transactions) == [], "what has ended is no warning any more"
    transactions.clock = lambda: begun + timedelta(days=340)
    assert authenticate(transactions, year).party == "urn:uscc:A"
    assert [one.label for one in ending_tokens(transactions)] == ["till"]
    transactions.clock = lambda: begun + timedelta(days=366)
    with pytest.raises(TokenExpired):
        authenticate(transactions, year)


@pytest.mark.parametrize(
    ("scopes", "roles", "terms", "member"),
    [
        (["statements:read"], [], Terms(), "scope"),
        (["trace:all"], ["nonsense"], Terms(), "role"),
        (["trace:all"], ["regulator_market"], Terms(region="99"), "region"),
        (["trace:all"], ["regulator_market"], Terms(region="310"), "region"),
        (["trace:all"], ["regulator_market"], Terms(region="31\n"), "region"),
        (["feed:read"], [], Terms(days=0), "days"),
        (["feed:read"], [], Terms(days=366), "days"),
    ],
)
def test_a_token_of_nonsense_is_not_issued(transactions, scopes, roles, terms, member) -> None:
    with pytest.raises(TokenUnfit) as told:
        issue_token(transactions, "urn:uscc:A", "x", scopes, roles, terms)
    assert told.value.params["member"] == member
    with transactions.look() as tx:
        assert tx.connection.execute(select(api_token)).all() == []


def test_an_authority_carries_its_department_and_area(transactions) -> None:
    token = issue_token(
        transactions, "urn:uscc:G", "desk", ["trace:all"], ["regulator_agri"], Terms(region="310151")
    )
    found = authenticate(transactions, token)
    assert (set(found.roles), found.region, found.oversees) == ({"regulator_agri"}, "310151", True)


def test_tokens_from_before_get_the_life_of_a_new_one_at_the_upgrade(empty_database_url) -> None:
    migrate(empty_database_url)
    config = alembic_config(empty_database_url)
    command.downgrade(config, "0015")
    command.downgrade(config, "-1")
    engine = open_database(empty_database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO api_token (hash, holder, label, scopes, created_at) "
                "VALUES ('h', 'urn:uscc:A', 'till', 'feed:read', 0)"
            )
        )
    migrate(empty_database_url)
    with engine.connect() as connection:
        (end,) = connection.execute(text("SELECT expires_at FROM api_token")).one()
    engine.dispose()
    left = datetime.fromtimestamp(end / 1_000_000, UTC) - system_clock()
    assert timedelta(days=364) < left < timedelta(days=365, minutes=1)


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
