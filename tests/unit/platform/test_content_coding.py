"""Content codings of answers that are made for one request."""

from __future__ import annotations

import gzip

import brotli
from werkzeug.datastructures import Accept

from trace.platform.content_coding import LONGEST, encoded

CONTENT = b'{"sub":"urn:lot:91310151XN0000442L:K1"}' * 40


def taking(*codings: str) -> Accept:
    return Accept([(coding, 1.0) for coding in codings])


def test_an_answer_is_packed_as_its_reader_takes_it_and_decodes_to_the_same_bytes():
    packed, told = encoded(CONTENT, taking("gzip", "br"))
    assert told == {"Vary": "Accept-Encoding", "Content-Encoding": "br"}
    assert brotli.decompress(packed) == CONTENT
    packed, told = encoded(CONTENT, taking("gzip"))
    assert told["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == CONTENT
    assert encoded(CONTENT, taking()) == (CONTENT, {"Vary": "Accept-Encoding"})


def test_nobody_waits_for_the_packing_of_a_very_long_answer():
    long = bytes(LONGEST + 1)
    assert encoded(long, taking("br")) == (long, {"Vary": "Accept-Encoding"})
