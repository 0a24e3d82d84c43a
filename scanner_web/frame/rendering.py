"""Page rendering: one Jinja environment, strict about names, and the headers that every page bears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, current_app, request
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from scanner_web.assets.folders import SKINS
from scanner_web.assets.static_files import address_of
from scanner_web.assets.style import style_sheet
from scanner_web.frame.door import opens
from scanner_web.frame.reader import COOKIE, Reader, bare, reader_of
from trace.calendar.shanghai import SHANGHAI_TIME, in_zone
from trace.identity.city import city_named
from trace.identity.region import names
from trace.identity.typed import visible
from trace.platform.content_coding import FAST, coding_for, compressed

_EXTENSION: Final = "scanner_web"
_YEAR: Final = 365 * 24 * 3600
_POLICY: Final = (
    "default-src 'none'; style-src {style}; script-src 'self'{wasm}; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_WASM: Final = " 'wasm-unsafe-eval'"


@dataclass(frozen=True, slots=True)
class Site:
    """Site-wide facts that every page shows: whether its clock is a demo's."""

    demo: bool


def install(app: Flask, site: Site) -> None:
    app.extensions[_EXTENSION] = site


def reader() -> Reader:
    """The reader of the request being answered."""
    return reader_of(request)


def render(template: str, **shown: object) -> str:
    """A template as text, without the headers of a page."""
    return _environment().get_template(template).render(**shown)


def page(
    template: str,
    *,
    sheets: Sequence[str],
    status: int = 200,
    camera: bool = False,
    located: bool = False,
    **shown: object,
) -> Response:
    """A page in the reader's language. It may not be kept: a recall must show at once.

    `sheets` are its style, in their order; `camera` lets the page film and run a decoder, as no other may,
    `located` lets it ask the device where it is.
    """
    of = reader()
    style = style_sheet(*sheets)
    site: Site = current_app.extensions[_EXTENSION]
    text = render(template, of=of, say=of.say, css=style.text, site=site, host=request.host, **shown)
    response = Response(text, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY.format(
        style=style.source, wasm=_WASM if camera else ""
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = of.locale
    response.headers["Vary"] = "Accept-Language, Cookie, Accept-Encoding"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Permissions-Policy"] = (
        f"camera=({'self' if camera else ''}), geolocation=({'self' if located else ''}), microphone=()"
    )
    response.headers["X-Robots-Tag"] = "noindex"
    if coding := coding_for(request.accept_encodings):
        # one first flight of packets instead of three; the page holds no secret that its length could tell
        response.set_data(compressed(response.get_data(), coding, FAST))
        response.headers["Content-Encoding"] = coding
    if of.chosen:
        response.set_cookie(
            COOKIE, of.locale, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def moment(text: str | None) -> str:
    """An ISO time as it is read in Shanghai: 2026-10-12 14:05."""
    if not text:
        return ""
    return in_zone(datetime.fromisoformat(text), SHANGHAI_TIME).strftime("%Y-%m-%d %H:%M")


def until(ends: datetime, say: Callable[..., str]) -> str:
    """When a limit ends: what ends with a day is named by that day, whose midnight reads as a day more."""
    seen = in_zone(ends, SHANGHAI_TIME)
    if seen.time() != time():
        return moment(ends.isoformat())
    return say("work.duty.by-day", day=(seen - timedelta(days=1)).date())


def size(count: int) -> str:
    """Bytes as people read them: 820 KB, 1.2 MB."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1e3))} KB"


def city(code: str, locale: str) -> str:
    """A city's name in the reader's letters; where it is not listed the province's, else the code itself."""
    found = city_named(code)
    if found is None:
        return names().get(f"{code[:2]}0000", code)
    return found.en if locale == "en" else found.zh


def _shown(value: object) -> object:
    """What an expression gives, without what would turn or hide the text around it."""
    if not isinstance(value, str):
        return value
    plain = visible(value)
    if plain == value:
        return value
    return Markup(plain) if isinstance(value, Markup) else plain  # noqa: S704 - it was markup before


def _environment() -> Environment:
    return _ENVIRONMENT


_ENVIRONMENT: Final = Environment(
    loader=PrefixLoader({path.parent.name: FileSystemLoader(path) for path in SKINS.glob("*/templates")}),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["bare"] = bare
_ENVIRONMENT.filters["moment"] = moment
_ENVIRONMENT.filters["size"] = size
_ENVIRONMENT.filters["until"] = until
_ENVIRONMENT.filters["city"] = city
_ENVIRONMENT.globals["asset"] = address_of
_ENVIRONMENT.globals["opens"] = opens
_ENVIRONMENT.filters["segment"] = lambda text: quote(str(text), safe="")
