"""Text on labels: measured before it is set, whole where it must be, and never a box without a word."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from PIL import ImageChops

from tests.builders.label_reading import printed, read_zpl
from trace.codes.crockford import ALPHABET
from trace.errors.printing import LabelTextTooLong, LabelTextUndrawn, LabelTooSmall
from trace.gs1.digital_link import link_for_gtin
from trace.labels.captions import LANGUAGES, PLACES, LabelText
from trace.labels.formats import FORMATS
from trace.labels.label_layout import LabelLayout
from trace.labels.line_breaks import clusters, parts, pieces, shortened, wrapped
from trace.labels.linear import SymbolFamily, Template
from trace.labels.module_size import PRINTERS
from trace.labels.sheet import Label, Paper, label_layout
from trace.labels.symbol import encode
from trace.labels.text_warnings import printable, text_warnings
from trace.labels.typesetting import Face, chinese_font, undrawn, widths
from trace.labels.zpl_label import zpl_label, zpl_labels, zpl_layout, zpl_picture

PLAIN = LabelText("子虚牌绿色大米", "5 kg/袋", "M20261012A", "2026-10-12", "2027-10-11", "子虚米业有限公司")
LONGEST = "ABCDEFGHIJ0123456789"
NAMES = {
    "plain": "绿色大米",
    "long": "乌有乡子虚牌有机富硒长粒香绿色大米（真空包装礼盒装）" * 4,
    "one long word": "Supercalifragilisticexpialidocious" * 3,
    "rare": "𠮷野家𬌗米",
    "Uyghur": "ئۇيغۇر گۈرۈچى",
    "Tibetan": "བོད་ཀྱི་ནས",
    "marks only": "，。（）",
}


def of(batch: str = "M20261012A", **said: str) -> Label:
    uri = link_for_gtin("https://trace.example.cn", "9521234100010", batch_no=batch, version="v" * 22)
    return Label(uri, replace(PLAIN, batch=batch, **said))


def inside(made: LabelLayout, size: tuple[Decimal, Decimal]) -> bool:
    """Whether every line, as wide as it was measured, is on the content and none is on the symbol."""
    left, upper = made.symbol
    for line in made.lines:
        right = line.x + widths([line.text], line.face)[line.text] * line.size
        beside = line.x >= left + made.side - Decimal("1.6") * made.module_mm
        apart = beside or line.y + line.size <= upper + made.side / 8 or line.y >= upper + made.side - 2
        if not (apart and right <= size[0] + Decimal("0.15") and 0 <= line.y <= size[1] - line.size):
            return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_its_label_or_lies_on_another(name: str) -> None:
    for sheet in FORMATS.values():
        label = of(title=NAMES[name], firm=NAMES[name])
        made = label_layout(label, Paper(sheet))
        assert inside(made, sheet.content), (sheet.name, made)
        lines = sorted(made.lines, key=lambda line: line.y)
        for upper, lower in pairwise(lines):
            assert upper.y + upper.size <= lower.y or abs(upper.x - lower.x) > 5, (upper, lower)
        text = "".join(line.text for line in made.lines).replace(" ", "")
        for whole in ("批号M20261012A", "生产日期2026-10-12", "保质期至2027-10-11", "扫码查来源"):
            assert whole in text
        assert "(01)09521234100010" in text and "(10)M20261012A" in text


@pytest.mark.parametrize("size", sorted(FORMATS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_batch_is_whole_on_every_size(size: str, language: str) -> None:
    label = replace(of(LONGEST, language=language), symbol=None)
    made = label_layout(label, Paper(FORMATS[size]))
    text = "".join(line.text for line in made.lines).replace(" ", "")
    assert text.count(LONGEST) == 2
    assert "batch" not in made.shortened and "keys" not in made.shortened
    if language != "zh":
        assert "Bestbefore" in text and "Scanfororigin" in text


def test_what_is_shortened_is_said_with_the_whole_of_it() -> None:
    label = of(title=NAMES["long"])
    warned = list(text_warnings(label.text, label.readable, label_layout(label, Paper(FORMATS["40x30"]))))
    told = {dict(each.params)["row"]: dict(each.params)["text"] for each in warned}
    assert told["title"] == NAMES["long"]
    assert {each.slug for each in warned} == {"text-too-long"}
    fitting = label_layout(of(), Paper(FORMATS["60x40"]))
    assert list(text_warnings(PLAIN, of().readable, fitting)) == []


def test_what_must_be_whole_and_does_not_fit_is_refused() -> None:
    keys = ("(01)09521234100010", "(10)" + LONGEST * 12)
    with pytest.raises(LabelTextTooLong) as refused:
        label_layout(replace(of(), keys=keys), Paper(FORMATS["40x30"]))
    assert any(LONGEST in line for line in refused.value.params["lines"])
    with pytest.raises(LabelTooSmall):
        label_layout(of(), Paper(FORMATS["40x30"], PRINTERS[203], 6))


@pytest.mark.parametrize("text", ["𠮷野家", "བོད", "ᠮᠣᠩ", "ꆈꌠ"])
def test_characters_that_no_font_here_has_are_named_each_once(text: str) -> None:
    missing = undrawn([text, text])
    if not missing:
        pytest.skip("the fonts of this machine have them")
    assert set(missing) <= set(text) and len(missing) == len(set(missing))
    label = of(title=text)
    (warned,) = text_warnings(label.text, label.readable, label_layout(label, Paper(FORMATS["60x40"])))
    assert (warned.slug, dict(warned.params)["characters"]) == ("glyph-missing", missing)
    assert f"U+{ord(missing[0]):04X}" in dict(warned.params)["points"]
    with pytest.raises(LabelTextUndrawn) as refused:
        printable(replace(PLAIN, batch=text), ())
    assert refused.value.params == {"characters": missing}


def test_common_characters_have_letters() -> None:
    assert undrawn(["Rice 5 kg (01)"]) == ""
    if chinese_font() is not None:
        assert undrawn(["绿色食品 ½ ℃ ①"]) == ""
        assert printable(PLAIN, of().readable) == PLAIN
    assert undrawn(["绿"], system=False) == "绿"


def test_lines_break_where_chinese_and_words_may() -> None:
    cut = [each.text for each in pieces("绿色（5 kg）大米。Rice")]
    assert cut == ["绿", "色", "（5", "kg）", "大", "米。", "Rice"]
    assert clusters("e\u0301a") == ["e\u0301", "a"]
    text = pieces("ab cd-ef 大米。")
    wide = {each: Decimal(len(each)) for each in parts([*text, *pieces("abcdefg")])}
    assert wrapped(text, Decimal(5), wide) == ["ab", "cd-ef", "大米。"]
    assert wrapped(text, Decimal(3), wide) == ["ab", "cd-", "ef", "大米。"]
    assert wrapped(pieces("abcdefg"), Decimal(3), wide) == ["abc", "def", "g"]
    assert shortened(pieces("ab cd-ef"), Decimal(5), wide, 1) == (["ab…"], True)
    assert shortened(pieces("ab"), Decimal(5), wide, 1) == (["ab"], False)


@pytest.mark.parametrize("dpi", sorted(PRINTERS))
@pytest.mark.parametrize("size", ["60x40", "40x30"])
def test_every_label_of_a_run_bears_its_own_serial_in_dots(size: str, dpi: int) -> None:
    family = SymbolFamily(Template("https://id.example.cn/01/06901234567892/21/", 12, alphabet=ALPHABET))
    printer, sheet = PRINTERS[dpi], FORMATS[size]
    keys = ("(01)06901234567892", f"(21){PLACES}")
    made = zpl_layout(PLAIN, keys, family.modules, sheet, printer)
    serials = ["0123456789AB", "CDEFGHJKMNPQ", "RSTVWXYZ0088"]
    labels = list(zpl_labels(family, serials, made, sheet, printer))
    assert read_zpl("".join(labels)) == [family.template.text(serial) for serial in serials]
    for label, serial in zip(labels, serials, strict=True):
        filled = replace(made, lines=tuple(replace(each, text=each.filled(serial)) for each in made.lines))
        meant = zpl_picture(family.symbol(serial), filled, sheet, printer)
        differing = ImageChops.difference(printed(label), meant).point(lambda dot: 255 if dot else 0)
        ink = meant.histogram()[0]
        assert differing.histogram()[255] < ink * 0.02
    other = replace(made, lines=tuple(replace(each, text=each.filled("000000000000")) for each in made.lines))
    wrong = zpl_picture(family.symbol(serials[0]), other, sheet, printer)
    assert ImageChops.difference(printed(labels[0]), wrong).getbbox()


def test_a_single_label_is_what_its_picture_shows() -> None:
    label, sheet, printer = of(), FORMATS["60x40"], PRINTERS[203]
    symbol = encode(label.uri)
    made = zpl_layout(label.text, label.readable, symbol.modules, sheet, printer)
    written = zpl_label(symbol, made, sheet, printer, copies=3)
    assert written.endswith("^PQ3^XZ\n")
    assert len(re.findall(r"\^GFA", written)) >= 6
    shown = zpl_picture(symbol, made, sheet, printer)
    assert ImageChops.difference(printed(written), shown).getbbox() is None
    assert widths(["0", "W"], Face(mono=True))["0"] == widths(["0", "W"], Face(mono=True))["W"]
