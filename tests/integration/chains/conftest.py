"""What the chains here start from: a fresh platform, empty or with the rice packed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.builders.traced_chain import TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform


@dataclass(frozen=True, slots=True)
class PackedRice:
    """A chain from H1 to K1, and the id of the release report of its rice."""

    chain: TracedChain
    report: str


@pytest.fixture
def chain(database_url: str, clock: SteppingClock) -> Iterator[TracedChain]:
    with TestPlatform(database_url, clock) as platform:
        yield TracedChain(platform, clock)


@pytest.fixture
def rice(chain: TracedChain) -> PackedRice:
    return PackedRice(chain, chain.packed_rice())
