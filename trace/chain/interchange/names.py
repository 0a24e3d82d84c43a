"""Canonical lot names: EPC URNs and Digital Link URIs of any domain become the `https://id.gs1.org/…` URI;
other URIs stay as they are."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from trace.chain.facts.urns import owner_of
from trace.epcis.gs1_uris import STEM, canonical

_NUMBERED: Final = re.compile(r"/(?:00/[0-9]{18}|01/[0-9]{14}|(?:4..|253|255|80..)/[0-9]{12}[^/]*)(?:/.*)?")
_PRODUCT: Final = re.compile(r"/01/[0-9]{14}")
_OBJECT: Final = re.compile(r"(/01/[0-9]{14})(?:/.*)?(/21/[^/]+)")


def lot_name(uri: str, statement: str) -> str:
    """The canonical name of a lot, an object or a shipping unit.

    A bare GTIN is no lot: everything of that product would become one node and connect what never met. It
    gets a name of its own within `statement`. An object is named by its serial, not by the lot beside it.
    """
    name = canonical(uri)
    if not name.startswith(STEM + "/"):
        return uri
    path = "/".join(quote(unquote(part), safe="") for part in name.removeprefix(STEM).split("/"))
    if _NUMBERED.fullmatch(path) is None:
        return uri
    if _PRODUCT.fullmatch(path):
        return f"{STEM}{path}#{statement}"
    single = _OBJECT.fullmatch(path)
    return STEM + (single[1] + single[2] if single else path)


def signers_name(name: str, iss: str) -> str:
    """The name of a party's own goods where somebody else has stated goods of the same name."""
    return f"{name}#{owner_of(iss)}"
