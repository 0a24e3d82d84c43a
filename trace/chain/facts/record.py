"""Facts about facts: corrections, disputes, keys, foreign events, and records kept for other parts to read.

The members of keys, snapshots, oversight and EPCIS events are judged by `trace.ledger`, `trace.oversight` and
`trace.epcis`; here only what the chain itself uses is read, and the rest is kept as `data`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.code import LotSerials, lot_serials
from trace.chain.facts.reading import Member, Reader, Unfit, any_object, described, many, text_of
from trace.chain.needs import Needs
from trace.codes.platform_code import SCOPE as PLATFORM_SCOPE
from trace.codes.serials import gtin_scope
from trace.errors.food import FactMalformed

_MAX_DEPTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Fact):
    """`replacement` is the whole data that should have been stated, of the kind of the amended statement."""

    amends: str
    reason: str
    replacement: Mapping[str, object]

    def needs(self) -> Needs:
        """All names that the replacement speaks of: its kind is known only with the amended statement."""
        found = named_in(self.replacement)
        stated = frozenset((self.amends,))
        lots = frozenset(name for name in found if name.startswith("urn:lot:"))
        parties = frozenset(name for name in found if name.startswith(("urn:uscc:", "urn:party:")))
        licences = {name for name in found if name.startswith("urn:licence:")}
        places = frozenset(name for name in found if name.startswith("urn:place:"))
        mark_number = self.replacement.get("lbNo")
        if type(mark_number) is str:
            licences.add(f"urn:licence:{mark_number}")
        return Needs(
            lots=lots,
            coded=lots,
            scopes=_scopes_of(self.replacement),
            gated=lots,
            vouched=lots,
            statements=stated | {name for name in found if ":" not in name},
            amended=stated,
            disputes=stated,
            parties=parties,
            holders=parties,
            products=frozenset(name for name in found if name.startswith(("urn:gtin:", "urn:product:"))),
            places=places,
            harvested=places,
            licences=frozenset(licences),
        )


def _scopes_of(pack: Mapping[str, object]) -> frozenset[str]:
    """Whose counters the serials of a restated pack would be."""
    if "serials" not in pack:
        return frozenset()
    gtin = pack.get("gtin")
    return frozenset((gtin_scope(gtin) if type(gtin) is str else PLATFORM_SCOPE,))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(Fact):
    about: tuple[str, ...]
    field: str
    claimed: str
    other: str
    reason: str

    def needs(self) -> Needs:
        about = frozenset(self.about)
        return Needs(statements=about, amended=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSettled(Fact):
    """`dispute` is the statement that opened it: a dispute.open, or the receipt that differed."""

    dispute: str
    outcome: str
    reason: str

    def needs(self) -> Needs:
        return Needs(disputes=frozenset((self.dispute,)), statements=frozenset((self.dispute,)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierReleased(Fact):
    version: str
    sha256: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFact(Fact):
    """A fact whose members another part reads."""

    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRegistered(KeptFact):
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(KeptFact):
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged(KeptFact):
    """A change of an organisation's link on `sub`; `trace.chain.facts.link` reads the strict form."""

    field: str

    def needs(self) -> Needs:
        about = frozenset((self.sub,))
        return Needs(lots=about if self.sub.startswith("urn:lot:") else frozenset(), linked=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightRecorded(KeptFact):
    """`serials`: item codes that a recall is about where it is not about all of their lots."""

    matter: str
    lots: tuple[str, ...] = ()
    serials: tuple[LotSerials, ...] = ()

    def needs(self) -> Needs:
        coded = frozenset(each.lot for each in self.serials)
        return Needs(lots=coded.union(self.lots), coded=coded)


@dataclass(frozen=True, slots=True, kw_only=True)
class EpcisEventKept(KeptFact):
    event: Mapping[str, object]


class OpenKind:
    """A kind of which only some members are read; the rest is kept unread in `data`."""

    __slots__ = ("_needed", "_optional", "made", "typ")

    def __init__(
        self,
        typ: str,
        made: type[KeptFact],
        needed: Mapping[str, Reader[Any]],
        optional: Mapping[str, Reader[Any]] | None = None,
    ) -> None:
        self.typ = typ
        self.made = made
        self._needed = needed
        self._optional = optional or {}

    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> KeptFact:
        """Raises `FactMalformed` (path, expected)."""
        try:
            any_object(data)
            given = {member: _read(data, member, reader) for member, reader in self._needed.items()}
            for member, reader in self._optional.items():
                if member in data:
                    given[member] = _read(data, member, reader)
        except Unfit as unfit:
            path = unfit.under(".data").json_path
            raise FactMalformed(typ=self.typ, path=path, expected=unfit.expected) from None
        return self.made(sub=sub, occurred_at=occurred_at, data=data, **given)

    def members(self) -> tuple[Member, ...]:
        """The members that are read; others are kept as they are."""
        return tuple(described(self._needed, self._optional))

    @property
    def subject(self) -> str:
        return "any name of what it is about"


def _read(data: Mapping[str, object], member: str, reader: Reader[Any]) -> Any:
    if member not in data:
        raise Unfit("this member").under("." + member)
    try:
        return reader(data[member])
    except Unfit as unfit:
        raise unfit.under("." + member) from None


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


def any_subject(value: object) -> str:
    return text_of(1, 200)(value)


CORRECTION = Kind(
    "correction",
    Corrected,
    {"amends": urns.statement_id, "reason": urns.reason, "replacement": any_object},
    subject=any_subject,
)
DISPUTE_OPEN = Kind(
    "dispute.open",
    DisputeOpened,
    {
        "about": many(urns.statement_id, 1, 20),
        "field": urns.name,
        "claimed": urns.line,
        "other": urns.line,
        "reason": urns.line,
    },
    subject=any_subject,
)
DISPUTE_SETTLE = Kind(
    "dispute.settle",
    DisputeSettled,
    {"dispute": urns.statement_id, "outcome": urns.line, "reason": urns.line},
    subject=any_subject,
)
VERIFIER_RELEASE = Kind(
    "verifier.release",
    VerifierReleased,
    {"version": urns.number, "sha256": urns.digest, "name": urns.name},
    subject=any_subject,
)
KEY_REGISTER = OpenKind("party.key.register", KeyRegistered, {"kid": urns.statement_id})
KEY_REVOKE = OpenKind("party.key.revoke", KeyRevoked, {"kid": urns.statement_id})
LINK_CHANGE = OpenKind("link.change", LinkChanged, {"field": urns.name})
EPCIS_EVENT = OpenKind("epcis.event", EpcisEventKept, {"event": any_object})


def oversight_kind(typ: str) -> OpenKind:
    """The generic record of oversight.*: its matter and the lots it is about; of a recall, also codes."""
    optional: dict[str, Reader[Any]] = {"lots": many(urns.lot_urn)}
    if typ == "oversight.recall":
        optional["serials"] = many(lot_serials, high=200)
    return OpenKind(typ, OversightRecorded, {"matter": urns.line}, optional)
