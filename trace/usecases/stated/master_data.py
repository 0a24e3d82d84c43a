"""A firm's master data as last stated: itself, its products and places, and the licences that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.master import PARTY, PLACE, PRODUCT
from trace.chain.sketch import SIZE
from trace.errors import RightMissing
from trace.parties import OWN, Actor
from trace.store.chain.own_master import licences_of, newest_stated
from trace.store.lots.scope import master_data
from trace.store.transaction import Transactions
from trace.usecases.stated.own_records import read_signed, said_by

VALID: Final = "valid"
EXPIRED: Final = "expired"
NOT_YET: Final = "not-yet"
CANCELLED: Final = "cancelled"


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing as last stated, private members included: the statement, its name, its data, since when."""

    stmt: str
    typ: str
    sub: str
    data: Mapping[str, Any]
    stated_at: datetime
    sketch: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as the authority stated it, and how it stands today."""

    urn: str
    kind: str
    number: str
    valid_from: str
    valid_to: str
    products: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class MasterData:
    """What a firm stated of itself, and the name under which it is on record whoever stated that."""

    party: tuple[Stated, ...]
    products: tuple[Stated, ...]
    places: tuple[Stated, ...]
    licences: tuple[Licence, ...]
    known_as: str = ""


def read_master(transactions: Transactions, actor: Actor) -> MasterData:
    """All master data of one's own organisation."""
    if actor.party is None:
        raise RightMissing(scope=OWN)
    iss = actor.party
    found: dict[str, list[Stated]] = {kind.typ: [] for kind in (PARTY, PRODUCT, PLACE)}
    with transactions.look(actor.subject) as tx:
        for typ, listed in found.items():
            for row in newest_stated(tx.connection, iss, tx.origin, typ):
                if typ == PARTY.typ and row.sub != iss:
                    continue
                signed, _, _ = read_signed(tx.connection, tx.origin, iss, row.stmt)[-1]
                data = said_by(signed) or {}
                listed.append(Stated(row.stmt, typ, row.sub, data, row.logged_at, _points(data)))
        licences = licences_of(tx.connection, iss)
        known = master_data(tx.connection, "party", [iss]).get(iss, {})
        today = day_in_shanghai(tx.now)
    return MasterData(
        tuple(found[PARTY.typ]),
        tuple(found[PRODUCT.typ]),
        tuple(found[PLACE.typ]),
        tuple(_licence(urn, data, today) for urn, data in licences),
        str(known.get("name") or ""),
    )


def _points(data: Mapping[str, Any]) -> str:
    """The shape of a place as SVG wants its points, on a field of 1000 by 1000; "" where none is stated."""
    points = data.get("sketch")
    if not isinstance(points, list):
        return ""
    return " ".join(f"{min(int(x), SIZE)},{min(int(y), SIZE)}" for x, y in points)


def _licence(urn: str, data: Mapping[str, Any], today: date) -> Licence:
    since, until = str(data.get("validFrom", "")), str(data.get("validTo", ""))
    state = VALID
    if data.get("status") != "valid":
        state = CANCELLED
    elif today.isoformat() < since:
        state = NOT_YET
    elif today.isoformat() > until:
        state = EXPIRED
    names = tuple(str(one) for one in data.get("productNames", ()))
    return Licence(urn, str(data.get("kind", "")), str(data.get("number", "")), since, until, names, state)
