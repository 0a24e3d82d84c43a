"""Runs of symbols: bit for bit what segno draws, and read back by another decoder from every kind of file."""

from __future__ import annotations

import io
import random
import re
from decimal import Decimal

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image

from trace.errors.codes import RunUnfit
from trace.errors.gs1 import SymbolTooLarge
from trace.labels.linear import SymbolFamily, Template, matrix_of, reading_order
from trace.labels.raster import pngs, zpl_graphics
from trace.labels.strokes import svgs
from trace.labels.symbol import encode, svg

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RICE = Template("https://id.example.cn/01/06901234567892/10/M20261012A/21/", 12, alphabet=CROCKFORD)


@pytest.fixture(scope="module")
def rice() -> SymbolFamily:
    return SymbolFamily(RICE)


def some(count: int, template: Template = RICE, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(template.alphabet, k=template.width)) for _ in range(count)]


def read(pixels: np.ndarray) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(pixels)]


def test_a_run_is_what_segno_draws_with_its_own_choice_of_version(rice: SymbolFamily) -> None:
    texts = some(20)
    for text, symbol in zip(texts, rice.table(reading_order).symbols(texts), strict=True):
        theirs = segno.make(RICE.text(text), error="M", mask=rice.mask, micro=False, boost_error=False)
        assert (theirs.version, theirs.mode) == (rice.version, "byte")
        assert matrix_of(symbol, rice.modules) == tuple(bytes(row) for row in theirs.matrix)
        assert rice.symbol(text).matrix == matrix_of(symbol, rice.modules)


def test_chunks_and_streams_change_nothing(rice: SymbolFamily) -> None:
    texts = some(4100)
    table = rice.table(reading_order)
    streamed = list(table.symbols(iter(texts)))
    assert len(streamed) == len(set(streamed)) == 4100
    assert streamed[4095:4098] == list(table.symbols(texts[4095:4098]))
    assert [(text, symbol) for text, symbol in table.drawn(texts)] == list(zip(texts, streamed, strict=True))
    assert list(table.symbols([])) == []


@pytest.mark.parametrize(
    ("width", "alphabet"), [(11, CROCKFORD), (5, CROCKFORD + CROCKFORD.lower()), (1, "01")]
)
def test_a_width_that_is_no_whole_number_of_groups_keeps_each_text_apart(width: int, alphabet: str) -> None:
    family = SymbolFamily(Template("https://a.cn/", width, alphabet="".join(dict.fromkeys(alphabet))))
    texts = some(4100, family.template)
    together = list(family.table(reading_order).symbols(texts))
    for place in (0, 1, 4095, 4096, 4099):
        assert matrix_of(together[place], family.modules) == family.symbol(texts[place]).matrix


def test_a_run_starts_giving_before_its_texts_end(rice: SymbolFamily) -> None:
    def endless():
        while True:
            yield "7ET5E1J3KCBD"

    symbols = rice.table(reading_order).symbols(endless())
    assert next(symbols) == next(symbols)


@pytest.mark.parametrize(
    "wrong", ["7ET5E1J3KCB", "7ET5E1J3KCBDD", "7ET5E1J3KCBU", "7et5e1j3kcbd", "", "稻" * 12, "\udc37" * 12]
)
def test_a_text_of_another_form_is_refused(rice: SymbolFamily, wrong: str) -> None:
    with pytest.raises(RunUnfit):
        list(rice.table(reading_order).symbols([*some(3), wrong]))


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (Template("https://例.cn/", 5), "not-ascii"),
        (Template("https://a.cn/\n", 5), "not-ascii"),
        (Template("https://a.cn/", 0), "nothing-varies"),
        (Template("https://a.cn/", 5, alphabet="AA"), "nothing-varies"),
        (Template("HTTPS://A.CN/", 5), "no-lower-case"),
    ],
)
def test_a_template_that_is_not_linear_is_refused(template: Template, reason: str) -> None:
    with pytest.raises(RunUnfit) as refused:
        SymbolFamily(template)
    assert refused.value.params["reason"] == reason


def test_a_template_too_long_is_refused() -> None:
    with pytest.raises(SymbolTooLarge):
        SymbolFamily(Template("https://a.cn/" + "x" * 100, 12, version=3))


@pytest.mark.parametrize("dots", [1, 2, 3, 8])
def test_pictures_are_read_back_and_have_their_quiet_zone(rice: SymbolFamily, dots: int) -> None:
    texts = some(5)
    for text, picture in zip(texts, pngs(rice, texts, dots=dots, pitch_mm=Decimal("0.125")), strict=True):
        image = Image.open(io.BytesIO(picture))
        image.verify()  # every check sum of the file
        image = Image.open(io.BytesIO(picture))
        assert image.mode == "1"
        assert image.info["dpi"] == pytest.approx((203.2, 203.2))
        pixels = np.asarray(image.convert("L"))
        side = (rice.modules + 8) * dots
        assert pixels.shape == (side, side)
        inner = pixels[4 * dots : -4 * dots, 4 * dots : -4 * dots]
        assert (pixels == 0).sum() == (inner == 0).sum()
        expected = np.array([list(row) for row in rice.symbol(text).matrix])
        assert np.array_equal(inner == 0, np.kron(expected, np.ones((dots, dots))) == 1)
        if dots > 1:
            assert read(pixels) == [RICE.text(text)]


def painted(drawing: str, modules: int) -> np.ndarray:
    """The drawing's strokes followed with a pen, as a browser does; `True` where there is ink."""
    (way,) = re.findall(r'stroke="#000" d="([^"]*)"', drawing)
    ink = np.zeros((modules + 8, modules + 8), dtype=bool)
    x = y = 0.0
    for command, arguments in re.findall(r"([MmhH])([^MmhH]*)", way):
        numbers = [float(each) for each in arguments.split()]
        if command == "h":
            assert y % 1 == 0.5
            ink[int(y), int(x) : int(x + numbers[0])] = True
            x += numbers[0]
        else:
            x, y = numbers if command == "M" else (x + numbers[0], y + numbers[1])
    return ink


@pytest.mark.parametrize("width", [1, 12, 20])
def test_drawings_have_the_same_ink_as_single_ones(width: int) -> None:
    family = SymbolFamily(Template("https://id.example.cn/01/06901234567892/21/", width, alphabet=CROCKFORD))
    texts = some(6, family.template)
    for text, drawing in zip(texts, svgs(family, texts, module_mm=Decimal("0.5")), strict=True):
        ink = painted(drawing, family.modules)
        assert np.array_equal(ink, painted(svg(family.symbol(text)), family.modules))
        large = np.kron(np.where(ink, 0, 255), np.ones((4, 4))).astype(np.uint8)
        assert read(large) == [family.template.text(text)]
        assert f'width="{(family.modules + 8) * Decimal("0.5")}mm"' in drawing


def test_a_link_with_signs_of_markup_is_escaped() -> None:
    family = SymbolFamily(Template("https://id.example.cn/01/06901234567892/21/", 4, "?a=1&b=2"))
    (drawing,) = svgs(family, ["AB12"])
    assert "?a=1&amp;b=2" in drawing


def printed(field: str) -> np.ndarray:
    """What a label printer makes of `^GFA` hexadecimal rows with colons."""
    total, _, stride, data = re.fullmatch(r"\^GFA,(\d+),(\d+),(\d+),([0-9A-F:]+)", field).groups()
    rows: list[bytes] = []
    digits, at = 2 * int(stride), 0
    while at < len(data):
        if data[at] == ":":
            rows.append(rows[-1])
            at += 1
        else:
            rows.append(bytes.fromhex(data[at : at + digits]))
            at += digits
    assert len(rows) * int(stride) == int(total)
    return np.unpackbits(np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1), axis=1)


@pytest.mark.parametrize("dots", [1, 3, 4])
def test_what_a_label_printer_gets_is_read_back(rice: SymbolFamily, dots: int) -> None:
    texts = some(3)
    for text, field in zip(texts, zpl_graphics(rice, texts, dots=dots), strict=True):
        ink = printed(field)[:, : rice.modules * dots]
        assert ink.shape == (rice.modules * dots,) * 2
        page = np.pad(np.where(ink, 0, 255).astype(np.uint8), 4 * dots, constant_values=255)
        page = np.kron(page, np.ones((3, 3))).astype(np.uint8)
        assert read(page) == [RICE.text(text)]


def test_the_mask_is_segnos_choice_for_the_first_text_unless_given() -> None:
    assert SymbolFamily(RICE).mask == encode(RICE.text("0" * 12)).mask
    fixed = SymbolFamily(Template(RICE.prefix, 2, alphabet=CROCKFORD, level="Q", version=9, mask=5))
    assert (fixed.version, fixed.mask, fixed.modules) == (9, 5, 53)
