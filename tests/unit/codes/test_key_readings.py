"""What the path behind a product may name: "/" inside values, clutter behind them, small letters."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.codes.key_readings import MOST, KeyReading, key_readings

GS1 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_"
NUMBERS = st.text(GS1, min_size=1, max_size=20)
SERIAL = "0ABCDEFGHJKM"


def batches(rest: str) -> list[str | None]:
    return [each.batch_no for each in key_readings(rest) if each.serial is None]


@given(NUMBERS)
def test_every_batch_number_that_gs1_allows_is_among_the_readings(number: str) -> None:
    assert number in batches(f"10/{number}")
    assert number in batches(f"22/V1/10/{number}")
    assert number in batches(f"10/{quote(number, safe='')}")


@given(NUMBERS)
def test_a_number_without_marks_inside_is_read_literally_first(number: str) -> None:
    if "/21/" not in number:
        assert batches(f"10/{number}")[0] == number


@pytest.mark.parametrize(
    "behind",
    [
        *".,;:!)]>\"'=\\%",
        "==",
        "%2",
        "//",
        "。",
        "，",
        "）",
        "》",
        "”",
        "\u200b",
        "\u00a0",
        "/",
        " 复制",
        "?v=x",
        "#",
    ],
)
def test_clutter_behind_a_number_comes_off(behind: str) -> None:
    assert "M20261012A" in batches(f"10/M20261012A{behind}")
    assert KeyReading(None, SERIAL) in list(key_readings(f"21/{SERIAL}{behind}"))
    assert KeyReading("M1", SERIAL) in list(key_readings(f"10/M1/21/{SERIAL}{behind}"))


@pytest.mark.parametrize(
    "sign", [*"\u0410\u0391\u0456éß²½①ª\u212aⅠ", "\u0301", "²1", "\u200b\u0410", "٣\u0410"]
)
def test_what_looks_like_another_sign_is_no_other_packs_code(sign: str) -> None:
    """M1 with a Cyrillic А behind it is neither M1A nor M1, M1² neither M12 nor M1."""
    for rest in (f"10/M1{sign}", quote(f"10/M1{sign}"), f"21/{SERIAL}{sign}", f"10/M1/21/{SERIAL}{sign}"):
        # What is left is the text as it stands, percent signs and all.
        assert all("%" in f"{each.batch_no}{each.serial}" for each in key_readings(rest)), rest


@pytest.mark.parametrize("behind", [" Привет", "\u00a0Привет", "这是", "\u200b Été", "😀", "Ａ Привет"])
def test_words_behind_a_blank_and_chinese_words_are_clutter(behind: str) -> None:
    assert {"M1", "M1A"} & set(batches(f"10/M1{behind}"))


def test_a_serial_is_read_as_it_was_meant() -> None:
    assert KeyReading(None, "0ABCDEFGHJ10") in list(key_readings("21/oabc-defg-hjio"))


def test_a_serial_is_never_dropped() -> None:
    """A made-up serial never becomes its genuine batch."""
    for rest in (f"10/M1/21/{SERIAL}", f"21/{SERIAL}.", "10/M1/21/X/", "10/M1/21/?"):
        assert KeyReading("M1") not in list(key_readings(rest))
        assert KeyReading() not in list(key_readings(rest))


@pytest.mark.parametrize("rest", ["", "22/V1", "22/V1/"])
def test_the_product_alone(rest: str) -> None:
    assert next(iter(key_readings(rest))) == KeyReading()


@pytest.mark.parametrize("rest", ["22//21/A", "99/A", "10//", "x", "235/TPX/10/M1"])
def test_other_keys_are_no_reading(rest: str) -> None:
    assert all(each != KeyReading() and each.batch_no != "M1" for each in key_readings(rest))


@given(st.text(max_size=500))
def test_any_path_has_few_readings(rest: str) -> None:
    found = list(key_readings(rest))
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
