"""The verdict on a bundle: numbered steps, one result per statement, times, status.

Steps carry codes and reasons as slugs; their sentences stand under `step.<code>` in `trace/wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from trace.ledger.canonical import JsonValue
from trace.ledger.times import in_utc

STEPS: Final[tuple[str, ...]] = (
    "policy",
    "checkpoints",
    "consistency",
    "header",
    "key",
    "signature",
    "canonical",
    "leaf",
    "lot-tag",
    "inclusion",
    "bracket",
    "disclosures",
    "inputs",
    "chain",
    "anchor",
    "lateness",
    "subject",
    "label",
    "status",
    "issuer",
    "handovers",
)
LEFT_OUT: Final = "left-out"
"""Reason of a note: the file says itself that it stops before the last source."""
NUMBERS: Final[Mapping[str, int]] = {code: number for number, code in enumerate(STEPS, 1)}


class StepState(StrEnum):
    """`passed` and `failed` decide; `noted` holds but is to be shown; `absent` could not be checked."""

    PASSED = "passed"
    FAILED = "failed"
    NOTED = "noted"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Step:
    """One step's outcome: its `number` in the normative order, `reason` slug, machine values `detail`."""

    code: str
    state: StepState
    reason: str = ""
    detail: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return NUMBERS[self.code]

    def as_dict(self) -> dict[str, JsonValue]:
        form: dict[str, JsonValue] = {"step": self.number, "code": self.code, "state": self.state.value}
        if self.reason:
            form["reason"] = self.reason
        if self.detail:
            form["detail"] = dict(self.detail)
        return form


@dataclass(frozen=True, slots=True)
class StatementResult:
    """The result of one entry. Times are aware UTC or None where nothing proves them.

    `existed_by` (T_hi), `logged_after` (T_lo of the log), `signed_after` (T_lo of the signature: the anchor);
    `lateness` is on_time | late | future | no_limit | unknown, `late_by` whole seconds from `occurredAt` to
    T_hi. `anchor` is proved | unproved | absent. `withheld` counts digests without a
    disclosure, decoys included.
    """

    position: int
    origin: str
    index: int
    statement_id: str
    steps: tuple[Step, ...]
    typ: str = ""
    iss: str = ""
    stream: str = ""
    seq: int = 0
    sub: str = ""
    kid: str = ""
    holder_name: str = ""
    custody: str = ""
    roles: tuple[str, ...] = ()
    occurred_at: datetime | None = None
    signed_at: datetime | None = None
    existed_by: datetime | None = None
    logged_after: datetime | None = None
    signed_after: datetime | None = None
    lateness: str = "unknown"
    late_by: int | None = None
    anchor: str = "absent"
    withheld: int = 0
    shown: bool = True
    apart: bool = False

    @property
    def ok(self) -> bool:
        return all(step.state is not StepState.FAILED for step in self.steps)

    def as_dict(self) -> dict[str, JsonValue]:
        return {
            "position": self.position,
            "log": self.origin,
            "index": self.index,
            "stmt": self.statement_id,
            "ok": self.ok,
            "shown": self.shown,
            "apart": self.apart,
            "typ": self.typ,
            "iss": self.iss,
            "stream": self.stream,
            "seq": self.seq,
            "sub": self.sub,
            "kid": self.kid,
            "holderName": self.holder_name,
            "custody": self.custody,
            "roles": list(self.roles),
            "occurredAt": _time(self.occurred_at),
            "signedAt": _time(self.signed_at),
            "existedBy": _time(self.existed_by),
            "loggedAfter": _time(self.logged_after),
            "signedAfter": _time(self.signed_after),
            "lateness": self.lateness,
            "lateBy": self.late_by,
            "anchor": self.anchor,
            "withheld": self.withheld,
            "steps": [step.as_dict() for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class HandoverResult:
    """What a receipt is (`trace.ledger.pairing`): its hand-over, state and reason.

    `existed_by` is when the latest of the statements existed that complete the pair.
    """

    receipt: str
    handover: str | None
    state: str
    reason: str = ""
    existed_by: datetime | None = None

    def as_dict(self) -> dict[str, JsonValue]:
        return {
            "receipt": self.receipt,
            "handover": self.handover,
            "state": self.state,
            "reason": self.reason,
            "existedBy": _time(self.existed_by),
        }


@dataclass(frozen=True, slots=True)
class StatusResult:
    """Freshness of bad news as of `as_of`: clear | recalled | incomplete | stale | absent | failed."""

    state: str = "absent"
    as_of: datetime | None = None

    def as_dict(self) -> dict[str, JsonValue]:
        return {"state": self.state, "asOf": in_utc(self.as_of)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole outcome; `ok` iff a trusted policy was given and no step failed.

    `label` is matches | differs | unbound (an address without a digest) | absent.
    `demo_clock` when a log's origin declares a demo clock. `provenance` is confirmed | partly | none: how
    much of what the goods were received from rests on the word of both sides.
    """

    lot: str
    view: str
    steps: tuple[Step, ...]
    statements: tuple[StatementResult, ...] = ()
    status: StatusResult = StatusResult()
    label: str = "absent"
    demo_clock: bool = False
    handovers: tuple[HandoverResult, ...] = ()
    provenance: str = "none"

    @property
    def ok(self) -> bool:
        decided = all(step.state is not StepState.FAILED for step in self.steps)
        return decided and bool(self.statements) and all(one.ok for one in self.statements)

    @property
    def failures(self) -> tuple[Step, ...]:
        """All failed steps, those of the whole bundle first."""
        own = [step for one in self.statements for step in one.steps]
        return tuple(step for step in [*self.steps, *own] if step.state is StepState.FAILED)

    def as_dict(self) -> dict[str, JsonValue]:
        """Return the JSON verdict."""
        return {
            "ok": self.ok,
            "lot": self.lot,
            "view": self.view,
            "demoClock": self.demo_clock,
            "label": self.label,
            "status": self.status.as_dict(),
            "provenance": self.provenance,
            "handovers": [one.as_dict() for one in self.handovers],
            "steps": [step.as_dict() for step in self.steps],
            "statements": [one.as_dict() for one in self.statements],
        }


def _time(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()
