"""The fact of a correction: what should have been stated instead of an earlier statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.handovers import only_true
from trace.chain.facts.reading import any_object
from trace.chain.needs import Needs
from trace.codes.platform_code import SCOPE as PLATFORM_SCOPE
from trace.codes.serials import gtin_scope
from trace.errors.food import FactMalformed
from trace.parties import EVERY_SIDE, PLATFORM, REGISTRAR

_MAX_DEPTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Fact):
    """`replacement` is the whole data that should have been stated, of the kind of the amended statement.

    Or the statement is taken back (`withdraws`): exactly one of the two.
    """

    amends: str
    reason: str
    replacement: Mapping[str, object] | None = None
    withdraws: bool = False

    def needs(self) -> Needs:
        """All names that the replacement speaks of: its kind is known only with the amended statement."""
        found = named_in(self.replacement or {})
        stated = frozenset((self.amends,))
        lots = frozenset(name for name in found if name.startswith("urn:lot:"))
        parties = frozenset(name for name in found if name.startswith(("urn:uscc:", "urn:party:")))
        licences = {name for name in found if name.startswith("urn:licence:")}
        places = frozenset(name for name in found if name.startswith("urn:place:"))
        mark_number = (self.replacement or {}).get("lbNo")
        if type(mark_number) is str:
            licences.add(f"urn:licence:{mark_number}")
        return Needs(
            lots=lots,
            coded=lots,
            scopes=_scopes_of(self.replacement or {}),
            gated=lots,
            vouched=lots,
            statements=stated | {name for name in found if ":" not in name},
            amended=stated,
            records=frozenset(name for name in found if ":" not in name),
            disputes=stated,
            parties=parties,
            holders=parties,
            products=frozenset(name for name in found if name.startswith(("urn:gtin:", "urn:product:"))),
            places=places,
            harvested=places,
            licences=frozenset(licences),
            handovers=stated | lots | {name for name in found if ":" not in name},
            claims=stated | lots | {name for name in found if ":" not in name},
        )


def _scopes_of(pack: Mapping[str, object]) -> frozenset[str]:
    """Whose counters the serials of a restated pack would be."""
    if "serials" not in pack:
        return frozenset()
    gtin = pack.get("gtin")
    return frozenset((gtin_scope(gtin) if type(gtin) is str else PLATFORM_SCOPE,))


def named_in(value: object, depth: int = 0) -> set[str]:
    """Every urn and statement id among the strings of a JSON value."""
    if type(value) is str:
        is_name = value.startswith("urn:") or len(value) == 43
        return {value} if is_name else set()
    if depth > _MAX_DEPTH:
        return set()
    inner: list[object] = []
    if isinstance(value, Mapping):
        inner = [member for name, member in value.items() if name != "_sd"]
    elif isinstance(value, list):
        inner = value
    found: set[str] = set()
    for one in inner:
        found |= named_in(one, depth + 1)
    return found


@dataclass(frozen=True, eq=False)
class _CorrectionKind(Kind[Corrected]):
    """A correction says what should have been stated, or takes the statement back: one of the two."""

    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Corrected:
        """The fact; raises `FactMalformed` also where it says both or neither."""
        fact = super().__call__(data, sub, occurred_at)
        if (fact.replacement is None) != fact.withdraws:
            raise FactMalformed(
                typ=self.typ, path="$.data.replacement", expected="one of replacement and withdraws"
            )
        return fact


CORRECTION = _CorrectionKind(
    "correction",
    Corrected,
    {"amends": urns.statement_id, "reason": urns.reason},
    {"replacement": any_object, "withdraws": only_true},
    subject=any_subject,
    stated_by=EVERY_SIDE | {REGISTRAR, PLATFORM},
    agri=True,
    timeline="correction",
)
