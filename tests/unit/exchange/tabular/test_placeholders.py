"""Words instead of contents, and bar codes that are none."""

from __future__ import annotations

import pytest

from trace.errors.base import Refusal
from trace.exchange.tabular.barcodes import product_of, read_gtin
from trace.exchange.tabular.placeholders import is_placeholder


@pytest.mark.parametrize(
    "text",
    [
        "同上", "〃", "″", "同上一行", "同左", "如上", "nan", "NaN", "#N/A", "#REF!", "#DIV/0!", "#NAME?",
        "#VALUE!", "####", "Err:502", "#SPILL!", "None", "null", "TBD", "tbd", "N/A", "n/a", "无", "（无）",
        "待定", "-", "—", "——", "/", "//", "...", "…", "？", "***", ".", "示例", "(blank)",
    ],
)  # fmt: skip
def test_what_says_nothing_of_its_own_is_a_placeholder(text):
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "稻谷",
        "无为大米",
        "同上堂药业",
        "Nanjing",
        "0",
        "H1",
        "#12",
        "N-1",
        "None-such",
        "%",
        "‰",
        "见月",
        "阴性",
        "未检出",
        "<0.05",
    ],
)
def test_what_says_something_is_none(text):
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "9521234100010", "09521234100010", "952-1234-10001-0", "952 1234 100010", "952–1234–100010",
        "952.1234.100010",
    ],
)  # fmt: skip
def test_a_bar_code_is_read_with_hyphens_and_blanks(text):
    assert product_of("条码", text) == "urn:gtin:09521234100010"
    assert read_gtin(text).urn == "urn:gtin:09521234100010"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9.52123E+12", "shortened"),
        ("9.52E12", "shortened"),
        ("952-1234-10001-1", "check-digit"),
        ("12345678905", "zero-lost"),  # 012345678905
        ("952123410001", "check-digit-wrong"),
        ("952123410001012", "length"),
        ("9521234", "length"),
    ],
)
def test_a_damaged_bar_code_is_no_code_of_ones_own(text, reason):
    with pytest.raises(Refusal) as refused:
        product_of("条码", text)
    assert refused.value.params.get("reason", refused.value.code) == reason


@pytest.mark.parametrize(
    "text", ["RICE-5", "1001", "20-01", "A9521234100010", "91310151XN0000442L:9521234100010", "3E5"]
)
def test_a_code_of_ones_own_is_no_bar_code(text):
    assert product_of("条码", text) is None
