"""A measured value and its limit, in the ways in which laboratories write them."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from trace.chain.measured import is_detected, is_within, standing_of, times_of_limit


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
        ("1.2×10³", "5×10⁴", True),
        ("1.2×10⁵", "5×10⁴", False),
        ("1.2×10^5", "50000", False),
        ("2.7E-1", "0.2", False),
        ("1.2×103", "5×10⁴", None),  # a power that lost its raising
        ("1,200", "1000", False),
        ("12,00", "1000", None),
        ("0.27 mg/kg", "0.2 mg/kg", False),
        ("0.27mg/kg", "0.2", False),
        ("0.27", "≤ 0.2 mg/kg", False),
        ("270 μg/kg", "0.2 mg/kg", False),
        ("20 μg/kg", "0.2 mg/kg", True),
        ("0.27 mg/L", "0.2 mg/kg", None),
        ("27%", "20%", False),
        ("０．２７", "０．２", False),
        ("0.27（超标）", "0.2（以Cd计）", False),
        (">0.2", "0.2", False),
        ("＞0.3", "≤0.2", False),
        ("≥0.2", "0.2", None),
        ("≥0.2", "<0.2", False),
        (">0.1", "0.2", None),
        ("<5", "≥6", False),
        ("≤6", "≥6", None),
        ("<0.3", "0.2", None),
        ("0.005L", "0.001", None),
        ("9.0", "6.5～8.5", False),
        ("6.0", "6.5-8.5", False),
        ("7.2", "6.5至8.5", True),
        ("8.5", "6.5–8.5", True),
        ("-15", "≤-18", False),
        ("−20 ℃", "≤-18 ℃", True),
        ("5.9", "6以上", False),
        ("0.27", "0.2以下", False),
        ("0.27", "≯0.2", False),
        ("检出", "不得检出", False),
        ("阳性（+）", "阴性", False),
        ("阴性", "阴性", None),
        ("0.06", "不得检出", None),
        ("0.06", None, None),
        (">0.1", "0.1-0.5", None),
        ("0.06", "", None),
        ("1e400", "99", None),  # greater than any figure, and not the figure 1
        ("5E+100", "1000", None),
        ("1.2x103", "5000", None),
        ("1.2 e5", "100", None),
        ("10⁵", "10000", False),
        ("10^5", "10^6", True),
        ("2.7·10⁻¹", "0.2", False),
        (".27", "0.2", False),
        ("+0.27", "0.2", False),
        ("=0.27", "0.2", False),
        ("约0.27", "0.2", False),
        ("检出0.27", "0.2", False),
        ("检出（0.27 mg/kg）", "0.2 mg/kg", False),
        ("0.27*", "0.2", False),
        ("0.27（n=3）", "≤0.2（GB 2762）", False),
        ("0.25～0.27", "0.2", False),
        ("0.05-0.1", "0.2", True),
        ("0.1-0.3", "0.2", None),
        ("0.27±0.02", "0.2", False),
        ("0.21±0.02", "0.2", None),
        ("10.6", "10±0.5", False),
        ("超过0.2", "0.2", False),
        ("0.27", "最大限量：0.2", False),
        ("0.27 mg·kg⁻¹", "0.2 mg/kg", False),
        ("0.27 mg/Kg", "0.2 mg/kg", False),
        ("0.27 μg/g", "0.2 mg/kg", False),
        ("0.27毫克／千克", "0.2 mg/kg", False),
        ("30 mg/100g", "200 mg/kg", False),
        ("14.6 %", "14.5 g/100 g", False),
        ("0.3 %", "200 mg/kg", None),
        ("1200 个/g", "1000 CFU/g", False),
        ("1200 cfu/g", "1000 CFU/g", False),
        ("检出/25g", "0/25g", False),
        ("弱阳性", "阴性", False),
        ("++", "阴性", False),
        ("O.27", "0.2", None),
        ("0.27/0.25", "0.2", None),
    ],
)
def test_a_value_keeps_its_limit_or_not_or_it_cannot_be_said(value, limit, within):
    assert is_within(value, limit) is within


@pytest.mark.parametrize(
    ("value", "limit", "unit", "within"),
    [
        ("270 μg/kg", "0.2", "mg/kg", False),
        ("20 μg/kg", "0.2", "mg/kg", True),
        ("20 ug/kg", "0.2", "%", None),
        ("0.27", "≤0.2 mg/kg", "mg/kg", False),
        ("0.27", "200 μg/kg", "mg/kg", False),
    ],
)
def test_what_has_no_unit_of_its_own_has_that_of_the_item(value, limit, unit, within):
    assert is_within(value, limit, unit) is within


@pytest.mark.parametrize(
    ("value", "limit", "standing"),
    [
        ("0.06", "0.2", "kept"),
        ("0.27", "0.2", "broken"),
        ("未检出", "0.2", "kept"),
        ("N.D.", "0.2", "kept"),
        ("<LOQ", "0.2", "kept"),
        ("<0.05", "0.2", "kept"),
        ("0.005L", "0.01", "kept"),
        ("未检出（检出限 0.05）", "0.2", "kept"),
        ("未检出/25g", "0/25g", "kept"),
        ("阴性", "不得检出", "kept"),
        ("<0.3", "0.2", "unclear"),  # what could be found is more than is allowed
        ("未检出（LOQ 0.3）", "0.2", "unclear"),
        ("ND<0.3", "0.2", "unclear"),
        ("检出", "0.2", "unclear"),
        ("0.1-0.3", "0.2", "unclear"),
        ("O.27", "0.2", "unclear"),
        ("1e400", "99", "unclear"),
        ("多不可计", "1000", "unclear"),
        ("合格", "14.5", "unclear"),
        ("0.06", "不得检出", "unclear"),
        ("未检出", "≥6", "unclear"),
        ("正常", "具有固有气味", ""),
        ("0.06", "", ""),
        ("0.06", "—", ""),
    ],
)
def test_what_cannot_be_held_against_its_limit_is_said_to_be_unclear(value, limit, standing):
    assert standing_of(value, limit) == standing


@pytest.mark.parametrize(
    ("value", "found"),
    [
        *[("检出0.27", True), ("检出（0.27）", True), ("弱阳性", True), ("（+）", True), ("++", True)],
        *[("0.01-0.03", True), ("0.02±0.01", True), ("0.27/0.25", True), ("痕量", True), ("+0.27", True)],
        *[("未检出", False), ("<0.01", False), ("检出限0.01", False), ("0.005L", False), ("0", False)],
        *[("未检出（检出限 0.01）", False), ("阴性", False), ("ND", False), ("-", False)],
    ],
)
def test_what_was_found_is_found_however_it_is_written(value, found):
    assert is_detected(value) is found


@pytest.mark.parametrize(
    ("value", "limit", "unit", "times"),
    [
        ("0.27", "≤0.2", "mg/kg", "1.35"),
        ("270 μg/kg", "0.2 mg/kg", "mg/kg", "1.35"),
        ("1.2×10⁵", "5×10⁴", "CFU/g", "2.4"),
        ("0.27 mg/L", "0.2 mg/kg", "", None),
        ("检出", "不得检出", "", None),
        ("0.27", "0", "", None),
        ("0.27", "", "", None),
    ],
)
def test_how_many_times_its_limit_a_value_is(value, limit, unit, times):
    assert times_of_limit(value, limit, unit) == (None if times is None else Decimal(times))


@pytest.mark.parametrize("text", ["1%" + " " * 60_000 + "x", "1" + " " * 60_000 + "(x", "1 " + "a " * 30_000])
def test_what_is_too_long_for_a_figure_takes_no_time(text):
    began = time.process_time()
    assert (is_within(text, "0.2"), is_within("0.1", text), is_detected(text)) == (None, None, False)
    assert time.process_time() - began < 0.5
