"""Link targets that may be shown: https, no credentials, the usual port, one plain host. Pure text work."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2_000
HOST: Final = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
LANGUAGE: Final = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?|und")
"""The form of `hreflang` that the linkset schema of GS1 takes: zh, zh-CN, en; and `und`, for any language."""

_UNSAFE: Final = frozenset(' <>"\\^`{|}')
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_WITH_HAN: Final = frozenset({"zh", "ja", "ko"})


def host_of(href: str) -> str | None:
    """The host of a link that may be shown, in lower case; None for every other.

    https, no credentials, the usual port, and nothing that could break a header or a page.
    """
    if not href.isascii() or not href.isprintable() or _UNSAFE & set(href) or len(href) > LONGEST:
        return None
    try:
        parts = urlsplit(href)
        port = parts.port
    except ValueError:
        return None
    usual = parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc
    return (parts.hostname or "").lower() or None if usual else None


def is_allowed(href: str, hosts: Collection[str]) -> bool:
    """Whether a link may be shown and leads to one of `hosts`."""
    return host_of(href) in hosts


def speaks(title: str, languages: Sequence[str]) -> bool:
    """Whether a title can be in one of the languages of its target, as far as its script tells.

    A target in Chinese alone wants Chinese characters; one in languages without them wants none,
    one for any language (`und`) either.
    """
    written = {tag.partition("-")[0].lower() for tag in languages} - {"und"}
    has_han = _HAN.search(title) is not None
    if written == {"zh"}:
        return has_han
    return not has_han or not written or not written.isdisjoint(_WITH_HAN)
