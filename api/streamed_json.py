"""JSON objects written while they are read: a member may be an iterator whose items nobody holds all at once.

The bytes are those of `orjson.dumps` of the whole. What fits into one piece is an ordinary answer with its
length; a longer one is sent in pieces, and the reader's snapshot is open until the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

import orjson
from flask import Response

_JSON: Final = "application/json"
PIECE: Final = 1 << 18
"""Bytes from which on an answer is sent in pieces of this size."""
_AT_ONCE: Final = 32
"""Items written at once."""


def streamed_response(members: Iterator[tuple[str, object]]) -> Response:
    """The answer; what the first piece refuses is still raised here, before anything is sent."""
    pieces = json_pieces(members)
    first, second = next(pieces), next(pieces, None)
    if second is None:
        return Response(first, content_type=_JSON)
    return Response(chain((first, second), pieces), content_type=_JSON)


def json_pieces(members: Iterable[tuple[str, object]]) -> Iterator[bytes]:
    """The object's bytes in pieces of about `PIECE`."""
    held: list[bytes] = []
    size = 0
    for text in _texts(members):
        held.append(text)
        size += len(text)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _texts(members: Iterable[tuple[str, object]]) -> Iterator[bytes]:
    before = b"{"
    for name, value in members:
        yield before + orjson.dumps(name) + b":"
        before = b","
        if isinstance(value, Iterator):
            yield b"["
            between = b""
            while some := list(islice(value, _AT_ONCE)):
                yield between + orjson.dumps(some)[1:-1]
                between = b","
            yield b"]"
        else:
            yield orjson.dumps(value)
    yield b"}" if before == b"," else b"{}"
