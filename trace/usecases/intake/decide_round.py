"""Decisions of one sequencer batch in memory: chain, key, role, admission, in order of arrival.

Nothing here touches the database, but that an act asks for the open marks above its goods through
`ChainState.stored`. What is refused leaves the overlay as it was (docs/adr/0006); what is taken
is collected as `Decided`, to be written at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from trace.chain.admission import RESTING, Door, Envelope, admit
from trace.chain.admission.voided import taken_back, void_at_once
from trace.chain.chain_state import ChainState
from trace.chain.effects import Effects, EntryRef
from trace.chain.facts import KINDS
from trace.errors import (
    ChainConflict,
    GroupRefused,
    KeyAlreadyRegistered,
    KeyNotValid,
    KeyUnknown,
    KindNotTaken,
    Refusal,
    RegistrarUnknown,
    StreamStopped,
)
from trace.frozen import quickly_made
from trace.ledger.claims import Claims
from trace.ledger.keys import COMPROMISED, REVOKE, KeyEntry, Revocation
from trace.parties import REGISTRAR
from trace.rules import Rules
from trace.store.log.entries import ChainHead
from trace.usecases.intake.candidate import Candidate
from trace.usecases.intake.receipt import KNOWN, Outcome, Receipt, Refused
from trace.usecases.intake.repeated import Repeats
from trace.usecases.intake.resting import Resting, Waiting, decide_again, names_in, rest

Stream = tuple[str, str]
STOPPED: Final = "stopped"


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A round's place in the log: origin, size before, the time of its entries, who may register keys."""

    origin: str
    size: int
    logged_at: datetime
    registrars: Mapping[str, str]
    role: str = "food"


@quickly_made
@dataclass(frozen=True, slots=True)
class Decided:
    """One admitted statement and everything that has to be written for it."""

    candidate: Candidate
    index: int
    effects: Effects
    key: KeyEntry | None
    woken: tuple[Effects, ...] = ()
    """What follows of statements that had waited for this one or for its lots."""


@dataclass(slots=True)
class RoundState:
    """The state of a round: what it knows, and changes as it goes on."""

    logged: dict[str, int]
    heads: dict[Stream, ChainHead]
    keys: dict[tuple[str, str], KeyEntry]  # (origin of the log, kid)
    known: ChainState
    decided: list[Decided] = field(default_factory=list)
    waiting: Waiting = field(default_factory=dict)
    repeats: Repeats = field(default_factory=Repeats)
    stopped: frozenset[str] = frozenset()
    """Keys of people who left: nothing new is taken from them."""


class Round:
    """Decides groups one after the other against one `RoundState`."""

    def __init__(self, place: LogPosition, state: RoundState, rules: Rules) -> None:
        self._place = place
        self._state = state
        self._rules = rules

    def group(self, candidates: Sequence[Candidate], *, each: bool) -> list[Outcome]:
        """Take all or none, or (`each`) what can be taken, stopping a stream at its first refusal."""
        if each:
            return list(self._each(candidates))
        return self._all(candidates)

    def _all(self, candidates: Sequence[Candidate]) -> list[Outcome]:
        # One statement alone is all or nothing anyway: `_take` checks everything before it changes anything.
        undo = _Undo(self._state) if len(candidates) > 1 else None
        outcomes: list[Outcome] = []
        for position, candidate in enumerate(candidates):
            try:
                outcomes.append(self._take(candidate))
            except Refusal as refusal:
                if undo is not None:
                    undo.roll_back()
                return list(
                    refused_group([one.statement.statement_id for one in candidates], position, refusal)
                )
        return outcomes

    def _each(self, candidates: Sequence[Candidate]) -> Iterator[Outcome]:
        stopped: set[Stream] = set()
        for position, candidate in enumerate(candidates):
            claims, name = candidate.statement.claims, candidate.statement.statement_id
            stream = (claims.iss, claims.stream)
            try:
                if stream in stopped and name not in self._state.logged:
                    raise StreamStopped(stream=claims.stream, **self._due(stream))
                yield self._take(candidate)
            except Refusal as refusal:
                stopped.add(stream)
                yield Refused(position, refusal, name)

    def _take(self, candidate: Candidate) -> Receipt:
        """Every check first, every change after: a refusal leaves nothing to undo."""
        state, place, statement = self._state, self._place, candidate.statement
        name, claims = statement.statement_id, statement.claims
        if name in state.logged:
            return Receipt(name, state.logged[name], place.origin, KNOWN)
        self._check_kind(claims.typ)
        if statement.kid in state.stopped:
            raise KeyNotValid(kid=statement.kid, reason=STOPPED, index=place.size + len(state.decided))
        if not self._follows(claims):
            again = state.repeats.find(candidate, ((one.candidate, one.index) for one in state.decided))
            if again is None:
                raise ChainConflict(stream=claims.stream, **self._due((claims.iss, claims.stream)))
            return Receipt(*again, place.origin, KNOWN)
        index = place.size + len(state.decided)
        entry = EntryRef(place.origin, index, name, claims.iss, place.logged_at)
        decided = enter(state, candidate, entry, self._rules, place.registrars)
        state.logged[name] = index
        state.heads[claims.iss, claims.stream] = ChainHead(claims.seq, name)
        marks = tuple([mark.code for mark in decided.effects.marks])
        return Receipt(name, index, place.origin, marks=marks)

    def _due(self, stream: Stream) -> dict[str, object]:
        head = self._state.heads.get(stream)
        if head is None:
            return {"seq": 1}
        return {"seq": head.seq + 1, "prev": head.statement_id}

    def _follows(self, claims: Claims) -> bool:
        """Whether it is the next of its chain."""
        head = self._state.heads.get((claims.iss, claims.stream))
        seq, prev = (head.seq + 1, head.statement_id) if head else (1, None)
        return claims.seq == seq and claims.prev == prev

    def _check_kind(self, typ: str) -> None:
        if self._place.role == "agri" and not KINDS[typ].agri:
            raise KindNotTaken(typ=typ, role=self._place.role)


def enter(
    state: RoundState,
    candidate: Candidate,
    entry: EntryRef,
    rules: Rules,
    registrars: Mapping[str, str] | None,
    door: Door = Door.NEW,
) -> Decided:
    """Decide on one statement at its place in a log, own or foreign, and put it into the overlay.

    Raises the refusal of the key or of admission, with the overlay as it was; behind its `door` admission
    refuses nothing more. `registrars`: who may register keys in that log; None where that was decided before.
    """
    claims = candidate.statement.claims
    before: list[Refusal] = []
    changed, signer = None, None
    try:
        changed = _changed_key(state, candidate, entry, registrars)
        signer = _signer(state, candidate, entry, changed)
    except Refusal as refusal:
        void = door is Door.CARRIED and _is_void(refusal)
        if door is Door.NEW or (door is Door.CARRIED and not void):
            raise
        before.append(refusal)
        if void:
            changed, signer = None, state.keys.get((entry.origin, candidate.statement.kid))
    roles = signer.roles if signer is not None else frozenset()
    disclosed = {one.name for one in candidate.statement.disclosures} if door is Door.NEW else None
    envelope = Envelope(candidate.statement.kid, before, disclosed)
    effects = admit(
        claims, candidate.fact, entry, state.known, rules, roles=roles, door=door, envelope=envelope
    )
    effects = taken_back(effects, claims.data, state.known, rules, roles=tuple(roles))
    if any(_is_void(refusal) for refusal in before):
        effects = void_at_once(effects, state.known, rules)
    state.known.apply(effects)
    signed = state.known.signatures.get(candidate.statement.kid)  # of keys that this round revokes
    if signed is not None:
        signed.append((entry.origin, entry.index, entry.statement_id))
    if changed is not None:
        state.keys[entry.origin, changed.kid] = changed
    _rest(state, candidate, entry, door, effects)
    decided = Decided(candidate, entry.index, effects, changed, _wake(state, effects, rules))
    state.decided.append(decided)
    return decided


def _rest(state: RoundState, candidate: Candidate, entry: EntryRef, door: Door, effects: Effects) -> None:
    """Let a statement wait for what it names and nobody knows yet."""
    if effects.typ in RESTING:
        behind = Door.LOGGED if door is Door.NEW else door
        rest(state.known, state.waiting, Resting(candidate, entry, behind), effects.changes)


def _wake(state: RoundState, effects: Effects, rules: Rules) -> tuple[Effects, ...]:
    """Decide again on what waited for a statement or for lots that it made, and on what waits for that."""
    if not state.waiting:
        return ()
    found: list[Effects] = []
    names = names_in(effects)
    for name in names:
        due = state.waiting.get(name, ())
        if due:
            state.known.put(state.waiting, name, ())
        for one in due:
            key = state.keys.get((one.entry.origin, one.candidate.statement.kid))
            if key is None or not _counts(key, one):
                continue
            again = decide_again(state.known, one, name, effects.entry, rules, key.roles)
            state.known.apply(again)
            rest(state.known, state.waiting, one, again.changes)
            found.append(again)
            names.append(one.name)
    return tuple(found)


def _counts(key: KeyEntry, one: Resting) -> bool:
    """Whether the key that signed it was good at its place: what a fallen key ordered has no effect."""
    claims = one.candidate.statement.claims
    try:
        key.check(one.entry.index, claims.iss, claims.stream, one.entry.logged_at)
    except Refusal:
        return False
    return True


def _is_void(refusal: Refusal) -> bool:
    """Whether a key was revoked back to before what it signed: that is kept, and counts for nothing."""
    return isinstance(refusal, KeyNotValid) and refusal.params.get("reason") == COMPROMISED


def _signer(state: RoundState, candidate: Candidate, entry: EntryRef, changed: KeyEntry | None) -> KeyEntry:
    """The key that signed, as it counts at this entry; raises `KeyUnknown` and as `KeyEntry.check`."""
    statement, claims = candidate.statement, candidate.statement.claims
    signer = state.keys.get((entry.origin, statement.kid))
    if signer is None and changed is not None and changed.kid == statement.kid:
        # The first entries of a log: a registrar named by the policy registers itself, and so signs
        # one index before its key counts.
        changed.check(entry.index + 1, claims.iss, claims.stream, entry.logged_at)
        return changed
    if signer is None:
        raise KeyUnknown(kid=statement.kid)
    signer.check(entry.index, claims.iss, claims.stream, entry.logged_at)
    return signer


def _changed_key(
    state: RoundState, candidate: Candidate, entry: EntryRef, registrars: Mapping[str, str] | None
) -> KeyEntry | None:
    """The register's entry as a key statement leaves it; None for every other statement."""
    change, kid = candidate.key, candidate.statement.kid
    if change is None:
        return None
    registered = state.keys.get((entry.origin, change.kid))
    entitled = registrars is None or kid in registrars
    if isinstance(change, Revocation):
        if registered is None:
            raise KeyUnknown(kid=change.kid)
        if not entitled and candidate.statement.claims.iss != registered.holder:
            raise RegistrarUnknown(kid=kid, typ=REVOKE)
        by_registrar = REGISTRAR in _roles(state, entry.origin, kid)
        # A holder ends its key; it cannot unsay what it signed.
        return registered.revoked(change if by_registrar else replace(change, invalid_from=None), entry.index)
    if not entitled:
        raise RegistrarUnknown(kid=kid, typ=candidate.statement.claims.typ)
    if registered is not None:
        raise KeyAlreadyRegistered(kid=change.kid, index=registered.registered_at)
    return replace(change, registered_at=entry.index, origin=entry.origin)


def _roles(state: RoundState, origin: str, kid: str) -> tuple[str, ...]:
    key = state.keys.get((origin, kid))
    return key.roles if key is not None else ()


class _Undo:
    """A point of the state to come back to when a group is refused as a whole."""

    def __init__(self, state: RoundState) -> None:
        self._state = state
        self._decided = len(state.decided)
        self._known = state.known.savepoint()
        self._heads = dict(state.heads)
        self._keys = dict(state.keys)

    def roll_back(self) -> None:
        state = self._state
        state.known.rollback(self._known)
        for one in state.decided[self._decided :]:
            del state.logged[one.candidate.statement.statement_id]
        del state.decided[self._decided :]
        state.heads = self._heads
        state.keys = self._keys


def refused_group(names: Sequence[str | None], position: int, refusal: Refusal) -> Iterator[Refused]:
    """The outcome of a group that stands or falls together: one reason, the others not tried."""
    for at, name in enumerate(names):
        why = refusal if at == position else GroupRefused(position=position, reason=refusal.code)
        yield Refused(at, why, name)
