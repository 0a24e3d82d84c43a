"""Parts that programs would read differently: other languages, alternatives, texts beside runs."""

from __future__ import annotations

import pytest

from tests.builders.raw_workbooks import NAMES, first_cell, one_cell, relations, sheet, workbook
from trace.errors.exchange import FileUnreadable

CHOICE = '<mc:AlternateContent><mc:Choice Requires="x">{}</mc:Choice><mc:Fallback>{}</mc:Fallback>'
CHOICE += "</mc:AlternateContent>"


def refused(packed: bytes) -> str:
    with pytest.raises(FileUnreadable) as caught:
        first_cell(packed)
    return str(caught.value.params["reason"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<x:v>500</x:v>", "n"),
        ("<v>1<x:z>2</x:z>3</v>", "n"),
        ("<v>1<v>2</v></v>", "n"),
        (CHOICE.format("<v>5</v>", "<v>6</v>"), "n"),
        (CHOICE.format("<v>5</v>", ""), "n"),
        ("<is><t>A</t><x:t>B</x:t></is>", "inlineStr"),
        ("<is><t>A<x:t>B</x:t></t></is>", "inlineStr"),
        ("<is><t>A</t><t>B</t></is>", "inlineStr"),
        ("<is><t>A</t><r><t>B</t></r></is>", "inlineStr"),
        (f"<is>{CHOICE.format('<t>A</t>', '<t>B</t>')}</is>", "inlineStr"),
    ],
)
def test_a_cell_that_each_program_reads_otherwise_is_damaged(content: str, kind: str) -> None:
    assert refused(workbook(one_cell(content, f't="{kind}"'))) == "broken-cells"


def test_runs_and_what_is_read_aloud_are_one_text() -> None:
    text = "<is><r><t>稻</t></r><r><t>谷</t></r><rPh><t>ドウコク</t></rPh></is>"
    assert first_cell(workbook(one_cell(text, 't="inlineStr"'))) == "稻谷"


@pytest.mark.parametrize(
    "rows",
    [
        '<x:row r="1"><c r="A1"><v>5</v></c></x:row>',
        '<row r="1"><x:c r="A1"><v>5</v></x:c></row>',
        '<extLst><ext><row r="1"><c r="A1"><v>5</v></c></row></ext></extLst>',
        '<extLst><ext><x14:row r="1"><c r="A1"><v>5</v></c></x14:row></ext></extLst>',
    ],
)
def test_what_no_program_shows_is_not_read(rows: str) -> None:
    assert first_cell(workbook(rows)) == ""


@pytest.mark.parametrize(
    "around",
    [
        CHOICE.format("<cols><col min='1' max='1' hidden='1'/></cols>", ""),
        CHOICE.format("", "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>"),
        CHOICE.format("<conditionalFormatting sqref='A1'><cfRule/></conditionalFormatting>", ""),
    ],
)
def test_alternatives_of_what_hides_cells_are_refused(around: str) -> None:
    assert refused(workbook(one_cell("<v>5</v>"), behind=around)) == "alternatives"


def test_alternatives_of_what_is_not_read_are_none_of_ours() -> None:
    """As Excel itself writes paths and buttons."""
    around = CHOICE.format("<controls><x:col>1</x:col><control/></controls>", "<controls/>")
    assert first_cell(workbook(one_cell("<v>5</v>"), behind=around)) == "5"


def test_a_sheet_is_found_by_its_relation_and_by_no_attribute_of_the_same_name() -> None:
    book = f'<workbook {NAMES}><sheets><sheet name="S" x:id="rId9" r:id="rId1"/></sheets></workbook>'
    assert first_cell(workbook(one_cell("<v>5</v>"), parts={"xl/workbook.xml": book})) == "5"


def test_a_part_of_another_language_is_no_sheet() -> None:
    other = sheet(one_cell("<v>5</v>")).replace("spreadsheetml/2006/main", "spreadsheetml/2007/main", 1)
    assert refused(workbook("", parts={"xl/worksheets/sheet1.xml": other})) == "broken-xml"


def test_the_workbook_is_the_part_that_the_archive_names() -> None:
    others = {
        "_rels/.rels": relations(rId1="xl/workbook2.xml"),
        "xl/workbook2.xml": f'<workbook {NAMES}><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook2.xml.rels": relations(rId1="/xl/worksheets/sheet2.xml"),
        "xl/worksheets/sheet2.xml": sheet(one_cell("<v>6</v>")),
    }
    assert first_cell(workbook(one_cell("<v>5</v>"), parts=others)) == "6"
    assert refused(workbook("", parts={"_rels/.rels": relations(rId1="xl/none.xml")})) == "no-workbook"


def test_strings_and_styles_are_those_that_the_workbook_names() -> None:
    decoys = {
        "xl/sharedStrings.xml": f"<sst {NAMES}><si><t>R2</t></si></sst>",
        "xl/a.xml": f'<styleSheet {NAMES}><cellXfs><xf/><xf numFmtId="9"/></cellXfs></styleSheet>',
    }
    text = workbook(one_cell("<v>0</v>", 't="s"'), strings="<si><t>R1</t></si>", parts=decoys)
    assert first_cell(text) == "R1"
    number = workbook(one_cell("<v>5</v>", 's="1"'), styles="<cellXfs><xf/><xf/></cellXfs>", parts=decoys)
    assert first_cell(number) == "5"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"xl/Worksheets/Sheet1.XML": sheet("")}, "part-twice"),
        ({"xl\\worksheets\\sheet1.xml": sheet("")}, "part-twice"),
        (
            {
                "xl/_rels/workbook.xml.rels": relations(rId1="worksheets/sheet1.xml").replace(
                    "</R", '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet2.xml"/></R'
                )
            },
            "sheets-unclear",
        ),
        (
            {"xl/_rels/workbook.xml.rels": relations(rId1="worksheets/sheet1.xml", a="a.xml", b="b.xml")},
            "sheets-unclear",
        ),
    ],
)
def test_parts_that_could_be_either_are_refused(parts: dict[str, str], reason: str) -> None:
    assert refused(workbook(one_cell("<v>5</v>"), parts=parts)) == reason
