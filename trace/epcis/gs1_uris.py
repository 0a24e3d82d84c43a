"""EPC URNs and Digital Link URIs of any domain as canonical `https://id.gs1.org/…` URIs (CBV 2.0 §8.9.3).

Only the spelling changes; check digits are computed where the URN dropped them and never judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote

from trace.identity.check_digit import gs1_mod_10

STEM: Final = "https://id.gs1.org"
_EPC: Final = re.compile(r"urn:epc:(?:id|class|idpat):([a-z]+):(.+)")
_WILD: Final = re.compile(r"(?:/(?:10|21|235|254|8011)/)?(?:%2A|\*)$")
"""The `*` of an EPC pattern: any serial, so none is written."""

_KEYS: Final = "00|01|253|255|401|402|414|417|8003|8004|8006|8010|8013|8017|8018"
_NAMED: Final = {"gtin": "01", "sscc": "00", "gln": "414", "ser": "21", "lot": "10"}
_LINK: Final = re.compile(
    rf"https?://[^/?#]+(?:/[^?#]*?)?/(gtin|sscc|gln|{_KEYS})/([^/?#]+)((?:/[^/?#]+/[^/?#]+)*)/?(?:[?#].*)?"
)


def canonical(uri: str) -> str:
    """The canonical Digital Link URI; whatever is no GS1 key comes back unchanged."""
    urn = _EPC.fullmatch(uri)
    if urn is not None and urn[1] in _FORMS:
        try:
            return STEM + _WILD.sub("", _FORMS[urn[1]](urn[2].split(".")))
        except (ValueError, IndexError):
            return uri
    link = _LINK.fullmatch(uri)
    if link is None:
        return uri
    path = re.sub(r"/(ser|lot)/", lambda found: f"/{_NAMED[found[1]]}/", link[3])
    return f"{STEM}/{_NAMED.get(link[1], link[1])}/{link[2]}{path}"


def _checked(digits: str) -> str:
    return digits + gs1_mod_10(digits)


def _text(escaped: str) -> str:
    return quote(unquote(escaped), safe="'")


def _gtin(parts: list[str]) -> str:
    company, item = parts[:2]
    return f"/01/{_checked(item[0] + company + item[1:])}"


def _gtin_with(qualifier: str) -> Callable[[list[str]], str]:
    def write(parts: list[str]) -> str:
        return f"{_gtin(parts)}/{qualifier}/{_text('.'.join(parts[2:]))}"

    return write


def _sscc(parts: list[str]) -> str:
    return f"/00/{_checked(parts[1][0] + parts[0] + parts[1][1:])}"


def _sgln(parts: list[str]) -> str:
    extension = ".".join(parts[2:])
    return f"/414/{_checked(parts[0] + parts[1])}" + ("" if extension == "0" else f"/254/{_text(extension)}")


def _checked_then_text(key: str, prefix: str = "") -> Callable[[list[str]], str]:
    return lambda parts: f"/{key}/{prefix}{_checked(parts[0] + parts[1])}{_text('.'.join(parts[2:]))}"


def _plain(key: str) -> Callable[[list[str]], str]:
    return lambda parts: f"/{key}/{parts[0]}{_text('.'.join(parts[1:]))}"


def _checked_whole(key: str) -> Callable[[list[str]], str]:
    return lambda parts: f"/{key}/{_checked(parts[0] + parts[1])}"


def _component(parts: list[str]) -> str:
    return f"/8010/{parts[0]}{_text(parts[1])}/8011/{parts[2]}"


def _trade_item_piece(parts: list[str]) -> str:
    gtin = _gtin(parts).removeprefix("/01/")
    return f"/8006/{gtin}{parts[2]}{parts[3]}/21/{_text('.'.join(parts[4:]))}"


_FORMS: Final[Mapping[str, Callable[[list[str]], str]]] = {
    "sgtin": _gtin_with("21"),
    "lgtin": _gtin_with("10"),
    "upui": _gtin_with("235"),
    "sscc": _sscc,
    "sgln": _sgln,
    "pgln": _checked_whole("417"),
    "gsrn": _checked_whole("8018"),
    "gsrnp": _checked_whole("8017"),
    "gsin": _checked_whole("402"),
    "grai": _checked_then_text("8003", "0"),
    "gdti": _checked_then_text("253"),
    "sgcn": _checked_then_text("255"),
    "giai": _plain("8004"),
    "ginc": _plain("401"),
    "cpi": _component,
    "itip": _trade_item_piece,
}
