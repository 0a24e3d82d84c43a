"""A symbol with a logo in its middle, drawn by `qrcode`, within what still decodes.

Error correction is spent on the logo: at level Q it may cover 6 per cent of the symbol, at H 9, under a third
of what the level restores (the rest is for dirt and light); at L and M none. Every drawing is read back
before it is given away, at the size asked for and at three pixels a module.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import qrcode
from PIL import Image
from qrcode.exceptions import DataOverflowError

from trace.errors.codes import LogoTooLarge
from trace.errors.gs1 import SymbolTooLarge
from trace.labels.read_back import check
from trace.labels.symbol import LARGEST_VERSION, MODULE_PX, QUIET_ZONE

MOST_COVERED: Final[Mapping[str, float]] = MappingProxyType({"L": 0.0, "M": 0.0, "Q": 0.06, "H": 0.09})
_MARGIN: Final = 1  # light modules round the logo, which cover as well
_SMALL_PX: Final = 3
_LEVELS: Final = {"L": 1, "M": 0, "Q": 3, "H": 2}


def with_logo(
    text: str, logo: Image.Image, *, level: str = "Q", share: float = 0.05, module_px: int = MODULE_PX
) -> bytes:
    """A PNG of the symbol of `text` with `logo` on a light square that covers `share` of its area at most.

    Raises `LogoTooLarge` beyond `MOST_COVERED`, `SymbolTooLarge`, and `SymbolUnreadable` when the drawing is
    not read back.
    """
    most = MOST_COVERED[level]
    if not 0 < share <= most:
        raise LogoTooLarge(share=f"{share:.1%}", limit=f"{most:.1%}", level=level)
    code = qrcode.QRCode(error_correction=_LEVELS[level], box_size=module_px, border=QUIET_ZONE)
    code.add_data(text.encode())
    try:
        code.make()
    except (DataOverflowError, ValueError):
        raise SymbolTooLarge(length=len(text), version=LARGEST_VERSION) from None
    made: Any = code.make_image()
    picture = made.get_image().convert("RGB")
    _cover(picture, logo, int(math.sqrt(share) * code.modules_count), code.modules_count, module_px)
    check(picture, text)
    width = picture.width // module_px * _SMALL_PX
    check(picture.resize((width, width), Image.Resampling.BOX), text)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _cover(picture: Image.Image, logo: Image.Image, square: int, modules: int, module_px: int) -> None:
    """Lay `square` light modules over the middle and the logo on them, its proportions kept."""
    side = square - (modules - square) % 2  # whole modules on both sides
    at = (QUIET_ZONE + (modules - side) // 2) * module_px
    picture.paste((255, 255, 255), (at, at, at + side * module_px, at + side * module_px))
    room = max(side - 2 * _MARGIN, 1) * module_px
    small = logo.convert("RGBA")
    small.thumbnail((room, room), Image.Resampling.LANCZOS)
    middle = at + side * module_px // 2
    picture.paste(small, (middle - small.width // 2, middle - small.height // 2), small)
