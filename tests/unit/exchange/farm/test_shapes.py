"""The form of one feed item: what is missing or of another kind is named with its path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulators.farm_feed import item
from trace.errors.exchange import EvidenceMalformed
from trace.exchange.farm.shapes import feed_item


def test_an_item_of_the_right_form_keeps_its_lot_secret() -> None:
    assert feed_item(item(4) | {"secret": "A" * 22}, "$").secret == "A" * 22
    assert feed_item(item(4), "$").secret is None


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"log": ""}, "$.log"),
        ({"log": 0}, "$.log"),
        ({"index": True}, "$.index"),
        ({"index": 2**53}, "$.index"),
        ({"leaf": ""}, "$.leaf"),
        ({"leaf": "x" * 5000}, "$.leaf"),
        ({"proof": "AAAA"}, "$.proof"),
        ({"proof": ["AAAA"] * 65}, "$.proof"),
        ({"secret": "short"}, "$.secret"),
        ({"secret": 7}, "$.secret"),
        ({"jws": None}, "$.jws"),
        ({"jws": {"protected": "e30", "payload": "e30"}}, "$.jws"),
        ({"jws": {"protected": "e30", "payload": "e30", "signature": "A", "more": 1}}, "$.jws"),
        ({"jws": {"protected": "e30", "payload": "e=", "signature": "A"}}, "$.jws.payload"),
        ({"jws": {"protected": "e30", "payload": "e" * 50_000, "signature": "A"}}, "$.jws.payload"),
        ({"jws": {"protected": "e30", "payload": "e30", "signature": "A", "header": []}}, "$.jws.header"),
        (
            {"jws": {"protected": "e30", "payload": "e30", "signature": "A", "header": {"x": 1}}},
            "$.jws.header",
        ),
        (
            {"jws": {"protected": "e30", "payload": "e30", "signature": "A", "header": {"disclosures": [1]}}},
            "$.jws.header.disclosures[0]",
        ),
    ],
)
def test_an_item_of_another_form_is_refused_with_its_path(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(EvidenceMalformed) as refused:
        feed_item(item(0) | changed, "$")
    assert refused.value.params["path"] == path
