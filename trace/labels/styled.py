"""A symbol with a logo in its middle, drawn by `qrcode`, within what still decodes.

Error correction is spent on the logo: at level Q it may cover 6 per cent of the symbol, at H 9, under a third
of what the level restores (the rest is for dirt and light); at L and M none. Every drawing is read back
before it is given away, as drawn and as phones see it badly (`seen_badly`).
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import qrcode
from PIL import Image
from qrcode.exceptions import DataOverflowError

from trace.errors.codes import LogoTooLarge
from trace.errors.gs1 import SymbolTooLarge
from trace.errors.printing import LogoUnfit, LogoUnreadable
from trace.labels.seen_badly import unread_in
from trace.labels.symbol import LARGEST_VERSION, MODULE_PX, QUIET_ZONE

MOST_COVERED: Final[Mapping[str, float]] = MappingProxyType({"L": 0.0, "M": 0.0, "Q": 0.06, "H": 0.09})
_MARGIN: Final = 1  # light modules round the logo, which cover as well
_LEVELS: Final = {"L": 1, "M": 0, "Q": 3, "H": 2}


MOST_LOGO_BYTES: Final = 512 * 1024
MOST_LOGO_PX: Final = 2048
_PNG: Final = b"\x89PNG\r\n\x1a\n"


def logo_of(raw: bytes) -> Image.Image:
    """The logo in a PNG that somebody sent; raises `LogoUnfit` (reason).

    Its size is read before anything is unpacked: a small file may hold a picture of gigabytes.
    """
    if len(raw) > MOST_LOGO_BYTES:
        raise LogoUnfit(reason="bytes", limit=MOST_LOGO_BYTES)
    if not raw.startswith(_PNG) or len(raw) < 24:
        raise LogoUnfit(reason="not-png", limit=MOST_LOGO_PX)
    sides = (int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big"))
    if not all(1 <= side <= MOST_LOGO_PX for side in sides):
        raise LogoUnfit(reason="pixels", limit=MOST_LOGO_PX)
    try:
        logo = Image.open(io.BytesIO(raw), formats=["PNG"])
        logo.load()
    except (OSError, SyntaxError, ValueError, zlib.error):
        raise LogoUnfit(reason="not-png", limit=MOST_LOGO_PX) from None
    return logo


def with_logo(
    text: str, logo: Image.Image, *, level: str = "Q", share: float = 0.05, module_px: int = MODULE_PX
) -> bytes:
    """A PNG of the symbol of `text` with `logo` on a light square that covers `share` of its area at most.

    Raises `LogoTooLarge` beyond `MOST_COVERED`, `SymbolTooLarge`, and `LogoUnreadable` (sights) when the
    drawing is not read back: as it is, or seen badly.
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
    unread = unread_in(picture, text, module_px)
    if unread:
        raise LogoUnreadable(sights=unread, share=f"{share:.1%}", level=level)
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
