"""The declaration of a record kind, and what every fact has.

One declaration says everything that is true of a kind: who states it, what its `data` holds, when it is over,
whether it can be corrected, what it is to pages and logs. Other tables are views of it. What a kind *decides*
stands where decisions are: a function that says whose it is (`trace.chain.admission.deciding`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from trace.chain.facts import urns
from trace.chain.facts.reading import (
    Member,
    Reader,
    Shape,
    Unfit,
    any_object,
    described,
    expected_of,
    many,
    pattern,
    text_of,
)
from trace.chain.needs import Needs
from trace.errors.food import FactMalformed, QuantityNotPositive

NATURAL_PERSONS: Final = frozenset({"smallholder", "family_farm"})
"""Kinds of parties that are natural persons: what identifies them is theirs alone."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """The signer says that a rule is not met, and why; turns "refuse unless declared" into a named gap."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that was stated; members that the signer concealed (RFC 9901) may be absent."""

    sub: str
    occurred_at: datetime
    declared: tuple[Declaration, ...] = ()

    def needs(self) -> Needs:
        """The states that admission must know; none by default."""
        return Needs()

    def declaration(self, rule: str) -> str | None:
        """The signer's reason for a rule, if the signer declared it."""
        for declaration in self.declared:
            if declaration.rule == rule:
                return declaration.reason
        return None


_declared = many(
    Shape(Declaration, {"rule": pattern(r"[RP][0-9]{2}", "rule such as R18"), "reason": urns.reason}), high=20
)
Made = TypeVar("Made", bound=Fact)


@dataclass(frozen=True, eq=False)
class RecordKind(ABC, Generic[Made]):
    """One record kind: its type string, its members, and all that the rest of the system asks about it.

    `stated_by`   roles whose keys may sign it
    `over_at`     attribute of the moment when it was over: it cannot lie in the future
    `span`        attributes that begin and end it: the end is no sooner than the beginning
    `correctable` whether a correction takes it back; master data are simply stated again
    `noted_as`    the table of its own row, superseded by a correction
    `timed`       whether it has a time limit into the log: bundles then carry its first checkpoint
    `agri`        whether an agricultural platform's log takes it; a food platform's takes every kind
    `timeline`    its word on the time line of a batch; None where it is no step of it
    `of_that_lot` whether that step is of the lot alone that it names, and of nothing made of it
    `behind`      the kind that it follows in a chain, where that is not the one declared before it
    `private`     members about persons, vehicles, buyers and exact places, by dotted path: concealed, masked
                  where edition 1 took them
    `personal`    members that are private where the `kind` in the data says that a natural person is meant
    `coarse`      members that stand in clear as whole numbers only: finer figures tell one place from another
    `withheld`    members that may stand in clear, and are for the parties and the authority all the same
    `open_to_all` whether anybody may read its signed bytes: it says nothing of anybody's goods
    """

    typ: str
    made: type[Made]
    needed: Mapping[str, Reader[Any]]
    optional: Mapping[str, Reader[Any]] = field(default_factory=dict)
    _: KW_ONLY
    stated_by: frozenset[str]
    over_at: str | None = None
    span: tuple[str, str] | None = None
    correctable: bool = False
    noted_as: str | None = None
    timed: bool = False
    agri: bool = False
    timeline: str | None = None
    of_that_lot: bool = False
    behind: str | None = None
    private: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    coarse: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    open_to_all: bool = False

    @abstractmethod
    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Made:
        """The fact that `data` states about `sub`; raises `FactMalformed`, `QuantityNotPositive` (path)."""

    def members(self) -> tuple[Member, ...]:
        """The members that are read, for the reference of the records."""
        return tuple(described(self.needed, self.optional))

    def exposed(self, data: Mapping[str, object]) -> tuple[str, ...]:
        """The members of `data` that stand in clear though they should not, by path, sorted."""
        fine = {member for member in self.coarse & data.keys() if not str(data[member]).isdecimal()}
        persons = self.personal if data.get("kind") in NATURAL_PERSONS else frozenset()
        found = {member for member in self.private | persons if holds(data, member)}
        return tuple(sorted(found | fine))

    def hidden(self, data: Mapping[str, object]) -> tuple[str, ...]:
        """The members of `data` that are not for everybody, by path, sorted."""
        return tuple(sorted({*self.exposed(data), *(one for one in self.withheld if holds(data, one))}))

    def masked(self, data: Mapping[str, object]) -> dict[str, object]:
        """`data` without what should not stand in it for anybody."""
        return without(data, self.exposed(data))

    @property
    def about(self) -> str:
        """What its `sub` must be, in words."""
        return "any name of what it is about"


@dataclass(frozen=True, eq=False)
class Kind(RecordKind[Made]):
    """A kind whose every member is read strictly.

    `subject` names the attribute that `sub` must equal, or is a reader that `sub` must satisfy.
    """

    _: KW_ONLY
    subject: str | Reader[str]
    renamed: Mapping[str, str] | None = None
    shape: Shape[Made] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        optional = {**self.optional, "declared": _declared}
        object.__setattr__(self, "shape", Shape(self.made, self.needed, optional, self.renamed))

    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Made:
        """The fact that `data` states about `sub`; raises `FactMalformed`, `QuantityNotPositive` (path)."""
        try:
            fact = self.shape.read(data, {"sub": sub, "occurred_at": occurred_at})
        except Unfit as unfit:
            path = unfit.under(".data").json_path
            if not unfit.positive:
                raise QuantityNotPositive(typ=self.typ, path=path) from None
            raise FactMalformed(typ=self.typ, path=path, expected=unfit.expected) from None
        if isinstance(self.subject, str):
            if getattr(fact, self.subject) != sub:
                raise FactMalformed(typ=self.typ, path="$.sub", expected=f"the same as data's {self.subject}")
            return fact
        try:
            self.subject(sub)
        except Unfit as unfit:
            raise FactMalformed(typ=self.typ, path="$.sub", expected=unfit.expected) from None
        return fact

    def members(self) -> tuple[Member, ...]:
        """The members of its `data`, for the reference of the records."""
        return tuple(described(self.shape.needed, self.shape.optional))

    @property
    def about(self) -> str:
        """What its `sub` must be, in words."""
        if isinstance(self.subject, str):
            return f"the same as data's `{self.subject}`"
        return expected_of(self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFact(Fact):
    """A fact whose members another part reads."""

    data: Mapping[str, object] = field(default_factory=dict)


Kept = TypeVar("Kept", bound=KeptFact)


@dataclass(frozen=True, eq=False)
class OpenKind(RecordKind[Kept]):
    """A kind of which only some members are read; the rest is kept unread in `data`."""

    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Kept:
        """The fact that `data` states about `sub`; raises `FactMalformed` (path, expected)."""
        try:
            any_object(data)
            given = {member: _read(data, member, reader) for member, reader in self.needed.items()}
            for member, reader in self.optional.items():
                if member in data:
                    given[member] = _read(data, member, reader)
        except Unfit as unfit:
            path = unfit.under(".data").json_path
            raise FactMalformed(typ=self.typ, path=path, expected=unfit.expected) from None
        return self.made(sub=sub, occurred_at=occurred_at, data=data, **given)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFact(KeptFact):
    """A fact with a form: `form` where it is filled in as it should be, else `unfit` says why not."""

    form: Any = None
    unfit: FactMalformed | None = None


Formed = TypeVar("Formed", bound=FormFact)


def fits(_form: Any) -> None:
    """Nothing is asked of several members at once."""


@dataclass(frozen=True, eq=False)
class FormKind(OpenKind[Formed]):
    """An open kind that got a strict form later: what was stated before stays readable.

    `form` reads all of `data`, `agrees` raises `Unfit` where its members contradict each other. What does not
    fit is the business of a door (`unfit`); the members of an open kind are refused at once, as ever.
    """

    _: KW_ONLY
    form: Shape[Any]
    agrees: Callable[[Any], None] = fits

    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Formed:
        """The fact that `data` states about `sub`; raises `FactMalformed` (path, expected)."""
        fact = super().__call__(data, sub, occurred_at)
        try:
            form = self.form(data)
            self.agrees(form)
        except Unfit as unfit:
            path = unfit.under(".data").json_path
            return replace(fact, unfit=FactMalformed(typ=self.typ, path=path, expected=unfit.expected))
        return replace(fact, form=form)

    def members(self) -> tuple[Member, ...]:
        """The members of its form, for the reference of the records."""
        return tuple(described(self.form.needed, self.form.optional))


def any_subject(value: object) -> str:
    """A subject of any form: what the record is about is judged by what it names."""
    return text_of(1, 200)(value)


def _read(data: Mapping[str, object], member: str, reader: Reader[Any]) -> Any:
    if member not in data:
        raise Unfit("this member").under("." + member)
    try:
        return reader(data[member])
    except Unfit as unfit:
        raise unfit.under("." + member) from None


def holds(data: Mapping[str, object], path: str) -> bool:
    """Whether the data have a member at a dotted path."""
    member, _, rest = path.partition(".")
    if not rest:
        return member in data
    inner = data.get(member)
    return isinstance(inner, Mapping) and holds(inner, rest)


def without(data: Mapping[str, object], paths: Iterable[str]) -> dict[str, object]:
    """A copy of the data without the members at these dotted paths, all of which it holds."""
    kept = dict(data)
    for path in paths:
        member, _, rest = path.partition(".")
        inner = kept[member]
        if rest and isinstance(inner, Mapping):
            kept[member] = without(inner, (rest,))
        else:
            del kept[member]
    return kept
