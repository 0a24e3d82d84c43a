"""Statements that rest: they are decided again as soon as what they name is known here.

An order of another log may come before the goods, its end before the order, a re-test before the report. What
wakes them is the statement that makes the lot, or the one that they name; their own rows and their own time
stay theirs, so that a correction of what woke them takes nothing back of them.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, replace

from trace.chain.admission import Door, Envelope, admit
from trace.chain.chain_state import ChainState
from trace.chain.effects import Effects, EntryRef, NewLot
from trace.chain.ids import row_id
from trace.chain.needs import Needs
from trace.chain.order_effects import Rested
from trace.ledger.algorithms import DEFAULT_ALGORITHMS
from trace.ledger.statement import parse_statement
from trace.rules import Rules
from trace.store.chain.resting import list_resting
from trace.store.transaction import Connection
from trace.usecases.intake.candidate import Candidate, recall_candidate


@dataclass(frozen=True, slots=True)
class Resting:
    """A statement that rests, at its place, with the roles that its key had when it is asked again."""

    candidate: Candidate
    entry: EntryRef
    door: Door

    @property
    def name(self) -> str:
        return self.entry.statement_id


Waiting = MutableMapping[str, tuple[Resting, ...]]
"""Lot (urn) or statement (id) -> what waits for it, in order of arrival."""


def load_resting(connection: Connection, own: str, names: Iterable[str]) -> Waiting:
    """What waits for these lots and statements, and what waits for that."""
    found: dict[str, tuple[Resting, ...]] = {}
    unread = set(names)
    while unread:
        asked, unread = unread, set()
        for name, entry in list_resting(connection, asked):
            statement = parse_statement(entry.jws)
            candidate = recall_candidate(statement, entry.leaf.encode(), DEFAULT_ALGORITHMS)
            place = EntryRef(
                entry.origin, entry.index, statement.statement_id, statement.claims.iss, entry.at
            )
            door = Door.LOGGED if entry.origin == own else Door.CARRIED
            found[name] = (*found.get(name, ()), Resting(candidate, place, door))
            if statement.statement_id not in found:
                unread.add(statement.statement_id)
    return found


def each_of(waiting: Waiting) -> list[Resting]:
    """Each statement that waits, once."""
    return list({one.name: one for every in waiting.values() for one in every}.values())


def needs_again(waiting: Waiting) -> Needs:
    """What a statement that is decided again must know of itself."""
    names = frozenset(one.name for one in each_of(waiting))
    return Needs(statements=names, amended=names, records=names)


def rest(known: ChainState, waiting: Waiting, resting: Resting, changes: Sequence[object]) -> None:
    """Note in the overlay for what a statement waits that was just decided."""
    for change in changes:
        if isinstance(change, Rested) and change.woken_by is None:
            others = tuple(one for one in waiting.get(change.name, ()) if one.name != resting.name)
            known.put(waiting, change.name, (*others, resting))


def names_in(effects: Effects) -> list[str]:
    """What a statement makes known: itself, and the lots that it makes."""
    made = [change.urn for change in effects.changes if isinstance(change, NewLot)]
    return [effects.entry.statement_id, *made]


def decide_again(
    known: ChainState, one: Resting, name: str, by: EntryRef, rules: Rules, roles: Iterable[str]
) -> Effects:
    """What follows of a statement now that `name` is known, by the entry that made it known."""
    claims = one.candidate.statement.claims
    effects = admit(
        claims,
        one.candidate.fact,
        one.entry,
        known,
        rules,
        roles=frozenset(roles),
        door=one.door,
        envelope=Envelope(again=True),
    )
    row = row_id(one.entry.origin, one.entry.index)
    woken = Rested(row, name, row_id(by.origin, by.index))
    return replace(effects, changes=(woken, *effects.changes))
