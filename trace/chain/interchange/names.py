"""Canonical lot names: EPC URNs and Digital Link URIs of any domain become the `https://id.gs1.org/…` URI;
other URIs stay as they are, but for the mark that sets a party's own goods of a name apart."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from trace.chain.facts.urns import owner_of
from trace.chain.identifiers import GTIN
from trace.epcis.gs1_uris import STEM, canonical
from trace.identity.alike import alike

_NUMBERED: Final = re.compile(r"/(?:00/[0-9]{18}|01/[0-9]{14}|(?:4..|253|255|80..)/[0-9]{12}[^/]*)(?:/.*)?")
_PRODUCT: Final = re.compile(r"/01/[0-9]{14}")
_BATCH: Final = re.compile(r"/01/([0-9]{14})(?:/22/[^/]+)?/10/([^/]+)")
_ITEM: Final = re.compile(r"/01/([0-9]{14})/21/([^/]+)")
CASES: Final = f"{STEM}/00/"
"""What the name of a case or pallet begins with, before its number (SSCC)."""
CONTAINER: Final = "urn:sscc:"
"""What a case is called by whoever packs it here."""
_MARK: Final = "#"
_OBJECT: Final = re.compile(r"(/01/[0-9]{14})(?:/.*)?(/21/[^/]+)")


def lot_name(uri: str, statement: str) -> str:
    """The canonical name of a lot, an object or a shipping unit.

    A bare GTIN is no lot: everything of that product would become one node and connect what never met. It
    gets a name of its own within `statement`. An object is named by its serial, not by the lot beside it.
    """
    name = canonical(uri)
    if not name.startswith(STEM + "/"):
        return plain_name(uri)
    path = "/".join(quote(unquote(part), safe="") for part in name.removeprefix(STEM).split("/"))
    if _NUMBERED.fullmatch(path) is None:
        return plain_name(uri)
    if _PRODUCT.fullmatch(path):
        return f"{STEM}{path}{_MARK}{statement}"
    single = _OBJECT.fullmatch(path)
    return STEM + (single[1] + single[2] if single else path)


def plain_name(uri: str) -> str:
    """A URI of another system as a name here: nobody states what would be the own name of another's goods."""
    return uri.replace(_MARK, quote(_MARK))


def signers_name(name: str, iss: str) -> str:
    """The name of a party's own goods where somebody else has stated goods of the same name."""
    return f"{name}{_MARK}{owner_of(iss)}"


def case_name(container: str) -> str:
    """How other systems name a case that was packed here."""
    return CASES + container.removeprefix(CONTAINER)


def meant_by(name: str) -> str | None:
    """Under which key others mean the goods of a name of another system, as a receipt's GTIN and batch number
    do; None where the name was made here and is of one statement alone."""
    if _MARK in name:
        return None
    path = name.removeprefix(STEM)
    if (batch := _BATCH.fullmatch(path)) is not None:
        return f"{GTIN}{batch[1]}:{alike(unquote(batch[2]))}"
    item = _ITEM.fullmatch(path)
    return name if item is None else f"{GTIN}{item[1]}{path.removeprefix('/01/' + item[1])}"
