"""Disputes among verified statements: which are open, and on what both sides or an authority have agreed.

A dispute that a party opened about a receipt or its hand-over stands until its opener drops it, both sides
say the same outcome, or an authority says one (docs/record-format.md §10.6). A settlement counts for a
refusal and for amounts that differ as well. Whoever is no side of a pair opens nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.ledger.bundle.logged import Logged
from trace.ledger.pairing import PAIRED, Handed

_DISPUTE: Final = "dispute"


@dataclass(frozen=True, slots=True)
class DisputeNames:
    """The kinds that open and settle disputes, and the roles that may do so of what concerns others."""

    opened: str
    settled: str
    authorities: Collection[str]


@dataclass(frozen=True, slots=True)
class Disputes:
    """`opened`: the open disputes by statement. `settled`: the statements on which there is agreement."""

    opened: Sequence[tuple[Logged, frozenset[str]]]
    settled: frozenset[str]
    authorities: frozenset[str]

    def contested(self, receipts: Sequence[Handed], issuers: Mapping[str, str]) -> tuple[Handed, ...]:
        """The receipts, with those in dispute of whose pair a side or an authority has opened one."""
        return tuple(self._contested(one, issuers) for one in receipts)

    def _contested(self, one: Handed, issuers: Mapping[str, str]) -> Handed:
        if one.state not in PAIRED:
            return one
        ends = {one.receipt, str(one.handover)}
        sides = {issuers[each] for each in ends}
        for opener, about in self.opened:
            official = not self.authorities.isdisjoint(opener.roles)
            if about & ends and (official or opener.statement.claims.iss in sides):
                return one.contested()
        return one


def disputes_in(logged: Sequence[Logged], pairs: Mapping[str, str | None], names: DisputeNames) -> Disputes:
    """The disputes among statements that hold; `pairs` are the receipts with the hand-over of each."""
    shown = {one.id: one for one in logged if one.valid}
    authorities = frozenset(names.authorities)
    words: dict[str, list[Logged]] = {}
    for one in shown.values():
        dispute = one.statement.claims.data.get(_DISPUTE)
        if one.statement.claims.typ == names.settled and isinstance(dispute, str) and dispute in shown:
            words.setdefault(dispute, []).append(one)
    settled: set[str] = set()
    ended: set[str] = set()
    for dispute, said in words.items():
        opener = shown[dispute]
        group = {dispute, *_about(opener, pairs, names)}
        sides = {shown[each].statement.claims.iss for each in group if each in shown}
        if any(_ends(one, opener, said, sides, authorities, names) for one in said):
            ended.add(dispute)
            settled |= group
    opened = [
        (one, frozenset(_about(one, pairs, names)))
        for one in shown.values()
        if one.statement.claims.typ == names.opened and one.id not in ended
    ]
    return Disputes(opened, frozenset(settled), authorities)


def _ends(
    word: Logged,
    opener: Logged,
    said: Sequence[Logged],
    sides: Collection[str],
    authorities: frozenset[str],
    names: DisputeNames,
) -> bool:
    claims = word.statement.claims
    dropped = opener.statement.claims.typ == names.opened and claims.iss == opener.statement.claims.iss
    alike = {
        one.statement.claims.iss
        for one in said
        if one.statement.claims.data.get("outcome") == claims.data.get("outcome")
    }
    return dropped or not authorities.isdisjoint(word.roles) or alike >= set(sides)


def _about(one: Logged, pairs: Mapping[str, str | None], names: DisputeNames) -> Iterator[str]:
    """What a dispute names; of any other statement the pairs of the hand-over that it is of or speaks of."""
    data = one.statement.claims.data
    if one.statement.claims.typ == names.opened:
        about = data.get("about")
        yield from (each for each in about if isinstance(each, str)) if isinstance(about, list) else ()
        return
    spoken = {one.id, *(each for each in data.values() if isinstance(each, str))}
    held = {pairs.get(each) for each in spoken} | spoken
    for receipt, handover in pairs.items():
        if handover in held:
            yield from (receipt, str(handover))
