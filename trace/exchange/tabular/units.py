"""Units as people write them, read as the units that records have."""

from __future__ import annotations

from typing import Final

from trace.errors.tables import CellNumberMalformed, CellUnitUnknown
from trace.exchange.tabular.forms import Column
from trace.quantities import UNITS

ALIASES: Final = {
    "公斤": "kg", "千克": "kg", "KG": "kg", "Kg": "kg", "㎏": "kg", "吨": "t", "T": "t", "克": "g",
    "G": "g", "毫克": "mg", "㎎": "mg", "市斤": "斤", "升": "L", "l": "L", "ℓ": "L", "毫升": "mL", "ml": "mL",
    "ML": "mL", "㎖": "mL", "公顷": "ha", "平方米": "m2", "m²": "m2", "㎡": "m2",
}  # fmt: skip


def unit_of(column: Column, text: str) -> str:
    """The unit that a text means; raises the refusal of a column."""
    unit = ALIASES.get(text.strip(), text.strip())
    if unit not in UNITS:
        if any(sign.isnumeric() for sign in unit):  # 1e3, 1/2, 16'900, 1.69万: a number written otherwise
            raise CellNumberMalformed(name=column.header, text=unit[:40])
        raise CellUnitUnknown(name=column.header, unit=unit[:20])
    return unit
