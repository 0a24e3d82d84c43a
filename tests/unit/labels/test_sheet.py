"""Label sheets: every code is read back from the set page, in its place and big enough."""

from __future__ import annotations

import io
import re
import zlib
from decimal import Decimal

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from tests.builders.printed_pdf import printed_pages
from trace.errors.gs1 import SymbolTooLarge
from trace.gs1.digital_link import link_for_gtin
from trace.labels.captions import LabelText
from trace.labels.formats import EDGE_MM, FORMATS, NO_OFFSET
from trace.labels.module_size import PRINTERS
from trace.labels.sheet import SMALLEST_MODULE_MM, Label, Paper, label_layout, pdf, pictures
from trace.labels.typesetting import CHINESE_FONTS, chinese_font

FIRM = "（演示）子虚米业有限公司"


def label(number: int, **said: str) -> Label:
    batch = f"M20261012{number:02d}"
    uri = link_for_gtin("https://trace.example.cn", "9521234100010", batch_no=batch, version="v" * 22)
    text = {"title": "（演示）子虚牌绿色大米", "spec": "5 kg/袋", "produced": "2026-10-12"}
    text |= {"best_before": "2027-10-11", "firm": FIRM, "batch": batch, **said}
    return Label(uri, LabelText(**text))


def found(picture: bytes) -> dict[str, tuple[int, int]]:
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    return {
        code.text: (code.position.top_left.x, code.position.top_left.y)
        for code in zxingcpp.read_barcodes(pixels)
    }


def unpacked(document: bytes) -> bytes:
    """The PDF with its compressed streams opened, enough to look for names."""
    opened = document
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        try:
            opened += zlib.decompress(match[1])
        except zlib.error:
            continue
    return opened


def ink(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("L")) < 128


def test_every_label_of_two_a4_sheets_is_read_back_in_its_place() -> None:
    sheet = FORMATS["a4-24"]
    labels = [label(number) for number in range(26)]
    pages = pictures(labels, Paper(sheet), ppi=203)
    assert len(pages) == 2
    codes = [found(page) for page in pages]
    assert [set(each) for each in codes] == [
        {each.uri for each in labels[:24]},
        {each.uri for each in labels[24:]},
    ]
    per_mm = 203 / 25.4
    for place, each in enumerate(labels[:24]):
        row, column = divmod(place, 3)
        x, y = codes[0][each.uri]
        assert column * 70 <= x / per_mm < column * 70 + 35
        assert 8.5 + row * 35 <= y / per_mm < 8.5 + row * 35 + 20


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_full_read_back_and_blank_at_the_edge(name: str) -> None:
    sheet, made = FORMATS[name], label(1)
    (page,) = pictures([made] * sheet.labels_per_page, Paper(sheet), ppi=203)
    pixels = np.asarray(Image.open(io.BytesIO(page)).convert("L"))
    assert [code.text for code in zxingcpp.read_barcodes(pixels)] == [made.uri] * sheet.labels_per_page
    height, width = pixels.shape
    assert abs(width - float(sheet.page[0]) * 203 / 25.4) <= 1
    assert abs(height - float(sheet.page[1]) * 203 / 25.4) <= 1
    blank = Decimal(1) if sheet.is_roll else EDGE_MM
    edge = int(blank * 203 / Decimal("25.4")) - 1
    inked = pixels < 250
    assert not inked[:edge].any() and not inked[-edge:].any()
    assert not inked[:, :edge].any() and not inked[:, -edge:].any()
    # Well filled: what is printed spans most of each label, in both directions.
    rows, columns = inked.any(axis=1), inked.any(axis=0)
    assert rows.mean() > 0.62
    assert columns.mean() > 0.75


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_content_stays_on_its_label_and_modules_stay_readable(name: str) -> None:
    sheet = FORMATS[name]
    assert sheet.origin[0] + sheet.columns * sheet.label[0] <= sheet.page[0]
    assert sheet.origin[1] + sheet.rows * sheet.label[1] <= sheet.page[1]
    for place in range(sheet.labels_per_page):
        row, column = divmod(place, sheet.columns)
        x, y = sheet.place(place)
        assert x - sheet.origin[0] - column * sheet.label[0] >= 1
        assert x + sheet.content[0] <= sheet.origin[0] + (column + 1) * sheet.label[0] - 1
        assert y - sheet.origin[1] - row * sheet.label[1] >= 1
        assert y + sheet.content[1] <= sheet.origin[1] + (row + 1) * sheet.label[1] - 1
    made = label_layout(label(1), Paper(sheet))
    assert made.module_mm >= SMALLEST_MODULE_MM
    assert not made.shortened


@pytest.mark.parametrize("dpi", sorted(PRINTERS))
def test_for_a_known_printer_modules_are_whole_dots_and_are_read_back(dpi: int) -> None:
    sheet, printer, made = FORMATS["40x30"], PRINTERS[dpi], label(1)
    paper = Paper(sheet, printer)
    module = label_layout(made, paper).module_mm
    assert module % printer.pitch_mm == 0
    (page,) = pictures([made], paper, ppi=dpi)
    assert set(found(page)) == {made.uri}
    assert pdf([made], paper).startswith(b"%PDF-")


def test_a_used_sheet_goes_on_at_its_first_free_label() -> None:
    sheet, labels = FORMATS["a4-12"], [label(number) for number in range(4)]
    pages = pictures(labels, Paper(sheet, start=11), ppi=203)
    codes = [found(page) for page in pages]
    assert [len(each) for each in codes] == [2, 2]
    x, y = codes[0][labels[0].uri]
    per_mm = 203 / 25.4
    assert (70 < x / per_mm < 140, y / per_mm - 13.1 > 3 * 67.7) == (True, True)
    x, y = codes[1][labels[2].uri]
    assert (x / per_mm < 70, y / per_mm - 13.1 < 67.7) == (True, True)


def test_cut_marks_stand_where_labels_meet_and_only_if_asked_for() -> None:
    sheet = FORMATS["a4-40"]
    marks = list(sheet.cut_marks())
    assert len(marks) > 40
    for begin, end in marks:
        for axis in (0, 1):
            assert EDGE_MM <= begin[axis] <= end[axis] <= sheet.page[axis] - EDGE_MM
        on_border = begin[0] == end[0] and begin[0] % Decimal("52.5") == 0
        assert on_border or (begin[1] == end[1] and begin[1] % Decimal("29.7") == 0)
    assert list(FORMATS["60x40"].cut_marks()) == []
    (bare,) = pictures([], Paper(sheet, cut_marks=False), ppi=50)
    (marked,) = pictures([], Paper(sheet), ppi=50)
    assert not (np.asarray(Image.open(io.BytesIO(bare)).convert("L")) < 255).any()
    assert (np.asarray(Image.open(io.BytesIO(marked)).convert("L")) < 255).any()


def test_a_pdf_carries_its_fonts_and_is_the_same_every_time() -> None:
    labels, paper = [label(number) for number in range(3)], Paper(FORMATS["a4-24"])
    document = pdf(labels, paper, title="标签")
    assert document.startswith(b"%PDF-")
    assert document == pdf(labels, paper, title="标签")
    assert sum(page.missing for page in printed_pages(document)) == 0, "no box for what no font has"
    opened = unpacked(document)
    fonts = len(re.findall(rb"/Type\s*/FontDescriptor", opened))
    assert fonts >= 1
    assert len(re.findall(rb"/FontFile[23]?\s", opened)) == fonts
    assert len(re.findall(rb"/Type\s*/Page\b", opened)) == 1


def test_a_code_too_fine_to_be_read_is_refused_and_not_printed() -> None:
    long = link_for_gtin("https://trace.example.cn/" + "a" * 250, "9521234100010", batch_no="M1")
    with pytest.raises(SymbolTooLarge):
        pdf([Label(long)], Paper(FORMATS["40x30"]))
    assert pdf([Label(long)], Paper(FORMATS["a4-12"]))


def test_no_labels_give_one_empty_page() -> None:
    (page,) = pictures([], Paper(FORMATS["40x30"]))
    assert found(page) == {}
    assert not ink(page).any()


def test_chinese_is_set_in_a_chinese_font_where_there_is_one() -> None:
    font = chinese_font()
    if font is None:
        pytest.skip(f"none of {', '.join(CHINESE_FONTS)} is installed")
    opened = unpacked(pdf([label(1)], Paper(FORMATS["60x40"])))
    # A font calls itself "Noto Sans CJK SC" to people and "NotoSansCJKsc-Regular" inside a PDF.
    written = opened.replace(b" ", b"").replace(b"#20", b"").lower()
    assert font.replace(" ", "").lower().encode() in written


def test_a_platform_code_is_printed_as_people_type_it() -> None:
    text = LabelText("散装青菜", batch="散青菜1")
    made = Label("https://trace.example.cn/t/7K3F9QXP2MWD", text, code="7K3F-9QXP-2MWD")
    assert made.readable == ("7K3F-9QXP-2MWD",)
    assert label(1).readable == ("(01)09521234100010", "(10)M2026101201")
    (page,) = pictures([made], Paper(FORMATS["40x30"]))
    assert set(found(page)) == {made.uri}


def test_a_machine_without_chinese_fonts_still_prints_readable_codes() -> None:
    made, paper = label(1), Paper(FORMATS["60x40"], system_fonts=False)
    (page,) = pictures([made], paper, ppi=203)
    assert set(found(page)) == {made.uri}
    opened = unpacked(pdf([made], paper))
    assert b"DejaVuSansMono" in opened
    assert not any(font.replace(" ", "").encode() in opened for font in CHINESE_FONTS)


def test_a_printers_offset_moves_every_label_and_mark_of_a_sheet() -> None:
    sheet, per_mm = FORMATS["a4-24"], 203 / 25.4
    plain, moved = (
        pictures([label(1)], Paper(sheet, start=5, offset=offset), ppi=203)[0]
        for offset in (NO_OFFSET, (Decimal("2.5"), Decimal("-1.5")))
    )
    (x, y), (moved_x, moved_y) = (found(each)[label(1).uri] for each in (plain, moved))
    assert abs((moved_x - x) / per_mm - 2.5) <= 0.3
    assert abs((moved_y - y) / per_mm + 1.5) <= 0.3
    left, moved_left = (np.flatnonzero(ink(each).any(axis=0))[0] for each in (plain, moved))
    assert abs((moved_left - left) / per_mm - 2.5) <= 0.3, "cut marks go with the labels"
