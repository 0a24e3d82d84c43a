"""Commitment certificates: lots that may get one, the form's way to it, and the form printed twice."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from markupsafe import Markup

from scanner_web.enterprise.keys import organisation
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.labels.symbol import encode, svg
from trace.platform.opening import Platform
from trace.usecases.certificates.certifiable import list_certificates
from trace.usecases.certificates.certificate import VALID, own_certificate

_ICONS: Final = ("doc", "stop", "tick", "print", "pen", "warn")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of certificates."""

    @pages.get("/desk/certificates")
    def certificates() -> Response:
        """What may be certified, what may not and why, and what was."""
        found = list_certificates(platform.transactions, current_actor())
        return desk_page(
            "enterprise/certificates.html",
            at="certificates",
            icons=_ICONS,
            found=found,
            form_of=lambda known: reader_of(request).link("/desk/records/合格证", **known),
        )

    @pages.get("/desk/certificates/<string:stmt>")
    def certificate(stmt: str) -> Response:
        """The official form's fields, two copies to print, with its symbol; or why it is not printed."""
        found = own_certificate(platform.transactions, current_actor(), stmt)
        symbol = encode(found.address(platform.public_url)) if found.state == VALID else None
        return desk_page(
            "enterprise/certificate.html",
            at="certificates",
            icons=_ICONS,
            sheets=("certificate.css",),
            one=found,
            issuer=found.issuer or organisation().name,
            symbol=None if symbol is None else Markup(svg(symbol)),  # noqa: S704 - drawn here, no text of others
        )
