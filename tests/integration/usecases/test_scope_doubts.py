"""The record to ask for first: on which word most of what a scope holds possible hangs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.effects import kg
from tests.builders.recall_story import MILL, ORIGIN, SHOP, Story
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.recall_scope import read_scope

BUREAU = Actor("bureau", None, frozenset({REGULATOR_MARKET}), region="CN")


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, load("demo"), ORIGIN)
    engine.dispose()


def asked_first(transactions, actor):
    members = read_scope(transactions, "urn:lot:X:P", actor)
    return {name: list(value) if isinstance(value, Iterator) else value for name, value in members}.get(
        "askFirst"
    )


def test_the_record_that_would_settle_most_is_named(transactions):
    """A claim of 50 kg leads to 900 kg that were sold on; of another delivery 20 kg are open."""
    story = Story()
    story.lot("P")
    story.receive("R", named_lot="urn:lot:X:P", quantity=kg("50"))
    story.send("D1", "R", quantity=kg("900"))
    story.send("D2", "P", quantity=kg("300"), receiver=SHOP)
    story.receive("R3", "D2", quantity=kg("280"))
    story.written(transactions)
    first, second = asked_first(transactions, BUREAU)
    assert (first["wanted"], first["settles"]["value"], first["lines"]) == ("confirmation", "950", 2)
    assert (first["from"], first["parties"]) == ("urn:lot:X:P", [MILL])
    assert (second["wanted"], second["settles"]["value"], second["parties"]) == ("receipt", "20", [SHOP])
    assert first["statement"] != second["statement"]
    assert asked_first(transactions, Actor("desk", MILL)) is None, "whose word is open is not for the maker"
