"""Restricted circulation numbers and coupons: numbers in the form of a GTIN that belong to nobody.

GS1 General Specifications §1.4 and §2.1.11: every shop may use them inside, for goods weighed at the counter,
own labels, vouchers. The same number is other goods next door, so it never leads anywhere on the open web.
"""

from __future__ import annotations

from typing import Final

IN_REGION: Final = "region"
IN_COMPANY: Final = "company"
COUPON: Final = "coupon"
REFUND: Final = "refund"

_STARTS: Final = (
    ("0000000", IN_COMPANY),
    ("02", IN_REGION),
    ("04", IN_COMPANY),
    ("05", COUPON),
    ("2", IN_REGION),
    ("980", REFUND),
    ("981", COUPON),
    ("982", COUPON),
    ("983", COUPON),
    ("984", COUPON),
    ("99", COUPON),
)
"""How the 13 digits begin, without the indicator: UPC number systems 2, 4 and 5 are 02, 04 and 05."""
_SHORT: Final = ("0", "2")
"""How a GTIN-8 for use inside a company begins (GS1-8 prefixes 000-099 and 200-299)."""
_EIGHT: Final = "000000"


def restriction_of(gtin: str) -> str | None:
    """Why a GTIN of any length names nothing outside its shop; None for one that does."""
    full = gtin.zfill(14)
    if full.startswith(_EIGHT) and full[6:].startswith(_SHORT):
        return IN_COMPANY
    if full.startswith(_EIGHT):
        return None
    return next((why for start, why in _STARTS if full[1:].startswith(start)), None)
