"""Acceptance of uploads: read and verify outside any transaction, then hand over to the sequencer.

Signatures decide who states; the caller's token was checked before. A statement is verified with the key
whose thumbprint it names: from the register, or from a registration in the same upload. Whether that key
counts is decided at the statement's place in the log, by the sequencer.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from trace.chain.admission import UNWORKABLE
from trace.errors import GroupTooLarge, Refusal, StreamStopped
from trace.errors.food import RecordUndecidable
from trace.ledger.algorithms import DEFAULT_ALGORITHMS, PublicKey
from trace.ledger.keys import REGISTER
from trace.ledger.statement import Source, Statement, parse_statements
from trace.store.log.keys import read_public_keys
from trace.store.transaction import Transactions
from trace.usecases.intake.candidate import Candidate, make_candidate
from trace.usecases.intake.decide_round import refused_group
from trace.usecases.intake.receipt import Outcome, Refused
from trace.usecases.intake.sequence import BATCH, Sequencer
from trace.usecases.intake.verify_signatures import verify_signatures

MAX_GROUP = 2_000  # statements that may stand or fall together
_KEYS_KEPT = 20_000
_LOG: Final = logging.getLogger("greentrace.intake")


@dataclass(slots=True)
class Acceptance:
    """The acceptance of uploads, one per process. `lot_key` is the platform's secret behind the lot tags."""

    transactions: Transactions
    sequencer: Sequencer
    lot_key: bytes
    algorithms: frozenset[str] = DEFAULT_ALGORITHMS
    _keys: dict[str, PublicKey] = field(default_factory=dict)

    def accept(self, sources: Sequence[Source], *, each: bool, via: str | None = None) -> list[Outcome]:
        """One outcome per source, in order, after everything is durable.

        `each=False`: all or none, one transaction, at most `MAX_GROUP` (`GroupTooLarge`). `each=True`: what
        can be taken is taken, and a stream stops at its first refusal. `via` names the platform that hands
        in statements of signers whose own platform has no log.
        """
        if not sources:
            return []
        if not each:
            return self._accept_all(sources, via)
        return self._accept_each(sources, via)

    def _accept_all(self, sources: Sequence[Source], via: str | None) -> list[Outcome]:
        if len(sources) > MAX_GROUP:
            raise GroupTooLarge(limit=MAX_GROUP, found=len(sources))
        verified = self.verify(sources, via)
        names = [None if isinstance(one, Refused) else one.statement.statement_id for one in verified]
        for one in verified:
            if isinstance(one, Refused):
                return list(refused_group(names, one.position, one.refusal))
        return self.sequencer.submit(_taken(verified), each=False).result()

    def _accept_each(self, sources: Sequence[Source], via: str | None) -> list[Outcome]:
        outcomes: list[Outcome] = []
        stopped: dict[tuple[str, str], None] = {}
        for start in range(0, len(sources), BATCH):
            part = self.verify(sources[start : start + BATCH], via, stopped)
            answers = iter(self.sequencer.submit(_taken(part), each=True).result() if _taken(part) else ())
            for position, one in enumerate(part, start):
                answer = one if isinstance(one, Refused) else next(answers)
                if isinstance(answer, Refused):
                    answer = Refused(position, answer.refusal, answer.statement_id)
                    if isinstance(one, Candidate):
                        stopped[_stream(one.statement)] = None
                outcomes.append(answer)
        return outcomes

    def verify(
        self,
        sources: Sequence[Source],
        via: str | None = None,
        stopped: dict[tuple[str, str], None] | None = None,
    ) -> list[Candidate | Refused]:
        """Read and verify each source; what fails is a `Refused`, and stops its stream where it names one."""
        parsed = _parsed(sources)
        statements = [one for one in parsed if isinstance(one, Statement)]
        findings = iter(verify_signatures(statements, self._keys_of(statements)))
        halted = {} if stopped is None else stopped
        return [
            self._take(position, one, next(findings), via, halted)
            if isinstance(one, Statement)
            else Refused(position, one)
            for position, one in enumerate(parsed)
        ]

    def _take(
        self,
        position: int,
        statement: Statement,
        objection: Refusal | None,
        via: str | None,
        halted: dict[tuple[str, str], None],
    ) -> Candidate | Refused:
        stream = _stream(statement)
        try:
            if stream in halted:
                raise StreamStopped(stream=stream[1])
            if objection is not None:
                raise objection
            return make_candidate(statement, self.lot_key, self.algorithms, via)
        except Refusal as refusal:
            halted[stream] = None
            return Refused(position, refusal, statement.statement_id)
        except UNWORKABLE as failure:
            _LOG.exception("a statement holds something that cannot be worked with")
            halted[stream] = None
            undecidable = RecordUndecidable(reason=type(failure).__name__)
            return Refused(position, undecidable, statement.statement_id)

    def _keys_of(self, statements: Sequence[Statement]) -> dict[str, PublicKey]:
        """The public keys of these statements; a kid is its key's own hash, so no source can lie."""
        kids = {one.kid for one in statements}
        keys = {kid: key for kid in kids if (key := self._keys.get(kid)) is not None}
        wanted = kids - keys.keys()
        if not wanted:
            return keys
        with self.transactions.look() as tx:
            found: dict[str, Mapping[str, object]] = dict(read_public_keys(tx.connection, wanted))
        for one in statements:
            if one.claims.typ == REGISTER and isinstance(jwk := one.claims.data.get("jwk"), dict):
                found.setdefault(str(one.claims.data.get("kid")), jwk)
        for kid in wanted & found.keys():
            key = _public_key(kid, found[kid], self.algorithms)
            if key is not None:
                keys[kid] = key
        if len(self._keys) > _KEYS_KEPT:
            self._keys = {}
        self._keys.update(keys)
        return keys


def _parsed(sources: Sequence[Source]) -> list[Statement | Refusal]:
    """Each source read, or its refusal; one that nobody foresaw is that source's alone."""
    try:
        return parse_statements(sources)
    except UNWORKABLE as failure:
        if len(sources) == 1:
            _LOG.exception("a statement holds something that cannot be worked with")
            return [RecordUndecidable(reason=type(failure).__name__)]
        return [one for source in sources for one in _parsed([source])]


def _public_key(kid: str, jwk: Mapping[str, object], algorithms: frozenset[str]) -> PublicKey | None:
    try:
        key = PublicKey.from_jwk(jwk, enabled=algorithms)
    except Refusal:
        return (
            None  # the statement that needs it is refused with KeyUnknown, the registration with its reason
        )
    return key if key.kid == kid else None


def _stream(statement: Statement) -> tuple[str, str]:
    return statement.claims.iss, statement.claims.stream


def _taken(verified: Sequence[Candidate | Refused]) -> list[Candidate]:
    return [one for one in verified if isinstance(one, Candidate)]
