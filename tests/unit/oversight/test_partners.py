"""Deliveries as both sides state them: what meets, what waits, what is asked of both."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from trace.oversight.partners import (
    BOUGHT,
    DISPUTED,
    LESS,
    MET,
    MORE,
    REFUSED,
    SOLD,
    UNSEEN,
    WAITING,
    Delivery,
    as_seen,
    by_partner,
    standing_of,
)
from trace.quantities import Quantity


def kilos(value: int) -> Quantity:
    return Quantity(Decimal(value), "kg")


@pytest.mark.requirement("S4-13")
@pytest.mark.parametrize(
    ("state", "claims", "received", "ended", "standing"),
    [
        ("open", (), 0, False, WAITING),
        ("delivered", ("confirmed",), 60, False, WAITING),
        ("delivered", ("confirmed",), 60, True, LESS),
        ("received", ("confirmed",), 95, False, LESS),
        ("received", ("confirmed", "confirmed"), 100, False, MET),
        ("received", ("confirmed",), 120, False, MORE),
        ("received", ("disputed",), 100, True, DISPUTED),
        ("unaccepted", (), 0, False, REFUSED),
        ("open", ("refused",), 0, False, REFUSED),
    ],
)
def test_a_delivery_stands_as_both_state_it(state, claims, received, ended, standing):
    assert standing_of(state, claims, kilos(100), kilos(received), ended=ended) == standing


def test_partners_with_doubts_stand_first_and_doubts_before_what_meets():
    at = datetime(2026, 10, 12, tzinfo=UTC)

    def delivery(partner: str, side: str, standing: str) -> Delivery:
        return Delivery(side, partner, "稻谷", at, kilos(1), kilos(1), standing, ("s",))

    sound, doubtful = by_partner(
        [delivery("A", SOLD, MET), delivery("B", BOUGHT, MET), delivery("B", BOUGHT, LESS)]
    )[::-1]
    assert (sound.party, sound.met, sound.doubtful) == ("A", 1, 0)
    assert (doubtful.party, doubtful.met, doubtful.doubtful) == ("B", 1, 1)
    assert [one.standing for one in doubtful.deliveries] == [LESS, MET]


@pytest.mark.parametrize(
    ("side", "partner", "received", "standing"),
    [
        (SOLD, "", None, UNSEEN),
        (SOLD, "elsewhere", None, UNSEEN),
        (SOLD, "here", None, WAITING),
        (SOLD, "", kilos(1), WAITING),
        (BOUGHT, "", None, WAITING),
    ],
)
def test_what_a_receiver_elsewhere_recorded_is_not_seen_here(side, partner, received, standing):
    """That it waits for the receiver is said of one that keeps its records here, and of no other."""
    at = datetime(2026, 10, 12, tzinfo=UTC)
    one = as_seen(Delivery(side, partner, "稻谷", at, kilos(2), received, WAITING, ("s",)), {"here"})
    assert one.standing == standing
    (of_partner,) = by_partner([one])
    assert (of_partner.unseen, of_partner.doubtful) == (int(standing == UNSEEN), 0)
