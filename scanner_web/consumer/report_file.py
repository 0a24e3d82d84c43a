"""The report-file page: the original of a test report, one tap away from its conclusion."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response

from trace.errors import ReportFileAbsent
from trace.platform.opening import Platform
from trace.usecases.messages.report_file import read_report_file

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def register(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/files/<string:sha256>")
    def report_file(sha256: str) -> Response:
        """A file by its digest: it can never change, but its report may be corrected, so nobody shares it."""
        if _DIGEST.fullmatch(sha256) is None:
            raise ReportFileAbsent(sha256=sha256[:64])
        found = read_report_file(platform.transactions, platform.folder.path, sha256)
        response = Response(found.content, content_type=found.media_type)
        name = f"report-{sha256[:12]}.{_ENDINGS[found.media_type]}"
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
