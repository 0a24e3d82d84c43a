"""Who has goods of a case, or may have: the scope gathered by receiver, and what was said to each.

A receiver that signs nowhere is known by the name that its supplier wrote down. Sales to consumers are no
consignee: they are told by the public page of the code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

from trace.chain.facts.oversight import ACKNOWLEDGEMENT, NOTICE
from trace.store.casework.cases import CaseRow, EventRow
from trace.store.transaction import Tx
from trace.usecases.casework.goods_concerned import goods_concerned
from trace.usecases.lots.recall_scope import Scope, reach_of

CONSUMERS: Final = "consumers"
ACT, TOLD = "act-signed", "told"
"""Events of a case: an official act was signed; somebody was told by telephone, on paper or in person."""
WAYS: Final = ("phone", "paper", "visit")


@dataclass(slots=True)
class Consignee:
    """One receiver: `key` is its urn, else its name; amounts by unit; `certain` by one line at least.

    `first`: it had the goods from the firm of the case itself.
    """

    key: str
    party: str
    name: str
    contact: str
    first: bool = False
    certain: bool = False
    sent: dict[str, Decimal] = field(default_factory=dict)
    batches: dict[str, None] = field(default_factory=dict)
    own: dict[str, None] = field(default_factory=dict)
    """Its own lots of the goods, where it has stated any."""


@dataclass(frozen=True, slots=True)
class Notified:
    """The last word to a consignee by the authority: its notice as a record, or how else it was told."""

    at: Any
    statement: str = ""
    way: str = ""
    by: str = ""
    due: str = ""
    outbox: tuple[int, ...] = ()


def is_told(line: Mapping[str, Any], maker: str) -> bool:
    """Whether a line has somebody to tell: not the firm of the case itself, no consumers."""
    return bool(line["counted"]) and line.get("receiver") != maker and line.get("by") != CONSUMERS


def key_of(line: Mapping[str, Any]) -> str:
    """By what a receiver is known: its urn, else its name, else how it is reached."""
    told = (line.get(what) for what in ("receiver", "name", "contact", "consignment", "to"))
    return str(next(filter(None, told), ""))


class Consignees(Protocol):
    """All receivers of a case's goods, of which a page needs some."""

    def __len__(self) -> int:
        """How many there are."""

    def among(self, keys: Collection[str]) -> Iterable[Consignee]:
        """Those with one of these keys."""

    def others(self, keys: Collection[str], after: int, most: int) -> Sequence[Consignee]:
        """Of those with none of these keys so many, after the first `after` by name."""

    def firsts(self) -> Mapping[str, tuple[int, Decimal]]:
        """By unit: how many had goods from the firm of the case itself, and how much."""

    def passed_on(self, lots: Collection[str]) -> Collection[str]:
        """Those of the lots out of which goods went."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Consignees that are in memory, and the lots out of which goods went."""

    found: Mapping[str, Consignee]
    sent_from: Collection[str] = ()

    def __len__(self) -> int:
        return len(self.found)

    def among(self, keys: Collection[str]) -> Iterable[Consignee]:
        return [self.found[key] for key in keys if key in self.found]

    def others(self, keys: Collection[str], after: int, most: int) -> Sequence[Consignee]:
        left = [one for one in self.found.values() if one.key not in keys]
        return sorted(left, key=lambda one: (one.name, one.key))[after : after + most]

    def firsts(self) -> Mapping[str, tuple[int, Decimal]]:
        sums: dict[str, tuple[int, Decimal]] = {}
        for one in self.found.values():
            add_first(sums, one)
        return sums

    def passed_on(self, lots: Collection[str]) -> Collection[str]:
        return set(lots).intersection(self.sent_from)


NOBODY: Final = Gathered({})


def add_first(sums: dict[str, tuple[int, Decimal]], one: Consignee) -> None:
    """Count a consignee that had goods from the firm of the case itself."""
    for unit, amount in one.sent.items() if one.first else ():
        count, sent = sums.get(unit, (0, Decimal(0)))
        sums[unit] = count + 1, sent + amount


class Gathering:
    """The receivers of lines that pass by, but for the firm of the case itself and for consumers."""

    def __init__(self, maker: str) -> None:
        self._maker = maker
        self.found: dict[str, Consignee] = {}

    def line(self, line: Mapping[str, Any]) -> None:
        """One line of the scope."""
        if not is_told(line, self._maker):
            return
        party = str(line.get("receiver") or "")
        name, key = str(line.get("name") or ""), key_of(line)
        one = self.found.setdefault(key, Consignee(key, party, name or party or key, ""))
        told = [str(line[what]) for what in ("contact", "address") if line.get(what)]
        one.contact = one.contact or " · ".join(told)
        one.first |= line.get("shipper") == self._maker
        one.certain |= line["word"] == "certain"
        one.batches[str(line["from"])] = None
        if party and line.get("to") and line["to"] != line.get("consignment"):
            one.own[str(line["to"])] = None
        if (amount := line["most"]) is not None:
            unit = str(amount["unit"])
            one.sent[unit] = one.sent.get(unit, Decimal(0)) + Decimal(str(amount["value"]))

    def named(self, names: Mapping[str, str]) -> dict[str, Consignee]:
        """The receivers; whom no shipper named has the name that it is registered by."""
        for one in self.found.values():
            if one.party and one.name == one.party:
                one.name = names.get(one.party, one.party)
        return self.found


def consignees_of(tx: Tx, row: CaseRow) -> dict[str, Consignee]:
    """The receivers of the case's goods; none where the lot is not known here."""
    lots = [one.id for one in goods_concerned(tx.connection, row.lot).first]
    if not lots:
        return {}
    gathering = Gathering(row.party)
    for line in Scope(tx.connection, reach_of(tx.connection, *lots), None).lines():
        gathering.line(line)
    return gathering.found


def notified_in(events: Iterable[EventRow]) -> dict[str, Notified]:
    """Consignee -> what it was told last, by the history of the case."""
    found: dict[str, Notified] = {}
    for one in events:
        if one.event == ACT and one.detail.get("typ") == NOTICE.typ:
            outbox = tuple(int(number) for number in one.detail.get("outbox", "").split())
            for party in one.detail.get("to", "").split():
                found[party] = Notified(
                    one.at, one.evidence[0], due=one.detail.get("due", ""), outbox=outbox
                )  # fmt: skip
        elif one.event == TOLD:
            before = found.get(one.detail.get("consignee", ""))
            found[one.detail.get("consignee", "")] = Notified(
                one.at,
                before.statement if before is not None else "",
                one.detail.get("way", WAYS[0]),
                one.name,
                one.detail.get("dueBy", "") or (before.due if before is not None else ""),
            )
    return found


def acknowledged_in(events: Iterable[EventRow]) -> dict[str, EventRow]:
    """Party -> the last receipt that it signed for what was addressed to it."""
    return {
        one.party: one
        for one in events
        if one.event == ACT and one.detail.get("typ") == ACKNOWLEDGEMENT.typ and one.party
    }
