"""What a desk conceals: what the draft names, and what the kind wants out of the clear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.signing_plan import concealed

NOON = datetime(2026, 10, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typ", "data", "private", "hidden"),
    [
        (
            "food.shipment",
            {"receiver": "urn:x", "vehicle": "沪A"},
            ("vehicle",),
            ["vehicle", "receiver"],
        ),
        ("food.shipment", {"receiver": "urn:uscc:A"}, ("receiver", "receiverName"), ["receiver"]),
        ("master.place", {"areaMu": "28.6", "name": "一号田"}, (), ["areaMu"]),
        ("master.place", {"areaMu": "28", "name": "一号田"}, (), []),
        ("correction", {"replacement": {"operator": "某某"}}, (), ["replacement.operator"]),
        ("food.merge", {"place": "urn:place:1"}, (), []),
    ],
)
def test_a_desk_conceals_what_nobody_named(typ, data, private, hidden) -> None:
    draft = Draft(typ, "urn:x", NOON, data, (), private, RowOrigin("test", ()), "key", ())
    assert concealed(draft, data) == hidden
