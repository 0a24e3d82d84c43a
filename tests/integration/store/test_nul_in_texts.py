"""U+0000 in a record that the first edition takes: both databases keep it, and the records beside it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text

from tests.builders import facts as made
from tests.builders.traced_chain import MILL, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.store.bulk import COPY_FROM, insert_rows, select
from trace.usecases.intake.receipt import Receipt
from trace.usecases.intake.replay_log import replay

P1 = made.lot(MILL, "P1")


@pytest.fixture
def platform(database_url: str, clock: SteppingClock) -> Any:
    with TestPlatform(database_url, clock) as running:
        yield running


def milled(name: str) -> dict[str, Any]:
    return made.a_production(
        inputs=[{"lot": made.lot(MILL, "R1"), "quantity": made.kg("10000"), "role": "main"}],
        outputs=[{"lot": P1, "productName": name, "quantity": made.kg("7000"), "kind": "product"}],
        loss={"quantity": made.kg("3000"), "reason": "稻壳"},
        startedAt=october("12 08:00").isoformat(),
        finishedAt=october("12 17:00").isoformat(),
        productionDate="2026-10-12",
    )


def test_it_is_kept_with_its_neighbours(platform: TestPlatform, clock: SteppingClock) -> None:
    chain = TracedChain(platform, clock)
    chain.hand_over(1, 10_000)
    clock.advance(october("13 08:00") - clock())
    data = milled("大\0米")
    mill = chain.signers[MILL]
    odd = mill.state("food.production", data["batch"], data, at=october("12 17:00"))
    place = made.a_plot(name="仓\x01库")
    beside = mill.state("master.place", f"urn:place:{MILL}-9", place, at=october("12 18:00"))
    outcomes = platform.accept(odd, beside)
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes
    with platform.transactions.look("test") as tx:
        assert select(tx.connection, "SELECT product_name FROM lot WHERE urn = ?", (P1,)) == [("大\ufffd米",)]
    assert replay(platform.transactions).equal


@pytest.mark.parametrize("count", [1, COPY_FROM])
def test_one_row_or_many(platform: TestPlatform, count: int) -> None:
    table = Table("odd_texts", MetaData(), Column("number", Integer), Column("text", Text))
    with platform.transactions.begin("test") as tx:
        table.create(tx.connection)
        rows = [(number, f"a\0{number}") for number in range(count)]
        insert_rows(tx.connection, table, ["number", "text"], rows)
        kept = select(tx.connection, "SELECT text FROM odd_texts ORDER BY number")
    assert kept == [(f"a\ufffd{number}",) for number in range(count)]
