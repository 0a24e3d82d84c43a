"""A reader of pushed bundles: one trace-bundle/1 as a page without cursor."""

from __future__ import annotations

from typing import Final

from trace.errors import BundleMalformed
from trace.errors.exchange import EvidenceMalformed, FileTooLarge
from trace.exchange.farm.pages import FarmBundlePage
from trace.exchange.farm.shapes import bundle
from trace.ledger.bundle import read_bundle

LARGEST: Final = 8 * 2**20


def read_pushed(body: bytes, limit: int = LARGEST) -> FarmBundlePage:
    """One bundle as a page without cursor.

    Raises `FileTooLarge`, `EvidenceMalformed` or the ledger's `BundleMalformed`.
    """
    if len(body) > limit:
        raise FileTooLarge(what="bytes", limit=limit)
    try:
        value = read_bundle(body)
    except BundleMalformed as refusal:
        if refusal.params["reason"] != "not-json":
            raise
        raise EvidenceMalformed(path="$", expected="JSON") from None
    return FarmBundlePage(cursor=None, bundles=(bundle(value),))
