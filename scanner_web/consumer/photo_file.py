"""The picture of a photograph that a record names, under the digest that the record states."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response

from trace.errors import PhotoAbsent
from trace.labels.picture import MEDIA_TYPE
from trace.platform.opening import Platform
from trace.usecases.photos.photo import read_photo_file

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def register(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/photos/<string:sha256>")
    def photo(sha256: str) -> Response:
        """The small picture. It may be erased or its consent end, so that it is kept for an hour at most."""
        if _DIGEST.fullmatch(sha256) is None:
            raise PhotoAbsent(sha256=sha256[:64])
        content = read_photo_file(platform.transactions, platform.folder.path, sha256)
        response = Response(content, content_type=MEDIA_TYPE)
        response.headers["Cache-Control"] = "private, max-age=3600"
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
