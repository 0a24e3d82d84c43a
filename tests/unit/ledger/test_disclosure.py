"""Where digests of concealed members stand."""

from __future__ import annotations

import pytest

from trace.ledger.disclosure import concealing_objects


@pytest.mark.parametrize("value", ["text", 1, True, None, [], {}, ["a", {"b": 1}]])
def test_what_carries_no_digests_conceals_nothing(value):
    assert list(concealing_objects(value)) == []


def test_objects_inside_lists_are_found_with_their_path():
    hidden = {"_sd": ["x" * 43]}
    assert list(concealing_objects({"a": [1, hidden], "b": hidden})) == [
        (("a", "1"), hidden),
        (("b",), hidden),
    ]
