"""Workbooks written part by part, as no library would write them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

from trace.exchange.tabular.grids import Faults
from trace.exchange.tabular.row_stream import open_sheets
from trace.exchange.tabular.seen import Cell, Spoilt, shown_text
from trace.exchange.tabular.xlsx import open_grids

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    f' xmlns:r="{_OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:x="urn:example:other" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)


def relations(**targets: str) -> str:
    """Relations by id, each of the kind that its target's name begins with."""
    kinds = {"xl/": "officeDocument", "worksheets/": "worksheet", "strings": "sharedStrings"}
    told = (
        (one, next((kind for start, kind in kinds.items() if target.startswith(start)), "styles"), target)
        for one, target in targets.items()
    )
    rows = "".join(
        f'<Relationship Id="{one}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for one, kind, target in told
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}'
        "</Relationships>"
    )


def sheet(rows: str, behind: str = "") -> str:
    return f"<worksheet {NAMES}><sheetData>{rows}</sheetData>{behind}</worksheet>"


def one_cell(content: str, attributes: str = "") -> str:
    """A row with A1 alone."""
    return f'<row r="1"><c r="A1" {attributes}>{content}</c></row>'


def workbook(
    rows: str, *, strings: str = "", styles: str = "", behind: str = "", parts: Mapping[str, str] = {}
) -> bytes:
    """A workbook of one sheet; `parts` are put in place of its own, or beside them."""
    whole = {
        "_rels/.rels": relations(rId1="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook {NAMES}><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            rId1="worksheets/sheet1.xml", rId2="strings.xml", rId3="styles.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet(rows, behind),
        "xl/strings.xml": f"<sst {NAMES}>{strings}</sst>",
        "xl/styles.xml": f"<styleSheet {NAMES}>{styles}</styleSheet>",
        **parts,
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in whole.items():
            archive.writestr(name, text)
    return packed.getvalue()


def first_cell(packed: bytes) -> str:
    """What both readers see in A1: its text, or the code of why nobody is to sign it."""
    (grid,) = open_grids(packed, Faults())
    (stream,) = open_sheets(packed, Faults())
    rows = list(stream.rows)
    streamed = _told(rows[0].cells[0]) if rows and rows[0].cells else ""
    whole = _told(grid.rows[0][0]) if grid.rows and grid.rows[0] else ""
    assert whole == streamed
    return whole


def _told(cell: Cell) -> str:
    return cell.refusal.code if isinstance(cell, Spoilt) else shown_text(cell)
