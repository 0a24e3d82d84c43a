"""What a browser loads, weighed as it travels: in brotli, with gzip printed beside it."""

from __future__ import annotations

import brotli

from trace.platform.content_coding import BEST, BROTLI, FAST, GZIP, compressed

PAGE_BUDGET = 14_000
BEFORE_CHECK_BUDGET = 20 * 1024
VERIFIER_BUDGET = 19 * 1024
WITH_FALLBACK_BUDGET = 44 * 1024
EVIDENCE_BUDGET = 20 * 1024
"""What the tap on “verify” brings besides scripts: whom the verifier trusts, and the evidence of story 1."""


def page_weight(name: str, content: bytes) -> int:
    """Bytes of a page, packed as the server packs one while somebody waits."""
    return _weight(name, content, FAST)


def script_weight(name: str, content: bytes) -> int:
    """Bytes of a script or a style, packed once for all."""
    return _weight(name, content, BEST)


def answer_weight(name: str, encoding: str | None, sent: bytes) -> int:
    """Bytes of an answer as it came, which must be in brotli."""
    assert encoding == BROTLI, f"{name} came as {encoding}"
    told = f"{name}: {len(sent):,} B in brotli, {len(brotli.decompress(sent)):,} B plain"
    print(told)  # noqa: T201 - pytest -rP shows it
    return len(sent)


def _weight(name: str, content: bytes, effort: int) -> int:
    packed = compressed(content, BROTLI, effort)
    assert brotli.decompress(packed) == content
    in_gzip = len(compressed(content, GZIP, effort))
    told = f"{name}: {len(packed):,} B in brotli, {in_gzip:,} B in gzip, {len(content):,} B plain"
    print(told)  # noqa: T201 - pytest -rP shows it
    return len(packed)
