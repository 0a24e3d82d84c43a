"""Analyses are kept once under their hash, and read by those for whom they were made."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.builders import facts as made
from trace.errors import AnalysisUnknown
from trace.oversight.analysis import Analysis, Known
from trace.parties import REGULATOR_MARKET, VISITOR, Actor
from trace.rules import load
from trace.store.bulk import insert_rows
from trace.store.tables.master import party
from trace.store.transaction import Transactions, open_database
from trace.usecases.analyses.keep_analysis import keep_analysis, list_analyses, read_analysis

MILL, SHOP = made.uscc(made.MILL), made.uscc(made.MARKET)
OWN = Actor("desk", MILL)
KNOWN = Known("food.example/log", 7, datetime(2026, 10, 12, tzinfo=UTC))
FOUND = Analysis({"name": "balance"}, {}, KNOWN, "demo@0", (), (), {"over": None})


def bureau(region: str) -> Actor:
    return Actor(f"bureau {region}", None, frozenset({REGULATOR_MARKET}), region=region)


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, load("demo"), KNOWN.log)
    engine.dispose()


def test_the_same_answer_is_kept_once_and_returned_byte_for_byte(transactions) -> None:
    first, again = (keep_analysis(transactions, OWN, FOUND, about=MILL) for _ in range(2))
    assert first == again == read_analysis(transactions, OWN, first.hash)
    assert hashlib.sha256(first.document).hexdigest() == first.hash
    assert [(one.hash, one.about) for one in list_analyses(transactions, OWN)] == [(first.hash, MILL)]


def test_what_was_made_for_others_is_unknown(transactions) -> None:
    kept = keep_analysis(transactions, OWN, FOUND)
    for other in (Actor("desk", SHOP), VISITOR):
        with pytest.raises(AnalysisUnknown):
            read_analysis(transactions, other, kept.hash)
        assert list_analyses(transactions, other) == []
    with pytest.raises(AnalysisUnknown):
        read_analysis(transactions, OWN, "no hash")


def test_an_authority_reads_what_was_made_in_its_area_or_for_a_firm_there(transactions) -> None:
    with transactions.begin("test") as tx:
        insert_rows(tx.connection, party, ("urn", "id", "data"), [(MILL, 256, '{"region":"310120"}')])
    own = keep_analysis(transactions, OWN, FOUND)
    theirs = keep_analysis(transactions, bureau("310120"), replace(FOUND, answer={}))
    for reader in (bureau("310120"), bureau("31"), bureau("CN")):
        assert read_analysis(transactions, reader, own.hash) == own
        assert read_analysis(transactions, reader, theirs.hash) == theirs
    for kept in (own, theirs):
        with pytest.raises(AnalysisUnknown):
            read_analysis(transactions, bureau("42"), kept.hash)


def test_a_party_that_it_is_about_reads_it_where_it_is_let(transactions) -> None:
    kept = keep_analysis(transactions, bureau("31"), FOUND, beside=SHOP)
    assert read_analysis(transactions, Actor("desk", SHOP), kept.hash) == kept
    with pytest.raises(AnalysisUnknown):
        read_analysis(transactions, OWN, kept.hash)
