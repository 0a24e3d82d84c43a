"""Workbooks that nobody should open: refused or shown as faults, without traceback or swollen process."""

from __future__ import annotations

import re
import resource
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter

from tests.builders.workbooks import ISSUER, RECEIPT, FilledTemplate
from trace.errors.exchange import FileEncrypted, FileTooLarge, FileUnreadable
from trace.exchange.tabular.xlsx import Limits, unpack
from trace.exchange.workbook import Workbook, annotate, read_workbook

SHEET = "xl/worksheets/sheet2.xml"  # 进货查验: the guide is the first


@pytest.fixture
def template(tmp_path: Path) -> FilledTemplate:
    filled = FilledTemplate(tmp_path)
    filled.add("进货查验", **RECEIPT)
    return filled


def faults(packed: bytes) -> list[tuple[str, int, str, str]]:
    book = read_workbook(packed, ISSUER)
    assert not book.drafts
    return [(error.sheet, error.row, error.column, error.code) for error in book.errors]


def repacked(packed: bytes, change: Callable[[str, bytes], bytes | None], **added: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = change(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
        for name, body in added.items():
            new.writestr(name, body)
    return out.getvalue()


def with_sheet(packed: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return repacked(packed, lambda name, body: change(body) if name == SHEET else body)


def test_a_formula_is_a_fault_at_its_cell(template: FilledTemplate) -> None:
    template.put("进货查验", 2, 数量="=16000+900")
    assert ("进货查验", 2, "G", "cell-formula") in faults(template.bytes())


def test_an_error_value_is_a_fault_at_its_cell(template: FilledTemplate) -> None:
    template.put("进货查验", 2, 规格="#REF!")
    assert faults(template.bytes()) == [("进货查验", 2, "F", "cell-error-value")]


def test_merged_cells_are_a_fault_at_their_corner(template: FilledTemplate) -> None:
    template.book["进货查验"].merge_cells("B2:B3")
    assert faults(template.bytes()) == [("进货查验", 2, "B", "cells-merged")]


def test_a_hidden_sheet_is_a_fault(template: FilledTemplate) -> None:
    template.book["出货"].sheet_state = "hidden"
    assert faults(template.bytes()) == [("出货", 0, "", "sheet-hidden")]


def test_a_sheet_outside_the_template_may_only_be_empty(template: FilledTemplate) -> None:
    extra = template.book.create_sheet("Sheet1")
    assert not read_workbook(template.bytes(), ISSUER).errors
    extra["B2"] = "价格"
    assert faults(template.bytes()) == [("Sheet1", 0, "", "sheet-unknown")]


def test_an_older_template_is_named(template: FilledTemplate) -> None:
    template.book["说明"]["B1"] = "greentrace-workbook/0"
    assert faults(template.bytes()) == [("说明", 1, "B", "template-outdated")]


def test_a_workbook_of_somebody_else_is_named(template: FilledTemplate) -> None:
    for sheet in list(template.book.worksheets):
        template.book.remove(sheet)
    template.book.create_sheet("出入库")
    assert faults(template.bytes()) == [("", 0, "", "sheets-missing")]


def test_headers_that_were_changed_are_named(template: FilledTemplate) -> None:
    sheet = template.book["进货查验"]
    sheet["B1"], sheet["F1"], sheet["Z1"] = "批号", "物料名称", "备注"
    assert faults(template.bytes()) == [
        ("进货查验", 1, "", "header-missing"),
        ("进货查验", 1, "B", "header-unknown"),
        ("进货查验", 1, "F", "header-repeated"),
        ("进货查验", 1, "Z", "header-unknown"),
    ]


def test_columns_in_another_order_are_read_the_same(template: FilledTemplate) -> None:
    before = read_workbook(template.bytes(), ISSUER).drafts[0].digest
    sheet = template.book["进货查验"]
    for row in (1, 2):
        sheet.cell(row, 3).value, sheet.cell(row, 9).value = (
            sheet.cell(row, 9).value,
            sheet.cell(row, 3).value,
        )
    assert read_workbook(template.bytes(), ISSUER).drafts[0].digest == before


def test_content_beyond_the_headed_columns_is_a_fault(template: FilledTemplate) -> None:
    last = len(template.headers("进货查验"))
    template.book["进货查验"].cell(2, last + 3).value = "忘了"
    assert faults(template.bytes()) == [("进货查验", 2, get_column_letter(last + 3), "rows-too-wide")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not-a-zip"),
        (b"PK\x03\x04", "cut-short"),
        ("批次号,数量\n".encode(), "not-a-zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-xls"),
    ],
)
def test_what_is_no_workbook_is_unreadable(body: bytes, reason: str) -> None:
    with pytest.raises(FileUnreadable) as refused:
        read_workbook(body, ISSUER)
    assert refused.value.params["reason"] == reason


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_workbook(tmp_path / "none.xlsx", ISSUER)


def test_a_workbook_with_a_password_is_named_so() -> None:
    body = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(FileEncrypted):
        read_workbook(body, ISSUER)


def test_every_truncation_of_a_workbook_is_unreadable(template: FilledTemplate) -> None:
    packed = template.bytes()
    for end in range(0, len(packed) - 1, max(1, len(packed) // 60)):
        with pytest.raises(FileUnreadable):
            read_workbook(packed[:end], ISSUER)


def test_a_bomb_is_refused_without_being_unpacked(template: FilledTemplate) -> None:
    bomb = repacked(template.bytes(), lambda _, body: body, **{"xl/sharedStrings2.xml": bytes(300 * 2**20)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileTooLarge) as refused:
        read_workbook(bomb, ISSUER)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert refused.value.params["what"] == "unpacked"
    assert grown < 400  # MiB; unpacked twice it would be far more


def test_a_bomb_that_lies_about_its_size_is_refused(template: FilledTemplate) -> None:
    """Its directory declares ten bytes (and their checksum); a reader that believes it inflates the rest."""
    content = b"0123456789" + bytes(50 * 2**20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = packer.compress(content) + packer.flush()
    lying = bytearray(repacked(template.bytes(), lambda _, body: body, **{"xl/lie.xml": content}))
    at = lying.rindex(b"PK\x01\x02", 0, lying.rindex(b"xl/lie.xml"))
    struct.pack_into("<I", lying, at + 16, zlib.crc32(content[:10]))
    struct.pack_into("<I", lying, at + 24, 10)
    assert len(squeezed) < 100_000
    with zipfile.ZipFile(BytesIO(bytes(lying))) as archive:
        assert archive.getinfo("xl/lie.xml").file_size == 10
    with pytest.raises(FileUnreadable) as refused:
        read_workbook(bytes(lying), ISSUER, limits=Limits(unpacked_bytes=2**20 * 64))
    assert refused.value.params["reason"] == "broken-zip"


def test_a_cell_at_the_far_end_is_refused_before_it_is_laid_out(template: FilledTemplate) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    packed = with_sheet(template.bytes(), lambda body: body.replace(b"</sheetData>", far))
    with pytest.raises(FileTooLarge):
        read_workbook(packed, ISSUER)


def test_a_formatted_cell_at_the_far_end_is_no_harm(template: FilledTemplate) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
    packed = with_sheet(template.bytes(), lambda body: body.replace(b"</sheetData>", far))
    assert len(read_workbook(packed, ISSUER).drafts) == 1


@pytest.mark.parametrize(
    "evil",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_and_document_types_are_refused(template: FilledTemplate, evil: bytes) -> None:
    packed = with_sheet(template.bytes(), lambda body: evil + body)
    with pytest.raises(FileUnreadable) as refused:
        read_workbook(packed, ISSUER)
    assert refused.value.params["reason"] == "unsafe-xml"


def test_a_sheet_whose_cells_name_no_place_is_read_in_order(template: FilledTemplate) -> None:
    """Cells and rows may leave their place out: each then follows the one before it."""
    before = read_workbook(template.bytes(), ISSUER).drafts[0].digest
    sheet = template.book["进货查验"]
    for cell in sheet[2]:
        cell.value = cell.value if cell.value is not None else " "
    packed = with_sheet(template.bytes(), lambda body: re.sub(rb'(<c|<row) r="[A-Z]*[0-9]+"', rb"\1", body))
    (draft,) = read_workbook(packed, ISSUER).drafts
    assert draft.digest == before


def test_a_part_that_would_take_a_backtracking_reader_seconds_is_read_at_once(
    template: FilledTemplate,
) -> None:
    tail = b"<row " + b" r" * 60_000
    packed = with_sheet(template.bytes(), lambda body: body.replace(b"</sheetData>", tail + b"</sheetData>"))
    begun = time.process_time()
    with pytest.raises(FileUnreadable):
        read_workbook(packed, ISSUER)
    assert time.process_time() - begun < 1


def test_cells_of_a_row_that_name_their_place_in_part_are_refused(template: FilledTemplate) -> None:
    packed = with_sheet(template.bytes(), lambda body: body.replace(b'<c r="B2"', b"<c"))
    with pytest.raises(FileUnreadable):
        read_workbook(packed, ISSUER)


def test_a_workbook_that_counts_days_from_1904_is_refused(template: FilledTemplate) -> None:
    old = b'<workbookPr date1904="1"/>'
    packed = repacked(template.bytes(), lambda name, body: re.sub(b"<workbookPr[^>]*/>", old, body))
    with pytest.raises(FileUnreadable) as refused:
        read_workbook(packed, ISSUER)
    assert refused.value.params["reason"] == "dates-from-1904"


def test_parts_that_carry_no_cells_are_never_opened(template: FilledTemplate) -> None:
    packed = repacked(template.bytes(), lambda _, body: body, **{"xl/vbaProject.bin": b"\x00macro"})
    assert "xl/vbaProject.bin" not in unpack(packed)
    assert len(read_workbook(packed, ISSUER).drafts) == 1


def test_too_many_rows_bytes_and_parts_are_refused(template: FilledTemplate) -> None:
    packed = template.bytes()
    with pytest.raises(FileTooLarge):
        read_workbook(packed, ISSUER, limits=Limits(file_bytes=1000))
    with pytest.raises(FileTooLarge):
        read_workbook(packed, ISSUER, limits=Limits(rows=1))
    with pytest.raises(FileTooLarge):
        read_workbook(packed, ISSUER, limits=Limits(parts=3))


def test_the_annotated_copy_is_made_from_the_checked_parts_only(
    template: FilledTemplate, tmp_path: Path
) -> None:
    evil = {"xl/drawings/drawing1.xml": b"<!DOCTYPE x []><x/>", "docProps/core.xml": b"<broken"}
    packed = repacked(template.bytes(), lambda name, body: None if name in evil else body, **evil)
    assert annotate(packed, (), tmp_path / "out.xlsx") == 0
    assert len(read_workbook(tmp_path / "out.xlsx", ISSUER).drafts) == 1


def test_the_annotated_copy_has_the_same_limits(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        annotate(b"PK\x03\x04", (), tmp_path / "out.xlsx")


def test_control_characters_are_a_fault(template: FilledTemplate) -> None:
    shared = lambda name, body: body.replace("稻谷".encode(), "稻&#x1;谷".encode())  # noqa: E731
    try:
        found: list[tuple[str, int, str, str]] = faults(repacked(template.bytes(), shared))
    except FileUnreadable:
        return  # a reader of XML may refuse them itself
    assert found == [("进货查验", 2, "C", "cell-text-unclean")]


def test_a_file_with_thousands_of_faults_lists_the_first_and_counts_all(template: FilledTemplate) -> None:
    for number in range(1200):
        template.add("进货查验", **{**RECEIPT, "批次号": f"X{number}", "数量": "许多"})
    book: Workbook = read_workbook(template.bytes(), ISSUER)
    assert (len(book.errors), book.faults) == (1000, 1200)
