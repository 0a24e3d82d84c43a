"""The state of one admission decision: claims, known states, and the changes noted so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from trace.calendar.shanghai import in_zone
from trace.chain.chain_state import ChainState, KnownLot, Made
from trace.chain.editions import FIRST
from trace.chain.effects import Effect, EntryRef, Mark
from trace.chain.facts import Fact
from trace.chain.ids import row_id
from trace.errors import Refusal
from trace.errors.food import LotNotHeld, LotUnknown, NeedsDeclaration
from trace.quantities import Quantity
from trace.rules import RECORD_AND_MARK, Admission, Rule, Rules

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The civil time of the law; no daylight saving since 1991."""
_ROWS: Final = 256


class InputRef(Protocol):
    """An entry of `inputs`: a statement that this one builds on."""

    @property
    def stmt(self) -> str: ...
    @property
    def log(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def role(self) -> str: ...


class Claims(Protocol):
    """The claims that admission reads (docs/record-format.md §3.3); `data` as signed, digests and all."""

    @property
    def typ(self) -> str: ...
    @property
    def iss(self) -> str: ...
    @property
    def sub(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def signed_at(self) -> datetime: ...
    @property
    def inputs(self) -> Sequence[InputRef]: ...
    @property
    def data(self) -> Mapping[str, object]: ...


@dataclass(slots=True)
class Decision:
    """One statement before admission. `raw` is its data as signed: what counts the same after erasure.

    `typ` is the kind decided on: for a correction, the kind of the statement that it amends, and `amending`
    holds what that one had made. `edition` is the entry's: a later door is noted, not shut. `new` is
    false for what stands in a log already, on replay and as evidence: its doors are noted, never shut.
    `carried`: it stands in another's log: of goods that its signer does not hold it takes nothing.
    `key_refused`: the door of its key would not let it in. `disclosed`: members that came in disclosures,
    for doors alone: no row may hang on them. `again`: it was decided before and rested, and what it lacked is
    known now. `lacking`: the lots and statements that it names and nobody knows here yet.
    """

    claims: Claims
    entry: EntryRef
    known: ChainState
    rules: Rules
    roles: Collection[str]
    typ: str
    raw: Mapping[str, object]
    day: date
    edition: int = FIRST
    new: bool = True
    carried: bool = False
    key_refused: bool = False
    again: bool = False
    amending: Made | None = None
    disclosed: Collection[str] | None = None
    changes: list[Effect] = field(default_factory=list)
    would_refuse: list[Refusal] = field(default_factory=list)
    lacking: dict[str, None] = field(default_factory=dict)
    _ordinals: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def public(self) -> dict[str, object]:
        """The signed data without what the signer concealed and without digests: fit to be kept and shown."""
        return {member: value for member, value in self.raw.items() if member != "_sd"}

    @property
    def concealed(self) -> int:
        """How many members stand only as digests (RFC 9901); decoys count too."""
        digests = self.raw.get("_sd")
        return len(digests) if isinstance(digests, list) else 0

    def next_id(self, table: str) -> int:
        """A row id of this statement, counted per table."""
        ordinal = self._ordinals[table]
        self._ordinals[table] = ordinal + 1
        return row_id(self.entry.origin, self.entry.index, ordinal)

    def pass_over(self, table: str, rows: int = 1) -> None:
        """Leave row ids out that stand already, or that belong to what is not known yet."""
        self._ordinals[table] += rows

    def add(self, change: Effect) -> None:
        self.changes.append(change)

    def refuse(self, refusal: Refusal, *, since: int = FIRST) -> None:
        """A door that stands since an edition: a new entry is refused.

        What is logged, or enters under an edition before it, goes on, and all that follows is made.
        """
        if self.new and self.edition >= since:
            raise refusal
        self.would_refuse.append(refusal)

    def keep_out(self, refusal: Refusal, *, since: int = FIRST) -> None:
        """A door of the own log alone: bad news that another log has taken is not lost with its form."""
        if self.carried:
            self.would_refuse.append(refusal)
        else:
            self.refuse(refusal, since=since)

    def refuse_stranger(self, refusal: Refusal) -> None:
        """A door for what somebody says of goods or things of others: whatever another log made of that, here
        it has no effect."""
        if self.carried:
            raise refusal
        self.refuse(refusal)

    @contextmanager
    def door(self, *, since: int = FIRST) -> Iterator[None]:
        """Checks that raise by themselves, as one door."""
        try:
            yield
        except Refusal as refusal:
            self.refuse(refusal, since=since)

    def rule(self, rule_id: str, **when: str) -> Rule:
        """The rule that held on the day of what happened."""
        return self.rules.at(rule_id, self.day, **when)

    def admission(self, rule_id: str) -> Admission | None:
        return self.rules.admission(rule_id, self.typ, self.day)

    def mark(self, rule_id: str, on: int | None, /, **params: object) -> None:
        """Record that a rule saw something here, with its figures; nothing where the rule has no say."""
        admission = self.admission(rule_id)
        if admission is not None:
            self.mark_as(admission, on, **params)

    def mark_as(self, admission: Admission, on: int | None, /, **params: object) -> None:
        """As `mark`, by a row of the table that stands for another kind."""
        rule = self.rule(admission.rule)
        figures = {"clause": rule.cited, **params}
        self.note(rule.id, admission.code, on, admission.gates, figures, None)

    def must(
        self, rule_id: str, refusal: type[NeedsDeclaration], on: int | None, fact: Fact, /, **params: object
    ) -> None:
        """A rule is broken: refuse with the figures, or enter it as a named gap when the signer declared it.

        Where the rule only warns on that day it is recorded and marked.
        """
        self.must_as(self.admission(rule_id), refusal, on, fact, **params)

    def must_as(
        self,
        admission: Admission | None,
        refusal: type[NeedsDeclaration],
        on: int | None,
        fact: Fact,
        /,
        **params: object,
    ) -> None:
        """As `must`, by a row of the table that stands for another kind; nothing where there is none."""
        if admission is None:
            return
        rule = self.rule(admission.rule)
        figures = {"clause": rule.cited, **params}
        declared = fact.declaration(rule.id)
        if declared is None and admission.effect != RECORD_AND_MARK:
            self.refuse(refusal(rule=rule.id, **figures))
            return
        self.note(rule.id, admission.code, on, admission.gates, figures, declared)

    def note(
        self,
        rule_id: str,
        code: str,
        lot: int | None,
        gates: tuple[str, ...],
        params: Mapping[str, object],
        declared: str | None,
    ) -> None:
        """Put a mark down as it is, as long as the statement has row ids left."""
        if self._ordinals["mark"] < _ROWS:
            self.add(Mark(self.next_id("mark"), rule_id, code, lot, gates, params, declared))

    def lot(self, urn: str) -> KnownLot:
        """A lot that must exist. Raises `LotUnknown`."""
        lot = self.known.lots.get(urn)
        if lot is None:
            self.lack(urn)
            raise LotUnknown(lot=urn)
        return lot

    def lack(self, name: str) -> None:
        """Note a lot (urn) or a statement (id) that is not known here."""
        self.lacking[name] = None

    def held_lot(self, urn: str) -> KnownLot:
        """A lot that the issuer holds. Consigned goods are received, never used: to whom may be concealed.

        Raises `LotUnknown`, `LotNotHeld`.
        """
        lot = self.lot(urn)
        if lot.holder != self.claims.iss or lot.kind == "consignment":
            self.refuse(LotNotHeld(lot=urn, iss=self.claims.iss))
        return lot

    def acted_lot(self, urn: str) -> KnownLot:
        """A lot of which something is said that changes it: by its holder alone, in any log.

        Raises `LotUnknown`, `LotNotHeld`.
        """
        lot = self.held_lot(urn)
        if lot.holder != self.claims.iss:
            self.refuse_stranger(LotNotHeld(lot=urn, iss=self.claims.iss))
        return lot


def day_of(moment: datetime) -> date:
    """The calendar day in Shanghai."""
    return in_zone(moment, SHANGHAI).date()


def civil(moment: datetime) -> str:
    """A moment in Shanghai as text: the same whether a statement has just said it or a table holds it."""
    return in_zone(moment, SHANGHAI).isoformat()


def share_of(rule: Rule) -> Decimal:
    """A percentage as an exact decimal: "2" of unit "%" is 0.02."""
    return rule.number.scaleb(-2) if rule.unit == "%" else rule.number


def exceeds(amount: Quantity, limit: Quantity, tolerance: Decimal = Decimal(0)) -> bool:
    """Whether `amount` is more than `limit` and the tolerance on it; exact, quick within one unit."""
    if amount.unit == limit.unit:
        return amount.value > limit.value * (1 + tolerance)
    return amount > limit and amount.base > limit.base * (1 + Fraction(tolerance))


def percent(share: Fraction | Decimal) -> str:
    """A share as per cent with two decimals, for figures that people read."""
    return f"{float(share * 100):.2f} %"


def shown(quantity: Quantity) -> str:
    return str(quantity)
