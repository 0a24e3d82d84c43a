"""Master data for admission: who said what of a product or place, and whose a company prefix is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from trace.chain.effects import MasterStated
from trace.chain.facts.urns import owner_of
from trace.chain.identifiers import (
    FOREIGN,
    GTIN,
    PROVEN,
    UNPROVEN,
    Prefix,
    Stated,
    holder_of,
    owner_in,
    packers_in,
    prefix_of,
    speaking,
    standing_of,
)

PLACE: Final = "urn:place:"
HOLDER: Final = "holder"
WORKERS: Final = "workers"
_NOTHING: Final[Mapping[str, object]] = {}


@dataclass(slots=True)
class MasterBook:
    """Filled by the store for the things of a batch; `ChainState.apply` goes on from there.

    stated    product or place urn -> what each party said last, the newest last
    prefixes  digits -> the licences that give them
    """

    stated: dict[str, tuple[Stated, ...]] = field(default_factory=dict)
    prefixes: dict[str, tuple[Prefix, ...]] = field(default_factory=dict)

    def said(self, urn: str, new: Stated) -> tuple[Stated, ...]:
        """What was said of a thing once `new` is said too."""
        return (*(one for one in self.stated.get(urn, ()) if one.stater != new.stater), new)

    def of(self, urn: str, stater: str) -> Mapping[str, object]:
        """What one party said last of a thing."""
        return next((one.data for one in self.stated.get(urn, ()) if one.stater == stater), _NOTHING)

    def standing(self, party: str, urn: str, day: date | None = None) -> str:
        """What a party is to a product's number."""
        owner = owner_in(urn)
        if owner is None:
            gtin = urn.removeprefix(GTIN)
            return standing_of(party, gtin, holder_of(self.prefixes, gtin, day), self.stated.get(urn, ()))
        if owner_of(party) == owner:
            return PROVEN
        own = (one for one in self.stated.get(urn, ()) if owner_of(one.stater) == owner)
        return PROVEN if any(party in packers_in(one.data) for one in own) else FOREIGN

    def product(self, urn: str | None, reader: str) -> Mapping[str, object]:
        """Master data of a product as they count for the goods of `reader`."""
        found = self.counted(urn, reader) if urn is not None else None
        return found.data if found is not None else _NOTHING

    def counted(self, urn: str, reader: str) -> Stated | None:
        """Whose word counts of a product or place for the goods of `reader`."""
        return speaking(self.stated.get(urn, ()), reader, self._speaks(urn))

    def _speaks(self, urn: str) -> Callable[[str], bool]:
        if urn.startswith(PLACE):
            holder = holder_named(self.stated.get(urn, ()))
        elif (owner := owner_in(urn)) is not None:
            return lambda stater: owner_of(stater) == owner
        else:
            holder = holder_of(self.prefixes, urn.removeprefix(GTIN))
        return lambda stater: stater == holder

    def place(self, urn: str, reader: str) -> Mapping[str, object]:
        """Master data of a place as they count for the goods of `reader`: with the holder that a bureau
        named and the workers that this holder listed."""
        found = self.counted(urn, reader)
        if found is None:
            return _NOTHING
        data = {name: value for name, value in found.data.items() if name not in {HOLDER, WORKERS}}
        holder = holder_named(self.stated[urn])
        if holder is not None:
            data[HOLDER] = holder
            workers = self.of(urn, holder).get(WORKERS)
            data |= {WORKERS: workers} if workers else {}
        return data

    def keeps(self, party: str, urn: str) -> bool:
        """Whether a party may keep links on a product or place: as its holder; where nobody is registered, on
        what it stated itself."""
        own = any(one.stater == party for one in self.stated.get(urn, ()))
        if urn.startswith(PLACE):
            holder = self.place(urn, party).get(HOLDER)
            return own if holder is None else holder == party
        standing = self.standing(party, urn)
        return standing == PROVEN or (standing == UNPROVEN and own)


def holder_named(stated: Sequence[Stated]) -> str | None:
    """Whose a place is, as an authority said last."""
    named = (one.data.get(HOLDER) for one in reversed(stated) if one.official)
    return next((one for one in named if isinstance(one, str)), None)


class _Overlay(Protocol):
    """The part of the chain state that master data change."""

    master: MasterBook
    parties: dict[str, Mapping[str, object]]
    licences: dict[str, Mapping[str, object]]
    held: dict[str, tuple[str, ...]]

    @property
    def statements(self) -> Mapping[str, _Signed]: ...

    def put(self, table: Any, key: Any, value: Any) -> None: ...


class _Signed(Protocol):
    @property
    def iss(self) -> str: ...


def _stated(known: _Overlay, change: MasterStated, statement: str) -> None:
    if change.kind in {"product", "place"}:
        new = Stated(known.statements[statement].iss, change.data, change.official)
        known.put(known.master.stated, change.urn, known.master.said(change.urn, new))
        return
    known.put(known.parties if change.kind == "party" else known.licences, change.urn, change.data)
    if change.kind == "licence":
        _licensed(known, change)


def _licensed(known: _Overlay, change: MasterStated) -> None:
    """Of a licence stated anew the prefix that it gave before is gone."""
    holder, prefixes = change.data.get(HOLDER), known.master.prefixes
    held = known.held.get(holder, ()) if isinstance(holder, str) else (change.urn,)
    if change.urn not in held:
        known.put(known.held, holder, tuple(sorted((*held, change.urn))))
    for digits, given in list(prefixes.items()):
        if any(one.licence == change.urn for one in given):
            known.put(prefixes, digits, tuple(one for one in given if one.licence != change.urn))
    new = prefix_of(change.urn, change.prefix, change.data)
    if new is not None:
        known.put(prefixes, new.digits, (*prefixes.get(new.digits, ()), new))


MASTER_STATES: Final[Mapping[type, Callable[[Any, Any, str], None]]] = {MasterStated: _stated}
