"""Linksets (RFC 9264) as a GS1-conformant resolver writes them, and the choice of one link.

A `Level` is one identified thing (GTIN, variant, batch, serial …) with its links. A resolution gets the
levels from the most specific to the key; the link types of the nearest level that has them count, so a batch
without a link of its own answers with the product's (walking up).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from trace.gs1.link_types import DEFAULT, VOCABULARY
from trace.gs1.negotiation import Preference, language_quality, media_quality

LINKSET: Final = "application/linkset+json"
JSON_LD: Final = "application/ld+json"
UNDETERMINED: Final = "und"
"""The language of what has none, or is for readers of any (ISO 639-2, RFC 5646 §4.1)."""
CONTEXT_RELATION: Final = "http://www.w3.org/ns/json-ld#context"


@dataclass(frozen=True, slots=True)
class Link:
    """One link; `link_type` is the name in the GS1 Web Vocabulary, `hreflang` BCP 47 tags like zh-CN."""

    link_type: str
    href: str
    title: str
    media_type: str | None = None
    hreflang: tuple[str, ...] = ()
    context: tuple[str, ...] = ()

    @property
    def attributes(self) -> tuple[object, ...]:
        return (self.media_type, self.hreflang, self.context)

    def target(self) -> dict[str, Any]:
        """The target object of RFC 9264 §4.2.3 with the members that GS1 allows.

        Its schema has no form for `und`: such a target names no language, which says the same.
        """
        made: dict[str, Any] = {"href": self.href, "title": self.title}
        if self.media_type:
            made["type"] = self.media_type
        languages = [tag for tag in self.hreflang if tag != UNDETERMINED]
        if languages:
            made["hreflang"] = languages
        if self.context:
            made["context"] = list(self.context)
        return made


@dataclass(frozen=True, slots=True)
class Level:
    """One identified thing: its absolute URI, what it is, its default link, the others."""

    anchor: str
    description: str
    default: Link | None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The caller's wishes besides the identifier: link type, languages, media types, context."""

    link_type: str | None = None
    media: tuple[Preference, ...] = ()
    languages: tuple[Preference, ...] = ()
    context: str | None = None


def choose(levels: Sequence[Level], wanted: Wanted) -> tuple[Link, ...]:
    """The best link; several where they differ in nothing that was asked for (300); none (404)."""
    if wanted.link_type is None or wanted.link_type == DEFAULT:
        found = next((level.default for level in levels if level.default is not None), None)
        return () if found is None else (found,)
    for level in levels:
        candidates = [each for each in level.links if each.link_type == wanted.link_type]
        if candidates:
            return _best(candidates, wanted)
    return ()


def _best(candidates: Sequence[Link], wanted: Wanted) -> tuple[Link, ...]:
    """Context before language before media type. Where no language matches, a target for any (`und`) or
    without one comes before those in others; nothing matching falls back to the first."""
    scores = [_score(each, wanted) for each in candidates]
    top = max(scores)
    first = candidates[scores.index(top)]
    return tuple(
        each
        for each, score in zip(candidates, scores, strict=True)
        if score == top and each.attributes == first.attributes
    )


def _score(link: Link, wanted: Wanted) -> tuple[int, int, int]:
    in_context = 1 if not link.context else 0
    if wanted.context is not None and wanted.context in link.context:
        in_context = 2
    language = max((language_quality(wanted.languages, each) for each in link.hreflang), default=1)
    if UNDETERMINED in link.hreflang:
        language = max(language, 1)
    media = 1 if link.media_type is None else media_quality(wanted.media, link.media_type)
    return (in_context, language, media)


def linkset_document(levels: Iterable[Level]) -> dict[str, Any]:
    """`application/linkset+json`: one link context object a level, nothing beside `linkset`."""
    return {"linkset": [context_object(level) for level in levels]}


def json_ld_document(levels: Iterable[Level], context: str) -> dict[str, Any]:
    """The same with its JSON-LD context named inside."""
    return {"@context": context, **linkset_document(levels)}


def json_ld_context() -> dict[str, Any]:
    """The JSON-LD context of a linkset, as RDF: relations are properties, `anchor` and `href` name things."""
    terms = "http://purl.org/dc/terms/"
    return {
        "@context": {
            "@vocab": "http://www.iana.org/assignments/relation/",
            "linkset": "@graph",
            "anchor": "@id",
            "href": "@id",
            "title": {"@id": terms + "title"},
            "type": {"@id": terms + "format"},
            "hreflang": {"@id": terms + "language", "@container": "@set"},
            "context": {"@id": VOCABULARY + "context", "@container": "@set"},
            "itemDescription": {"@id": "http://www.w3.org/2000/01/rdf-schema#comment"},
        }
    }


def context_object(level: Level) -> dict[str, Any]:
    """The link context object (RFC 9264 §4.2.1) of one level: what is signed, too."""
    made: dict[str, Any] = {"anchor": level.anchor, "itemDescription": level.description}
    if level.default is not None:
        plain = {"href": level.default.href, "title": level.default.title}
        made[VOCABULARY + DEFAULT] = [plain]
    for link in level.links:
        made.setdefault(VOCABULARY + link.link_type, []).append(link.target())
    return made


def with_query(href: str, query: str) -> str:
    """The target with the caller's query string behind its own, byte for byte, before any fragment.

    `linkType` and `context` are said to the resolver and stay here.
    """
    kept = "&".join(part for part in query.split("&") if part and not _is_ours(part))
    if not kept:
        return href
    address, mark, fragment = href.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{kept}{mark}{fragment}"


def _is_ours(parameter: str) -> bool:
    return parameter.partition("=")[0] in {"linkType", "context"}


def link_header(anchor: str, context: str, links: Iterable[Link] = ()) -> str:
    """`Link` (RFC 8288): where the linkset is, its JSON-LD context, and given links."""
    written = [
        f'<{anchor}?linkType=linkset>; rel="linkset"; type="{LINKSET}"',
        f'<{context}>; rel="{CONTEXT_RELATION}"; type="{JSON_LD}"',
    ]
    for link in links:
        safe = quote(link.href, safe=":/?#[]@!$&'()*+,;=%-._~")
        written.append(f'<{safe}>; rel="{VOCABULARY}{link.link_type}"')
    return ", ".join(written)


def description_file(
    root: str, context: str, name: str, contact: Mapping[str, Any], keys: Sequence[str] = ("all",)
) -> dict[str, Any]:
    """`/.well-known/gs1resolver` (Resolver 1.2, description file schema); `keys`: the AIs that it serves."""
    return {
        "name": name,
        "resolverRoot": root,
        "supportedPrimaryKeys": list(keys),
        "supportedLinkType": [
            {"namespace": VOCABULARY, "prefix": "gs1:"},
            {"namespace": "http://www.iana.org/assignments/relation/", "prefix": "iana:"},
        ],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": context,
        "contact": dict(contact),
    }
