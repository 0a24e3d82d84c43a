"""Modules are whole printer dots, as wide as fits, and refused before they cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trace.errors.codes import ModuleUnprintable
from trace.labels.module_size import LEAST_MM, PRINTERS, RETAIL_MOST_MM, choose, exactly
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
