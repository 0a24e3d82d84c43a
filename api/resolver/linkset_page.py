"""The linkset for people: plain HTML, no code; also the choice of a 300 and a location's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import orjson

from trace.gs1.linkset import JSON_LD, Level, Link, json_ld_document
from trace.wording import say

_STYLE: Final = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b2a22;background:#fff}h1{font-size:1.3rem}h2{font-size:1rem;word-break:break-all}"
    "a{color:#0b6b3a}small{color:#5a6b62}"
    "@media(prefers-color-scheme:dark){body{color:#e6efe9;background:#101914}a{color:#6fd09b}small{color:#9db3a7}}"
)


def linkset_page(levels: Sequence[Level], locale: str, context: str) -> bytes:
    """Every level with its links, and inside the same as JSON-LD with its context, for programs."""
    parts = []
    title = ""
    for level in levels:
        title = title or level.description
        links = [level.default, *level.links] if level.default is not None else list(level.links)
        parts.append(f"<h2>{escape(level.anchor)}</h2>{_list(links)}")
    data = orjson.dumps(json_ld_document(levels, context)).decode().replace("<", "\\u003c")
    parts.append(f'<script type="{JSON_LD}">{data}</script>')
    return _page(title, say(locale, "link.page-title"), "".join(parts), locale)


def choice_page(links: Iterable[Link], name: str, locale: str) -> bytes:
    """The links of one type among which nothing that was asked for decides."""
    return _page(name, say(locale, "link.choice-title"), _list(links), locale)


def _list(links: Iterable[Link]) -> str:
    return f"<ul>{''.join(_item(link) for link in links)}</ul>"


def _item(link: Link) -> str:
    anchor = f'<a href="{escape(link.href)}">{escape(link.title)}</a>'
    return f"<li>{anchor} <small>{escape(link.link_type)}</small></li>"


def _page(title: str, heading: str, content: str, locale: str) -> bytes:
    return (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(heading)}</p>{content}</html>"
    ).encode()
