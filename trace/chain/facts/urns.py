"""URNs and numbers: readers of the names of lots, parties, places, products, licences and statements."""

from __future__ import annotations

from functools import lru_cache

from trace.chain.facts.reading import Unfit, one_of, pattern, text_of
from trace.identity.check_digit import gs1_mod_10

_OWNER = r"[A-Za-z0-9._-]{1,64}"
_BATCH = r"[A-Za-z0-9._-]{1,40}"

lot_urn = pattern(rf"urn:lot:{_OWNER}:{_BATCH}", "urn:lot:<owner>:<batch>")
party_urn = pattern(
    rf"urn:uscc:[0-9A-Z]{{18}}|urn:party:{_OWNER}", "urn:uscc:<18 characters> or urn:party:<name>"
)
place_urn = pattern(rf"urn:place:{_OWNER}", "urn:place:<id>")
_product_form = pattern(
    rf"urn:gtin:[0-9]{{14}}|urn:product:{_OWNER}:{_BATCH}",
    "urn:gtin:<14 digits> or urn:product:<owner>:<code>",
)
licence_urn = pattern(r"urn:licence:[^\s:]{1,64}", "urn:licence:<number>")
statement_id = pattern(r"[A-Za-z0-9_-]{43}", "statement id (43 base64url characters)")
salt = pattern(r"[A-Za-z0-9_-]{21}[AQgw]", "salt (22 base64url characters)")
digest = pattern(r"[0-9a-f]{64}|[A-Za-z0-9_-]{43}", "SHA-256 in hex or base64url")
decimal_text = pattern(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?", "decimal string")
region_code = pattern(r"[0-9]{6}(?:[0-9]{3}){0,2}", "GB/T 2260 code of 6, 9 or 12 digits")
batch_number = pattern(r"[A-Za-z0-9!\"%&'()*+,\-./:;<=>?_]{1,20}", "batch number of up to 20 GS1 characters")
_gtin_form = pattern(r"[0-9]{8}|[0-9]{12,14}", "GTIN of 8, 12, 13 or 14 digits")
_gln_form = pattern(r"[0-9]{13}", "GLN of 13 digits")

name = text_of(1, 200)
line = text_of(1, 500)
number = text_of(1, 64)
reason = text_of(4, 1000)
code_level = one_of("product", "batch", "item")


@lru_cache(maxsize=4096)
def _checked(number: str, digits: str) -> str:
    """GTIN and GLN with a wrong check digit are refused (docs/adr/0033)."""
    expected = gs1_mod_10(digits[:-1])
    if digits[-1] != expected:
        raise Unfit(f"{number} with check digit {expected}")
    return digits


def gtin_digits(value: object) -> str:
    return _checked("GTIN", _gtin_form(value))


def gln_digits(value: object) -> str:
    return _checked("GLN", _gln_form(value))


def product_urn(value: object) -> str:
    urn = _product_form(value)
    if urn.startswith("urn:gtin:"):
        _checked("GTIN", urn[9:])
    return urn


def owner_of(party: str) -> str:
    """The owner id of a party's lots: what follows `urn:uscc:` or `urn:party:`."""
    return party.rsplit(":", 1)[1]


def lot_owner(lot: str) -> str:
    return lot.split(":", 3)[2]


def lot_batch(lot: str) -> str:
    return lot.split(":", 3)[3]
