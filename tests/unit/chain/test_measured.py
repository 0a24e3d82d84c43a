"""A measured value and its limit, in the ways in which laboratories write them."""

from __future__ import annotations

import pytest

from trace.chain.measured import is_within


@pytest.mark.parametrize(
    ("value", "limit", "within"),
    [
        ("0.06", "0.2", True),
        ("0.27", "0.2", False),
        ("0.2", "0.2", True),
        ("0.27", "≤0.2", False),
        ("0.2", "<0.2", False),
        ("0.2", "＜ 0.2", False),
        ("0.2", "<=0.2", True),
        ("0.27", "不得超过0.2", False),
        ("6.1", "≥6", True),
        ("6", "≥6", True),
        ("6", ">6", False),
        ("5.9", "不低于6", False),
        ("5.9", ">= 6", False),
        ("未检出", "0.2", None),
        ("<0.05", "0.2", None),
        ("1.2×10³", "5×10⁴", None),
        ("0.06", "不得检出", None),
        ("0.06", None, None),
        ("0.06", "", None),
    ],
)
def test_a_value_keeps_its_limit_or_not_or_it_cannot_be_said(value, limit, within):
    assert is_within(value, limit) is within
