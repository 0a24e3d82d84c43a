"""What counted goods hold by what is stated of them: 10 袋 of a lot stated as "25 kg/袋" are 250 kg.

Counting units are dimensions of their own: nobody knows what is in a 袋 unless somebody says so, in the net
content of a pack or in a specification. A specification is read by this grammar alone, in whatever language a
reader is written, so that no two read it differently:

    number [blanks] unit [blanks] ("/" | "每") counting unit

where a number has 1 to 9 digits and at most 6 after the point, and full-width signs count as plain ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from trace.errors import Refusal
from trace.quantities import COUNT, COUNTING_UNITS, UNITS, Quantity

UNIT_WORDS: Final[Mapping[str, str]] = {
    **{unit.lower(): unit for unit in sorted(UNITS - set(COUNTING_UNITS))},
    "公斤": "kg",
    "千克": "kg",
    "克": "g",
    "毫克": "mg",
    "吨": "t",
    "升": "L",
    "毫升": "mL",
}
"""How a unit may be written in a specification, in small letters -> the unit."""
SIGNS: Final[Mapping[str, str]] = dict.fromkeys("\u3000\u00a0\t", " ") | {
    "㎏": "kg",
    "㎎": "mg",
    "㎖": "ml",
    "ℓ": "l",
}
"""Signs that stand for plain ones in a specification, beside the full-width ones."""
_FOLD: Final = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | dict(SIGNS))
_STATED: Final = re.compile(
    r" *(?P<value>[0-9]{1,9}(?:\.[0-9]{1,6})?) *(?P<unit>[A-Za-z\u4e00-\u9fff]{1,3}) *[/每] *(?P<counted>.) *"
)


def content_of(data: Mapping[str, object]) -> dict[str, Quantity]:
    """Counting unit -> what one of them holds, by a pack's net content or by a specification."""
    packs, content = _read(data.get("packs")), _read(data.get("netContent"))
    if packs is not None and content is not None and content.value > 0 and _is_counted(packs):
        return read_content(data.get("spec")) | {packs.unit: content}
    return read_content(data.get("spec"))


def contents_of(data: Mapping[str, object]) -> dict[str, tuple[str, Fraction]]:
    """The same as dimensions and exact amounts."""
    return {f"{COUNT}:{unit}": (held.dimension, held.base) for unit, held in content_of(data).items()}


def read_content(spec: object) -> dict[str, Quantity]:
    """What one piece holds by a specification such as "25 kg/袋"; nothing where it says anything else."""
    found = _STATED.fullmatch(spec.translate(_FOLD)) if isinstance(spec, str) else None
    if found is None or found["counted"] not in COUNTING_UNITS:
        return {}
    unit = UNIT_WORDS.get(found["unit"].lower())
    if unit is None:
        return {}
    held = Quantity(Decimal(found["value"]), unit)
    return {found["counted"]: held} if held else {}


def _is_counted(quantity: Quantity) -> bool:
    return quantity.dimension.startswith(COUNT)


def _read(stated: object) -> Quantity | None:
    try:
        return Quantity.parse(stated)
    except Refusal:
        return None
