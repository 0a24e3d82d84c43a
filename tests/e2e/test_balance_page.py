"""The balance on the desk and over HTTP: what a firm and a bureau see, in figures, files and documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.traced_chain import TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.usecases.accounts.tokens import Terms, issue_token

OCTOBER = "from=2026-10-01&to=2026-10-31"
BODY = {"from": "2026-10-01", "to": "2026-10-31"}
MILL = made.uscc(made.MILL)


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        TracedChain(door, door.clock).packed_rice()
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield door


@pytest.fixture(scope="module")
def desk(door) -> Desk:
    return signed_in(door.platform, door.client, "wangmin")


def call(door: Door, holder: str, body: dict[str, str], *, authority: bool = False, region: str = "CN"):
    terms = Terms(region) if authority else Terms("")
    roles = ["regulator_market"] if authority else []
    scopes = ("trace:all",) if authority else ("trace:own",)
    token = issue_token(door.platform.transactions, holder, "test", scopes, roles, terms)
    return door.client.post(
        "/api/v1/analyses/mass-balance", json=body, headers={"Authorization": f"Bearer {token}"}
    )


def test_the_page_shows_batches_and_the_licence_year(desk) -> None:
    page = desk.get(f"/desk/balance?{OCTOBER}")
    assert page.status_code == 200
    assert ">M1<" in page.text
    assert "70.00 %" in page.text


def test_the_file_has_every_batch_and_the_hash_of_the_document(desk) -> None:
    with desk.get(f"/desk/balance.xlsx?{OCTOBER}") as answer:
        book = openpyxl.load_workbook(BytesIO(answer.data))
    assert [sheet.title for sheet in book][:4] == ["超出与存疑", "核准产量", "带标余额", "批次"]
    lots = [row[0] for row in book["批次"].iter_rows(min_row=2, values_only=True)]
    assert lots == [made.lot(made.MILL, "M1")]
    about: dict[str, str] = dict(book["说明"].iter_rows(min_row=2, max_col=2, values_only=True))
    kept = desk.get(f"/desk/analyses/{about['文件摘要（SHA-256）']}")
    assert hashlib.sha256(kept.data).hexdigest() == about["文件摘要（SHA-256）"]


def test_a_period_that_is_none_is_said_so(desk) -> None:
    page = desk.get("/desk/balance?from=2026-13-01&to=2026-10-31")
    assert (page.status_code, "起止日期不对" in page.text) == (400, True)


def test_a_firm_asks_for_itself_and_a_bureau_for_its_area(door) -> None:
    own = call(door, MILL, BODY)
    assert own.status_code == 200
    assert own.headers["ETag"] == f'"{hashlib.sha256(own.data).hexdigest()}"'
    assert call(door, made.uscc(made.MARKET), {**BODY, "firm": MILL}).status_code == 403
    seen = call(door, made.uscc(made.BUREAU), {**BODY, "firm": MILL}, authority=True)
    assert seen.data == own.data
    whole = call(door, made.uscc(made.BUREAU), {**BODY, "region": "31"}, authority=True)
    assert MILL in {line["firm"] for line in whole.json["answer"]["firms"]}
    there = call(door, made.uscc(made.BUREAU), {**BODY, "region": "42"}, authority=True, region="31")
    assert (there.status_code, there.json["code"]) == (403, "firm-out-of-sight")


def test_a_firm_and_a_region_at_once_are_no_question(door) -> None:
    both = call(door, MILL, {**BODY, "firm": MILL, "region": "31"})
    assert both.status_code in {400, 422}
