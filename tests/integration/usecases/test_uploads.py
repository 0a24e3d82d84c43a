"""Uploads from the file to receipts: read row by row, tried, mended, signed; nothing doubled or guessed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.builders.signers import Signer
from tests.builders.upload_worker import MILL, sign
from tests.builders.workbooks import ISSUER, RECEIPT, FilledTemplate, milling
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.errors import (
    CellNotEditable,
    PartMisplaced,
    ReasonTooShort,
    UploadFaulty,
    UploadSigned,
    UploadUnknown,
)
from trace.parties import OWN, STATE, Actor
from trace.platform.jobs import jobs_of
from trace.usecases.intake.receipt import Receipt
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.batches import Signer as BatchSigner
from trace.usecases.signing.batches import for_signing, open_batch, take_signed
from trace.usecases.signing.prepared import sign_wave
from trace.usecases.uploads import answers
from trace.usecases.uploads.annotated_copy import annotated_copy
from trace.usecases.uploads.correct_changed import changed_records, correct_changed
from trace.usecases.uploads.edit_cells import Edit, Mend, edit_cells, leave_out, mend_group
from trace.usecases.uploads.hand_to_sign import Person, hand_to_sign, settle_upload
from trace.usecases.uploads.receive import Announced, announce, discard_upload, take_part
from trace.usecases.uploads.sign_upload import receipts_of

OTHER = Actor("other", "urn:uscc:91310115MA1K35XX0A", scopes=frozenset({STATE, OWN}))


WHOLE = {
    **RECEIPT,
    "规格": "散装",
    "生产日期": "2026-10-05",
    "保质期": "12个月",
    "供货者名称（保密）": "（演示）乌有乡",
    "供货者地址（保密）": "（演示）外省某地",
    "供货者联系方式（保密）": "000-0000",
    "凭证种类": "纸质凭证",
    "凭证编号": "D-1",
}


@pytest.fixture
def door(tmp_path: Path, database_url: str) -> Iterator[Door]:
    (tmp_path / "food").mkdir()
    with Door(tmp_path / "food", database_url) as door:
        door.clock.advance(timedelta(days=20))
        door.platform.start()
        yield door


class Office:
    """A firm that sends files up and signs them."""

    def __init__(self, door: Door) -> None:
        self.door, self.platform = door, door.platform
        self.signer = Signer(ISSUER.rsplit(":", 1)[1], "processor")
        registrar = door.registrar
        for one in (registrar.register(registrar), registrar.register(self.signer)):
            (outcome,) = self.platform.acceptance.accept([one.flattened()], each=False)
            assert isinstance(outcome, Receipt), outcome

    def send(self, body: bytes, name: str = "file.xlsx", **how: Any) -> str:
        kind = name.rpartition(".")[2]
        one = Announced(name, hashlib.sha256(body).hexdigest(), len(body), kind, **how)
        upload, new = announce(self.platform.transactions, MILL, one)
        if new:
            half = len(body) // 2
            take_part(self.platform.transactions, MILL, upload.id, 0, body[:half])
            take_part(self.platform.transactions, MILL, upload.id, half, body[half:])
        return upload.id

    def work(self) -> None:
        runner = JobRunner(self.platform.transactions, jobs_of(self.platform))
        while runner.run_one():
            pass

    def read(self, body: bytes, name: str = "file.xlsx", **how: Any) -> tuple[str, answers.UploadState]:
        upload = self.send(body, name, **how)
        self.work()
        return upload, self.state(upload)

    def state(self, upload: str) -> answers.UploadState:
        return answers.state_of(self.platform.transactions, MILL, upload)

    def faults(self, upload: str) -> list[answers.CellFault]:
        return answers.faults_of(self.platform.transactions, MILL, upload, 100)

    def edit(self, upload: str, sheet: int, row: int, letter: str, text: str) -> None:
        edit = Edit(sheet, row, letter, text)
        edit_cells(self.platform.transactions, self.platform.codes, MILL, upload, [edit])

    def sign(self, upload: str, **how: Any) -> int:
        """Sign all waves as the page of a person does; how many statements that were."""
        return sign(self.platform, self.signer, upload, **how)


@pytest.fixture
def office(door: Door) -> Office:
    return Office(door)


def receipts(folder: Path, *rows: dict[str, object]) -> bytes:
    template = FilledTemplate(folder)
    for row in rows:
        template.add("进货查验", **{**WHOLE, **row})
    return template.bytes()


def test_a_workbook_goes_from_the_file_to_receipts(office: Office, tmp_path: Path):
    template = FilledTemplate(tmp_path)
    for batch in ("R1", "R2"):
        template.add("进货查验", **{**WHOLE, "批次号": batch, "数量": 16900})
    upload, state = office.read(template.bytes())
    assert (state.state, state.rows, state.sound, state.faulty, state.fresh) == ("done", 2, 2, 0, 2)
    assert office.sign(upload) == 2
    state = office.state(upload)
    assert (state.fresh, state.stated) == (0, 2)
    told = receipts_of(office.platform.transactions, MILL, upload)
    assert [(one.sheet, one.rows) for one in told] == [("进货查验", (2,)), ("进货查验", (3,))]


def test_what_was_stated_before_is_known_and_nothing_is_doubled(office: Office, tmp_path: Path):
    body = receipts(tmp_path, {}, {"批次号": "R2"})
    upload, _ = office.read(body)
    assert office.sign(upload) == 2
    again, state = office.read(body)
    assert again != upload
    assert (state.known, state.fresh, state.faulty) == (2, 0, 0)
    assert office.sign(again) == 0
    # Two keys, two receipts: the second time added nothing.
    assert office.door.counts()["log_entry"] == 4


def test_a_file_that_is_sent_twice_is_found_begun(office: Office, tmp_path: Path):
    body = receipts(tmp_path, {})
    assert office.send(body) == office.send(body)
    with pytest.raises(PartMisplaced) as refused:
        take_part(office.platform.transactions, MILL, office.send(body), 0, body[:10])
    assert refused.value.params["wanted"] == len(body)


def test_each_fault_is_told_with_its_cell_and_mended_where_it_stands(office: Office, tmp_path: Path):
    rows = [{"批次号": f"R{place}"} for place in range(1, 31)]
    rows[4]["数量"], rows[9]["进货时间"] = "十六吨", "2026-13-06 09:30"
    upload, state = office.read(receipts(tmp_path, *rows))
    assert (state.state, state.rows, state.sound, state.faulty, state.faults) == ("done", 30, 28, 2, 2)
    told = office.faults(upload)
    assert [(one.fault.sheet, one.fault.row, one.heading, one.read, one.editable) for one in told] == [
        ("进货查验", 6, "数量", "十六吨", True),
        ("进货查验", 11, "进货时间", "2026-13-06 09:30", True),
    ]
    with pytest.raises(UploadFaulty):
        office.sign(upload)
    for one, text in zip(told, ("16000", "2026-10-06 09:30"), strict=True):
        office.edit(upload, one.fault.place, one.fault.row, one.fault.letter, text)
    state = office.state(upload)
    assert (state.sound, state.faults, state.fresh) == (30, 0, 30)
    assert office.sign(upload) == 30


def test_an_edit_that_is_wrong_again_says_so(office: Office, tmp_path: Path):
    upload, _ = office.read(receipts(tmp_path, {"数量": "十六吨"}))
    (one,) = office.faults(upload)
    office.edit(upload, one.fault.place, one.fault.row, one.fault.letter, "十七吨")
    (one,) = office.faults(upload)
    assert one.read == "十七吨"
    with pytest.raises(CellNotEditable):
        office.edit(upload, one.fault.place, 99, one.fault.letter, "1")
    with pytest.raises(CellNotEditable):
        office.edit(upload, one.fault.place, one.fault.row, "AZ", "1")


def test_a_row_may_be_left_out(office: Office, tmp_path: Path):
    upload, _ = office.read(receipts(tmp_path, {}, {"批次号": "R2", "数量": "十六吨"}))
    (one,) = office.faults(upload)
    leave_out(
        office.platform.transactions, office.platform.codes, MILL, upload, one.fault.place, one.fault.row
    )
    state = office.state(upload)
    assert (state.rows, state.faults, state.fresh) == (1, 0, 1)


def test_equal_faults_are_mended_together_but_never_amounts(office: Office, tmp_path: Path):
    rows = [{"批次号": f"R{place}", "类别": "原科"} for place in range(1, 6)]
    upload, state = office.read(receipts(tmp_path, *rows, {"批次号": "R9", "数量": "十六吨"}))
    assert state.faults == 6
    (group, heading), *_ = answers.groups_of(office.platform.transactions, MILL, upload)
    assert (heading, group.count, group.first) == ("类别", 5, 2)
    mend = Mend((group.place, group.letter, group.code), "原科", "原料")
    done = mend_group(office.platform.transactions, office.platform.codes, MILL, upload, mend)
    assert (done, office.state(upload).faults) == (5, 1)
    (left,) = office.faults(upload)
    mend = Mend((left.fault.place, left.fault.letter, left.fault.code), "十六吨", "16000")
    with pytest.raises(CellNotEditable):
        mend_group(office.platform.transactions, office.platform.codes, MILL, upload, mend)


def test_a_story_is_tried_as_one_and_signed_in_its_order(office: Office, tmp_path: Path):
    template = FilledTemplate(tmp_path)
    milling(template)
    upload, state = office.read(template.bytes())
    said = [(one.fault.sheet, one.fault.row, one.fault.code) for one in office.faults(upload)]
    # The farm's harvests are in no log here: the two receipts that name them wait, and what was made of them.
    assert {code for _, _, code in said} >= {"unknown-lot"}, said
    assert state.state == "done"


def test_strangers_see_nothing_of_it(office: Office, tmp_path: Path):
    upload, _ = office.read(receipts(tmp_path, {}))
    with pytest.raises(UploadUnknown):
        answers.state_of(office.platform.transactions, OTHER, upload)
    with pytest.raises(UploadUnknown):
        discard_upload(office.platform.transactions, OTHER, upload)


def test_discarded_before_signing_and_never_after(office: Office, tmp_path: Path):
    body = receipts(tmp_path, {})
    upload, _ = office.read(body)
    discard_upload(office.platform.transactions, MILL, upload)
    with pytest.raises(UploadUnknown):
        office.state(upload)
    counts = office.door.counts()
    assert [counts[name] for name in ("upload_part", "upload_row", "upload_draft", "upload_step")] == [0] * 4
    upload, _ = office.read(body)
    office.sign(upload)
    with pytest.raises(UploadSigned):
        discard_upload(office.platform.transactions, MILL, upload)


def lines(*rows: dict[str, object], heads: list[str] | None = None) -> str:
    """Rows of 进货查验 as a CSV table."""
    names = heads or list(WHOLE)
    return "\n".join(
        [",".join(names), *(",".join(str({**WHOLE, **row}[name]) for name in names) for row in rows), ""]
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_every_encoding(office: Office, encoding: str):
    body = lines({"物料名称": "䶮稻"}, {"批次号": "R2"}).encode(encoding)
    _, state = office.read(body, "table.csv", form="进货查验")
    assert (state.state, state.fresh, state.faults) == ("done", 2, 0)


def test_json_lines_are_taken(office: Office):
    body = "\n".join(json.dumps({"form": "进货查验", **WHOLE, "批次号": name}) for name in ("R1", "R2"))
    upload, state = office.read(body.encode(), "rows.jsonl")
    assert (state.state, state.fresh, state.faults) == ("done", 2, 0)
    assert office.sign(upload) == 2


def other_template() -> bytes:
    book = Workbook()
    book.active.title = "库存"
    book.active.append(["编号", "数量"])
    book.active.append(["1", 5])
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "code"),
    [("wrong", "sheet-unknown"), ("broken", "file-unreadable"), ("empty", None), ("formula", "cell-formula")],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_changed(
    office: Office, tmp_path: Path, name: str, code: str | None
):
    bodies = {
        "wrong": other_template,
        "broken": lambda: b"PK\x03\x04 broken",
        "empty": FilledTemplate(tmp_path).bytes,
        "formula": lambda: receipts(tmp_path, {"数量": "=1+1"}),
    }
    before = office.door.counts()["log_entry"]
    upload, state = office.read(bodies[name]())
    assert state.state == ("done" if name == "formula" else "refused")
    codes = {one.fault.code for one in office.faults(upload)}
    assert codes == (set() if code is None else {code})
    assert state.fresh == 0
    if name != "empty":
        with pytest.raises(UploadFaulty):
            office.sign(upload)
    assert office.sign(upload, leave_faulty=True) == 0 if name in {"empty", "formula"} else True
    assert office.door.counts()["log_entry"] == before


def test_another_file_than_was_announced_is_refused(office: Office, tmp_path: Path):
    body = receipts(tmp_path, {})
    one = Announced("a.xlsx", hashlib.sha256(b"other").hexdigest(), len(body), "xlsx")
    upload, _ = announce(office.platform.transactions, MILL, one)
    take_part(office.platform.transactions, MILL, upload.id, 0, body)
    office.work()
    assert office.state(upload.id).state == "refused"
    assert [each.fault.code for each in office.faults(upload.id)] == ["digest-differs"]


def test_goods_of_another_firm_cannot_be_used(office: Office, tmp_path: Path):
    theirs = Signer(OTHER.party.rsplit(":", 1)[1], "processor")
    registered = office.door.registrar.register(theirs)
    assert isinstance(office.platform.acceptance.accept([registered.flattened()], each=False)[0], Receipt)
    data = {
        "lot": f"urn:lot:{theirs.code}:T1", "productName": "稻谷", "role": "ingredient", "proofs": [],
        "quantity": {"value": "100", "unit": "kg"}, "receivedAt": "2026-10-06T09:30:00+08:00",
        "supplierName": "x", "supplierAddress": "x", "supplierContact": "x", "spec": "x",
        "productionDate": "2026-10-05", "shelfLife": {"value": 12, "unit": "month"},
    }  # fmt: skip
    at = datetime.fromisoformat("2026-10-06T09:30:00+08:00")
    sold = theirs.state("food.receipt", data["lot"], data, at=at)
    assert isinstance(office.platform.acceptance.accept([sold.flattened()], each=False)[0], Receipt)
    template = FilledTemplate(tmp_path)
    span = {"开始时间": "2026-10-12 07:00", "结束时间": "2026-10-12 15:00", "生产日期": "2026-10-12"}
    batch = {"批次号": "M1", "单位": "kg"}
    template.add("投料与产出", **batch, 类型="投料", 物料批次=f"{theirs.code}:T1", 数量=50, **span)
    template.add("投料与产出", **batch, 类型="产出", 物料批次="A-1", 名称="大米", 数量=40)
    upload, state = office.read(template.bytes())
    assert state.fresh == 0
    assert [(one.fault.sheet, one.fault.row) for one in office.faults(upload)] == [("投料与产出", 2)]


def test_a_corrected_file_corrects_what_stands(office: Office, tmp_path: Path):
    upload, _ = office.read(receipts(tmp_path, {}, {"批次号": "R2"}))
    office.sign(upload)
    again, state = office.read(receipts(tmp_path, {}, {"批次号": "R2", "数量": 18000}))
    assert (state.known, state.changed, state.fresh, state.faults) == (1, 1, 0, 0)
    (changed,) = changed_records(office.platform.transactions, MILL, again)
    said = {one.member: (one.stands, one.said) for one in changed.differences}
    assert said == {"quantity": ({"value": "16900", "unit": "kg"}, {"value": "18000", "unit": "kg"})}
    with pytest.raises(ReasonTooShort):
        correct_changed(office.platform.transactions, office.platform.codes, MILL, again, "错")
    reason = "数量一栏误填了净重"
    assert correct_changed(office.platform.transactions, office.platform.codes, MILL, again, reason) == 1
    assert office.state(again).fresh == 1, office.faults(again)
    assert office.sign(again) == 1
    # Once more: now the file says what stands.
    third, state = office.read(receipts(tmp_path, {}, {"批次号": "R2", "数量": 18000}))
    assert (state.known, state.changed, state.fresh) == (2, 0, 0)
    assert third != again


def test_the_annotated_copy_marks_the_same_cells(office: Office, tmp_path: Path):
    rows = [{"批次号": f"R{place}"} for place in range(1, 12)]
    rows[2]["数量"], rows[7]["进货时间"] = "十六吨", "2026-13-06 09:30"
    for body, name, how in (
        (receipts(tmp_path, *rows), "a.xlsx", {}),
        (lines(*rows).encode(), "a.csv", {"form": "进货查验"}),
    ):
        upload, _ = office.read(body, name, **how)
        packed = annotated_copy(office.platform.transactions, MILL, upload, lambda one: one.code)
        book = load_workbook(BytesIO(packed))
        marked = {cell.coordinate for row in book["进货查验"].iter_rows() for cell in row if cell.comment}
        faults = {f"{one.fault.letter}{one.fault.row}" for one in office.faults(upload)}
        assert marked == faults
        assert len(faults) == 2


def test_an_upload_is_handed_over_to_the_signing_page(office: Office, tmp_path: Path):
    upload, _ = office.read(receipts(tmp_path, {}, {"批次号": "R2"}))
    who = Person(MILL, "person-1")
    batch = hand_to_sign(office.platform.transactions, office.platform.codes, who, upload, "season.xlsx")
    assert batch is not None
    again = hand_to_sign(office.platform.transactions, office.platform.codes, who, upload, "season.xlsx")
    assert again == batch
    opened = open_batch(office.platform.transactions, ISSUER, batch)
    assert len(opened.waiting) == 2
    assert all(isinstance(one, Receipt) for one in opened.checks), opened.checks
    kid = office.signer.key.kid
    signer = BatchSigner(ISSUER, "person-1", OPERATOR, frozenset({"purchasing"}))
    waiting = for_signing(office.platform.transactions, signer, batch, kid)
    prev = None if waiting.head is None else waiting.head.statement_id
    signed = [one for _, one in sign_wave(waiting.drafts, office.signer.key, {}, prev, 1)]
    take_signed(
        office.platform.transactions,
        office.platform.acceptance,
        signer,
        batch,
        signed,
    )
    settle_upload(office.platform.transactions, MILL, upload)
    state = office.state(upload)
    assert (state.fresh, state.stated) == (0, 2)
    assert hand_to_sign(office.platform.transactions, office.platform.codes, who, upload, "x") is None
