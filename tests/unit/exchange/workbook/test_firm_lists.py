"""Templates with a firm's own names: long lists as ranges, texts that stay texts, few lines of help."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from trace.exchange.tabular.grids import LISTS, Faults
from trace.exchange.tabular.row_stream import open_sheets
from trace.exchange.workbook import read_workbook
from trace.exchange.workbook.firm_lists import TEMPLATES, FirmLists, write_firm_template

LONG = [
    (f"9131015100000{place:05d}", f"=某某（上海）农业科技发展有限责任公司第{place}分公司" * 2)
    for place in range(400)
]
LISTED = FirmLists(
    products=[("09521234100010", "+大米"), ("P-1", "@糙米")],
    places=[("310151999299-0001", "一号地")],
    suppliers=LONG,
    lots=["R1", "urn:lot:X:H1"],
)
ISSUER = "urn:uscc:91310151XN0000442L"


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_no_list_stands_in_a_cell_and_every_text_is_a_text(name: str):
    packed = write_firm_template(TEMPLATES[name], LISTED)
    with zipfile.ZipFile(io.BytesIO(packed)) as book:
        for part in book.namelist():
            if part.startswith("xl/worksheets/"):
                body = book.read(part).decode()
                assert "<f>" not in body
                inline = re.findall(r'<formula1>"([^<]*)"</formula1>', body)
                assert all(len(one) <= 255 for one in inline)
    loaded = openpyxl.load_workbook(io.BytesIO(packed))
    lists = loaded[LISTS]
    assert lists.sheet_state == "hidden"
    cells = [cell for row in lists.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" and cell.number_format == "@" for cell in cells)
    assert "TEMPLATE_VERSION" in loaded.defined_names
    guide = loaded["说明"]
    assert sum(bool(row[1].value) for row in guide.iter_rows(min_row=2)) == 3


def test_four_hundred_suppliers_are_offered_by_a_range():
    packed = write_firm_template(TEMPLATES["purchasing"], LISTED)
    sheet = openpyxl.load_workbook(io.BytesIO(packed))["进货查验"]
    offered = [one.formula1 for one in sheet.data_validations.dataValidation if LISTS in str(one.formula1)]
    assert any(text.endswith("$400") for text in offered)
    names = {
        cell.value for column in openpyxl.load_workbook(io.BytesIO(packed))[LISTS].columns for cell in column
    }
    assert {name for _, name in LONG} <= names


def test_the_template_is_read_back_without_a_fault_by_both_readers():
    packed = write_firm_template(TEMPLATES["whole"], LISTED)
    faults = Faults()
    assert [sheet.head.name for sheet in open_sheets(packed, faults)][1:] == [
        form.name for form in TEMPLATES["whole"]
    ]
    assert not faults.errors
    assert not read_workbook(packed, ISSUER).errors


def test_a_firm_without_names_gets_a_template_without_lists():
    packed = write_firm_template(TEMPLATES["shipping"], FirmLists())
    assert LISTS not in openpyxl.load_workbook(io.BytesIO(packed)).sheetnames
