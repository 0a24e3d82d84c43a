"""Temperatures as clerks write them: one reading, or the lowest and the highest (4, -18 ℃, 2~6)."""

from __future__ import annotations

import re
from typing import Final

from trace.chain.facts.reading import Unfit
from trace.chain.facts.temperature import CELSIUS, read_temperature
from trace.errors.tables import CellTemperatureMalformed

_ONE: Final = r"([-−]?[0-9]{1,3}(?:\.[0-9]{1,2})?)\s*(?:℃|°C)?"
_WRITTEN: Final = re.compile(rf"{_ONE}(?:\s*(?:~|至|到)\s*{_ONE})?")


def read_written(name: str, text: str) -> dict[str, str]:
    """The member of a record. A hyphen is a minus and never "to": 2-6 would be read in two ways.

    Raises `CellTemperatureMalformed` with the column's name.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise CellTemperatureMalformed(name=name, text=text[:40])
    stated = {"min": _degrees(found[1]), "max": _degrees(found[2] or found[1]), "unit": CELSIUS}
    try:
        read_temperature(stated)
    except Unfit:
        raise CellTemperatureMalformed(name=name, text=text[:40]) from None
    return stated


def _degrees(text: str) -> str:
    """The decimal as records write it: -018 is -18, -0 is 0."""
    sign, digits = ("-", text[1:]) if text[0] in "-−" else ("", text)
    whole, point, fraction = digits.partition(".")
    number = (whole.lstrip("0") or "0") + point + fraction
    return (sign if number.strip("0.") else "") + number
