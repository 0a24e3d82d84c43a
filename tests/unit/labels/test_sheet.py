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

from trace.errors.gs1 import SymbolTooLarge
from trace.gs1.digital_link import link_for_gtin
from trace.labels.module_size import PRINTERS
from trace.labels.sheet import (
    CHINESE_FONTS,
    FORMATS,
    SMALLEST_MODULE_MM,
    Label,
    chinese_font,
    module_mm,
    pdf,
    pictures,
)
from trace.labels.symbol import encode


def label(number: int) -> Label:
    uri = link_for_gtin(
        "https://trace.example.cn", "9521234100010", batch_no=f"M20261012{number:02d}", version="v" * 22
    )
    return Label(uri, "（演示）子虚牌绿色大米 5kg", (f"批号 M20261012{number:02d}", "生产日期 2026-10-12"))


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


def test_every_label_of_two_a4_sheets_is_read_back_in_its_place() -> None:
    sheet = FORMATS["a4-24"]
    labels = [label(number) for number in range(26)]
    pages = pictures(labels, sheet, ppi=203)
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
def test_every_format_is_read_back_at_the_resolution_of_a_label_printer(name: str) -> None:
    made = label(1)
    (page,) = pictures([made], FORMATS[name], ppi=203)
    assert set(found(page)) == {made.uri}
    width, height = Image.open(io.BytesIO(page)).size
    assert abs(width - float(FORMATS[name].page[0]) * 203 / 25.4) <= 1
    assert abs(height - float(FORMATS[name].page[1]) * 203 / 25.4) <= 1


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_labels_stay_on_their_page_and_modules_stay_readable(name: str) -> None:
    sheet = FORMATS[name]
    assert sheet.origin[0] + sheet.columns * sheet.label[0] <= sheet.page[0]
    assert sheet.origin[1] + sheet.rows * sheet.label[1] <= sheet.page[1]
    module = module_mm(encode(label(1).uri), sheet)
    assert SMALLEST_MODULE_MM <= module <= Decimal("0.64")


@pytest.mark.parametrize("dpi", sorted(PRINTERS))
def test_for_a_known_printer_modules_are_whole_dots_and_are_read_back(dpi: int) -> None:
    sheet, printer, made = FORMATS["40x30"], PRINTERS[dpi], label(1)
    module = module_mm(encode(made.uri), sheet, printer)
    assert module % printer.pitch_mm == 0
    assert module <= module_mm(encode(made.uri), sheet)
    (page,) = pictures([made], sheet, ppi=dpi, printer=printer)
    assert set(found(page)) == {made.uri}
    assert pdf([made], sheet, printer=printer).startswith(b"%PDF-")


def test_a_pdf_carries_its_fonts_and_is_the_same_every_time() -> None:
    labels = [label(number) for number in range(3)]
    document = pdf(labels, FORMATS["a4-24"], title="标签")
    assert document.startswith(b"%PDF-")
    assert document == pdf(labels, FORMATS["a4-24"], title="标签")
    opened = unpacked(document)
    fonts = len(re.findall(rb"/Type\s*/FontDescriptor", opened))
    assert fonts >= 1
    assert len(re.findall(rb"/FontFile[23]?\s", opened)) == fonts
    assert len(re.findall(rb"/Type\s*/Page\b", opened)) == 1


def test_a_code_too_fine_to_be_read_is_refused_and_not_printed() -> None:
    long = link_for_gtin("https://trace.example.cn/" + "a" * 150, "9521234100010", batch_no="M1")
    with pytest.raises(SymbolTooLarge):
        pdf([Label(long, "x")], FORMATS["40x30"])
    assert pdf([Label(long, "x")], FORMATS["a4-12"])


def test_no_labels_give_one_empty_page() -> None:
    (page,) = pictures([], FORMATS["40x30"])
    assert found(page) == {}


def test_chinese_is_set_in_a_chinese_font_where_there_is_one() -> None:
    font = chinese_font()
    if font is None:
        pytest.skip(f"none of {', '.join(CHINESE_FONTS)} is installed")
    opened = unpacked(pdf([label(1)], FORMATS["60x40"]))
    # A font calls itself "Noto Sans CJK SC" to people and "NotoSansCJKsc-Regular" inside a PDF.
    written = opened.replace(b" ", b"").replace(b"#20", b"").lower()
    assert font.replace(" ", "").lower().encode() in written


def test_a_platform_code_is_printed_as_people_type_it() -> None:
    made = Label("https://trace.example.cn/t/7K3F9QXP2MWD", "散装青菜", code="7K3F-9QXP-2MWD")
    assert made.readable == ["7K3F-9QXP-2MWD"]
    assert label(1).readable == ["(01)09521234100010", "(10)M2026101201"]
    (page,) = pictures([made], FORMATS["40x30"])
    assert set(found(page)) == {made.uri}


def test_a_machine_without_chinese_fonts_still_prints_readable_codes() -> None:
    made = label(1)
    (page,) = pictures([made], FORMATS["60x40"], ppi=203, system_fonts=False)
    assert set(found(page)) == {made.uri}
    opened = unpacked(pdf([made], FORMATS["60x40"], system_fonts=False))
    assert b"DejaVuSansMono" in opened
    assert not any(font.replace(" ", "").encode() in opened for font in CHINESE_FONTS)
