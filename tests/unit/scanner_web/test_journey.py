"""The phases of a batch page: in the order of a chain, each with a name, also of a kind that came later."""

from __future__ import annotations

import pytest

from scanner_web.consumer.journey import PHASES, name_of, phases_of
from scanner_web.frame.reader import Reader
from trace.usecases.batch_page.timeline import STEPS
from trace.wording import LOCALES


def read_in(locale: str) -> Reader:
    return Reader(locale, large=False, chosen=False, query=())


def test_a_step_without_a_place_of_its_own_stands_behind_the_one_before_it():
    assert phases_of(("plot", "pack", "other"), ("plot", "drying", "milling", "pack")) == (
        *("plot", "drying", "milling", "pack"),
        "other",
    )


def test_every_step_of_a_chain_has_a_phase():
    assert set(STEPS) | {"other"} == set(PHASES)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_phase_has_a_name(locale):
    names = [name_of(phase, read_in(locale)) for phase in PHASES]
    assert all(names)
    assert len(set(names)) == len(names)


def test_a_phase_without_a_word_of_its_own_is_called_as_its_kind():
    assert [name_of("correction", Reader(locale, False, False, ())) for locale in LOCALES] == [
        "更正",
        "Correction",
    ]
