"""Modules are whole printer dots, as wide as fits, and refused before they cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trace.errors.codes import ModuleUnprintable
from trace.labels.captions import LabelText
from trace.labels.formats import FORMATS
from trace.labels.module_size import LEAST_MM, PRINTERS, RETAIL_MOST_MM, choose, exactly
from trace.labels.sheet import SMALLEST_MODULE_MM, Label, Paper, label_layout
from trace.labels.styled import MOST_COVERED
from trace.labels.symbol import LEVEL, QUIET_ZONE, encode, svg
from trace.wording import LOCALES, say


def slugs(size) -> list[str]:
    return [each.slug for each in size.warnings]


@pytest.mark.parametrize(
    ("modules", "room", "dpi", "dots", "module"),
    [
        (29, "14.65", 203, 3, "0.375"),
        (29, "18.5", 203, 4, "0.500"),
        (37, "20", 300, 5, "0.423335"),
        (37, "20", 600, 10, "0.423330"),
        (37, "200", 203, 7, "0.875"),
    ],
)
def test_the_widest_module_of_whole_dots_is_chosen(modules, room, dpi, dots, module) -> None:
    size = choose(modules, Decimal(room), PRINTERS[dpi])
    assert (size.dots, size.module_mm) == (dots, Decimal(module))
    assert size.side_mm == (modules + 8) * size.module_mm <= Decimal(room)
    assert LEAST_MM <= size.module_mm <= RETAIL_MOST_MM


def test_a_symbol_too_large_for_its_label_is_refused_with_the_figures() -> None:
    with pytest.raises(ModuleUnprintable) as refused:
        choose(57, Decimal(18), PRINTERS[203])
    assert refused.value.params == {"dots": 2, "dpi": 203, "module": "0.250", "least": "0.33"}
    with pytest.raises(ModuleUnprintable):
        exactly(29, 3, PRINTERS[300])
    assert exactly(29, 4, PRINTERS[300]).dots == 4


def test_warnings_say_what_to_beware_of() -> None:
    assert slugs(choose(29, Decimal("14.65"), PRINTERS[203])) == ["module-small"]
    assert slugs(choose(29, Decimal(20), PRINTERS[203])) == []
    assert slugs(choose(29, Decimal(20), PRINTERS[203], level="Q")) == ["level-high"]
    assert slugs(choose(29, Decimal(20), PRINTERS[203], covered=True)) == ["level-low"]
    assert slugs(choose(29, Decimal(20), PRINTERS[203], level="H", covered=True)) == []
    assert slugs(choose(29, Decimal(20), PRINTERS[203], quiet_zone=2)) == ["quiet-zone-narrow"]
    assert slugs(exactly(29, 9, PRINTERS[203])) == ["module-large"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_warning_is_worded(locale: str) -> None:
    sizes = [
        choose(29, Decimal("14.65"), PRINTERS[203], level="Q", quiet_zone=2),
        choose(29, Decimal(20), PRINTERS[203], covered=True),
        exactly(29, 9, PRINTERS[203]),
    ]
    for each in (warned for size in sizes for warned in size.warnings):
        sentence = say(locale, f"label-warning.{each.slug}", **dict(each.params))
        assert "—" not in sentence and "{" not in sentence
    assert say(locale, "label-warning.few-dots", dots="2", least="3")


# measured before: address, modules at levels M and Q, mm at X = 0.33, 0.40 and 0.50
PRINTED = (
    ("https://id.lvsezs.cn/01/09521234100010", 29, 33, ("12.2", "14.8", "18.5")),
    ("https://id.lvsezs.cn/01/09521234100010/21/7ET5E1J3KCBD", 33, 37, ("13.5", "16.4", "20.5")),
    (
        "https://id.lvsezs.cn/01/09521234100010/10/M20261012A1/21/7ET5E1J3KCBD",
        37,
        41,
        ("14.9", "18.0", "22.5"),
    ),
)


@pytest.mark.parametrize(("uri", "medium", "quartile", "sides"), PRINTED)
def test_symbols_are_as_large_as_measured_before(uri, medium, quartile, sides) -> None:
    symbol = encode(uri)
    assert (symbol.level, symbol.modules, encode(uri, level="Q").modules) == ("M", medium, quartile)
    for width, side in zip(("0.33", "0.40", "0.50"), sides, strict=True):
        assert abs((medium + 8) * Decimal(width) - Decimal(side)) < Decimal("0.051")


@pytest.mark.parametrize(("dpi", "dots"), [(203, (3, 4)), (300, (4, 5))])
def test_the_label_printers_dots_give_the_modules_of_the_reference(dpi, dots) -> None:
    expected = {203: ("0.375", "0.500"), 300: ("0.339", "0.423")}[dpi]
    assert tuple(f"{exactly(33, each, PRINTERS[dpi]).module_mm:.3f}" for each in dots) == expected
    with pytest.raises(ModuleUnprintable):
        exactly(33, dots[0] - 1, PRINTERS[dpi])


def test_the_rule_for_levels_and_the_quiet_zone() -> None:
    """M without a cover, Q where anything covers the symbol, never a logo at M; four modules of white."""
    assert encode(PRINTED[0][0]).level == LEVEL == "M"
    assert {level for level, share in MOST_COVERED.items() if share} == {"Q", "H"}
    assert MOST_COVERED["Q"] <= 0.06
    assert QUIET_ZONE == 4
    drawing = svg(encode(PRINTED[0][0]))
    assert 'viewBox="0 0 37 37"' in drawing
    assert Decimal("0.40") <= SMALLEST_MODULE_MM


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("uri", [each[0] for each in PRINTED])
def test_on_every_sheet_a_module_is_at_least_what_phones_read(name, uri) -> None:
    link = f"{uri}?v=AAAAAAAAAAAAAAAAAAAAAA"
    text = LabelText("大米", "5 kg", "M20261012A1", "2026-10-12", "2027-10-11", "某某米业有限公司")
    for printer in (None, *PRINTERS.values()):
        made = label_layout(Label(link, text, keys=("(01)09521234100010",)), Paper(FORMATS[name], printer))
        assert made.module_mm >= Decimal("0.40")
