"""The demo's numbers: every GTIN of its world begins with a company prefix of its firm."""

from __future__ import annotations

import pytest

from cli.demo.world import world
from trace.chain.identifiers import PREFIX, is_prefix, prefixes_of

GIVEN = {one["number"]: one["owner"] for one in world().licences if one["kind"] == PREFIX}


@pytest.mark.parametrize("key", list(world().products))
def test_nothing_of_the_demo_is_provisional(key):
    product = world().products[key]
    for gtin in (product["gtin"], product["caseGtin"]):
        owners = [GIVEN[start] for start in prefixes_of(gtin) if start in GIVEN]
        assert owners[:1] == [product["owner"]], gtin


def test_the_demos_prefixes_are_some():
    assert all(map(is_prefix, GIVEN))
