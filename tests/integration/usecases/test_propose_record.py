"""What a form proposes: facts on record and free numbers; never days, amounts or results."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.parties import OWN, Actor
from trace.store.transaction import Transactions
from trace.usecases.uploads.forms import FORMS
from trace.usecases.uploads.propose_record import Proposed, propose_record

MILL = Actor("wang", made.uscc(made.MILL), scopes=frozenset({OWN}))
STRANGER = Actor("li", made.uscc(made.MARKET), scopes=frozenset({OWN}))
STATED_BY_PEOPLE = {
    "quantity", "receivedAt", "startedAt", "finishedAt", "sampledAt", "testedAt", "packedAt", "expiryDate",
    "value", "verdict", "conclusion", "packs", "netContent", "activate", "harvestedFrom", "harvestedTo",
    "issuedAt", "shippedAt",
}  # fmt: skip


@pytest.fixture
def transactions(database_url, clock: SteppingClock) -> Iterator[Transactions]:
    with TestPlatform(database_url, clock) as platform:
        story = SignedRice(platform, clock)
        for step in (story.begin, story.harvests, story.receive, story.make, story.pack):
            step()
        yield platform.transactions


def proposed(transactions: Transactions, form: str, lot: str = "", actor: Actor = MILL) -> Proposed:
    return propose_record(transactions, actor, FORMS[form], {}, lot)


def test_a_pack_begins_with_the_firm_the_goods_and_their_test(transactions: Transactions) -> None:
    found = proposed(transactions, "包装赋码", "RICE-A")
    (row,) = found.rows
    assert row["fromLot"] == "RICE-A"
    assert row["batchNo"] == "M20261012A"
    assert row["productionDate"] == "2026-10-12", "signed with the batch"
    assert row["reportNo"] == made.a_report()["reportNo"]
    assert row["label.enterprise.name"] == made.a_party()["name"]
    assert row["label.product.name"] == "子虚牌绿色大米"
    assert row["label.ingredients"]
    assert "quantity" in found.left
    assert STATED_BY_PEOPLE.isdisjoint(row)


def test_batches_begin_with_three_lines(transactions: Transactions) -> None:
    rows = proposed(transactions, "投料与产出", "S1").rows
    assert [row["line"] for row in rows] == ["投料", "产出", "损耗"]
    assert rows[0]["lot"] == "S1"
    assert len({row["batch"] for row in rows}) == 1
    assert all(STATED_BY_PEOPLE.isdisjoint(row) for row in rows)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_states_what_people_have_to(transactions: Transactions, form: str) -> None:
    for row in proposed(transactions, form, "RICE-A").rows:
        assert STATED_BY_PEOPLE.isdisjoint(row)


def test_numbers_on_record_are_not_proposed_again(transactions: Transactions) -> None:
    first = proposed(transactions, "进货查验").rows[0]["lot"]
    assert first.endswith("-1")
    assert first.startswith("R2026")


def test_nothing_is_told_of_goods_of_others(transactions: Transactions) -> None:
    whole = made.lot(made.MILL, "RICE-A")
    found = proposed(transactions, "包装赋码", whole, STRANGER)
    assert found.left == {}
    assert {"fromLot", "label.product.name", "reportNo"}.isdisjoint(found.rows[0])
    assert "fromLot" not in proposed(transactions, "出货", made.lot(made.COOPERATIVE, "H1")).rows[0]
    assert "fromLot" not in proposed(transactions, "出货", "no-such-lot").rows[0]
