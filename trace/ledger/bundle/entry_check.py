"""Verification of one entry of a bundle, step by step (docs/record-format.md §10.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from trace.errors import LeafMalformed, NotCanonical, Refusal, StatementMalformed
from trace.ledger.bundle.form import Bundle, Entry
from trace.ledger.bundle.handovers import lots_in
from trace.ledger.bundle.limits import Limits
from trace.ledger.bundle.log_times import LogTimes
from trace.ledger.bundle.logged import Logged
from trace.ledger.bundle.verdict import StatementResult, Step, StepState
from trace.ledger.canonical import JsonValue
from trace.ledger.claims import Claims
from trace.ledger.disclosure import concealing_objects, digests_of
from trace.ledger.keybook import KeyBook
from trace.ledger.keys import KeyEntry
from trace.ledger.leaf import Leaf, leaf_of, lot_tag, parse_leaf
from trace.ledger.merkle import leaf_hash, verify_inclusion
from trace.ledger.pairing.statements import CORRECTION
from trace.ledger.statement import Statement, parse_statement
from trace.ledger.times import whole_seconds

PASSED, FAILED, NOTED, ABSENT = StepState.PASSED, StepState.FAILED, StepState.NOTED, StepState.ABSENT


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement id stands in the bundle."""

    origin: str
    index: int
    shown: bool
    typ: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The shared context of a bundle's entries: verified logs, keys, places, chains, limits."""

    bundle: Bundle
    logs: tuple[LogTimes, ...]
    books: tuple[KeyBook, ...]
    places: Mapping[str, Place]
    chains: Mapping[tuple[str, str, int], Leaf]
    limits: Limits


class EntryCheck:
    """Runs the steps of one entry; stops at the first that fails."""

    def __init__(self, around: Surroundings, position: int, entry: Entry) -> None:
        self._around = around
        self._position = position
        self._entry = entry
        self._log = around.logs[entry.log]
        self._book = around.books[entry.log]
        self._existed_by = self._log.existed_by(entry.index)
        self._signed_after: datetime | None = None
        self._lateness: tuple[str, int | None] = ("unknown", None)
        self._anchor = "absent"
        self._disclosure_error: Refusal | None = None
        self._steps: list[Step] = []
        self._leaf: Leaf | None = None
        self.statement: Statement | None = None
        self.key: KeyEntry | None = None

    def run(self) -> StatementResult:
        """Return the result of all steps; a good `party.key.*` changes the key book."""
        if self._entry.jws is None:
            self._take(("leaf", self._leaf_form), ("inclusion", self._inclusion), ("bracket", self._bracket))
        else:
            self._take(
                ("header", self._header),
                ("key", self._key),
                ("signature", self._signature),
                ("canonical", lambda: Step("canonical", PASSED)),
                ("leaf", self._leaf_fields),
                ("lot-tag", self._lot_tag),
                ("inclusion", self._inclusion),
                ("bracket", self._bracket),
                ("disclosures", self._disclosures),
                ("inputs", self._inputs),
                ("chain", self._chain),
                ("anchor", self._anchor_step),
                ("lateness", self._lateness_step),
                ("issuer", self._issuer),
                ("key", self._key_record),
            )
        return self._result()

    def _take(self, *steps: tuple[str, Callable[[], Step | None]]) -> None:
        for code, check in steps:
            try:
                step = check()
            except Refusal as refusal:
                step = _failed(code, refusal)
            if step is not None:
                self._steps.append(step)
                if step.state is FAILED:
                    return

    def _header(self) -> Step:
        jws = cast("Mapping[str, JsonValue]", self._entry.jws)
        bare = {name: value for name, value in jws.items() if name != "header"}
        try:
            self.statement = parse_statement(bare)
        except NotCanonical as refusal:
            return _failed("canonical", refusal)
        try:
            self.statement = parse_statement(jws)
        except (StatementMalformed, NotCanonical) as refusal:
            self._disclosure_error = refusal
        return Step("header", PASSED)

    def _key(self) -> Step:
        self.key = self._book.signer(self._known(), self._entry.index, self._existed_by)
        return Step("key", PASSED, detail={"custody": self.key.custody})

    def _signature(self) -> Step:
        self._book.verify(self._known(), cast("KeyEntry", self.key))
        return Step("signature", PASSED)

    def _leaf_form(self) -> Step:
        self._leaf = parse_leaf(self._entry.leaf)
        return Step("leaf", NOTED, "withheld")

    def _leaf_fields(self) -> Step:
        leaf = self._leaf = parse_leaf(self._entry.leaf)
        due = replace(leaf_of(self._known(), b""), lot_tag=leaf.lot_tag, second_id=leaf.second_id)
        if due != leaf:
            raise LeafMalformed(reason="not-the-leaf-of-its-body")
        return Step("leaf", PASSED)

    def _lot_tag(self) -> Step:
        sub, bundle = self._known().claims.sub, self._around.bundle
        secret = self._entry.secret or (bundle.lot_secret if sub == bundle.lot else None)
        if secret is None:
            return Step("lot-tag", ABSENT, "no-lot-secret")
        if lot_tag(secret, sub) != cast("Leaf", self._leaf).lot_tag:
            return Step("lot-tag", FAILED, "lot-tag-differs")
        return Step("lot-tag", PASSED)

    def _inclusion(self) -> Step:
        newest = self._log.newest
        leaf = leaf_hash(self._entry.leaf)
        verify_inclusion(self._entry.index, newest.size, leaf, self._entry.proof, newest.root)
        return Step("inclusion", PASSED)

    def _bracket(self) -> Step:
        before = self._log.before
        if before is not None and self._entry.index < before.size:
            return Step("bracket", FAILED, "before-covers-entry", {"size": before.size})
        if self._log.logged_after(self._entry.index) is None:
            return Step("bracket", ABSENT, "no-checkpoint-before")
        return Step("bracket", PASSED)

    def _disclosures(self) -> Step:
        if self._disclosure_error is not None:
            raise self._disclosure_error
        shown, withheld = len(self._known().disclosures), self._withheld()
        return Step("disclosures", PASSED, detail={"shown": shown, "withheld": withheld})

    def _inputs(self) -> Step:
        withheld: list[JsonValue] = []
        for one in self._known().claims.inputs:
            place = self._around.places.get(one.stmt)
            if place is None:
                return Step("inputs", FAILED, "input-missing", {"stmt": one.stmt})
            if (place.origin, place.index) != (one.log, one.index):
                return Step("inputs", FAILED, "input-elsewhere", {"stmt": one.stmt})
            if not place.shown:
                withheld.append(one.stmt)
        if withheld:
            return Step("inputs", NOTED, "inputs-withheld", {"stmts": withheld})
        return Step("inputs", PASSED)

    def _chain(self) -> Step:
        leaf, chains = cast("Leaf", self._leaf), self._around.chains
        origin = self._log.origin
        if chains[origin, leaf.stream_tag, leaf.seq] != leaf:
            return Step("chain", FAILED, "same-place-twice", {"seq": leaf.seq})
        previous = chains.get((origin, leaf.stream_tag, leaf.seq - 1))
        if previous is None:
            first = leaf.seq == 1
            return Step("chain", PASSED if first else ABSENT, "" if first else "no-neighbour")
        if previous.statement_id != leaf.prev:
            return Step("chain", FAILED, "prev-differs", {"seq": leaf.seq})
        return Step("chain", PASSED)

    def _anchor_step(self) -> Step:
        anchor = self._known().claims.anchor
        if anchor is None:
            return Step("anchor", ABSENT, "no-anchor")
        if anchor.origin == self._log.origin and anchor.size > self._entry.index:
            return Step("anchor", FAILED, "anchor-after-entry", {"size": anchor.size})
        logs = [log for log in self._around.logs if log.origin == anchor.origin]
        point = logs[0].point(anchor.size) if logs else None
        if point is None:
            self._anchor = "unproved"
            return Step("anchor", NOTED, "anchor-not-in-bundle", {"size": anchor.size})
        if point.checkpoint.root_text != anchor.root:
            return Step("anchor", FAILED, "anchor-differs", {"size": anchor.size})
        after = logs[0].signed_from(anchor.size)
        if after is None or (self._existed_by is not None and after > self._existed_by):
            # Cosigned again later at the same size: true, and it says nothing about this signature.
            self._anchor = "unproved"
            return Step("anchor", NOTED, "anchor-cosigned-later", {"size": anchor.size})
        self._anchor, self._signed_after = "proved", after
        return Step("anchor", PASSED)

    def _lateness_step(self) -> Step:
        claims, existed_by = self._known().claims, self._existed_by
        if existed_by is None:
            return Step("lateness", ABSENT, "no-witness-time")
        delay = existed_by - claims.occurred_at
        seconds = whole_seconds(delay)
        limit = self._around.limits.lateness.get(claims.typ)
        if delay < -self._around.limits.tolerance:
            self._lateness = ("future", seconds)
        elif limit is None:
            self._lateness = ("no_limit", seconds)
        else:
            self._lateness = ("on_time" if delay <= limit else "late", seconds)
        state = NOTED if self._lateness[0] in {"late", "future"} else PASSED
        return Step("lateness", state, self._lateness[0], {"seconds": seconds})

    def _issuer(self) -> Step | None:
        """Whether the signer may state this kind, and brings lots to be in its own name only."""
        claims, limits = self._known().claims, self._around.limits
        roles = limits.stated_by.get(claims.typ)
        if roles is not None and set(roles).isdisjoint(cast("KeyEntry", self.key).roles):
            return Step("issuer", FAILED, "role-not-granted", {"typ": claims.typ})
        if limits.pairs is None:
            return None
        for lot in lots_made(claims, self._around):
            if type(lot) is not str or claims.iss not in limits.pairs.owners(lot):
                return Step("issuer", FAILED, "lot-of-another")
        return Step("issuer", PASSED)

    def logged(self) -> Logged | None:
        """The statement for judging hand-overs: it holds, or its log holds it though its key is void."""
        if self.statement is None:
            return None
        result = self._result()
        if not result.ok and not self._is_void(result):
            return None
        place = (self._log.origin, self._entry.index, result.existed_by, result.logged_after)
        return Logged(self._position, self.statement, *place, valid=result.ok, roles=result.roles)

    def _is_void(self, result: StatementResult) -> bool:
        """Whether nothing but a later revocation speaks against it."""
        key = self._book.entries.get(result.kid)
        if key is None or result.steps[-1].reason != "compromised":
            return False
        try:
            self._book.verify(self._known(), key)
            self._leaf_fields()
            self._inclusion()
        except Refusal:
            return False
        return True

    def _key_record(self) -> Step | None:
        self._book.record(self._known(), self._entry.index)
        return None

    def _known(self) -> Statement:
        return cast("Statement", self.statement)

    def _withheld(self) -> int:
        statement = self._known()
        data = cast("JsonValue", statement.claims.data)
        total = sum(len(digests_of(holder)) for _, holder in concealing_objects(data))
        return total - len(statement.disclosures)

    def _result(self) -> StatementResult:
        result = StatementResult(
            self._position,
            self._log.origin,
            self._entry.index,
            self.statement.statement_id if self.statement else self._leaf_id(),
            tuple(self._steps),
            existed_by=self._existed_by,
            logged_after=self._log.logged_after(self._entry.index),
            shown=self._entry.jws is not None,
        )
        if self.statement is None:
            return result
        claims = self.statement.claims
        result = replace(
            result,
            typ=claims.typ,
            iss=claims.iss,
            stream=claims.stream,
            seq=claims.seq,
            sub=claims.sub,
            kid=self.statement.kid,
            occurred_at=claims.occurred_at,
            signed_at=claims.signed_at,
            signed_after=self._signed_after,
            lateness=self._lateness[0],
            late_by=self._lateness[1],
            anchor=self._anchor,
            withheld=self._withheld() if self._disclosure_error is None else 0,
        )
        if self.key is None:
            return result
        key = self.key
        return replace(result, holder_name=key.holder_name, custody=key.custody, roles=key.roles)

    def _leaf_id(self) -> str:
        return self._leaf.statement_id if self._leaf else ""


def lots_made(claims: Claims, around: Surroundings) -> list[object]:
    """The lots that a statement brings to be; a correction, by what it states anew of the kind it amends."""
    typ, data = claims.typ, claims.data
    if typ == CORRECTION:
        amended, anew = around.places.get(str(data.get("amends"))), data.get("replacement")
        typ = amended.typ if amended is not None else ""
        data = anew if isinstance(anew, Mapping) else {}
    return lots_in(data, around.limits.made.get(typ, ()))


def _failed(code: str, refusal: Refusal) -> Step:
    return Step(code, FAILED, str(refusal.params.get("reason", refusal.code)), {"problem": refusal.code})
