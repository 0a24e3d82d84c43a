"""What is seen as something else than is stored: fonts of symbols, figures in formats, dark rules."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from trace.errors.exchange import FileUnreadable
from trace.errors.tables import CellShownDiffers
from trace.exchange.tabular.cells import Reading, read_cell
from trace.exchange.tabular.forms import Column
from trace.exchange.tabular.grids import Faults
from trace.exchange.tabular.row_stream import open_sheets
from trace.exchange.tabular.seen import Spoilt
from trace.exchange.tabular.xlsx import open_grids

SOLID = '<fill><patternFill><bgColor rgb="{}"/></patternFill></fill>'


def codes(fill: Callable[[Worksheet], None], place: tuple[int, int] = (0, 0), behind: str = "") -> str:
    """Why a cell (A1 if nothing is said) is not signed, by both readers; "seen" if it is.

    `behind`: XML at the end of the sheet.
    """
    book = openpyxl.Workbook()
    fill(book.active)
    packed = io.BytesIO()
    book.save(packed)
    if behind:
        packed = _with(packed, behind)
    (grid,) = open_grids(packed.getvalue(), Faults())
    (stream,) = open_sheets(packed.getvalue(), Faults())
    row, column = place
    cell = grid.rows[row][column]
    assert repr(list(stream.rows)[row].cells[column]) == repr(cell)
    return cell.refusal.code if isinstance(cell, Spoilt) else "seen"


def _with(packed: io.BytesIO, text: str, place: bytes = b"</worksheet>") -> io.BytesIO:
    """The workbook with XML in front of this end tag of its sheet."""
    put = text.encode() + place
    out = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert place in body
                body = body.replace(place, put)
            new.writestr(name, body)
    return out


@pytest.mark.parametrize(
    ("font", "found"),
    [
        (Font(name="Symbol"), "cell-in-pictures"),
        (Font(name="Wingdings 2"), "cell-in-pictures"),
        (Font(name="Webdings"), "cell-in-pictures"),
        (Font(name="Anything", charset=2), "cell-in-pictures"),
        (Font(name="Libre Barcode 128"), "cell-in-pictures"),
        (Font(name="Segoe UI Symbol"), "seen"),
        (Font(name="宋体", charset=134), "seen"),
    ],
)
def test_a_font_that_draws_other_signs_is_refused(font: Font, found: str) -> None:
    def whole(sheet: Worksheet) -> None:
        sheet["A1"], sheet["A1"].font = "R1", font

    def run(sheet: Worksheet) -> None:
        inline = InlineFont(rFont=font.name, charset=font.charset)
        sheet["A1"] = CellRichText(TextBlock(inline, "m"), "g/kg")  # seen as μg/kg in Symbol

    assert codes(whole) == codes(run) == found


def test_what_a_formula_fills_beside_its_own_cell_is_a_formula_too() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = ArrayFormula("A1:A3", "=B1:B3*1.5")
        for place in ("A2", "A3", "A4"):
            sheet[place] = 16900

    assert [codes(fill, (row, 0)) for row in range(4)] == ["cell-formula"] * 3 + ["seen"]


@pytest.mark.parametrize(
    ("ink", "paper", "found"),
    [
        (None, "0A0A0A", "cell-format-conditional"),
        ("FFC7CE", "FFC7CE", "cell-format-conditional"),
        ("FFFFFF", None, "cell-format-conditional"),
        ("FFFFFF", "9C0006", "seen"),
        ("9C0006", "FFC7CE", "seen"),
        (None, "FFC7CE", "seen"),
    ],
)
def test_a_rule_may_colour_and_not_cover(ink: str | None, paper: str | None, found: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "R1"
        fill = PatternFill("solid", bgColor=paper) if paper else None
        rule = FormulaRule(formula=["$A1=1"], font=Font(color=ink) if ink else None, fill=fill)
        sheet.conditional_formatting.add("A1", rule)

    assert codes(fill) == found


@pytest.mark.parametrize(
    ("difference", "found"),
    [
        ('<font><color rgb="FFFFFFFF"/></font>', "cell-format-conditional"),
        ('<font><color theme="0"/></font>', "cell-format-conditional"),
        (SOLID.format("FF000000"), "cell-format-conditional"),
        ('<font><sz val="1"/></font>', "cell-format-conditional"),
        ('<font><vertAlign val="superscript"/></font>', "cell-format-conditional"),
        ('<font><name val="Wingdings"/></font>', "cell-format-conditional"),
        ("<font><strike/></font>", "cell-format-conditional"),
        ('<numFmt numFmtId="9" formatCode=";;;"/>', "cell-format-conditional"),
        ('<font><strike val="0"/><color rgb="FF9C0006"/></font>', "seen"),
        ('<font><color rgb="FFFFFFFF"/></font>' + SOLID.format("FF9C0006"), "seen"),
    ],
)
def test_a_rule_that_spells_out_what_it_does_covers_no_more(difference: str, found: str) -> None:
    """As Excel 2010 and later write rules that look at other sheets."""
    spelt = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
        ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:conditionalFormattings>'
        "<x14:conditionalFormatting>"
        f"<x14:cfRule><xm:f>$A1=1</xm:f><x14:dxf>{difference}</x14:dxf></x14:cfRule>"
        "<xm:sqref>A1</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    assert codes(lambda sheet: sheet.__setitem__("A1", "R1"), behind=spelt) == found


@pytest.mark.parametrize(
    ("cell", "fine"),
    [
        ('<c r="A1"><v>16900</v></c>', True),
        ('<c r="A1"><v>1.69E+4</v></c>', True),
        ('<c r="A1" t="inlineStr"><is><t>R1</t></is></c>', True),
        ('<c r="A1" t="d"><v>2026-10-12T08:30:00</v></c>', True),
        ('<c r="A1"><v>1_6900</v></c>', False),
        ('<c r="A1"><v>٣٤</v></c>', False),
        ('<c r="A1"><v>1</v><v>2</v></c>', False),
        ('<c r="A1"><v>1<v>2</v></v></c>', False),
        ('<c r="A1"><v>1</v><is><t>2</t></is></c>', False),
        ('<c r="A1" t="inlineStr"><v>1</v></c>', False),
        ('<c r="A1" t="inlineStr"><is><t>1</t></is><is><t>2</t></is></c>', False),
        ('<c r="A1" t="number"><v>5</v></c>', False),
        ('<c r="A1" t="b"><v>2</v></c>', False),
        ('<c r="A1" t="d"><v>2026-W42-1</v></c>', False),
    ],
)
def test_a_cell_that_programs_would_read_in_several_ways_is_none(cell: str, fine: bool) -> None:
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    out = _with(book, f'<row r="1">{cell}</row>', b"</sheetData>")
    with contextlib.nullcontext() if fine else pytest.raises(FileUnreadable):
        open_grids(out.getvalue(), Faults())
    with contextlib.nullcontext() if fine else pytest.raises(FileUnreadable):
        for sheet in open_sheets(out.getvalue(), Faults()):
            list(sheet.rows)


@pytest.mark.parametrize(("colour", "found"), [("FF000000", "cell-format-conditional"), ("FFF8696B", "seen")])
def test_a_scale_of_colours_covers_nothing(colour: str, found: str) -> None:
    scale = (
        '<conditionalFormatting sqref="A1"><cfRule><colorScale>'
        f'<color rgb="{colour}"/><color rgb="FFFFFFFF"/></colorScale></cfRule>'
        "</conditionalFormatting>"
    )
    assert codes(lambda sheet: sheet.__setitem__("A1", 1), behind=scale) == found


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        (17, '0"000"'), (5, '"1"0'), (17, '0".5"'), (5, "0!0"), (5, '"1,"000'), (1, '"2026"000'),
        (5, '"１"0'), (17, 'General"000"'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["amount", "value"])
def test_figures_that_the_format_adds_are_not_signed(stored: int, code: str, kind: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A1"].number_format = stored, code
    packed = io.BytesIO()
    book.save(packed)
    (grid,) = open_grids(packed.getvalue(), Faults())
    with pytest.raises(CellShownDiffers):
        read_cell(Column("数量", "quantity", kind), grid.rows[0][0], Reading("X"))
