"""Signed link lists: a level of a linkset, its signature, and proofs (docs/record-format.md §12).

    {"protected": …, "signature": …,                   detached JWS over the level (`trace.ledger.detached`)
     "header": {"entries": [{"index", "leaf", "jws", "proof"}]}}     statements behind it, keys first

The protected header is {"alg", "iat", "kid", "log": {"origin", "root", "size"}, "state", "typ"}. `entries`
are the registrations of the keys concerned and the statements behind the level, each with its C2SP tlog-proof
under that one checkpoint. Everything is judged by the verifier's own policy, offline; what is left out cannot
be seen, such as a revocation or a newer change, so a list is believed only while it is young.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from trace.errors import KeyNotValid, ProofInvalid, QuorumNotMet, Refusal, SignedLinksMalformed
from trace.ledger.algorithms import PublicKey
from trace.ledger.bundle import Step, StepState, TrustPolicy
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.detached import read_header, verify_detached
from trace.ledger.keybook import KeyBook
from trace.ledger.keys import REGISTER, REVOKE, KeyEntry
from trace.ledger.leaf import parse_leaf
from trace.ledger.proof import parse_proof
from trace.ledger.statement import Statement, parse_statement

TYPE: Final = "trace-links"
_HEADER: Final = frozenset({"alg", "iat", "kid", "log", "state", "typ"})
_ENTRY: Final = frozenset({"index", "leaf", "jws", "proof"})
_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Expected:
    """The verifier's own terms: trust, clock, how old a list may be, which role signs lists."""

    trust: TrustPolicy | None
    now: datetime
    max_age: timedelta
    role: str
    tolerance: timedelta = timedelta(minutes=5)


@dataclass(slots=True)
class LinksVerdict:
    """Steps in order; `ok` when none failed. `statements` are those that were proved, keys left out."""

    anchor: str
    steps: list[Step] = field(default_factory=list)
    state: str = ""
    signed_at: datetime | None = None
    origin: str = ""
    statements: list[Statement] = field(default_factory=list)
    doing: str = "inclusion"

    @property
    def ok(self) -> bool:
        return bool(self.steps) and all(step.state is not StepState.FAILED for step in self.steps)

    def as_dict(self) -> dict[str, Any]:
        """The verdict as a JSON document."""
        return {
            "ok": self.ok,
            "anchor": self.anchor,
            "state": self.state,
            "signedAt": self.signed_at.isoformat() if self.signed_at else None,
            "log": self.origin,
            "steps": [_shown(step) for step in self.steps],
            "statements": [
                {
                    "stmt": one.statement_id,
                    "typ": one.claims.typ,
                    "iss": one.claims.iss,
                    "sub": one.claims.sub,
                }
                for one in self.statements
            ],
        }


def _shown(step: Step) -> dict[str, Any]:
    shown: dict[str, Any] = {"code": step.code, "state": step.state.value}
    return (
        shown
        | ({"reason": step.reason} if step.reason else {})
        | ({"detail": dict(step.detail)} if step.detail else {})
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    index: int
    leaf: bytes
    statement: Statement
    proof: str


def verify_signed_links(
    level: Mapping[str, Any], form: Mapping[str, Any], expected: Expected
) -> LinksVerdict:
    """The verdict on a level as it was served and the document that its gs1:jws link led to.

    Raises `SignedLinksMalformed` for what is no such document.
    """
    header, entries = _parsed(form)
    verdict = LinksVerdict(
        str(level.get("anchor", "")), state=header["state"], origin=header["log"]["origin"]
    )
    verdict.signed_at = datetime.fromtimestamp(header["iat"], UTC)
    if expected.trust is None:
        verdict.steps.append(Step("policy", StepState.FAILED, "no-trusted-policy"))
        return verdict
    try:
        book = _Log(header, expected.trust).prove(entries, verdict)
        _check_signature(level, form, book.entries.get(header["kid"]), expected.role, verdict)
    except Refusal as refusal:
        reason = str(refusal.params.get("reason", refusal.code))
        verdict.steps.append(Step(_STEPS.get(type(refusal), verdict.doing), StepState.FAILED, reason))
        return verdict
    verdict.steps.append(_freshness(verdict.signed_at, expected))
    return verdict


_STEPS: Final[Mapping[type[Refusal], str]] = {QuorumNotMet: "checkpoints"}


def _parsed(form: Mapping[str, Any]) -> tuple[dict[str, Any], list[_Entry]]:
    try:
        header = read_header(form)
        log, listed = header["log"], form["header"]["entries"]
        fitting = header.keys() == _HEADER and header["typ"] == TYPE and type(header["iat"]) is int
        if not fitting or log.keys() != {"origin", "root", "size"} or not 0 < len(listed) <= _MOST:
            raise SignedLinksMalformed(reason="members")
        datetime.fromtimestamp(header["iat"], UTC)
        return header, sorted((_entry(one) for one in listed), key=lambda one: one.index)
    except SignedLinksMalformed:
        raise
    except (Refusal, KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError) as error:
        raise SignedLinksMalformed(reason="members") from error


def _entry(raw: Mapping[str, Any]) -> _Entry:
    if raw.keys() != _ENTRY or type(raw["index"]) is not int:
        raise SignedLinksMalformed(reason="entry")
    return _Entry(raw["index"], raw["leaf"].encode(), parse_statement(raw["jws"]), str(raw["proof"]))


class _Log:
    """The one log that the list speaks of, at the one checkpoint that its header names."""

    def __init__(self, header: Mapping[str, Any], trust: TrustPolicy) -> None:
        self._named: Mapping[str, Any] = header["log"]
        self._trust = trust

    def prove(self, entries: list[_Entry], verdict: LinksVerdict) -> KeyBook:
        """Every entry stands in the log and was signed by a key that counted there; returns the keys."""
        book = KeyBook(str(self._named["origin"]), self._trust.registrars)
        for entry in entries:
            self._check_inclusion(entry)
        verdict.steps += [Step("checkpoints", StepState.PASSED), Step("inclusion", StepState.PASSED)]
        verdict.doing = "statements"
        # Keys first: a revocation that came later may say from where on nothing of a key counts.
        about_keys = [one for one in entries if one.statement.claims.typ in (REGISTER, REVOKE)]
        for entry in about_keys:
            book.verify(entry.statement, book.signer(entry.statement, entry.index, None))
            book.record(entry.statement, entry.index)
        book.settle()
        for entry in entries:
            if entry not in about_keys:
                book.verify(entry.statement, book.signer(entry.statement, entry.index, None))
                verdict.statements.append(entry.statement)
        verdict.doing = "signature"
        verdict.steps.append(Step("statements", StepState.PASSED, detail={"count": len(verdict.statements)}))
        return book

    def _check_inclusion(self, entry: _Entry) -> None:
        leaf = parse_leaf(entry.leaf)
        if leaf.statement_id != entry.statement.statement_id:
            raise ProofInvalid(reason="leaf-of-another-statement")
        proof = parse_proof(entry.proof)
        if proof.index != entry.index:
            raise ProofInvalid(reason="index-differs")
        missed = QuorumNotMet(reason="unknown-log")
        for policy in self._trust.policies:
            try:
                checkpoint, _ = proof.verify(entry.leaf, policy)
            except QuorumNotMet as refusal:
                missed = refusal
                continue
            self._check_checkpoint(checkpoint)
            return
        raise missed

    def _check_checkpoint(self, checkpoint: Checkpoint) -> None:
        named = self._named
        if (checkpoint.origin, checkpoint.size) != (named["origin"], named["size"]):
            raise ProofInvalid(reason="another-checkpoint")
        if checkpoint.root_text != named["root"]:
            raise ProofInvalid(reason="another-checkpoint")


def _check_signature(
    level: Mapping[str, Any],
    form: Mapping[str, Any],
    key: KeyEntry | None,
    role: str,
    verdict: LinksVerdict,
) -> None:
    """A key registered in that log, for lists, signed exactly this level."""
    if key is None or role not in key.roles:
        raise KeyNotValid(kid=key.kid if key else "", reason="not-a-key-for-lists", index=0)
    if key.revoked_at is not None or key.invalid_from is not None:
        raise KeyNotValid(kid=key.kid, reason="revoked", index=key.revoked_at or key.registered_at)
    signed_at = verdict.signed_at
    if signed_at is None or not key.valid_from <= signed_at <= key.valid_to:
        raise KeyNotValid(kid=key.kid, reason="expired", index=key.registered_at)
    verify_detached(level, form, PublicKey.from_jwk(key.jwk))
    verdict.steps.append(Step("signature", StepState.PASSED, detail={"kid": key.kid, "holder": key.holder}))


def _freshness(signed_at: datetime | None, expected: Expected) -> Step:
    age = expected.now - signed_at if signed_at is not None else timedelta.max
    detail = {"seconds": int(age.total_seconds()), "limit": int(expected.max_age.total_seconds())}
    if age < -expected.tolerance:
        return Step("freshness", StepState.FAILED, "signed-in-the-future", detail)
    if age > expected.max_age:
        return Step("freshness", StepState.FAILED, "stale", detail)
    return Step("freshness", StepState.PASSED, detail=detail)
