"""The sampling-wish route (你点我检): one tap on a product's page; a random cookie tells browsers apart."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.consumer.messages import take
from trace.errors import BatchUnknown
from trace.platform.opening import Platform
from trace.usecases.codes.coded_lot import find_coded_lot
from trace.usecases.messages.sampling_wish import new_device, wish_for_test

DEVICE: Final = "device"
COUNTED, AGAIN = "counted", "again"
_YEAR: Final = 365 * 24 * 3600
_LONGEST: Final = 64


def register(pages: Blueprint, platform: Platform) -> None:
    """The form posts to the page on which it stands, wherever the resolver put that page."""

    @pages.post("/01/<path:rest>")
    @pages.post("/t/<path:rest>")
    def wish(rest: str) -> AnyResponse:
        """Count a wish and show the same page again."""
        code = request.form.get("code", "")
        about = find_coded_lot(platform.transactions, platform.codes, code)
        if about is None:
            raise BatchUnknown(code=code[:80] or rest[:80])
        take(platform)
        device = request.cookies.get(DEVICE, "")[:_LONGEST] or new_device()
        counted = wish_for_test(platform.transactions, device, about)
        kept = [each for each in request.args.items(multi=True) if each[0] != "wish"]
        query = urlencode([*kept, ("wish", COUNTED if counted else AGAIN)])
        response = redirect(f"?{query}#wish", HTTPStatus.SEE_OTHER)
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie(
            DEVICE, device, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
        return response
