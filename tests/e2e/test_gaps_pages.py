"""Gap list and mock recalls on the desk: pages, file, a draw, and what a bureau asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.traced_chain import TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.parties import REGULATOR_MARKET, Actor
from trace.usecases.gaps.find_gaps import find_gaps

MILL = made.uscc(made.MILL)
BUREAU = Actor("bureau", None, frozenset({REGULATOR_MARKET}), region="CN")


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        chain.packed_rice()
        received = made.a_receipt(
            lot=made.lot(made.MILL, "R9"), spec=made.ABSENT, supplierLot=made.ABSENT,
            receivedAt="2026-10-14T09:00:00+08:00",
        )  # fmt: skip
        chain.state(made.MILL, "food.receipt", received["lot"], received, "14 09:00")
        door.clock.advance(timedelta(days=9))
        late = made.a_receipt(lot=made.lot(made.MILL, "R10"), supplierLot=made.ABSENT)
        chain.state(made.MILL, "food.receipt", late["lot"], late, "06 09:00")
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield door


@pytest.fixture(scope="module")
def desk(door) -> Desk:
    return signed_in(door.platform, door.client, "wangmin")


def test_a_gap_is_listed_with_what_clears_it(desk) -> None:
    page = desk.get("/desk/gaps")
    assert page.status_code == 200
    assert "登记时发现的问题还没有消除" in page.text
    assert "更正记录，或说明原因" in page.text
    assert "事后很久才登记" in page.text


def test_the_file_is_a_request_to_fill_in(desk) -> None:
    with desk.get("/desk/gaps.xlsx") as answer:
        book = openpyxl.load_workbook(BytesIO(answer.data))
    rows = list(book["缺口与矛盾"].iter_rows(min_row=2, values_only=True))
    assert made.lot(made.MILL, "R9") in {row[3] for row in rows}
    assert {row[9] for row in rows} == {None}


def test_what_a_bureau_asked_for_stands_on_the_page(door, desk) -> None:
    asked = find_gaps(door.platform.transactions, BUREAU, MILL)
    page = desk.get("/desk/gaps")
    assert asked.kept.hash[:16] in page.text
    assert f"{len(asked.gaps)} 处，已消除 0 处" in page.text


def test_a_lot_is_drawn_by_a_button_and_stands_in_the_trend(desk) -> None:
    assert "还没有演练过" in desk.get("/desk/mock-recalls").text
    answer = desk.post("/desk/mock-recalls")
    assert answer.status_code in {200, 303}
    page = desk.get("/desk/mock-recalls")
    assert "人工" in page.text
    assert "还没有演练过" not in page.text
