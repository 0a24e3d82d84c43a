"""Originals that a record names: sent after it was signed, taken only where the digest is the same."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.enterprise.stated import shown_record
from scanner_web.frame.door import current_actor
from trace.errors import Refusal, ReportFileAbsent
from trace.platform.opening import Platform
from trace.usecases.stated.originals import read_original, store_original

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of originals."""

    @pages.post("/desk/stated/<string:stmt>/originals/<string:sha256>")
    def send_original(stmt: str, sha256: str) -> AnyResponse:
        """Keep the file, if it is the one that the record names."""
        file = request.files.get("file")
        content = file.read() if file is not None else b""
        try:
            store_original(
                platform.transactions, platform.folder.path, current_actor(), stmt, sha256, content
            )
        except Refusal as refusal:
            return shown_record(platform, stmt, refusal)
        return to(f"/desk/stated/{stmt}")

    @pages.get("/desk/stated/<string:stmt>/originals/<string:sha256>")
    def original(stmt: str, sha256: str) -> Response:
        """The file to its own firm, as bytes that run nothing."""
        if _DIGEST.fullmatch(sha256) is None:
            raise ReportFileAbsent(sha256=sha256[:64])
        found = read_original(platform.transactions, platform.folder.path, current_actor(), stmt, sha256)
        response = Response(found.content, content_type=found.media_type)
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Disposition"] = f'inline; filename="{sha256[:12]}"'
        return response
