"""What of an upload is looked at before it is read, by whom, and how long any of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from tests.builders.upload_worker import MILL
from tests.builders.workbooks import SHIPMENT, FilledTemplate
from tests.integration.usecases.test_uploads import OTHER, WHOLE, Office
from tests.servers.door import Door
from trace.errors import UploadBusy, UploadIncomplete, UploadNotShown, UploadUnknown
from trace.exchange.delivery_note import DeliveryNote
from trace.exchange.tabular.mapping import Mapped, Mapping
from trace.store.tables.uploads import UPLOAD_TABLES
from trace.usecases.uploads.delivery_notes import delivery_notes, upload_of_batch
from trace.usecases.uploads.forget import forget_old_uploads
from trace.usecases.uploads.hand_to_sign import Person, hand_to_sign
from trace.usecases.uploads.map_columns import preview, tables_of
from trace.usecases.uploads.receive import Announced, announce, discard_upload


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    (tmp_path / "food").mkdir()
    with Door(tmp_path / "food", database_url) as door:
        door.clock.advance(timedelta(days=20))
        door.platform.start()
        yield Office(door)


def book(*rows: list[object]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    packed = BytesIO()
    made.save(packed)
    return packed.getvalue()


ROWS = [[f"B{number}", "稻谷", number, "05/10/2026 08:00"] for number in range(1, 60)]
OWN = book(
    ["过磅单"],
    [],
    ["批号", "品名", "吨", "日期"],
    *ROWS,
)
MAPPING = Mapping(
    "进货查验",
    {
        "批号": Mapped("lot"),
        "品名": Mapped("productName"),
        "吨": Mapped("quantity", "t"),
        "日期": Mapped("receivedAt", days="dd/mm/yyyy"),
    },
    3,
    "",
    {"role": "原料"},
)


def test_nobody_but_the_job_opens_a_file(office: Office) -> None:
    """The page waits for the job, and then needs the file no more."""
    transactions = office.platform.transactions
    begun, _ = announce(transactions, MILL, Announced("x.xlsx", "0" * 64, 5, "xlsx"))
    with pytest.raises(UploadIncomplete):
        tables_of(transactions, MILL, begun.id)
    upload = office.send(OWN)
    with pytest.raises(UploadBusy):
        tables_of(transactions, MILL, upload)
    office.work()
    with transactions.begin("test") as tx:
        tx.connection.execute(text("DELETE FROM upload_part"))
    (table,) = tables_of(transactions, MILL, upload)
    assert (table.heading, table.headings) == (3, ("批号", "品名", "吨", "日期"))
    assert [row[0] for row in table.rows] == [f"B{number}" for number in range(1, 11)]
    found = preview(transactions, MILL, upload, MAPPING)
    assert [row.number for row in found.rows] == list(range(4, 14))
    assert found.rows[1].cells[2].becomes == "2 t"
    found = preview(transactions, MILL, upload, replace(MAPPING, fixed={"role": "粮食"}))
    assert [one.becomes for one in found.rows[1].cells[:3]] == ["B2", "稻谷", "2 t"], "beside a fault too"
    assert found.rows[1].cells[-1].fault is not None


def test_what_is_kept_of_a_files_beginning_is_bounded(office: Office) -> None:
    heads = ",".join(f"栏{number}" for number in range(200))
    wide = "\n".join([heads, *[",".join(["长" * 600] * 200)] * 45])
    upload = office.send(wide.encode(), "wide.csv")
    office.work()
    (table,) = tables_of(office.platform.transactions, MILL, upload)
    assert len(table.headings) == 200
    with office.platform.transactions.look() as tx:
        (size,) = tx.connection.execute(text("SELECT length(content) FROM upload_look")).one()
    assert size < 200 * 500 * 75


def test_of_a_file_that_cannot_be_read_no_columns_are_shown(office: Office) -> None:
    upload, state = office.read(b"PK\x03\x04 no workbook")
    assert state.of_file
    with pytest.raises(UploadNotShown):
        tables_of(office.platform.transactions, MILL, upload)


def test_an_upload_is_forgotten_when_its_time_is_over(office: Office, tmp_path: Path) -> None:
    transactions = office.platform.transactions
    old = FilledTemplate(tmp_path)
    old.add("进货查验", **{**WHOLE, "批次号": "U1"})
    first, state = office.read(old.bytes())
    assert office.sign(first) == 1
    until = office.state(first).kept_until
    assert until - state.upload.created_at > timedelta(days=179)
    dropped = office.send(OWN)
    office.work()
    discard_upload(transactions, MILL, dropped)
    office.door.clock.advance(timedelta(days=170))
    waits = office.send(OWN + b"")
    assert forget_old_uploads(transactions) == 0
    office.door.clock.advance(timedelta(days=11))
    assert forget_old_uploads(transactions) == 2, "the signed one and the one that was thrown away"
    with pytest.raises(UploadUnknown):
        office.state(first)
    assert office.state(waits).state == "waiting", "work that was handed in is done first"
    with transactions.look() as tx:
        for table in UPLOAD_TABLES[1:]:
            held = tx.connection.execute(text(f"SELECT DISTINCT upload FROM {table.name}")).scalars().all()
            assert set(held) <= {waits}, table.name
        assert tx.connection.execute(text("SELECT count(*) FROM log_entry")).scalar_one() == 3


def test_goods_to_one_receiver_at_one_time_are_on_one_delivery_note(office: Office, tmp_path: Path) -> None:
    template = FilledTemplate(tmp_path)
    template.add("进货查验", **{**WHOLE, "批次号": "R1", "数量": 16900})
    for batch, kilos, at in (("D1", 600, "08:00"), ("D2", 400, "08:00"), ("D3", 100, "09:00")):
        said: dict[str, object] = {
            "出货批次": batch,
            "来源批次": "R1",
            "数量": kilos,
            "出货时间": f"2026-10-13 {at}",
        }
        said |= {"检验合格证号": None, "件数": None, "购货者代码（保密）": "91310115XN00008805"}
        template.add("出货", **{**SHIPMENT, **said})
    upload, state = office.read(template.bytes())
    assert state.fresh == 4, office.faults(upload)
    transactions = office.platform.transactions
    assert delivery_notes(transactions, MILL, upload) == ()
    batch = hand_to_sign(transactions, office.platform.codes, Person(MILL, "p"), upload, "x") or ""
    assert upload_of_batch(transactions, MILL, batch) == upload
    for actor, named in ((OTHER, batch), (MILL, "none")):
        with pytest.raises(UploadUnknown):
            upload_of_batch(transactions, actor, named)
    office.sign(upload)
    one, other = delivery_notes(office.platform.transactions, MILL, upload)
    lines = sorted((each.lot.rpartition(":")[2], each.quantity) for each in one.lines)
    assert lines == [("D1", "600 kg"), ("D2", "400 kg")]
    code = DeliveryNote.parse(one.text)
    assert (code.first, code.lines, one.receiver) == (one.lines[0].stmt, 2, SHIPMENT["购货者名称（保密）"])
    assert len(other.lines) == 1
    with pytest.raises(UploadUnknown):
        delivery_notes(office.platform.transactions, OTHER, upload)
