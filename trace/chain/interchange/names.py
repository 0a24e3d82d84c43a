"""One name for one lot, however it was spelled: EPC URNs and Digital Link URIs of any domain become the
canonical `https://id.gs1.org/…` URI; other URIs stay as they are."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from trace.errors.base import Malformed
from trace.gs1.digital_link import link_for_gtin, parse_uri
from trace.identity.check_digit import gs1_mod_10

STEM: Final = "https://id.gs1.org"
_CLASS: Final = "urn:epc:class:lgtin:"
_SERIAL: Final = "urn:epc:id:sgtin:"
_SHIPPING_UNIT: Final = "urn:epc:id:sscc:"
_PRODUCT: Final = "urn:epc:idpat:sgtin:"


def lot_name(uri: str, statement: str) -> str:
    """The canonical name of a lot, an object or a shipping unit.

    A bare GTIN is no lot: everything of that product would become one node and connect what never met. It
    gets a name of its own within `statement`.
    """
    if uri.startswith("urn:lot:"):
        return uri
    try:
        name = _canonical(uri)
    except (Malformed, ValueError):
        return uri
    return f"{uri}#{statement}" if name is None else name


def _canonical(uri: str) -> str | None:
    """None: a product without lot or serial. Raises ValueError or `Malformed` where it is not GS1's."""
    if uri.startswith(_CLASS):
        company, item, batch = uri.removeprefix(_CLASS).split(".", 2)
        return link_for_gtin(STEM, _gtin(company, item), batch_no=unquote(batch))
    if uri.startswith(_SERIAL):
        company, item, serial = uri.removeprefix(_SERIAL).split(".", 2)
        return link_for_gtin(STEM, _gtin(company, item), serial_no=unquote(serial))
    if uri.startswith(_SHIPPING_UNIT):
        company, reference = uri.removeprefix(_SHIPPING_UNIT).split(".", 1)
        digits = reference[0] + company + reference[1:]
        return f"{STEM}/00/{digits}{gs1_mod_10(digits)}"
    if uri.startswith(_PRODUCT):
        return None
    if not uri.startswith(("https://", "http://")):
        raise ValueError(uri)
    link = parse_uri(uri)
    if link.gtin is None:
        return f"{STEM}/{link.key.ai}/{link.key.value}" if not link.qualifiers else uri
    if link.serial_no is not None:
        return link_for_gtin(STEM, link.gtin, serial_no=link.serial_no)
    return None if link.batch_no is None else link_for_gtin(STEM, link.gtin, batch_no=link.batch_no)


def _gtin(company: str, item: str) -> str:
    """EPC keeps the indicator in front of the item reference and drops the check digit."""
    digits = item[0] + company + item[1:]
    return digits + gs1_mod_10(digits)
