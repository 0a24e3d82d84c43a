"""What every fact has, and how a kind makes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from trace.chain.facts import urns
from trace.chain.facts.reading import Member, Reader, Shape, Unfit, described, expected_of, many, pattern
from trace.chain.needs import Needs
from trace.errors.food import FactMalformed, QuantityNotPositive


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
        """What admission must know; nothing by default."""
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


class Kind(Generic[Made]):
    """One record kind: its type string, its members, and what its `sub` must be.

    `subject` names the attribute that `sub` must equal, or is a reader that `sub` must satisfy.
    """

    __slots__ = ("_by_attribute", "_subject", "made", "shape", "typ")

    def __init__(
        self,
        typ: str,
        made: type[Made],
        needed: Mapping[str, Reader[Any]],
        optional: Mapping[str, Reader[Any]] | None = None,
        *,
        subject: str | Reader[str],
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        self.typ = typ
        self.made = made
        self.shape = Shape(made, needed, {**(optional or {}), "declared": _declared}, renamed)
        self._by_attribute = isinstance(subject, str)
        self._subject: Any = subject

    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Made:
        """Raises `FactMalformed` (path, expected) or `QuantityNotPositive` (path)."""
        try:
            fact = self.shape.read(data, {"sub": sub, "occurred_at": occurred_at})
        except Unfit as unfit:
            path = unfit.under(".data").json_path
            if not unfit.positive:
                raise QuantityNotPositive(typ=self.typ, path=path) from None
            raise FactMalformed(typ=self.typ, path=path, expected=unfit.expected) from None
        if self._by_attribute:
            if getattr(fact, self._subject) != sub:
                raise FactMalformed(
                    typ=self.typ, path="$.sub", expected=f"the same as data's {self._subject}"
                )
        else:
            self._check(sub)
        return fact

    def members(self) -> tuple[Member, ...]:
        """What its `data` holds, for the reference of the records."""
        return tuple(described(self.shape.needed, self.shape.optional))

    @property
    def subject(self) -> str:
        """What its `sub` must be, in words."""
        if self._by_attribute:
            return f"the same as data's `{self._subject}`"
        return expected_of(self._subject)

    def _check(self, sub: str) -> None:
        try:
            self._subject(sub)
        except Unfit as unfit:
            raise FactMalformed(typ=self.typ, path="$.sub", expected=unfit.expected) from None
