"""The register of producers of green food of an authority's area on a day, with its changes in a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RightMissing
from trace.oversight.register import Change, LicenceSaid, Producer, changes_of, register_on
from trace.parties import ALL, Actor
from trace.quantities import Quantity
from trace.store.chain.licences import as_they_stand, said_of_licences
from trace.store.lots.scope import master_data
from trace.store.transaction import Connection, Transactions
from trace.usecases.ledgers.period import Period
from trace.usecases.lots.sight import parties_in_area

MARK: Final = "green_mark"


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Producers with what is registered of each firm, and what changed in the period."""

    day: date
    producers: tuple[Producer, ...]
    changes: tuple[Change, ...]
    firms: Mapping[str, Mapping[str, Any]]
    """Holder -> its party record, as last stated."""

    @property
    def products(self) -> int:
        """Licences that hold: one for each marked product (绿色食品标志产品数)."""
        return sum(len(one.licences) for one in self.producers)


def read_register(transactions: Transactions, actor: Actor, period: Period) -> RegisterPage:
    """The register at the end of the period's last day or of today, whichever is earlier, and the changes up
    to it; an authority's alone.

    Raises `RightMissing` for others.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        said = list(read_said(tx.connection))
        seen = parties_in_area(tx.connection, actor, {one.holder for one in said})
        said = [one for one in said if one.holder in seen]
        day = min(period.last, day_in_shanghai(tx.now))  # nobody knows yet what is said tomorrow
        producers = register_on(day, said)
        changes = changes_of(period.first, day, said)
        firms = master_data(tx.connection, "party", {one.holder for one in said})
    return RegisterPage(day, producers, changes, firms)


def read_said(connection: Connection) -> Iterator[LicenceSaid]:
    """What authorities said of licences to use the mark, as it stands after corrections, in order of arrival.

    A licence that was taken back (a withdrawn statement) was never said.
    """
    for row, sub, data in as_they_stand(connection, said_of_licences(connection)):
        if data["kind"] == MARK:
            yield _said(sub, data, day_in_shanghai(row.logged_at), row.stmt)


def _said(urn: str, data: Mapping[str, Any], known_on: date, stmt: str) -> LicenceSaid:
    output = data.get("approvedOutput")
    return LicenceSaid(
        urn=urn,
        number=data["number"],
        holder=data["holder"],
        products=tuple(data["productNames"]),
        valid_from=date.fromisoformat(data["validFrom"]),
        valid_to=date.fromisoformat(data["validTo"]),
        cancelled=data["status"] == "cancelled",
        output=Quantity.parse(output) if output else None,
        gf_code=data.get("gfCode"),
        known_on=known_on,
        statement=stmt,
    )
