"""The scanner page: camera, photograph, typing. A photograph is decoded here only for a browser that cannot.

The page's script decides one thing, ours or not; what a code means, `typed_code` reads for all three ways.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import orjson
from flask import Blueprint, Response, redirect, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import parse_form_data
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.assets.static_files import address_of
from scanner_web.consumer.sheets import SCANNER
from scanner_web.frame.addresses import counted_address
from scanner_web.frame.rate_limit import RateLimit
from scanner_web.frame.reader import Reader
from scanner_web.frame.rendering import page, reader
from scanner_web.frame.typed_code import followed, known_here
from trace.errors import PhotosTooMany, PhotoTooLarge, PhotoUnreadable, Refusal
from trace.labels.photo import LARGEST_BYTES, read_photo
from trace.platform.opening import Platform

_MINUTE_S: Final = 60.0
_BUSY_S: Final = 2
_ADDRESSES: Final = 4_096
_FIELD: Final = "photo"
_ENVELOPE: Final = 64 * 1024
"""What a form may weigh besides its photograph, in bytes."""
_BUFFER: Final = 512 * 1024
"""What a form's texts may weigh, and what the parser holds of a file at a time, in bytes."""
_PARTS: Final = 4
_SHOWN: Final = 3
_STATES: Final = ("idle", "starting", "live", "found")
_NOTES: Final = (
    *("refused", "absent", "busy", "failed", "insecure", "offline"),
    *("no-decoder", "foreign", "no-code", "unreadable", "reading"),
)
_ICONS: Final = ("camera", "code", "image", "torch", "cross", "warn", "search", "shield")
_OWN_PATH: Final = re.compile(r"/[^/\\].*")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a photograph that led to no page: a note, or a refusal."""

    status: int = HTTPStatus.OK
    note: str = ""
    texts: tuple[tuple[str, bool], ...] = ()  # a code's text, and whether this site may be asked about it
    problem: Refusal | None = None


def register(pages: Blueprint, platform: Platform, wechat: str) -> None:
    """The routes of the scanner; `wechat` is the path of the operator's script, "" without one."""
    if wechat and _OWN_PATH.fullmatch(wechat) is None:
        raise ValueError("the script for WeChat's scanner must be a path on this site")
    room = PhotoRoom(each=20, everyone=240, at_once=2)
    public_host = urlsplit(platform.public_url).netloc

    @pages.get("/scan")
    def scanner() -> Response:
        """Open the camera, choose a photograph, or type."""
        return _scanner(Outcome(), public_host, wechat)

    @pages.post("/scan")
    def photograph() -> AnyResponse:
        """The code in a photograph: to its page, or what was found instead; nothing is stored."""
        try:
            room.require(counted_address(request.remote_addr or ""))
            picture = _picture()  # before anything is counted: a long body is asked for, then comes
            with room.taken(counted_address(request.remote_addr or "")):
                texts = read_photo(picture)
        except Refusal as refusal:
            return _scanner(_refused(refusal), public_host, wechat)
        hosts = {request.host.lower(), public_host.lower()}
        address = next(filter(None, (followed(text, hosts) for text in texts)), None)
        if address is None:
            return _scanner(_not_ours(texts), public_host, wechat)
        response = redirect(_kept(address, reader()), HTTPStatus.SEE_OTHER)
        response.headers["Cache-Control"] = "no-store"
        return response


class PhotoRoom:
    """Room for decoding: `each` a minute from one address, `everyone` from all, `at_once` running."""

    def __init__(
        self, *, each: int, everyone: int, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each, self._everyone = each, everyone
        self._free = BoundedSemaphore(at_once)
        self._limit = RateLimit[None](clock, remembered=_ADDRESSES)

    def require(self, address: str) -> None:
        """Return where `address` may send one more; raises PhotosTooMany. Counts nothing."""
        if (wait := self._limit.wait(*self._limits(address), within=_MINUTE_S)) > 0:
            raise PhotosTooMany(seconds=max(1, round(wait)))

    def _limits(self, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (f"one {address}", self._each), ("all", self._everyone)

    @contextmanager
    def taken(self, address: str) -> Iterator[None]:
        """Room for one photograph; raises PhotosTooMany where there is none."""
        limits = self._limits(address)
        free = self._free.acquire(blocking=False)
        try:
            asked = self._limit.take if free else self._limit.wait
            if (wait := asked(*limits, within=_MINUTE_S)) > 0:
                raise PhotosTooMany(seconds=max(1, round(wait)))
            if not free:
                raise PhotosTooMany(seconds=_BUSY_S)
            yield
        finally:
            if free:
                self._free.release()


def _picture() -> bytes:
    """The form's photograph, read into memory alone; raises PhotoTooLarge, PhotoUnreadable."""
    length = request.content_length
    if length is None or length > LARGEST_BYTES + _ENVELOPE:
        raise PhotoTooLarge(limit=LARGEST_BYTES // 2**20, unit="MB")
    try:
        _, _, files = parse_form_data(
            request.environ,
            stream_factory=_in_memory,
            max_form_memory_size=_BUFFER,
            max_content_length=LARGEST_BYTES + _ENVELOPE,
            max_form_parts=_PARTS,
        )
    except RequestEntityTooLarge:
        raise PhotoUnreadable from None  # many parts, or a long text where a photograph should be
    sent = files.get(_FIELD)
    picture = sent.read() if sent is not None else b""
    if not picture:
        raise PhotoUnreadable
    return picture


def _in_memory(*_: object, **__: object) -> io.BytesIO:
    """Where a form's file goes; by default it would go to the disk."""
    return io.BytesIO()


def _refused(refusal: Refusal) -> Outcome:
    if isinstance(refusal, PhotosTooMany):
        return Outcome(HTTPStatus.TOO_MANY_REQUESTS, problem=refusal)
    too_large = isinstance(refusal, PhotoTooLarge)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST
    return Outcome(status, problem=refusal)


def _not_ours(texts: tuple[str, ...]) -> Outcome:
    if not texts:
        return Outcome(HTTPStatus.UNPROCESSABLE_ENTITY, "no-code")
    shown = tuple((text[:400], known_here(text) is not None) for text in texts[:_SHOWN])
    return Outcome(note="foreign", texts=shown)


def _scanner(outcome: Outcome, public_host: str, wechat: str) -> Response:
    of = reader()
    in_wechat = "MicroMessenger" in request.user_agent.string
    response = page(
        "consumer/scan.html",
        status=outcome.status,
        sheets=SCANNER,
        camera=True,
        outcome=outcome,
        in_wechat=in_wechat,
        wechat=wechat if in_wechat else "",
        script=address_of("scanner.js"),
        decoder=address_of("decoder.js"),
        wasm=address_of("zxing_reader.wasm"),
        hosts=public_host.lower(),
        keep=of.link("").lstrip("?"),
        words=_inert(_words(of)),
        accepted="image/jpeg,image/png,image/webp",
        ask=ask_address,
        icons=_ICONS,
    )
    if isinstance(outcome.problem, PhotosTooMany):
        response.headers["Retry-After"] = str(outcome.problem.params["seconds"])
    return response


def _words(of: Reader) -> dict[str, Any]:
    """What the script says, in the reader's language."""
    notes = {
        name: {
            "title": of.say(f"camera.note.{name}.title"),
            "text": of.say(f"camera.note.{name}.text"),
            "tone": "info" if name in {"reading", "no-decoder"} else "warn",
        }
        for name in _NOTES
    }
    states = {state: of.say(f"camera.state.{state}") for state in _STATES}
    return {**states, "ask": of.say("camera.ask"), "open": of.say("camera.open-page"), "notes": notes}


def _inert(value: dict[str, Any]) -> Markup:
    """JSON that cannot end the element it stands in."""
    return Markup(orjson.dumps(value).decode().replace("<", "\\u003c"))  # noqa: S704 - escaped just here


def _kept(address: str, of: Reader) -> str:
    """An address with the reader's large letters."""
    kept = of.link("").lstrip("?")
    return address + (("&" if "?" in address else "?") + kept if kept else "")


def ask_address(text: str, of: Reader) -> str:
    """The address at which this site is asked about a code that names another host."""
    return _kept(f"/t?{urlencode({'c': text})}", of)
