"""Decoding of photographs that shoppers send: read once in memory, under limits, by zxing-cpp.

A JPEG is decoded at a fraction of its size where that suffices (DCT scaling), so that a phone's 50 megapixels
cost little; other forms must be small as they are. Nothing is kept.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

import zxingcpp
from PIL import Image

from trace.errors import PhotoTooLarge, PhotoUnreadable

LARGEST_BYTES: Final = 8 * 1024 * 1024
MEGAPIXELS: Final = {"JPEG": 50, "PNG": 16, "WEBP": 16}
"""The picture forms that are read, each with its limit."""

SINGLE: Final = {"MPO": "JPEG"}
"""Several JPEG pictures in one file, as telephones with two lenses write them."""
_FRAMES: Final = 3
"""Pictures of a file that are looked at: a code stands still, in an animation too."""
_SIDES: Final = (1_200, 2_600)
"""The longer side in pixels at which codes are looked for, one after the other."""
_KINDS: Final = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.EAN13,
        zxingcpp.BarcodeFormat.DataBarExp,
    ]
)
_SQUARE: Final = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix)


def read_photo(picture: bytes) -> tuple[str, ...]:
    """The texts of the codes in a picture, square symbols first; () where none is found.

    The text of a GS1 symbol bears its symbology identifier in front (`]Q301…`) and FNC1 as GS inside.
    Raises PhotoTooLarge, PhotoUnreadable.
    """
    if len(picture) > LARGEST_BYTES:
        raise PhotoTooLarge(limit=LARGEST_BYTES // 2**20, unit="MB")
    for image in _looks(picture):
        found = zxingcpp.read_barcodes(image, formats=_KINDS, text_mode=zxingcpp.TextMode.Plain)
        if found:
            found.sort(key=lambda each: each.format not in _SQUARE)
            return tuple(dict.fromkeys(_text(each) for each in found))
    return ()


def _text(found: zxingcpp.Barcode) -> str:
    announced = found.content_type == zxingcpp.ContentType.GS1
    return (found.symbology_identifier if announced else "") + str(found.text)


def _looks(picture: bytes) -> Iterator[Image.Image]:
    """The pictures of a file in grey, each small and then larger if it is; PhotoTooLarge, PhotoUnreadable."""
    try:
        image = Image.open(io.BytesIO(picture), formats=tuple(MEGAPIXELS))
        limit = MEGAPIXELS[SINGLE.get(str(image.format), str(image.format))]
        if image.width * image.height > limit * 1_000_000:
            raise PhotoTooLarge(limit=limit, unit="MP")
        for number in range(min(_FRAMES, getattr(image, "n_frames", 1))):
            if number:
                image.seek(number)
                if image.width * image.height > limit * 1_000_000:
                    return
            image.draft("L", (_SIDES[-1], _SIDES[-1]))
            for grey in _greys(image):
                yield from _sizes(grey)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoUnreadable from None


def _greys(image: Image.Image) -> Iterator[Image.Image]:
    """The picture in grey; one with transparent parts on white, then on black: it was made for one."""
    if image.mode.startswith("I"):  # 16 bits a pixel: brightness is in the upper eight
        yield image.convert("I").point(lambda level: level / 256).convert("L")
    elif "A" in image.getbands() or "transparency" in image.info:
        seen = image.convert("RGBA").convert("LA")
        light, alpha = seen.split()
        for ground in (255, 0):
            under = Image.new("L", seen.size, ground)
            under.paste(light, mask=alpha)
            yield under
    else:
        yield image.convert("L")


def _sizes(grey: Image.Image) -> Iterator[Image.Image]:
    longer = max(grey.size)
    for side in _SIDES:
        yield grey.resize(_within(grey.size, side), Image.Resampling.BOX) if longer > side else grey
        if longer <= side:
            return


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
