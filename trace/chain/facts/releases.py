"""The fact that a verifier was released: its version and the digest of its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.parties import PLATFORM, REGISTRAR


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierReleased(Fact):
    version: str
    sha256: str
    name: str


VERIFIER_RELEASE = Kind(
    "verifier.release",
    VerifierReleased,
    {"version": urns.number, "sha256": urns.digest, "name": urns.name},
    subject=any_subject,
    open_to_all=True,
    stated_by=frozenset({PLATFORM, REGISTRAR}),
)
