"""Controls in what a statement conceals: refused by the member, whatever the edition; nothing is logged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.traced_chain import FARM, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import CharacterRefused
from trace.usecases.intake.receipt import Refused


@pytest.fixture
def platform(database_url: str, clock: SteppingClock) -> Any:
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.mark.parametrize(
    ("member", "odd"), [("receiverName", "\0"), ("receiverAddress", "\u202e"), ("receiverName", "\n")]
)
def test_a_concealed_control_is_refused(
    platform: TestPlatform, clock: SteppingClock, member: str, odd: str
) -> None:
    chain = TracedChain(platform, clock)
    lot = chain.harvest("H1", 1_000)
    clock.advance(october("07 08:00") - clock())
    data = made.a_shipment(
        lot=made.lot(FARM, "X1"),
        fromLot=lot,
        quantity=made.kg("900"),
        packs=made.ABSENT,
        releaseReport=made.ABSENT,
        shippedAt=october("06 08:00").isoformat(),
        **{member: f"米{odd}业"},
    )
    size = platform.count("log_entry")
    sent = chain.signers[FARM].state(
        "food.shipment", data["lot"], data, at=october("06 08:00"), conceal=given.SEALED
    )
    (outcome,) = platform.accept(sent)
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.refusal, CharacterRefused)
    assert outcome.refusal.params == {"member": member, "character": f"U+{ord(odd):04X}"}
    assert platform.count("log_entry") == size
