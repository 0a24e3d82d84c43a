"""The page of requirements: every number of the founding documents stands, and each row is borne out."""

from __future__ import annotations

from collections import Counter

from docs.generate_requirements import TARGET, faults, page, requirements

NUMBERS = {"S0": 59, "S1": 38, "S2": 36, "S3": 47, "S4": 17}
"""Requirements of each founding document."""


def test_every_number_stands_once_and_in_order() -> None:
    every = [one.number for one in requirements()]
    assert every == sorted(every)
    assert Counter(number[:2] for number in every) == NUMBERS
    assert set(every) == {f"{key}-{n:02}" for key, last in NUMBERS.items() for n in range(1, last + 1)}


def test_each_row_is_borne_out() -> None:
    assert list(faults(requirements())) == []


def test_the_page_is_made_from_the_rows_and_the_tests() -> None:
    assert TARGET.read_text(encoding="utf-8") == page()
