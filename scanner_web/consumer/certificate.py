"""The certificate page: what the symbol on a certificate leads to, for whoever holds the paper."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.consumer.sheets import FORMS
from scanner_web.frame.rendering import page, reader
from trace.errors import CertificateUnknown
from trace.platform.opening import Platform
from trace.usecases.certificates.certificate import held_certificate

_STATEMENT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of a certificate; it counts and keeps nothing of the reader."""

    @pages.get("/certificates/<string:stmt>")
    def certificate(stmt: str) -> Response:
        """Its fields and whether it stands; without the digest of the paper it is unknown."""
        digest = request.args.get("v", "")
        if _STATEMENT.fullmatch(stmt) is None or _DIGEST.fullmatch(digest) is None:
            raise CertificateUnknown
        found = held_certificate(platform.transactions, stmt, digest)
        issuer = found.issuer or reader().say("certificate.a-person")
        return page(
            "consumer/certificate.html",
            sheets=FORMS,
            icons=("tick", "stop", "warn"),
            one=found,
            issuer=issuer,
        )
