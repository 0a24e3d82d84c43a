"""Seen badly in 22 ways, our symbols are read at least as often as in an earlier measurement."""

from __future__ import annotations

import random

import numpy as np
import pytest
import zxingcpp

from tests.simulators.degradations import CASES, UNCERTAIN, success
from trace.codes.crockford import ALPHABET
from trace.labels.linear import SymbolFamily, Template, matrix_of, reading_order

# measured before with zxing-cpp 3.1.1: the share of all sights, then single ones at levels M and Q
OVERALL = {"M": 0.789, "Q": 0.841}
ROWS = {
    "perspective 0.45": (1.0, 1.0),
    "blur 0.5": (0.45, 0.70),
    "low light 12 % + noise": (1.0, 1.0),
    "1.5 px per module": (1.0, 1.0),
    "logo 12 %": (0.0, 0.90),
    "inverted": (1.0, 1.0),
    "bottle": (1.0, 1.0),
    "JPEG q5": (1.0, 1.0),
    "shadow": (1.0, 1.0),
    "any rotation": (1.0, 1.0),
}


def symbols(level: str, count: int) -> list[tuple[str, tuple[bytes, ...]]]:
    stem = "https://id.example.cn/01/06901234567892/10/M20261012A/21/"
    family = SymbolFamily(Template(stem, 12, alphabet=ALPHABET, level=level))
    rng = random.Random(5)
    serials = ["".join(rng.choices(ALPHABET, k=12)) for _ in range(count)]
    drawn = family.table(reading_order).drawn(serials)
    return [(stem + serial, matrix_of(symbol, family.modules)) for serial, symbol in drawn]


def read(pixels: np.ndarray) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(pixels)]


def check(shares: dict[str, float], level: str) -> None:
    short = {name: shares[name] for name, row in ROWS.items() if shares[name] < row["MQ".index(level)]}
    assert short == {}
    assert sum(shares.values()) / len(shares) >= OVERALL[level]


def test_there_are_twenty_two_cases() -> None:
    assert len(CASES) == 22
    assert set(CASES) > UNCERTAIN
    assert set(ROWS) < set(CASES)


@pytest.mark.unmeasured
@pytest.mark.slow
@pytest.mark.parametrize("level", ["M", "Q"])
def test_badly_seen_symbols_are_read_as_often_as_the_reference_measured(level: str) -> None:
    check(success(symbols(level, 20), read, certain=3), level)


@pytest.mark.soak
@pytest.mark.parametrize("level", ["M", "Q"])
def test_the_whole_sample_is_read_as_often_as_the_reference_measured(level: str) -> None:
    check(success(symbols(level, 20), read), level)
