"""Reading symbols back with a decoder that shares no code with the encoders (zxing-cpp)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Final

import zxingcpp
from PIL import Image

from trace.errors.codes import SymbolUnreadable

_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def read_symbols(picture: bytes | Image.Image) -> list[str]:
    """The texts of the QR codes in a picture (PNG, or an image of Pillow), in no order."""
    image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
    return [found.text for found in zxingcpp.read_barcodes(image.convert("L"), formats=_QR)]


def check(picture: bytes | Image.Image, text: str) -> None:
    """Raises `SymbolUnreadable` unless the picture holds exactly one symbol, and it says `text`."""
    found = read_symbols(picture)
    if found != [text]:
        raise SymbolUnreadable(text=text, read=found[:3])


def checked(pictures: Iterable[tuple[str, bytes]], every: int = 1) -> Iterator[bytes]:
    """The PNGs of (text, PNG), each `every`-th read back (and always the first); about 0.4 ms each."""
    for number, (text, picture) in enumerate(pictures):
        if number % every == 0:
            check(picture, text)
        yield picture
