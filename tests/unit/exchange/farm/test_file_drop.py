"""Files that a farm's platform drops: JSON Lines, bundles, CSV and XLSX, whole, torn and wrong."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from openpyxl import Workbook

from tests.builders.farm_tables import FARMER, TABLES
from tests.simulators.farm_feed import LOG, NOTE, item
from trace.errors.exchange import EvidenceMalformed, FileTooLarge, FileUnreadable
from trace.errors.ledger import BundleMalformed
from trace.exchange.farm import FARM_FORMS, FileDrop, read_all, read_farm_file, read_pushed

LOT = "urn:lot:93310151XN00001190:H1"


def a_bundle() -> dict[str, object]:
    statement = {name: item(0)[name] for name in ("jws", "leaf", "index", "proof")} | {"log": 0}
    return {
        "format": "trace-bundle/1",
        "lot": LOT,
        "lotSecret": "A" * 22,
        "view": "public",
        "statements": [statement],
        "logs": [{"checkpoint": NOTE}],
    }


def lines(*values: object) -> bytes:
    return b"".join(orjson.dumps(value) + b"\n" for value in values)


def test_json_lines_hold_items_bare_statements_and_bundles(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(item(0), item(1)["jws"], a_bundle()))
    (page,) = read_all(FileDrop(tmp_path))
    assert [(one.log, one.index) for one in page.items] == [(LOG, 0), (None, None)]
    assert [one["format"] for one in page.bundles] == ["trace-bundle/1"]
    assert (page.cursor, page.notices) == ("a.jsonl#3", ())


def test_files_are_read_in_the_order_of_their_names_and_page_by_page(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(lines(item(3)))
    (tmp_path / "a.jsonl").write_bytes(lines(*(item(index) for index in range(3))))
    pages = list(read_all(FileDrop(tmp_path, limit=2)))
    assert [[one.index for one in page.items] for page in pages] == [[0, 1], [2], [3]]
    assert [page.cursor for page in pages] == ["a.jsonl#2", "a.jsonl#3", "b.jsonl#1"]


def test_reading_goes_on_after_the_cursor_when_a_file_grows(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(item(0)))
    drop = FileDrop(tmp_path)
    cursor = drop.read().cursor
    assert drop.read(cursor).empty
    path.write_bytes(lines(item(0), item(1)))
    assert [one.index for one in drop.read(cursor).items] == [1]


def test_a_last_line_that_is_torn_is_noticed_and_read_when_it_is_whole(tmp_path: Path) -> None:
    path, whole = tmp_path / "a.jsonl", lines(item(0), item(1))
    path.write_bytes(whole[:-100])
    drop = FileDrop(tmp_path)
    page = drop.read()
    assert [one.index for one in page.items] == [0]
    assert [(one.kind, one.where) for one in page.notices] == [("broken-off", "a.jsonl:2")]
    assert page.cursor == "a.jsonl#1"
    path.write_bytes(whole)
    assert [one.index for one in drop.read(page.cursor).items] == [1]


def test_a_torn_first_line_does_not_make_the_reader_go_round_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"jws": {')
    pages = list(read_all(FileDrop(tmp_path)))
    assert [[one.kind for one in page.notices] for page in pages] in ([["broken-off"]], [["broken-off"]] * 2)


def test_a_line_that_is_wrong_is_noticed_with_its_place_and_the_next_is_read(tmp_path: Path) -> None:
    wrong = item(1) | {"index": "one"}
    (tmp_path / "a.jsonl").write_bytes(lines(item(0), wrong) + b"{nonsense\n" + lines(item(2)))
    (page,) = read_all(FileDrop(tmp_path))
    assert [one.index for one in page.items] == [0, 2]
    assert [(one.kind, one.where, one.params.get("path")) for one in page.notices] == [
        ("malformed", "a.jsonl:2", "$.index"),
        ("malformed", "a.jsonl:3", None),
    ]


def test_repeats_and_contradictions_across_files_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(item(0), item(1)))
    (tmp_path / "b.jsonl").write_bytes(lines(item(0), item(1, "another harvest")))
    pages = list(read_all(FileDrop(tmp_path)))
    assert [one.kind for one in pages[1].notices] == ["repeated", "contradicted"]
    assert len(pages[1].items) == 2


def test_files_still_being_written_and_foreign_ones_are_left_alone(tmp_path: Path) -> None:
    for name in (".a.jsonl", "a.jsonl.part", "b.tmp", "readme.txt"):
        (tmp_path / name).write_bytes(lines(item(0)))
    assert list(read_all(FileDrop(tmp_path))) == []


def test_a_missing_folder_and_a_foreign_cursor_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        FileDrop(tmp_path / "none").read()
    with pytest.raises(FileUnreadable):
        FileDrop(tmp_path).read("../../etc/passwd")


def test_a_broken_file_is_a_notice_and_the_next_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{}")
    (tmp_path / "b.json").write_bytes(orjson.dumps(a_bundle()))
    (tmp_path / "c.xlsx").write_bytes(b"PK")
    pages = list(read_all(FileDrop(tmp_path, FARMER)))
    assert [(len(page.bundles), [one.params["code"] for one in page.notices]) for page in pages] == [
        (0, ["bundle-malformed"]),
        (1, []),
        (0, ["file-unreadable"]),
    ]


def test_a_harvest_row_becomes_a_draft_that_a_key_must_sign(tmp_path: Path) -> None:
    (tmp_path / "采收.csv").write_text(TABLES["采收入库"], "utf-8")
    (page,) = read_all(FileDrop(tmp_path, FARMER))
    (draft,) = page.drafts
    assert not page.items
    assert (draft.typ, draft.sub, draft.makes) == ("farm.harvest", LOT, (LOT,))
    assert draft.data["plots"] == ["urn:place:310151999299-0001", "urn:place:310151999299-0002"]
    assert draft.occurred_at.isoformat() == "2026-10-05T17:00:00+08:00"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_excel_writes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLES["农事记录"], encoding)
    drafts, errors = read_farm_file(path, FARMER)
    assert not errors
    assert [draft.data["operation"] for draft in drafts] == ["spray", "irrigate"]
    assert drafts[0].data["input"] == {
        "name": "吡虫啉",
        "regNo": "PD20130001",
        "source": "（演示）农资店",
        "dose": "10g/亩",
        "method": "喷雾",
        "phiDays": 7,
    }


def test_a_certificate_on_a_test_needs_the_reports_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLES["合格证"], "utf-8")
    (draft,), _ = read_farm_file(path, FARMER)
    assert draft.private == ("contact",)
    assert [(one.find, one.number, one.path) for one in draft.references] == [
        ("lot", None, ()),
        ("report", "J-9", ("report",)),
    ]
    path.write_text(TABLES["合格证"].replace("J-9", ""), "utf-8")
    drafts, errors = read_farm_file(path, FARMER)
    assert not drafts
    assert [(one.row, one.column, one.code) for one in errors] == [(2, "H", "cell-missing")]


def test_an_input_without_its_registration_is_refused_at_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLES["农事记录"].replace("PD20130001", ""), "utf-8")
    drafts, errors = read_farm_file(path, FARMER)
    assert not drafts
    assert [(one.row, one.column, one.code) for one in errors] == [(2, "F", "cell-missing")]


def test_the_same_operation_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    header, spray, _ = TABLES["农事记录"].splitlines(keepends=True)
    path = tmp_path / "a.csv"
    path.write_text(header + spray + spray, "utf-8")
    drafts, errors = read_farm_file(path, FARMER)
    assert not drafts
    assert [(one.row, one.code, one.params["first"]) for one in errors] == [(3, "row-repeated", 2)]


def test_the_same_tables_come_as_sheets_of_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for form in FARM_FORMS:
        sheet = book.create_sheet(form.name)
        for row in TABLES[form.name].splitlines():
            sheet.append(row.split(","))
    book.save(tmp_path / "farm.xlsx")
    drafts, errors = read_farm_file(tmp_path / "farm.xlsx", FARMER)
    assert not errors
    assert [draft.typ for draft in drafts] == [
        "farm.harvest", "farm.certificate", "food.shipment", "farm.operation", "farm.operation",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"\xff\xfe\xff\xff\xff", FileUnreadable),
        ("入库批次\n\x00\n".encode(), FileUnreadable),
        ('入库批次\n"offen\n'.encode(), FileUnreadable),
        (b"a," * 500 + b"\n", FileTooLarge),
    ],
)
def test_what_is_no_csv_is_refused(tmp_path: Path, body: bytes, refusal: type[Exception]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(body)
    with pytest.raises(refusal):
        read_farm_file(path, FARMER)


def test_a_table_of_somebody_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,年龄\n甲,3\n", "utf-8")
    assert [one.code for one in read_farm_file(path, FARMER)[1]] == ["table-unknown"]


def test_a_pushed_bundle_of_the_right_form_is_a_page() -> None:
    page = read_pushed(orjson.dumps(a_bundle()))
    assert page.bundles == (a_bundle(),)


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "trace-bundle/2"},
        {"logs": []},
        {"logs": [{}]},
        {"statements": []},
        {"statements": [item(0)]},
        {"statements": [{"jws": {}}]},
        {"surprise": 1},
    ],
)
def test_a_pushed_bundle_of_another_form_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(BundleMalformed):
        read_pushed(orjson.dumps(a_bundle() | changed))


def test_a_pushed_bundle_with_a_broken_statement_is_refused_with_its_path() -> None:
    broken = a_bundle()
    broken["statements"][0]["jws"] = {"protected": "é", "payload": "", "signature": ""}  # type: ignore[index]
    with pytest.raises(EvidenceMalformed) as refused:
        read_pushed(orjson.dumps(broken))
    assert refused.value.params["path"] == "$.statements[0].jws.payload"


def test_a_pushed_bundle_over_the_limit_or_without_json_is_refused() -> None:
    with pytest.raises(FileTooLarge):
        read_pushed(b" " * 11, limit=10)
    with pytest.raises(EvidenceMalformed):
        read_pushed(b"[" * 100_000)
