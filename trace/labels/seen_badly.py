"""Degraded views of a drawn symbol: what one with a logo must stand before it is given away.

As drawn, and in six of the twenty-two sights of tests/simulators/degradations.py that a whole symbol
always passes, with nothing random in them, so that a logo is refused today and tomorrow alike.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageFilter

from trace.labels.read_back import read_symbols

_WHITE: Final = 255
_BICUBIC: Final = Image.Resampling.BICUBIC
_PERSPECTIVE: Final = 0.25

Sight = Callable[[Image.Image, int], Image.Image]
"""A grey drawing and its pixels a module, to what the camera sees."""


def unread_in(picture: Image.Image, text: str, module_px: int) -> list[str]:
    """The names of the sights in which the drawing does not say `text` (any other reading counts as none)."""
    grey = picture.convert("L")
    return [name for name, seen in SIGHTS.items() if read_symbols(seen(grey, module_px)) != [text]]


def _turned(picture: Image.Image, _: int, degrees: float = 15) -> Image.Image:
    return picture.rotate(degrees, _BICUBIC, expand=True, fillcolor=_WHITE)


def _slanted(picture: Image.Image, _: int) -> Image.Image:
    """The far side is three quarters of the near one (perspective 0.25)."""
    width, height = picture.size
    cut = _PERSPECTIVE / 2 * width  # off both ends of the far side
    wider = width / (width - 2 * cut)
    way = (wider, wider * cut / height, -wider * cut, 0, wider, 0, 0, (wider - 1) / height)
    return picture.transform(picture.size, Image.Transform.PERSPECTIVE, way, _BICUBIC, fillcolor=_WHITE)


def _small(picture: Image.Image, module_px: int) -> Image.Image:
    """Two pixels a module."""
    side = 2 * picture.width // module_px
    return picture.resize((side, side), Image.Resampling.BOX)


def _blurred(picture: Image.Image, module_px: int) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(0.3 * module_px))


def _shaded(picture: Image.Image, module_px: int) -> Image.Image:
    """The upper half in a shadow of 35 per cent of the light, with a soft edge.

    Turned a little, as in every photograph: modules that lie on a decoder's blocks of pixels would tell of
    the blocks, not of the symbol.
    """
    tilted = _turned(picture, module_px, 5)
    light = Image.linear_gradient("L").point(lambda grey: min(max(8 * grey - 896, 0), _WHITE))
    dark = tilted.point(lambda grey: round(grey * 0.35))
    return Image.composite(tilted, dark, light.resize(tilted.size))


def _pressed(picture: Image.Image, _: int) -> Image.Image:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=10)
    return Image.open(io.BytesIO(written.getvalue()))


SIGHTS: Final[Mapping[str, Sight]] = MappingProxyType(
    {
        "drawn": lambda picture, _: picture,
        "turned": _turned,
        "slanted": _slanted,
        "small": _small,
        "blurred": _blurred,
        "shadow": _shaded,
        "jpeg": _pressed,
    }
)
