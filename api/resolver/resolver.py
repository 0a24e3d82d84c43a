"""Resolution over HTTP (GS1-Conformant Resolver 1.2.1): the WSGI layer before Flask.

A GS1 key in the path is read, looked up in memory and answered with 307, a linkset, 300, 400, 404 or 410.
A platform code (`/t/XXXX-XXXX-XXXX`, for goods without a GTIN) is answered alike, though it is no GS1 key.
`/page/01/…` and `/page/t/…` are where people are sent: the pages that Flask serves under `/01/…` and
`/t/…`, under an address of their own, so that the code itself always redirects. Everything else goes to Flask
untouched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import orjson

from api import cors
from api.resolver.identified import LOOSE, PAGE, Identified, levels_of
from api.resolver.linkset_page import choice_page, linkset_page
from api.resolver.reading import identified
from api.resolver.request import HTML, Asked, read_request
from trace.errors import CodeWithdrawn, LinkTypeAbsent
from trace.gs1.linkset import (
    JSON_LD,
    Level,
    Link,
    choose,
    json_ld_document,
    link_header,
    linkset_document,
    with_query,
)
from trace.usecases.lots.states import RECALLED, WITHDRAWN
from trace.usecases.resolver.resolve_link import (
    Registrations,
)
from trace.wording import negotiate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSAL: Final = "greentrace.refusal"
CONTEXT_PATH: Final = "/linkset-context.jsonld"
_KEY: Final = re.compile(r"/(?:[0-9]{2,4}(?:/|$)|[eE][hHxX][^/]*/?$|t/.)")
_VARY: Final = ("Vary", "Accept, Accept-Language")
_SHORT: Final = "public, max-age=60"
_NEVER: Final = "no-store"
_PAGED: Final = ("/01/", LOOSE)

Answer = tuple[str, list[tuple[str, str]], bytes]


class Resolver:
    """WSGI middleware: resolves GS1 keys, hands the rest and all pages to `application`."""

    def __init__(self, application: WSGIApplication, registrations: Registrations) -> None:
        self._application = application
        self._registrations = registrations

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if _KEY.match(path) is not None:
            return self._resolve(environ, start_response)
        if path.startswith(f"{PAGE}/"):
            return self._page(environ, start_response)
        return self._application(environ, start_response)

    def _page(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The page of a product, batch or item is Flask's; of any other key, the list of its links."""
        inner = environ["PATH_INFO"][len(PAGE) :]
        if not inner.startswith(_PAGED):
            return self._application(environ, start_response)
        for name in ("RAW_URI", "REQUEST_URI"):
            environ.pop(name, None)
        environ["PATH_INFO"] = inner
        return self._application(environ, start_response)

    def _resolve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        asked = read_request(environ)
        if method == "OPTIONS":
            status, headers, body = _options(asked)
        elif method not in {"GET", "HEAD"}:
            return self._refuse(environ, start_response, None)
        else:
            try:
                with self._registrations.versions:
                    status, headers, body = self._answer(asked)
            except Exception as failure:  # noqa: BLE001 - a refusal, or a failure that Flask words and logs
                return self._refuse(environ, start_response, failure)
        headers.append(("Content-Length", str(len(body))))
        start_response(status, [*headers, *cors.HEADERS])
        return [b"" if method == "HEAD" else body]

    def _refuse(
        self, environ: WSGIEnvironment, start_response: StartResponse, refusal: Exception | None
    ) -> Iterable[bytes]:
        """Flask words the refusal, for a person as a page; our headers go on top."""
        environ[REFUSAL] = refusal

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., object]:
            ours = {name for name, _ in cors.HEADERS} | {"Vary"}
            kept = [each for each in headers if each[0] not in ours]
            return start_response(status, [*kept, *cors.HEADERS, _VARY], exc_info)

        return self._application(environ, start)

    def _answer(self, asked: Asked) -> Answer:
        it, may_change = identified(asked, self._registrations)
        cache = _NEVER if may_change else _SHORT
        if it.state == WITHDRAWN:
            raise CodeWithdrawn(code=it.path)
        wanted = asked.wanted()
        form = asked.linkset_form(wanted)
        if form is not None:
            return _linkset(asked, it, form, self._levels(it, asked))
        if wanted.link_type is None:
            return _redirect(asked, it, cache, it.default_href(asked.root))
        found = choose(self._levels(it, asked), wanted)
        if not found:
            raise LinkTypeAbsent(linkType=wanted.link_type[:80], code=it.path)
        if len(found) > 1:
            return _choice(asked, it, found)
        return _redirect(asked, it, cache, found[0].href)

    def _levels(self, it: Identified, asked: Asked) -> list[Level]:
        known = it.steps[0].found is not None
        return levels_of(it, asked.root, signed=self._registrations.signing(fresh=known))


# Answers --------------------------------------------------------------------------------------------------


def _options(asked: Asked) -> Answer:
    links = link_header(asked.root + asked.path, asked.root + CONTEXT_PATH)
    return "204 No Content", [("Allow", cors.METHODS), ("Link", links), _VARY], b""


def _redirect(asked: Asked, it: Identified, cache: str, href: str) -> Answer:
    target = with_query(href, asked.query) if asked.query else href
    return (
        "307 Temporary Redirect",
        [("Location", target), *_common(asked, it, cache)],
        b"",
    )


def _common(asked: Asked, it: Identified, cache: str) -> list[tuple[str, str]]:
    status = []
    if it.state == RECALLED:
        status = [each for each in levels_of(it, asked.root)[0].links if each.link_type == "recallStatus"]
    links = link_header(asked.root + it.path, asked.root + CONTEXT_PATH, status)
    return [("Link", links), _VARY, ("Cache-Control", cache)]


def _linkset(asked: Asked, it: Identified, form: str, levels: list[Level]) -> Answer:
    common = _common(asked, it, _NEVER)
    if form == HTML:
        locale = negotiate(asked.languages)
        content = linkset_page(levels, locale, asked.root + CONTEXT_PATH)
        return (
            "200 OK",
            [("Content-Type", "text/html; charset=utf-8"), ("Content-Language", locale), *common],
            content,
        )
    return "200 OK", [("Content-Type", form), *common], _document(levels, form, asked.root)


def _document(levels: list[Level], form: str, root: str) -> bytes:
    if form == JSON_LD:
        return orjson.dumps(json_ld_document(levels, root + CONTEXT_PATH))
    return orjson.dumps(linkset_document(levels))


def _choice(asked: Asked, it: Identified, found: tuple[Link, ...]) -> Answer:
    """300 with the links that fit equally well."""
    common = _common(asked, it, _NEVER)
    if asked.by_a_person:
        locale = negotiate(asked.languages)
        content = choice_page(found, it.name, locale)
        return "300 Multiple Choices", [("Content-Type", "text/html; charset=utf-8"), *common], content
    level = Level(asked.root + it.path, it.name, None, found)
    return (
        "300 Multiple Choices",
        [("Content-Type", "application/linkset+json"), *common],
        orjson.dumps(linkset_document([level])),
    )
