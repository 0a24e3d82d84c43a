"""Scan-count routes: a scan counts by an explicit POST, from the page's script or its button, never by a GET.

Never by a GET: previews, crawlers and prefetching would spend it. The POST must come from our own page, is
small, and is answered before anything is written: the counter's thread does that
(`trace.usecases.scans.scan_counter`). No address is kept. The city comes from a trusted proxy's
`X-Client-Region` (GB/T 2260) or stays unknown; `api.proxies` takes that header from everybody else.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.consumer.sheets import FORMS
from scanner_web.frame.addresses import counted_address
from scanner_web.frame.rate_limit import RateLimit
from scanner_web.frame.rendering import page, reader
from trace.codes.devices import DeviceNames
from trace.errors import BodyTooLarge, CodeUnregistered, HiddenCodeLocked, ScanForeign
from trace.identity.city import city_of
from trace.oversight.copied_codes.parameters import CopyParameters, copy_parameters
from trace.platform.opening import Platform
from trace.usecases.codes.item_codes import IssuedCode
from trace.usecases.codes.open_hidden import LOCKED, open_hidden
from trace.usecases.scans.count_scans import SeenScan
from trace.usecases.scans.scan_counter import ScanCounter

COOKIE: Final = "scan"
COOKIE_PATH: Final = "/scans"
LARGEST_BODY: Final = 512
REGION_HEADER: Final = "X-Client-Region"
ICONS: Final = ("copies", "question", "shield", "warn")

_ITEM: Final = re.compile(r"/?01/(?P<gtin>[0-9]{14})/21/(?P<serial>[0-9A-Z]{12})")
_LOOSE: Final = re.compile(r"/?t/(?P<code>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})")
_MACHINE: Final = re.compile(
    r"bot\b|crawl|spider|slurp|preview|facebookexternalhit|monitor|curl/|wget/|python|java/|go-http|okhttp",
    re.IGNORECASE,
)
_TELEPHONE: Final = re.compile(r"\(Linux;[^()]*\bAndroid\b[^()]*\)", re.IGNORECASE)
"""A telephone's name in its browser's own words: makers call some of them CUBOT, no program."""
_AHEAD: Final = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")


def register(pages: Blueprint, platform: Platform) -> ScanCounter:
    """The two POST routes; returns the counter, whose thread begins with the first scan."""
    at_hand = _Counting(platform)

    @pages.post("/scans")
    def count() -> AnyResponse:
        """Count a scan of an item code: 204 for a script, back to the page for a form."""
        _require_own_page()
        code = _form("code")
        issued = issued_code(platform, code)
        response = _answer(issued.code)
        if not is_machine():
            device = at_hand.device(issued.code)
            at_hand.count(issued, device)
            _give_cookie(response, at_hand, device)
        return response

    @pages.post("/scans/hidden")
    def hidden() -> Response:
        """Try the digits under the scratch panel."""
        _require_own_page()
        issued = issued_code(platform, _form("code"))
        answer = open_hidden(platform.transactions, platform.codes.ring, issued, _form("hidden"))
        if answer.state == LOCKED:
            raise HiddenCodeLocked(code=issued.code, until=str(answer.locked_until))
        return page("consumer/hidden.html", sheets=FORMS, answer=answer, code=issued.code, icons=ICONS)

    return at_hand.counter


class _Counting:
    """What counting needs of the platform: names for devices, and the counter."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.counter = ScanCounter(lambda: platform.transactions)
        self._newcomers = _Newcomers(lambda: platform.transactions.clock().timestamp())

    @property
    def names(self) -> DeviceNames:
        return DeviceNames(self._platform.lot_key)

    @property
    def retention(self) -> timedelta:
        """The retention of a device's cookie: as long as its scans are kept."""
        return self._parameters.retention

    def device(self, code: str) -> bytes:
        """The device of this request: from its cookie, or a new one; two at once from one place are one."""
        known = self.names.device_in(request.cookies.get(COOKIE, ""))
        most, within = self._parameters.strangers
        return self._newcomers.device(code, known, self.names.new_device(), most, within)

    def count(self, issued: IssuedCode, device: bytes) -> bool:
        """Hand the scan to the counter; False when it had no room."""
        region = city_of(request.headers.get(REGION_HEADER, ""))
        at = self._platform.transactions.clock()
        name = self.names.name_on(issued.code, device)
        return self.counter.offer(SeenScan(issued.code, issued.lot, at, region, name))

    @property
    def _parameters(self) -> CopyParameters:
        return copy_parameters(self._platform.rules, self._platform.transactions.clock().date())


class _Newcomers:
    """Devices that come to a code, with a cookie of ours or without.

    One address brings only so many new devices to one code within a day (R54), told apart by their cookies,
    or else by their programs; what comes beyond is taken for the last one: otherwise who throws cookies away,
    or collects them at other codes, could make any code look copied.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._key = secrets.token_bytes(32)
        self._limit = RateLimit[tuple[bytes, bytes]](clock)

    def device(self, code: str, known: bytes | None, fresh: bytes, most: int, within: timedelta) -> bytes:
        """The device of this request: `known` by its cookie, `fresh`, or one that came from there before."""
        place = (
            f"{counted_address(request.remote_addr or '')}\n{request.headers.get(REGION_HEADER, '')}\n{code}"
        )
        program = hmac.digest(self._key, request.user_agent.string.encode(), "sha256")
        seconds = within.total_seconds()
        with self._lock:
            before = self._limit.notes(place, seconds)
            alike = (one for other, one in before if (one == known if known else other == program))
            if (came := next(alike, None)) is not None:
                return came
            device = known or fresh
            full = self._limit.take((place, most), within=seconds, note=(program, device)) > 0
            return before[-1][1] if full and before else device


def issued_code(platform: Platform, path: str) -> IssuedCode:
    """The code of one pack by its canonical path; raises CodeUnregistered for any other text.

    A batch's code stands on all its packs: scans in several cities are what is expected of it.
    """
    found = None
    if item := _ITEM.fullmatch(path):
        found = platform.codes.find_item(item["gtin"], item["serial"])
    elif loose := _LOOSE.fullmatch(path):
        found = platform.codes.find_platform(loose["code"])
    if found is None or found.of_batch:
        raise CodeUnregistered(code=path[:80])
    return found


def is_machine() -> bool:
    """Whether a program asks that no person is looking at: by its name, or as it says so itself."""
    agent = _TELEPHONE.sub("", request.user_agent.string)
    ahead = any("pre" in request.headers.get(name, "").lower() for name in _AHEAD)
    return ahead or not agent or _MACHINE.search(agent) is not None


def _require_own_page() -> None:
    """Raises ScanForeign for another site's page, by Sec-Fetch-Site or, in older browsers, by Origin.

    Our pages send no referrer, so that `Origin` is null even for our own forms, or absent: in a browser that
    does not know Sec-Fetch-Site that is no sign of another site (`_Newcomers` bounds what one could do).
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    own = origin in {"null", request.host_url.rstrip("/")} if site is None else site == "same-origin"
    if not own:
        raise ScanForeign
    if request.content_length is None or request.content_length > LARGEST_BODY:
        raise BodyTooLarge(limit=LARGEST_BODY, unit="B")


def _form(name: str) -> str:
    return request.form.get(name, "").strip()


def _answer(code: str) -> AnyResponse:
    """Nothing for a script; for a form the page that it came from."""
    if request.accept_mimetypes["text/html"]:
        response = redirect(f"{reader().link(f'/{code}')}#scans", HTTPStatus.SEE_OTHER)
    else:
        response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Cache-Control"] = "no-store"
    return response


def _give_cookie(response: AnyResponse, at_hand: _Counting, device: bytes) -> None:
    """Sent to this path only, so that no page ever sees it; unreadable for scripts."""
    response.set_cookie(
        COOKIE,
        at_hand.names.cookie_of(device),
        max_age=int(at_hand.retention.total_seconds()),
        path=COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
