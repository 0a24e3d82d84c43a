"""Two witnesses in the same process that sign what they are shown, and the policy that trusts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from tests.servers.platform import FOOD, TestPlatform
from trace.ledger.bundle import TrustPolicy
from trace.ledger.checkpoint import cosign
from trace.ledger.note import COSIGNATURE_V1, NoteSigner, NoteVerifier, SignatureLine, parse_note
from trace.usecases.log.publish_checkpoint import Published, publish_checkpoint

NAMES = ("witness.test/agri", "witness.test/market")


def log_key(origin: str = FOOD) -> NoteSigner:
    return NoteSigner(origin, origin.encode().ljust(32, b"\x01")[:32])


class SigningWitness:
    """Signs every note with its own key and clock; it keeps no state and checks nothing."""

    def __init__(self, name: str, clock: Callable[[], datetime]) -> None:
        self._key = NoteSigner(name, name.encode().ljust(32, b"\x02")[:32], COSIGNATURE_V1)
        self._clock = clock

    @property
    def verifier(self) -> NoteVerifier:
        return self._key.verifier

    def cosign(self, old: int, proof: Sequence[bytes], note: str) -> list[SignatureLine]:
        return [cosign(parse_note(note).text, self._clock(), self._key)]

    def newest(self, origin: str) -> str | None:
        return None


def witnesses(clock: Callable[[], datetime]) -> list[SigningWitness]:
    return [SigningWitness(name, clock) for name in NAMES]


def publish(platform: TestPlatform, names: Sequence[str] = NAMES) -> Published | None:
    clock = platform.transactions.clock
    signing = [SigningWitness(name, clock) for name in names]
    return publish_checkpoint(platform.transactions, log_key(platform.transactions.origin), signing, clock())


def policy_text(clock: Callable[[], datetime], origins: Sequence[str] = (FOOD,)) -> str:
    logs = "".join(f"log {log_key(origin).verifier.vkey}\n" for origin in origins)
    first, second = witnesses(clock)
    return (
        f"{logs}witness agri {first.verifier.vkey} https://agri.example/\n"
        f"witness market {second.verifier.vkey} https://market.example/\n"
        "group both all agri market\nquorum both\n"
    )


def trust(platform: TestPlatform, text: str) -> TrustPolicy:
    return TrustPolicy.parse([text], f"{platform.registrar.key.kid} bureau\n")
