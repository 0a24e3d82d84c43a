"""Files that never change under their name: `/static/<name>.<hash>.<ext>`, to be kept for good."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from flask import Blueprint, Response

from scanner_web.script import acts_script, joined_script, noble_script, panel_script, scan_script
from scanner_web.style import STATIC
from trace.errors import Missing

MEDIA: Final = {
    "svg": "image/svg+xml",
    "css": "text/css",
    "js": "text/javascript",
    "wasm": "application/wasm",
}


def register(pages: Blueprint) -> None:
    _assets()  # once before the first request, which should not wait for it

    @pages.get("/static/<string:name>.<string(length=16):digest>.<string:extension>")
    def asset(name: str, digest: str, extension: str) -> Response:
        """One file of the static folder, under the hash of what it holds."""
        found = _assets().get(f"{name}.{extension}")
        if found is None or found[0] != digest:
            raise Missing
        response = Response(found[1], content_type=MEDIA[extension])
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        return response


def address_of(name: str) -> str:
    """The address of a file of the static folder; "" for one that set-up did not bring."""
    stem, _, extension = name.rpartition(".")
    return f"/static/{stem}.{_assets()[name][0]}.{extension}" if name in _assets() else ""


@cache
def _assets() -> dict[str, tuple[str, bytes]]:
    found = {}
    for path in sorted(STATIC.iterdir()):
        if path.suffix[1:] in MEDIA:
            content = path.read_bytes()
            found[path.name] = _hashed(content)
    made = {
        "verify.js": joined_script(),
        "panel.js": panel_script(),
        "acts.js": acts_script(),
        "scan.js": scan_script(),
        "noble-ed25519.js": noble_script(),
    }
    found.update({name: _hashed(text.encode()) for name, text in made.items() if text})
    return found


def _hashed(content: bytes) -> tuple[str, bytes]:
    return hashlib.sha256(content).hexdigest()[:16], content
