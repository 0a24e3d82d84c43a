"""The scanner's scripts: the page's own, and the decoder in its worker with what set-up brought.

The decoder (barcode-detector) names the SHA-256 of the one WebAssembly file that fits it; another file, or
none, counts as no decoder at all (docs/adr/0026).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from scanner_web.assets.folders import STATIC
from scanner_web.assets.minified import minified
from scanner_web.assets.script import joined

MODULES: Final = Path(__file__).parent / "scanner"
ORDER: Final = ("typed", "reading", "decoder", "camera", "scan")
FIELD: Final = ("decoder", "camera", "field")
VENDOR: Final = STATIC / "vendor"
DETECTOR: Final = "barcode-detector.js"
WASM: Final = "zxing_reader.wasm"


@cache
def scanner_script() -> str:
    """The script of the scanner page: states, camera, and the choice of a decoder; nothing that decodes."""
    return minified(joined(MODULES, ORDER))


@cache
def field_script() -> str:
    """The camera beside a field of the workspace, over the same camera and decoder."""
    return minified(joined(MODULES, FIELD))


def decoder_script(vendor: Path = VENDOR) -> str:
    """The worker that decodes, loaded when somebody opens the camera; "" without its WebAssembly."""
    if not wasm(vendor):
        return ""
    return (vendor / DETECTOR).read_text(encoding="utf-8") + minified(joined(MODULES, ("worker",)))


def wasm(vendor: Path = VENDOR) -> bytes:
    """The reader of zxing-cpp for browsers; b"" where it is absent or not the one that the decoder names."""
    if not ((vendor / DETECTOR).exists() and (vendor / WASM).exists()):
        return b""
    content = (vendor / WASM).read_bytes()
    named = hashlib.sha256(content).hexdigest() in (vendor / DETECTOR).read_text(encoding="utf-8")
    return content if named else b""
