"""The fact that a log goes over to a new edition: the doors that its later entries came through."""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.reading import whole
from trace.parties import PLATFORM, REGISTRAR


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionBegun(Fact):
    """`edition` counts for the entries of `log` behind this one."""

    log: str
    edition: int


EDITION = Kind(
    "platform.edition",
    EditionBegun,
    {"log": urns.name, "edition": whole(2, 999)},
    stated_by=frozenset({PLATFORM, REGISTRAR}),
    subject="log",
    open_to_all=True,
    agri=True,
)
