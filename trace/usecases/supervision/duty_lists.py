"""An authority's lists of responsibility, tasks and supervision by unit and year, with their commitment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.duties import COMMITTED, DUTIES, LISTS
from trace.errors import RiskUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import Actor
from trace.store.casework.untold import Said, read_own
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of
from trace.usecases.supervision.messages import own_authority

_SIGN: Final = "/desk/sign/{}"
_NOWHERE: Final = RowOrigin("", ())
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_LONGEST, _MOST = 500, 100
COMMITMENT: Final = "commitment"


@dataclass(frozen=True, slots=True)
class UnitLists:
    """The lists of a unit in a year as they stand. `committed`: the commitment to just these; `stale`: one to
    lists that were replaced since."""

    unit: str
    year: int
    lists: Mapping[str, Said]
    committed: Said | None
    stale: bool

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name in LISTS if name not in self.lists)


def read_duty_lists(transactions: Transactions, actor: Actor) -> list[UnitLists]:
    """The lists of the caller's own authority, the newest year first."""
    with transactions.look(actor.subject) as tx:
        return _units(tx, own_authority(tx, actor).urn)


def _units(tx: Tx, authority: str) -> list[UnitLists]:
    lists: dict[tuple[int, str], dict[str, Said]] = {}
    commitments: dict[tuple[int, str], Said] = {}
    for said in read_own(tx.connection, authority, (DUTIES.typ, COMMITTED.typ), _ALWAYS):
        key = (-int(said.data["year"]), str(said.data["unit"]))
        if said.typ == DUTIES.typ:
            lists.setdefault(key, {})[str(said.data["list"])] = said
        else:
            commitments[key] = said
    found = []
    for (year, unit), standing in sorted(lists.items()):
        last = commitments.get((year, unit))
        holds = last is not None and set(last.data["lists"]) == {one.stmt for one in standing.values()}
        found.append(
            UnitLists(unit, -year, standing, last if holds else None, last is not None and not holds)
        )
    return found


def propose_duty_list(transactions: Transactions, actor: Actor, key: str, typed: Mapping[str, str]) -> str:
    """Draft a list, or the commitment to the three of a unit; where it waits for its signature.

    Raises `RightMissing`, and `RiskUnfit` with what is missing.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        year = _year(typed.get("year", ""), day_in_shanghai(tx.now).year)
        data: dict[str, Any] = {"year": year}
        for name in ("unit", "office"):
            data[name] = typed.get(name, "").strip()
            if not 0 < len(data[name]) <= _LONGEST:
                raise RiskUnfit(wanted=name)
        which = typed.get("list", "")
        if which == COMMITMENT:
            data["lists"] = _three(_units(tx, own.urn), data["unit"], year)
        elif which in LISTS:
            data |= {"list": which, "items": _items(typed.get("items", ""))}
        else:
            raise RiskUnfit(wanted="list")
        typ = COMMITTED.typ if which == COMMITMENT else DUTIES.typ
        name = f"urn:duties:{own.urn.rpartition(':')[2]}:{year}"
        draft = Draft(typ, name, tx.now, data, (), (), _NOWHERE, "")
        signer, title = Signer(own.urn, actor.person), f"{data['unit']} · {year}"
        return done.to(_SIGN.format(keep_in(tx, signer, title, [content_of(draft, data)])))


def _three(units: Sequence[UnitLists], unit: str, year: int) -> list[str]:
    found = next((one for one in units if (one.unit, one.year) == (unit, year)), None)
    if found is None or found.missing:
        raise RiskUnfit(wanted="three-lists")
    return [found.lists[name].stmt for name in LISTS]


def _items(text: str) -> list[str]:
    items = [line.strip() for line in text.splitlines() if line.strip()]
    if not 0 < len(items) <= _MOST or any(len(one) > _LONGEST for one in items):
        raise RiskUnfit(wanted="items")
    return items


def _year(text: str, this: int) -> int:
    if text not in {str(this + further) for further in (-1, 0, 1)}:
        raise RiskUnfit(wanted="year")
    return int(text)
