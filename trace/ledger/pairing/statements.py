"""Statements that hand-overs are judged from: signed bytes, places and versions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final

from trace.frozen import quickly_made

CORRECTION: Final = "correction"


@quickly_made
@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: its log, its index there, and when it was logged.

    An own log knows the time; of another's entry it is known only between two checkpoints: `after`, none
    where no checkpoint goes before, and `by`.
    """

    origin: str
    index: int
    by: datetime
    after: datetime | None = None

    @classmethod
    def at(cls, when: datetime, origin: str, index: int) -> Place:
        """A place whose time is agreed: by its own log, or by the first checkpoint that covers it."""
        return cls(origin, index, when, when)

    @property
    def key(self) -> tuple[datetime, str, int]:
        """An order of all places that never contradicts `is_before`."""
        return self.by, self.origin, self.index

    def is_before(self, other: Place) -> bool:
        """Whether it is certain that this place came first."""
        if self.origin == other.origin:
            return self.index < other.index
        if self.after == self.by and other.after == other.by:
            return self.key < other.key
        return other.after is not None and self.by <= other.after


@quickly_made
@dataclass(frozen=True, slots=True)
class Signed:
    """A verified statement: `data` as signed, digests and all; `valid` unless its key is void there."""

    id: str
    typ: str
    iss: str
    data: Mapping[str, object]
    place: Place
    valid: bool = True


@dataclass(frozen=True, slots=True)
class HandoverMembers:
    """How a kind says what it hands over: members of the lot, of what it was taken from, of the receiver."""

    lot: str
    from_lot: str
    receiver: str


Measured = tuple[str, Fraction]
"""A dimension and an exact amount in its base unit."""
Contents = Mapping[str, Measured]
"""Counted dimension -> what one piece of it holds."""
Measure = Callable[[object], Measured | None]
"""A stated quantity, measured; None where it is none."""


def no_content(_data: Mapping[str, object]) -> Contents:
    """Nothing is said of what pieces hold."""
    return {}


@dataclass(frozen=True, slots=True)
class PairNames:
    """What kinds and urns mean, handed in: the ledger knows no business.

    `handovers` are the kinds that hand goods over; `owners` reads the parties that a lot urn may belong to,
    `key` what a receipt without a lot names (a GTIN and a batch number). Receipts exceed a consignment when
    they hold more than it and `tolerance`. `content` reads from a line what counted pieces hold; `records`
    are the kinds whose line says so of the lot that it makes.
    """

    receipt: str
    confirmation: str
    refusal: str
    handovers: Mapping[str, HandoverMembers]
    owners: Callable[[str], Collection[str]]
    key: Callable[[Mapping[str, object]], str | None]
    measure: Measure
    tolerance: Fraction = Fraction(0)
    content: Callable[[Mapping[str, object]], Contents] = no_content
    records: Collection[str] = ()
    kinds: frozenset[str] = field(init=False, repr=False)
    """The kinds that matter to a pair; any other is passed over."""

    def __post_init__(self) -> None:
        kinds = frozenset((self.receipt, self.confirmation, self.refusal, CORRECTION, *self.handovers))
        object.__setattr__(self, "kinds", kinds)

    @property
    def recorded(self) -> frozenset[str]:
        """The kinds that say what goods hold, and their corrections."""
        return frozenset((CORRECTION, *self.records))


@quickly_made
@dataclass(frozen=True, slots=True)
class Version:
    """One version of a statement: the first, a correction's replacement, or a withdrawal."""

    id: str
    data: Mapping[str, object]
    place: Place
    valid: bool
    withdrawn: bool

    def text(self, member: str) -> str | None:
        """A member that holds text."""
        value = self.data.get(member)
        return value if type(value) is str else None

    def inner(self, member: str, name: str) -> str | None:
        """A text inside a member that holds an object."""
        value = self.data.get(member)
        found = value.get(name) if isinstance(value, Mapping) else None
        return found if type(found) is str else None

    def says(self, member: str) -> bool:
        """Whether a member is true."""
        return self.data.get(member) is True


@dataclass(slots=True)
class Document:
    """A statement with its corrections, cited by the id of its first version."""

    id: str
    typ: str
    iss: str
    versions: list[Version] = field(default_factory=list)

    @property
    def stated(self) -> Version:
        """The newest version that says something: a withdrawal says nothing in its place."""
        newest = self.versions[-1]
        return newest if not newest.withdrawn else self._said()

    def _said(self) -> Version:
        return next(version for version in reversed(self.versions) if not version.withdrawn)


def documents_of(statements: Iterable[Signed], kinds: Collection[str]) -> dict[str, Document]:
    """The statements of these kinds, each with its corrections in the order of their places.

    A correction counts for the signer's own statement, whichever of its versions it names; one that is
    placed before what it corrects counts from there.
    """
    ordered = sorted(statements, key=lambda one: one.place.key)
    found: dict[str, Document] = {}
    for one in ordered:
        if one.typ in kinds and one.typ != CORRECTION:
            first = Version(one.id, one.data, one.place, one.valid, withdrawn=False)
            found[one.id] = Document(one.id, one.typ, one.iss, [first])
    firsts = {name: name for name in found}
    waiting = [one for one in ordered if one.typ == CORRECTION]
    while waiting:
        late = [one for one in waiting if not _corrected(one, found, firsts)]
        if len(late) == len(waiting):
            break
        waiting = late
    for document in found.values():
        first, *later = document.versions
        later.sort(key=lambda version: version.place.key)
        document.versions = [first, *later]
    return found


def _corrected(one: Signed, found: Mapping[str, Document], firsts: dict[str, str]) -> bool:
    """Whether a correction has found its statement, or never will: it is another's."""
    amends = one.data.get("amends")
    first = firsts.get(amends) if type(amends) is str else None
    if first is None:
        return False
    document = found[first]
    replacement = one.data.get("replacement")
    withdrawn = one.data.get("withdraws") is True
    if document.iss == one.iss and withdrawn != isinstance(replacement, Mapping):
        data = replacement if isinstance(replacement, Mapping) else {}
        place = max(one.place, document.versions[0].place, key=lambda place: place.key)
        document.versions.append(Version(one.id, data, place, one.valid, withdrawn))
        firsts[one.id] = first
    return True
