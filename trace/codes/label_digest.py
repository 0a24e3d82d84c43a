"""The digest on a label, `?v=` of 22 base64url characters, as shared and retyped links bring it.

What is not 22 such characters was never printed: punctuation behind it, a second question mark, tracking
parameters and cut ends come from whoever passed the link on. They are cut off where the digest is whole; else
the label counts as not read, which says nothing about the pack (docs/adr/0059).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_plus

from trace.identity.typed import links_in, typed

LENGTH: Final = 22
_VALUE: Final = re.compile(r"(?:^|[?&;#])(?:amp;){0,9}v=([^?&;#]*)", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z0-9_-]+")
_BEFORE: Final = re.compile(r"^[^A-Za-z0-9_-]+")
_AROUND: Final = re.compile(r"^[^A-Za-z0-9_-]+|[^A-Za-z0-9_-]+$")
_IN_PATH: Final = re.compile(r"[?&;#](?:amp;){0,9}v=([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LabelDigest:
    """`text` is the digest, "" where none could be read; `certain` False where more stood behind it.

    An uncertain one may find the record that it names; that it finds none says nothing.
    """

    text: str
    certain: bool = True

    @property
    def name(self) -> str | None:
        """The digest to look for; None where none was read."""
        return self.text or None


UNREAD: Final = LabelDigest("", certain=False)


def digest_in(query: str, path: str = "") -> LabelDigest | None:
    """The digest in the query of an address, or in a path that swallowed its query; None where none is named.

    Of several the first whole one counts.
    """
    found = [_read(value) for value in _values(query)]
    behind = _IN_PATH.search(typed(unquote(path)))
    if behind is not None:
        found.append(LabelDigest(behind[1]))
    ranked = sorted(found, key=lambda one: (not one.certain, not one.text))
    return ranked[0] if ranked else None


def _values(query: str) -> list[str]:
    """What stands behind `v=`, coded once or, by a program that codes links anew, twice."""
    values = _VALUE.findall(query)
    return values or _VALUE.findall(unquote(query))


def _read(value: str) -> LabelDigest:
    text = typed(unquote_plus(unquote(value) if "%25" in value else value))
    for one in (text, re.sub(r"\s+", "", text), _BEFORE.sub("", text)):
        word = _WORD.match(one)
        if word is not None and len(word[0]) == LENGTH:
            return LabelDigest(word[0])
    word = _WORD.search(text)
    longer = word is not None and len(word[0]) > LENGTH
    return LabelDigest(word[0][:LENGTH], certain=False) if word is not None and longer else UNREAD


def label_address(text: str) -> str:
    """The address on a label as somebody pasted it, or its digest alone, without what stands around them.

    What holds no whole digest stays as it was typed: whoever reads it says what is missing.
    """
    plain = typed(text)
    alone = _WORD.fullmatch(_AROUND.sub("", plain))
    if alone is not None and len(alone[0]) == LENGTH:
        return alone[0]
    address = next(iter(links_in(plain)), plain)
    head, mark, query = address.partition("?")
    found = digest_in(query, head)
    if found is None or not found.certain:
        return address
    return f"{_IN_PATH.split(typed(unquote(head)))[0] if not mark else head}?v={found.text}"
