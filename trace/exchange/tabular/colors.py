"""Colours of fonts and fills: RRGGBB of a value, of a theme with its tint, or of a numbered palette."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PAPER: Final = "FFFFFF"
INK: Final = "000000"
"""The automatic colour of text."""
USUAL_THEME: Final = {0: PAPER, 1: INK}
"""Where a theme says nothing else, or is not at hand."""
_BASIC: Final = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
_FURTHER: Final = (
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
_NUMBERED: Final = dict(enumerate((*_BASIC, *_BASIC, *_FURTHER, INK, PAPER)))
"""The usual palette; 64 is the system's ink and 65 its paper (ECMA-376 part 1, 18.8.27)."""
_RGB: Final = re.compile(r"(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Palette:
    """What the numbers of colours mean in one workbook: those of its theme, and those of its own palette."""

    theme: Mapping[int, str] = field(default_factory=lambda: USUAL_THEME)
    numbered: Mapping[int, str] = field(default_factory=lambda: _NUMBERED)

    def renumbered(self, own: Mapping[int, str]) -> Palette:
        """The same with colours that a workbook gives to numbers itself."""
        return Palette(self.theme, {**self.numbered, **own})


USUAL: Final = Palette()


def color_of(given: Mapping[str, str], palette: Palette) -> str | None:
    """RRGGBB of a colour, None for the automatic one and for what no palette knows."""
    rgb = given.get("rgb", "")
    if _RGB.fullmatch(rgb):
        found: str | None = rgb[-6:].upper()
    elif "indexed" in given:
        found = palette.numbered.get(_number(given["indexed"]))
    else:
        found = palette.theme.get(_number(given.get("theme", "")))
    return _tinted(found, given.get("tint", "0")) if found is not None else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else -1


def _tinted(color: str, tint: str) -> str:
    """A colour made darker (below 0) or lighter (ECMA-376 part 1, 18.8.19)."""
    try:
        share = max(-1.0, min(1.0, float(tint)))
    except ValueError:
        return color
    if not share:
        return color
    hue, light, full = colorsys.rgb_to_hls(*(int(color[place : place + 2], 16) / 255 for place in (0, 2, 4)))
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, full))
