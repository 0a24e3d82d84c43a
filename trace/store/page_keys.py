"""Keys of what a public page hangs on: a page names those it was made of, a change those that it touches.

A page may be kept while nothing has changed that it names. A lot's key stands for all that pages show of the
lot wherever they stand below it, and for the links into it: so what comes to lie above a page changes the key
of a lot that the page knows. What a change cannot name touches every page.
"""

from __future__ import annotations

from typing import Final

PROOF: Final = "proof"
"""Any new checkpoint, and any witness's first line: for a page whose proof is pending."""
LATE_PROOF: Final = "proof:late"
"""A line under a checkpoint that is older than others with lines: an earlier proof may be complete now."""

SPREADING: Final = "spreading"
"""Any order or failed test, its end, and any change of links between goods that were there: for the choice
among a product's batches, which shows what came to them from above and cannot name all that lies there."""

BURDENS: Final = "burdens"
"""Any order or failed test, and what lifts it: a pack hangs on the tests of its batch's other packings, and
on orders that come to it by a claim or a link of old."""

PREFIXES: Final = "prefixes"
"""Any company prefix that is given or taken: whose word about a product counts."""


def lot_key(lot: int) -> str:
    """The lot itself, the links into it, and whatever is noted of it."""
    return f"lot:{lot}"


def pack_key(lot: int) -> str:
    """The pack record of a lot and the state of its code, all that the choice among packs looks at."""
    return f"pack:{lot}"


def shipped_key(lot: int) -> str:
    """What was shipped out of a lot."""
    return f"out:{lot}"


def about_key(urn: str) -> str:
    """Master data of a urn, records about it, work on a plot."""
    return f"of:{urn}"


def gtin_key(gtin: str, batch_no: str | None = None) -> str:
    """Which packs there are of a product or of a batch of it, however its GTIN is written."""
    return f"gtin:{gtin.lstrip('0')}" + (f":{batch_no}" if batch_no is not None else "")


def code_key(code: str) -> str:
    """Which packs there are under a platform code, with its hyphens or without."""
    return f"code:{code.replace('-', '')}"


def codes_key(scope: str) -> str:
    """The item codes of a scope."""
    return f"codes:{scope}"


def file_key(sha256: str) -> str:
    """Whether the original of a report is here."""
    return f"file:{sha256}"


def size_key(size: int) -> str:
    """The witnesses' first lines under the checkpoint of that size."""
    return f"size:{size}"
