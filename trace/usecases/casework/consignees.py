"""Who has goods of a case, or may have: the scope gathered by receiver, and what was said to each.

A receiver that signs nowhere is known by the name that its supplier wrote down. Sales to consumers are no
consignee: they are told by the public page of the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from trace.chain.facts.oversight import ACKNOWLEDGEMENT, NOTICE
from trace.store.casework.cases import CaseRow, EventRow
from trace.store.lots.details import read_lots
from trace.store.transaction import Tx
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


class Gathering:
    """The receivers of lines that pass by, but for the firm of the case itself and for consumers."""

    def __init__(self, maker: str) -> None:
        self._maker = maker
        self.found: dict[str, Consignee] = {}

    def line(self, line: Mapping[str, Any]) -> None:
        """One line of the scope."""
        party = str(line.get("receiver") or "")
        if not line["counted"] or party == self._maker or line.get("by") == CONSUMERS:
            return
        name = str(line.get("name") or "")
        key = party or name or str(line.get("contact") or line.get("consignment") or line.get("to") or "")
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
    lots = read_lots(tx.connection, [row.lot])
    if not lots:
        return {}
    gathering = Gathering(row.party)
    for line in Scope(tx.connection, reach_of(tx.connection, lots[0].id), None).lines():
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
