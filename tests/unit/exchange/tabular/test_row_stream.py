"""Tables row by row: what the whole reader reads, the stream reads; the rest is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.builders.workbooks import FilledTemplate, milling
from trace.errors.exchange import FileTooLarge, FileUnreadable
from trace.exchange.tabular.grids import LISTS, Faults
from trace.exchange.tabular.kept_cells import cells_from_json, cells_to_json
from trace.exchange.tabular.row_stream import UPLOAD_LIMITS, StreamedSheet, open_sheets, open_table
from trace.exchange.tabular.seen import SeenNumber, Spoilt
from trace.exchange.tabular.xlsx import open_grids

TABLE = "批次号,物料名称\nR1,䶮稻\nR2,稻谷\n"


def read(packed: bytes) -> tuple[dict[str, StreamedSheet], dict[str, dict[int, list]]]:
    sheets, rows = {}, {}
    for sheet in open_sheets(packed, Faults()):
        sheets[sheet.head.name] = sheet
        rows[sheet.head.name] = {row.number: list(row.cells) for row in sheet.rows}
    return sheets, rows


def changed(packed: bytes, part: str, old: bytes, new: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as given, zipfile.ZipFile(made, "w") as out:
        for name in given.namelist():
            body = given.read(name)
            if name == part:
                assert old in body
                body = body.replace(old, new, 1)
            out.writestr(name, body)
    return made.getvalue()


def test_the_stream_reads_what_the_whole_reader_reads(tmp_path: Path):
    template = FilledTemplate(tmp_path, examples=True)
    milling(template)
    packed = template.bytes()
    sheets, rows = read(packed)
    for grid in open_grids(packed, Faults()):
        said = {number: cells for number, cells in enumerate(grid.rows, 1) if any(cells)}
        assert rows[grid.name] == {number: list(cells) for number, cells in said.items()}
        assert sheets[grid.name].head.hidden_columns == grid.hidden_columns
        assert sheets[grid.name].head.merged == grid.merged


def test_hidden_rows_and_columns_and_formats_are_known_before_the_rows(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["a", "b"], [1, 2], [3, 4]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    rule = openpyxl.formatting.rule.CellIsRule(
        operator="equal", formula=["1"], font=openpyxl.styles.Font(strike=True)
    )
    sheet.conditional_formatting.add("A2:A2", rule)
    packed = io.BytesIO()
    book.save(packed)
    (found,) = open_sheets(packed.getvalue(), Faults())
    rows = list(found.rows)
    assert [row.hidden for row in rows] == [False, False, True]
    assert found.head.hides(1)
    assert isinstance(rows[1].cells[0], Spoilt)  # the format stands behind the rows in the file
    assert isinstance(rows[1].cells[1], SeenNumber)


def test_a_comment_around_the_rows_hides_nothing(tmp_path: Path):
    template = FilledTemplate(tmp_path)
    template.add("进货查验", 批次号="R1")
    packed = template.bytes()
    part = "xl/worksheets/sheet2.xml"
    commented = changed(packed, part, b"<sheetData>", b"<!-- <sheetData> </sheetData> --><sheetData>")
    assert read(commented)[1] == read(packed)[1]


def test_lists_to_choose_from_are_no_records():
    book = openpyxl.Workbook()
    book.active.append(["a"])
    listed = book.create_sheet(LISTS)
    listed.append(["x"])
    listed.sheet_state = "hidden"
    packed = io.BytesIO()
    book.save(packed)
    faults = Faults()
    assert [sheet.head.name for sheet in open_sheets(packed.getvalue(), faults)] == ["Sheet"]
    assert not faults.errors


def test_macros_are_refused(tmp_path: Path):
    packed = io.BytesIO(FilledTemplate(tmp_path).bytes())
    with zipfile.ZipFile(packed, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\x00macro")
    with pytest.raises(FileUnreadable) as refused:
        list(open_sheets(packed.getvalue(), Faults()))
    assert refused.value.params["reason"] == "macros"


def test_a_cell_of_ten_megabytes_is_refused():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["a"])
    packed = io.BytesIO()
    book.save(packed)
    huge = b'<c r="A1" t="str"><v>' + b"9" * 10_000_000 + b"</v></c>"
    with zipfile.ZipFile(packed) as given:
        cell = (
            given.read("xl/worksheets/sheet1.xml").split(b"<row", 1)[1].split(b">", 1)[1].split(b"</row>")[0]
        )
    with pytest.raises(FileTooLarge) as refused:
        read(changed(packed.getvalue(), "xl/worksheets/sheet1.xml", cell, huge))
    assert refused.value.params == {"what": "field", "limit": 32_767}


def test_what_unpacks_beyond_the_limit_is_refused(tmp_path: Path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b" " * (UPLOAD_LIMITS.unpacked_bytes + 1))
    assert len(packed.getvalue()) < 2**20
    with pytest.raises(FileTooLarge):
        list(open_sheets(packed.getvalue(), Faults()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_reads_equal_in_every_encoding_of_excel(encoding: str):
    sheet = open_table("进货查验", TABLE.encode(encoding))
    assert [(row.number, list(row.cells)) for row in sheet.rows] == [
        (1, ["批次号", "物料名称"]),
        (2, ["R1", "䶮稻"]),
        (3, ["R2", "稻谷"]),
    ]


def test_a_table_in_no_encoding_is_refused():
    with pytest.raises(FileUnreadable):
        open_table("进货查验", TABLE.encode("gb18030") + b"\xff\xff\xff")


def test_cells_are_kept_as_they_were_read(tmp_path: Path):
    template = FilledTemplate(tmp_path)
    template.add(
        "进货查验",
        批次号="=1+1",
        物料名称=True,
        数量=16900.5,
        生产日期=openpyxl.utils.datetime.from_excel(46300).date(),
    )
    _, rows = read(template.bytes())
    for cells in rows["进货查验"].values():
        kept = cells_from_json(cells_to_json(cells))
        assert [repr(cell) for cell in kept] == [repr(cell) for cell in cells]
    (spoilt,) = [cell for cell in rows["进货查验"][2] if isinstance(cell, Spoilt)]
    assert spoilt.refusal.code == "cell-formula"
