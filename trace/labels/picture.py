"""Photographs made small for pages: turned upright, no side over 960 pixels, WebP of at most 60 KB.

Only the pixels are kept: place, time, device and whatever else the file said of itself is gone. What is
already such a file stays as it is, so that the bytes that were signed are the bytes that are shown.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from trace.errors import PhotoTooLarge, PhotoUnreadable
from trace.labels.photo import LARGEST_BYTES, MEGAPIXELS, SINGLE

SIDE: Final = 960
MOST_BYTES: Final = 60_000
MEDIA_TYPE: Final = "image/webp"
_QUALITIES: Final = (82, 72, 62, 50, 38)
_SMALLER: Final = 0.75
_ATTEMPTS: Final = 6
_PIXELS_ONLY: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    width: int
    height: int


def web_picture(photo: bytes) -> Picture:
    """The photograph for a page; raises PhotoTooLarge, PhotoUnreadable."""
    if len(photo) > LARGEST_BYTES:
        raise PhotoTooLarge(limit=LARGEST_BYTES // 2**20, unit="MB")
    try:
        image = Image.open(io.BytesIO(photo), formats=tuple(MEGAPIXELS))
        limit = MEGAPIXELS[SINGLE.get(str(image.format), str(image.format))]
        if image.width * image.height > limit * 1_000_000:
            raise PhotoTooLarge(limit=limit, unit="MP")
        if _is_made(photo, image):
            image.load()
            return Picture(photo, image.width, image.height)
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
        return _smallest(_plain(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoUnreadable from None


def _is_made(photo: bytes, image: Image.Image) -> bool:
    """Whether the file is already what this makes: a small still WebP with nothing in it but pixels."""
    if image.format != "WEBP" or len(photo) > MOST_BYTES or max(image.size) > SIDE:
        return False
    at, chunks = 12, set()
    while at + 8 <= len(photo):
        chunks.add(photo[at : at + 4])
        size = int.from_bytes(photo[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return at == len(photo) and chunks <= _PIXELS_ONLY


def _plain(image: Image.Image) -> Image.Image:
    """The first picture, upright, in colours without transparency, and small enough."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # 16 bits a pixel: brightness is in the upper eight
        upright = upright.convert("I").point(lambda level: level / 256).convert("L")
    if "A" in upright.getbands() or "transparency" in upright.info:
        seen = upright.convert("RGBA")
        under = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        upright = Image.alpha_composite(under, seen)
    colours = upright.convert("RGB")
    colours.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", colours.size)
    plain.paste(colours)  # pixels alone, nothing that the file said of itself
    return plain


def _smallest(image: Image.Image) -> Picture:
    """The picture in the best quality that fits, made smaller where none does."""
    for _ in range(_ATTEMPTS):
        for quality in _QUALITIES:
            made = io.BytesIO()
            image.save(made, "WEBP", quality=quality, method=4)
            if len(made.getvalue()) <= MOST_BYTES:
                return Picture(made.getvalue(), image.width, image.height)
        size = (max(1, round(image.width * _SMALLER)), max(1, round(image.height * _SMALLER)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    raise PhotoUnreadable
