"""Link state for admission: which links stand on a thing, which hosts a party may use."""

from __future__ import annotations

from dataclasses import dataclass, field

from trace.gs1.link_types import DEFAULT


@dataclass(slots=True)
class LinkBook:
    """Filled by the store for `Needs.linked` and `Needs.linkers`; `ChainState.apply` goes on from there.

    defaults (issuer, urn) -> names under which a default link stands (one, but for records of older rules)
    hosts    party urn -> hosts that the platform allowed to it
    """

    defaults: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    hosts: dict[str, frozenset[str]] = field(default_factory=dict)

    def defaults_after(self, of: tuple[str, str], name: str, link_type: str | None) -> frozenset[str]:
        """The names of default links of (issuer, urn) once `name` holds a link of that type, or none."""
        before = self.defaults.get(of, frozenset())
        return before | {name} if link_type == DEFAULT else before - {name}
