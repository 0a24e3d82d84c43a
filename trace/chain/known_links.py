"""What admission knows of links: whose a thing is, which links stand on it, which hosts a party may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class LinkBook:
    """Filled by the store for `Needs.linked` and `Needs.linkers`; `Known.apply` goes on from there.

    owners   product or place urn -> who stated it last: who may keep links on it
    kept     (issuer, urn) -> name of a link -> its link type, None once taken away
    hosts    party urn -> hosts that the platform allowed to it
    """

    owners: dict[str, str] = field(default_factory=dict)
    kept: dict[tuple[str, str], Mapping[str, str | None]] = field(default_factory=dict)
    hosts: dict[str, frozenset[str]] = field(default_factory=dict)
