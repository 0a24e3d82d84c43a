"""The bytes of trace documents: those of every earlier version, and bounded work however wide the answer."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import event

from api.streamed_json import PIECE, json_pieces
from tests.builders.documents import whole
from tests.builders.random_trade import LOG, PARTIES, random_trade
from tests.builders.wide_recall import SHIPPER, wide_recall
from trace.errors import LotOutOfSight, UnknownLot
from trace.parties import PROCESSOR, REGULATOR_MARKET, VISITOR, Actor
from trace.rules import load
from trace.store.base import from_micros, to_micros
from trace.store.chain.effects import write_effects
from trace.store.log.disclosures import put_disclosures
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots import lineage_parts
from trace.usecases.lots.json_forms import moment_json
from trace.usecases.lots.trace_lineage import LIMITS, TraceLimits, trace_lineage

UNNAMED = replace(load(), version="")
"""The rules' version stands in a document and changes with every rule."""
REGULATOR = Actor("g1", "urn:uscc:G1", frozenset({REGULATOR_MARKET}), region="CN")
ACTORS = {
    "regulator": REGULATOR,
    "enterprise": Actor("p1", PARTIES[1], frozenset({PROCESSOR})),
    "public": VISITOR,
}
OPTIONS = {"all": {}, "undisputed": {"ignore_disputed": True}, "few": {"max_lots": 9}}
WRITTEN = {
    (60, 1): "089f8dc4f9cd3cbec70335fb96d2b55263d88365ae425dd0c670fe38d213297e",
    (60, 2): "f80c830df43d83d8ea51099d3c0531b71eba0061d9fb5b94a957781993b075aa",
    (90, 3): "e8f6e27e5aea58d665178a4e8ea7d84384ab443cf0b9ef89a3c8184a341916d6",
}
"""(lots, seed) -> SHA-256 over the documents, which name what hangs on an excluded lot alone too."""


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, UNNAMED, LOG)
    engine.dispose()


def documents(transactions, urns):
    """(question, bytes) of many traces."""
    for number in range(0, len(urns), 7):
        for direction in ("upstream", "downstream"):
            for view, actor in ACTORS.items():
                for name, options in OPTIONS.items():
                    try:
                        pieces = json_pieces(
                            trace_lineage(transactions, urns[number], direction, actor, **options)
                        )
                        content = b"".join(pieces)
                    except (LotOutOfSight, UnknownLot):
                        content = b"out of sight"
                    yield f"{number} {direction} {view} {name}", content


@pytest.mark.parametrize(("lots", "seed"), WRITTEN)
def test_the_documents_are_byte_for_byte_those_of_the_earlier_versions(transactions, lots, seed):
    story, urns, told = random_trade(lots, seed)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
        put_disclosures(tx.connection, told)
    hashed = hashlib.sha256()
    for question, content in documents(transactions, urns):
        hashed.update(f"{question} {hashlib.sha256(content).hexdigest()}\n".encode())
    assert hashed.hexdigest() == WRITTEN[lots, seed]


def test_a_document_in_pieces_is_the_whole_document(transactions):
    story, urns, told = random_trade(90, 3)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
        put_disclosures(tx.connection, told)
    for urn in urns[::9]:
        pieces = list(json_pieces(trace_lineage(transactions, urn, "downstream", REGULATOR)))
        assert b"".join(pieces) == orjson.dumps(
            whole(trace_lineage(transactions, urn, "downstream", REGULATOR))
        )


@pytest.mark.parametrize(
    "members",
    [{}, {"a": 1}, {"a": [], "b": [{"c": None}, 2], "d": "x", "e": [1]}, {"long": ["x" * 99] * 9_000}],
)
def test_json_in_pieces_is_json_at_once(members):
    streamed = ((name, iter(value) if isinstance(value, list) else value) for name, value in members.items())
    pieces = list(json_pieces(streamed))
    assert b"".join(pieces) == orjson.dumps(members)
    assert all(len(piece) <= PIECE + 32 * 200 for piece in pieces)


def cost_of(transactions, batch, **options):
    """(document, number of statements) of a trace downstream."""
    statements = []

    def note(*given):
        statements.append(given[2])

    event.listen(transactions.engine, "before_cursor_execute", note)
    document = whole(trace_lineage(transactions, batch, "downstream", REGULATOR, **options))
    event.remove(transactions.engine, "before_cursor_execute", note)
    return document, len(statements)


def test_every_receiver_is_named_and_the_statements_follow_their_number(transactions):
    """Four passes over parts of two thousand; what is neither shown nor asked for is not read."""
    asked = {}
    for number, receivers in enumerate((1_000, 4_000)):
        batch, story, told = wide_recall(receivers, first=number * 10_000)
        with transactions.begin("test") as tx:
            write_effects(tx.connection, story)
            put_disclosures(tx.connection, told)
        document, asked[receivers] = cost_of(transactions, batch)
        assert [one["name"] for one in document["receivers"]] == [f"第{at}店" for at in range(receivers)]
        assert (len(document["lots"]), len(document["links"])) == (receivers + 2, receivers + 1)
        assert document["truncated"] is False
        assert document["sharesKnown"] is True
    more = asked[4_000] - asked[1_000]
    assert 0 < more <= 40
    assert asked[1_000] <= 60


def test_neither_party_nor_regulator_is_cut_off_and_the_public_is_told(transactions):
    batch, story, told = wide_recall(300)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
        put_disclosures(tx.connection, told)
    narrow = TraceLimits(public=100)
    for actor in (REGULATOR, Actor("s", SHIPPER, frozenset({PROCESSOR}))):
        document = whole(trace_lineage(transactions, batch, "downstream", actor, limits=narrow))
        assert (len(document["receivers"]), document["truncated"]) == (300, False)
        few = whole(trace_lineage(transactions, batch, "downstream", actor, max_lots=50))
        assert (len(few["lots"]), len(few["unexplored"]), few["truncated"]) == (50, 252, True)
    for options in ({}, {"max_lots": 10**6}):
        seen = trace_lineage(transactions, batch, "downstream", VISITOR, limits=narrow, **options)
        assert whole(seen)["truncated"] is True


def test_shares_beyond_their_limit_are_said_to_be_unknown(transactions):
    batch, story, _ = wide_recall(50)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
    limits = TraceLimits(shared=51)
    document = whole(trace_lineage(transactions, batch, "downstream", REGULATOR, limits=limits))
    assert document["sharesKnown"] is False
    assert {each["share"] for each in document["lots"]} == {None}
    assert LIMITS.shared == 50_000


def test_parts_end_where_the_lots_end():
    assert [len(part) for part in lineage_parts.parted(range(4_001))] == [2_000, 2_000, 1]
    assert list(lineage_parts.parted(())) == []


def test_a_trace_that_is_left_early_gives_its_snapshot_back(transactions):
    batch, story, _ = wide_recall(5)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
    members = trace_lineage(transactions, batch, "downstream", REGULATOR)
    next(members)
    assert transactions.engine.pool.checkedout() == 1
    members.close()
    assert transactions.engine.pool.checkedout() == 0


@given(
    st.datetimes(timezones=st.just(UTC)) | st.integers(0, 2**40).map(lambda second: from_micros(second * 8))
)
@example(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC))
@example(datetime(2026, 3, 1, 7, 0, 0, 1, tzinfo=UTC))
def test_times_are_written_as_python_writes_them(moment):
    assert moment_json(to_micros(moment)) == moment.isoformat()
