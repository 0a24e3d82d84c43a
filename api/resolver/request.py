"""One request to the resolver, read from the WSGI environment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote

from trace.gs1.link_types import link_type_named
from trace.gs1.linkset import JSON_LD, LINKSET, Wanted
from trace.gs1.negotiation import Preference, media_quality, names_media, preferences

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LINKSET_NAMES: Final = frozenset({"linkset", "all"})
JSON: Final = "application/json"
HTML: Final = "text/html"
_FORMS: Final = (LINKSET, JSON, JSON_LD, HTML)
_PLAIN: Final = re.compile(r"[A-Za-z0-9/._~-]*")


@dataclass(frozen=True, slots=True)
class Asked:
    """`path` is percent-coded; `exact` says whether it is as sent or put together from a decoded one."""

    root: str
    path: str
    exact: bool
    query: str
    accept: str
    languages: str

    @property
    def media(self) -> tuple[Preference, ...]:
        return preferences(self.accept)

    @property
    def uri(self) -> str:
        return self.root + self.path + (f"?{self.query}" if self.query else "")

    @property
    def by_a_person(self) -> bool:
        """Whether a page is wanted rather than a document for a program."""
        html = names_media(self.media, HTML)
        return html > 0 and html >= max(names_media(self.media, form) for form in _FORMS[:3])

    def wanted(self) -> Wanted:
        """What the parameters and headers ask for; the first of repeated parameters counts."""
        link_type = context = None
        if "linkType=" in self.query or "context=" in self.query:
            given = dict(reversed(parse_qsl(self.query, keep_blank_values=True)))
            link_type, context = given.get("linkType"), given.get("context")
        named = link_type_named(link_type) if link_type else None
        return Wanted(named, self.media, preferences(self.languages), context)

    def linkset_form(self, wanted: Wanted) -> str | None:
        """The media type of the linkset that is asked for; None where a single link is."""
        if wanted.link_type is not None:
            return self._preferred_form() if wanted.link_type in LINKSET_NAMES else None
        return _named_form(wanted.media)

    def _preferred_form(self) -> str:
        """linkset+json unless another form is named or preferred."""
        media = self.media
        if not media:
            return LINKSET
        return max(_FORMS, key=lambda form: (names_media(media, form), media_quality(media, form)))


def read_request(environ: WSGIEnvironment) -> Asked:
    """The parts of a request that the resolver looks at."""
    path, exact = _path(environ)
    return Asked(
        root=_root(environ["wsgi.url_scheme"], environ.get("HTTP_HOST") or environ["SERVER_NAME"]),
        path=path,
        exact=exact,
        query=environ.get("QUERY_STRING", ""),
        accept=environ.get("HTTP_ACCEPT", ""),
        languages=environ.get("HTTP_ACCEPT_LANGUAGE", ""),
    )


def _path(environ: WSGIEnvironment) -> tuple[str, bool]:
    """As sent, where the server tells; else the decoded path, coded again where it must be."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw:
        return str(raw).partition("?")[0], True
    decoded: str = environ.get("PATH_INFO", "")
    if _PLAIN.fullmatch(decoded):
        return decoded, False
    return quote(decoded.encode("latin-1", "replace"), safe="/"), False


@lru_cache(maxsize=512)
def _named_form(media: tuple[Preference, ...]) -> str | None:
    """The form of a linkset that is named with a higher quality than a page."""
    named = [(names_media(media, form), form) for form in _FORMS[:3]]
    quality, form = max(named, key=lambda each: each[0])
    return form if quality > names_media(media, HTML) else None


@lru_cache(maxsize=16)
def _root(scheme: str, host: str) -> str:
    return f"{scheme}://{quote(host, safe=':[]')}"
