"""The search of an authority: what it cuts, and by which numbers a lot is found."""

from __future__ import annotations

import pytest

from tests.builders.effects import EffectsOf, kg
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.bulk import insert_rows
from trace.store.chain.effects import write_effects
from trace.store.tables.master import party
from trace.store.transaction import Transactions, open_database
from trace.usecases.casework.find_in_area import find_in_area

LOG = "food.example/log"
OFFICER = Actor("officer", "urn:uscc:B", frozenset({REGULATOR_MARKET}), region="3101", person="p1")
OWN, FOREIGN = "urn:uscc:Z", [f"urn:uscc:A{at:03d}" for at in range(250)]


@pytest.fixture
def transactions(database_url, clock):
    """One batch number that a firm of the area used first, and 250 firms elsewhere since."""
    engine = open_database(database_url)
    transactions = Transactions(engine, clock, load(), LOG)
    story = []
    for at, firm in enumerate((OWN, *FOREIGN)):
        one = EffectsOf(LOG, at, iss=firm)
        one.lot(f"urn:lot:{firm.removeprefix('urn:uscc:')}:B20261001", kg("100"), "pack")
        story.append(one.done())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
        rows = [(OWN, 1, '{"region":"310151"}'), *((one, 1, '{"region":"420100"}') for one in FOREIGN)]
        for row in rows:
            insert_rows(tx.connection, party, ("urn", "id", "data"), [row])
    yield transactions
    engine.dispose()


def test_what_lies_elsewhere_takes_no_room_from_what_lies_in_the_area(transactions) -> None:
    for text in ("B20261001", " b20261001 "):
        found = find_in_area(transactions, OFFICER, text, "投诉举报核查")
        assert [(one.urn, one.number) for one in found.lots] == [("urn:lot:Z:B20261001", "B20261001")]
        assert (found.more, found.lots[0].failed, found.lots[0].cases) == (False, "", ())
