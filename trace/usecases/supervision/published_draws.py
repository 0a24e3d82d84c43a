"""Random draws as everybody may read them: each commitment, and after the result all that draws it again.

Firms stand there by their codes, inspectors by the numbers of their cards, never by names. A plan that names
anybody but firms, or an inspector otherwise than by a card, is not shown: a code of eighteen signs may be a
person's number, and what is no number a name. Names of firms are added where the code is no single trader's,
whose name is often a person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.errors import NamedStatementUnknown, NumberMalformed
from trace.identity import uscc
from trace.ledger.canonical import JsonValue
from trace.oversight.draws_in_log import DrawSeen
from trace.oversight.visits.drawn import is_card, urn_of_object
from trace.store.accounts.people import list_organisations
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.usecases.supervision.draws import draws_with_repeats, result_hash, result_of

MOST: Final = 100
_FIRM: Final = "urn:uscc:"
_REGISTERED: Final = ("9", "N")
"""What codes of firms and farms begin with: those of market and agricultural registration. No number of a
person begins so."""


@dataclass(frozen=True, slots=True)
class PublishedDraw:
    """A draw with the name of its authority. `result` is None before it is drawn, and where it is withheld or
    its plan is not kept here; `names`: firm's code -> its name."""

    seen: DrawSeen
    authority: str
    result: Mapping[str, JsonValue] | None = None
    names: Mapping[str, str] | None = None
    withheld: bool = False

    @property
    def elsewhere(self) -> bool:
        """Whether it is drawn, by a plan that another platform keeps."""
        return bool(self.seen.result) and self.result is None and not self.withheld

    @property
    def differs(self) -> bool:
        """Whether the signed record says another result than plan and halves give."""
        return self.result is not None and result_hash(self.result) != self.seen.result_hash


def list_published_draws(transactions: Transactions) -> list[PublishedDraw]:
    """The newest draws of every authority, those that are not drawn yet or were given up too."""
    with transactions.look() as tx:
        names = {one.urn: one.name for one in list_organisations(tx.connection)}
        return [
            PublishedDraw(one, names.get(one.authority, one.authority))
            for one in draws_with_repeats(tx)[:MOST]
        ]


def read_published_draw(transactions: Transactions, statement: str) -> PublishedDraw:
    """One draw, with its result once it is drawn; raises `NamedStatementUnknown`."""
    with transactions.look() as tx:
        seen = next((one for one in draws_with_repeats(tx) if one.statement == statement), None)
        if seen is None:
            raise NamedStatementUnknown(statement=statement[:64])
        names = {one.urn: one.name for one in list_organisations(tx.connection)}
        authority = names.get(seen.authority, seen.authority)
        result = result_of(tx, seen)
        if result is None:
            return PublishedDraw(seen, authority)
        plan: Any = result["plan"]
        if not (names_firms_alone(plan) and names_cards_alone(plan)):
            return PublishedDraw(seen, authority, withheld=True)
        return PublishedDraw(seen, authority, result, _names(tx, plan["objects"]))


def names_firms_alone(plan: Mapping[str, Any]) -> bool:
    """Whether all that a plan draws from or leaves out are firms by their codes."""
    named = [*plan["objects"], *(one["object"] for one in plan.get("omitted", ()))]
    return all(is_firm(urn_of_object(str(one))) for one in named)


def names_cards_alone(plan: Mapping[str, Any]) -> bool:
    """Whether all inspectors of a plan stand in it by the numbers of their cards."""
    return all(is_card(str(one)) for names in plan["inspectors"].values() for one in names)


def is_firm(urn: str) -> bool:
    """Whether it is the code of a firm or farm that is registered as such, no person's number."""
    code = urn.removeprefix(_FIRM)
    try:
        return urn.startswith(_FIRM) and uscc.parse(code).text.startswith(_REGISTERED)
    except NumberMalformed:
        return False


def _names(tx: Tx, objects: Iterable[str]) -> dict[str, str]:
    """Object as the plan names it -> its registered name, but for single traders'."""
    urns = {one: urn_of_object(one) for one in objects}
    found = firm_names(tx.connection, sorted(urns.values()))
    return {
        one: found[urn]
        for one, urn in urns.items()
        if urn in found and uscc.parse(urn.removeprefix(_FIRM)).kind != uscc.INDIVIDUAL
    }
