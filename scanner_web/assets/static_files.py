"""Static assets: `/static/<name>.<hash>.<ext>`, never changed under their name, to be kept for good."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.assets.folders import static_paths
from scanner_web.assets.scanner_script import decoder_script, field_script, scanner_script, wasm
from scanner_web.assets.script import joined_script, noble_script, page_script, panel_script
from scanner_web.assets.signing_script import signing_assets
from trace.errors import Missing
from trace.platform.content_coding import BEST, FAST, coding_for, compressed

MEDIA: Final = {
    "svg": "image/svg+xml",
    "css": "text/css",
    "js": "text/javascript",
    "wasm": "application/wasm",
}
_LARGE: Final = 64 * 1024
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_POLICIES: Final = {
    # a worker lives by the policy that comes with its own script
    "decoder.js": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
}


def register(pages: Blueprint) -> None:
    _assets()  # once before the first request, which should not wait for it

    @pages.get("/static/<string:name>.<string(length=16):digest>.<string:extension>")
    def asset(name: str, digest: str, extension: str) -> Response:
        """One file, under the hash of what it holds."""
        file = f"{name}.{extension}"
        found = _assets().get(file)
        if found is None or found[0] != digest:
            raise Missing
        coding = coding_for(request.accept_encodings)
        response = Response(_packed(file, coding), content_type=MEDIA[extension])
        if coding:
            response.headers["Content-Encoding"] = coding
        response.set_etag(f"{digest}{coding and '-'}{coding}")
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = _POLICIES.get(file, _POLICY)
        response.make_conditional(request)
        return response


def address_of(name: str) -> str:
    """The address of a static file; "" for one that set-up did not bring."""
    stem, _, extension = name.rpartition(".")
    return f"/static/{stem}.{_assets()[name][0]}.{extension}" if name in _assets() else ""


@cache
def _assets() -> dict[str, tuple[str, bytes]]:
    found = {}
    for name, path in static_paths().items():
        if path.suffix == ".js":
            found[name] = _hashed(page_script(path).encode())
        elif path.suffix[1:] in MEDIA:
            found[name] = _hashed(path.read_bytes())
    made = {
        "verify.js": joined_script(),
        "panel.js": panel_script(),
        "noble-ed25519.js": noble_script(),
        "scanner.js": scanner_script(),
        "scanfield.js": field_script(),
        "decoder.js": decoder_script(),
        **signing_assets(),
    }
    found.update({name: _hashed(text.encode()) for name, text in made.items() if text})
    if wasm():
        found["zxing_reader.wasm"] = _hashed(wasm())
    return found


@cache
def _packed(name: str, coding: str) -> bytes:
    """A file under a coding, made once for all requests; a large one is not worth the last bytes."""
    content = _assets()[name][1]
    return compressed(content, coding, BEST if len(content) <= _LARGE else FAST)


def _hashed(content: bytes) -> tuple[str, bytes]:
    return hashlib.sha256(content).hexdigest()[:16], content
