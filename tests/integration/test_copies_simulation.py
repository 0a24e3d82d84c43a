"""A small seeded market: our odds find more copies than fixed limits do, at the same rate of false alarms.

Only the direction is asserted; the figures of the full sample stand in docs/copied-codes.md.
"""

from __future__ import annotations

import pytest

from bench.copies import DETECTORS, SCORES, Judged, area, precision, recall_at, share, simulated
from docs.generate_copies import SIZE, TARGET, page
from tests.simulators.scan_traffic import ATTACKS, batch_of

FALSE_ALARMS = 0.002


@pytest.fixture(scope="module")
def market() -> list[Judged]:
    return simulated("quick", seed="the tests' own seed")


@pytest.fixture(scope="module")
def honest(market: list[Judged]) -> list[Judged]:
    return [one for one in market if not one.attack]


@pytest.fixture(scope="module")
def copied(market: list[Judged]) -> list[Judged]:
    return [one for one in market if one.attack and one.devices > 1]


@pytest.mark.slow
@pytest.mark.parametrize("rival", [name for name in SCORES if name != "our odds"])
def test_at_the_same_false_alarms_our_odds_find_more(honest, copied, rival) -> None:
    recalls = {
        name: recall_at(
            [SCORES[name](one) for one in honest], [SCORES[name](one) for one in copied], FALSE_ALARMS
        )
        for name in ("our odds", rival)
    }
    assert recalls["our odds"] > recalls[rival]


@pytest.mark.slow
def test_suspicion_is_rarer_wrong_than_counting_scans_and_finds_more_than_counting_cities(
    honest, copied
) -> None:
    ours, scans, cities = (DETECTORS[name] for name in ("ours: suspected", "12 scans", "3 cities in 6 h"))
    assert share(honest, ours) < share(honest, scans) / 5
    assert share(copied, ours) > share(copied, cities) * 2
    assert precision(share(copied, ours), share(honest, ours)) > precision(
        share(copied, scans), share(honest, scans)
    )


@pytest.mark.slow
def test_every_copying_scores_above_honest_packs_on_average(honest, copied) -> None:
    for attack in ATTACKS:
        mine = [one.verdict.odds for one in copied if one.attack == attack]
        assert area([one.verdict.odds for one in honest], mine) > 0.6, attack


def test_the_same_seed_gives_the_same_scans() -> None:
    assert batch_of("a", 300, 1) == batch_of("a", 300, 1)
    assert batch_of("a", 300, 1) != batch_of("b", 300, 1)


def test_an_area_is_a_half_for_equal_scores_and_one_for_clear_ones() -> None:
    assert area([1.0, 1.0], [1.0, 1.0]) == 0.5
    assert area([0.0, 1.0], [2.0, 3.0]) == 1.0
    assert area([0.0, 2.0], [1.0, 3.0]) == 0.75
    assert recall_at([0.0, 1.0, 2.0, 3.0], [2.5, 3.5], 0.25) == 1.0
    assert recall_at([0.0, 1.0, 2.0, 3.0], [2.5, 3.5], 0.0) == 0.5


@pytest.mark.soak
def test_the_page_is_what_the_full_sample_gives() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(simulated(SIZE)), "python -m docs.generate_copies"
