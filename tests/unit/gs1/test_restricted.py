"""Restricted numbers: in-store, inside a company, coupons, refunds, in every form of a GTIN."""

from __future__ import annotations

import pytest

from trace.gs1.restricted import COUPON, IN_COMPANY, IN_REGION, REFUND, restriction_of

NOBODYS = [
    ("2012345678900", IN_REGION),
    ("2912345678907", IN_REGION),
    ("212345678901", IN_REGION),  # UPC number system 2: 02
    ("0212345678903", IN_REGION),
    ("412345678909", IN_COMPANY),  # UPC number system 4: 04
    ("512345678900", COUPON),  # UPC number system 5: 05
    ("9801234567897", REFUND),
    ("9811234567896", COUPON),
    ("9841234567893", COUPON),
    ("9912345678908", COUPON),
    ("12012345678907", IN_REGION),  # a case of them
    ("01234565", IN_COMPANY),
    ("21234562", IN_COMPANY),
    ("0000000123457", IN_COMPANY),
]
SOMEBODYS = ["6901234567892", "9521234100010", "19521234100017", "036000291452", "0312345678906", "96385074"]
SOMEBODYS += ["9790123456785", "11234569", "9501234567891"]


@pytest.mark.parametrize(("gtin", "why"), NOBODYS)
def test_a_number_for_use_inside_is_nobodys(gtin, why):
    assert restriction_of(gtin) == why
    assert restriction_of(gtin.zfill(14)) == why


@pytest.mark.parametrize("gtin", SOMEBODYS)
def test_a_number_of_the_open_chain_is_somebodys(gtin):
    assert restriction_of(gtin) is None
