"""Verification of a bundle, offline, from trusted keys only (docs/record-format.md §10).

policy → log and witness signatures → consistency → each entry (see `entry_check`) → the lot is the subject →
label → freshness of bad news. What a bundle leaves out cannot be seen from it: a revocation that is not
carried needs a look at the log. Verification needs no network and no clock; `now` only judges freshness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trace.errors import LeafMalformed, NoteMalformed, ProofInvalid, QuorumNotMet, Refusal
from trace.ledger.algorithms import DEFAULT_ALGORITHMS
from trace.ledger.bundle.entry_check import EntryCheck, Place, Surroundings, lots_made
from trace.ledger.bundle.form import Bundle, Entry, parse_bundle
from trace.ledger.bundle.handovers import Origins, judge_origins
from trace.ledger.bundle.label import check_label
from trace.ledger.bundle.limits import Limits
from trace.ledger.bundle.log_times import LogTimes, open_points, require_consistent
from trace.ledger.bundle.logged import Logged
from trace.ledger.bundle.named_goods import Named, named_in_event
from trace.ledger.bundle.status import judge_status, read_snapshot
from trace.ledger.bundle.verdict import LEFT_OUT, StatementResult, StatusResult, Step, StepState, Verdict
from trace.ledger.keybook import KEY_KINDS, KeyBook
from trace.ledger.leaf import Leaf, lot_tag, parse_leaf
from trace.ledger.policy import Policy, parse_policy, parse_registrars
from trace.ledger.statement import Statement

PASSED, FAILED, NOTED, ABSENT = StepState.PASSED, StepState.FAILED, StepState.NOTED, StepState.ABSENT


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """The verifier's own trust: policies (one or more texts, any of their logs) and registrar kids."""

    policies: tuple[Policy, ...]
    registrars: Mapping[str, str]
    texts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, policy_texts: Sequence[str], registrars: str) -> TrustPolicy:
        """Read policy texts and the `registrars` text beside them; raises `PolicyMalformed`."""
        policies = tuple([parse_policy(text) for text in policy_texts])
        return cls(policies, parse_registrars(registrars), tuple(policy_texts))


def is_demo_origin(origin: str) -> bool:
    """Return whether a log declares a demo clock: a path segment `demo-clock` in its origin."""
    return "demo-clock" in origin.split("/")


def verify_bundle(
    form: Mapping[str, object],
    policy: TrustPolicy | None,
    label: str | None = None,
    now: datetime | None = None,
    limits: Limits | None = None,
    *,
    enabled: frozenset[str] = DEFAULT_ALGORITHMS,
) -> Verdict:
    """Return the verdict on a bundle's JSON form.

    `policy` is the verifier's own; without one the verdict is "not verified". `label` is the 22-character
    digest of `?v=` or the whole scanned address, which fails where it names no record or another
    code. Raises `BundleMalformed` for what is no bundle.
    """
    bundle = parse_bundle(form)
    if policy is None:
        return Verdict(bundle.lot, bundle.view, (Step("policy", FAILED, "no-trusted-policy"),))
    trusted = _Verification(bundle, policy, limits or Limits(), enabled)
    return trusted.run(label, now)


class _Verification:
    def __init__(self, bundle: Bundle, policy: TrustPolicy, limits: Limits, enabled: frozenset[str]) -> None:
        self._bundle = bundle
        self._policy = policy
        self._limits = limits
        self._enabled = enabled
        self._steps: list[Step] = []
        self._logs: list[LogTimes] = []
        self._statements: dict[int, Statement] = {}
        self._naming: frozenset[int] = frozenset()
        self._spelled: Named | None = None
        self._logged: list[Logged] = []

    def run(self, label: str | None, now: datetime | None) -> Verdict:
        self._steps.append(self._policy_step())
        if self._bundle.left_out:
            self._steps.append(Step("subject", NOTED, LEFT_OUT, {"lots": self._bundle.left_out}))
        if not self._open_logs():
            return Verdict(self._bundle.lot, self._bundle.view, tuple(self._steps))
        around = self._surroundings()
        results = self._entries(around)
        self._naming = self._naming_the_lot(around)
        self._spelled = None if self._naming else self._named_in_events()
        self._steps.append(self._subject())
        found, step = self._label(label)
        self._steps.append(step)
        status, step = self._status(around, results, now)
        self._steps.append(step)
        origins = self._origins(around)
        if origins.step is not None:
            self._steps.append(origins.step)
        results = tuple(replace(one, apart=one.position in origins.apart) for one in results)
        return Verdict(
            self._bundle.lot,
            self._bundle.view,
            tuple(self._steps),
            results,
            status,
            found,
            any(is_demo_origin(log.origin) for log in self._logs),
            origins.handovers,
            origins.provenance,
        )

    def _policy_step(self) -> Step:
        own = self._bundle.policy
        if own and own not in self._policy.texts:
            return Step("policy", NOTED, "bundle-policy-differs")
        return Step("policy", PASSED)

    def _open_logs(self) -> bool:
        """Open all checkpoints, then check consistency; False after a failure, which ends everything."""
        opened = []
        for number, evidence in enumerate(self._bundle.logs):
            try:
                opened.append(open_points(evidence, self._policy.policies))
            except (QuorumNotMet, NoteMalformed) as refusal:
                return self._stop("checkpoints", refusal, number)
        if len({newest.checkpoint.origin for newest, _, _ in opened}) != len(opened):
            return self._stop("checkpoints", QuorumNotMet(reason="origin-repeated"), 0)
        self._steps.append(Step("checkpoints", PASSED, detail={"logs": len(opened)}))
        for number, (newest, older, before) in enumerate(opened):
            try:
                require_consistent(self._bundle.logs[number], newest.checkpoint, older)
            except ProofInvalid as refusal:
                return self._stop("consistency", refusal, number)
            self._logs.append(LogTimes(newest, older, before))
        self._steps.append(_consistency_step(self._logs))
        return True

    def _stop(self, code: str, refusal: Refusal, number: int) -> bool:
        reason = str(refusal.params.get("reason", refusal.code))
        self._steps.append(Step(code, FAILED, reason, {"problem": refusal.code, "log": number}))
        return False

    def _surroundings(self) -> Surroundings:
        places: dict[str, Place] = {}
        chains: dict[tuple[str, str, int], Leaf] = {}
        for entry in self._bundle.entries:
            leaf = _leaf_or_none(entry)
            if leaf is not None:
                origin = self._logs[entry.log].origin
                places[leaf.statement_id] = Place(origin, entry.index, entry.jws is not None, leaf.typ)
                chains.setdefault((origin, leaf.stream_tag, leaf.seq), leaf)
        books = [KeyBook(log.origin, self._policy.registrars, enabled=self._enabled) for log in self._logs]
        return Surroundings(
            self._bundle,
            tuple(self._logs),
            tuple(books),
            places,
            chains,
            self._limits,
        )

    def _entries(self, around: Surroundings) -> tuple[StatementResult, ...]:
        # Keys count by log position, so each log is gone through in its own order; keys first, since a later
        # revocation can take back what was signed before it.
        entries = self._bundle.entries
        order = sorted(range(len(entries)), key=lambda at: (entries[at].log, entries[at].index))
        about_keys = [at for at in order if self._is_about_key(entries[at])]
        checks = {at: EntryCheck(around, at, entries[at]) for at in order}
        results = {at: checks[at].run() for at in about_keys}
        for book in around.books:
            book.settle()
        for at in order:
            if at not in results or self._fell(around, checks[at], results[at]):
                checks[at] = EntryCheck(around, at, entries[at])
                results[at] = checks[at].run()
            statement = checks[at].statement
            if statement is not None and results[at].ok:
                self._statements[at] = statement
        self._logged = [one for at in order if (one := checks[at].logged()) is not None]
        return tuple(results[position] for position in range(len(entries)))

    def _origins(self, around: Surroundings) -> Origins:
        withheld = {name for name, place in around.places.items() if not place.shown}
        return judge_origins(self._bundle.lot, self._logged, withheld, self._limits)

    def _is_about_key(self, entry: Entry) -> bool:
        leaf = _leaf_or_none(entry)
        return leaf is not None and leaf.typ in KEY_KINDS

    def _fell(self, around: Surroundings, check: EntryCheck, result: StatementResult) -> bool:
        """Whether a statement about a key held until a later one took its own key back."""
        book = around.books[self._bundle.entries[result.position].log]
        return result.ok and check.statement is not None and book.is_void(check.statement.kid, result.index)

    def _naming_the_lot(self, around: Surroundings) -> frozenset[int]:
        """The entries that hold and are about the lot or bring it to be, which only its owner can state."""
        lot, told = self._bundle.lot, self._limits.pairs is not None
        return frozenset(
            at
            for at, one in self._statements.items()
            if one.claims.sub == lot or (told and lot in lots_made(one.claims, around))
        )

    def _named_in_events(self) -> Named:
        """How far the events of other systems that hold name the lot, where nothing else does."""
        return max(
            (named_in_event(self._bundle.lot, one, self._limits) for one in self._statements.values()),
            default=Named.NOT,
        )

    def _subject(self) -> Step:
        if self._naming or self._spelled is Named.SO:
            return Step("subject", PASSED)
        if self._spelled is Named.PERHAPS:
            return Step("subject", NOTED, "unproved")
        return Step("subject", FAILED, "no-statement-about-the-lot")

    def _label(self, label: str | None) -> tuple[str, Step]:
        return check_label(label, self._about(), self._limits.label_typ, self._limits.label_keys)

    def _about(self) -> list[Statement]:
        return [one for one in self._statements.values() if one.claims.sub == self._bundle.lot]

    def _status(
        self, around: Surroundings, results: Sequence[StatementResult], now: datetime | None
    ) -> tuple[StatusResult, Step]:
        limits, entry = self._limits, self._bundle.status
        held = [(self._statements[at], results[at]) for at in sorted(self._statements)]
        told = [(one, result) for one, result in held if one.claims.typ == limits.status_typ]
        if entry is not None:
            check = EntryCheck(_with_neighbour(around, entry), len(results), entry)
            result = check.run()
            failed = [step for step in result.steps if step.state is FAILED]
            if failed or check.statement is None:
                reason = failed[0].code if failed else "withheld"
                return StatusResult("failed"), Step("status", FAILED, f"snapshot-{reason}")
            told.append((check.statement, result))
        if not told:
            return StatusResult(), Step("status", ABSENT, "no-status")
        snapshots = [read_snapshot(*one, limits, self._policy.registrars) for one in told]
        leaves = filter(None, map(_leaf_or_none, self._bundle.entries))
        first = {log.origin: self._first_index(log.origin) for log in self._logs}
        tags = {leaf.lot_tag for leaf in leaves} | {lot_tag(self._bundle.lot_secret, self._bundle.lot)}
        made = self._tags_as_output()
        tags |= {tag for _, tag in made}
        origins = {origin for origin, _ in made}
        return judge_status(snapshots, tags, first, limits, now, tagged=bool(self._about()), made_in=origins)

    def _tags_as_output(self) -> set[tuple[str, str]]:
        """(log, tag of the lot) by the secrets of what brings it to be: their leaves prove those."""
        lot = self._bundle.lot
        making = [self._bundle.entries[at] for at in self._naming if self._statements[at].claims.sub != lot]
        return {
            (self._logs[entry.log].origin, lot_tag(entry.secret, lot))
            for entry in making
            if entry.secret is not None
        }

    def _first_index(self, origin: str) -> int:
        """Where the log `origin` first speaks of the lot; -1 where it never does."""
        entries = self._bundle.entries
        places = [entries[at].index for at in self._naming if self._logs[entries[at].log].origin == origin]
        return min(places, default=-1)


def _consistency_step(logs: Sequence[LogTimes]) -> Step:
    contradicting = [log.origin for log in logs if log.contradicting]
    if contradicting:
        return Step("consistency", NOTED, "times-contradict", {"logs": contradicting})
    missing = [log.origin for log in logs if log.before is None]
    if missing:
        return Step("consistency", ABSENT, "no-checkpoint-before", {"logs": missing})
    return Step("consistency", PASSED, "", {"logs": []})


def _with_neighbour(around: Surroundings, entry: Entry) -> Surroundings:
    leaf = _leaf_or_none(entry)
    if leaf is None:
        return around
    origin = around.logs[entry.log].origin
    key = (origin, leaf.stream_tag, leaf.seq)
    chains = {key: leaf, **around.chains}
    return Surroundings(
        around.bundle,
        around.logs,
        around.books,
        around.places,
        chains,
        around.limits,
    )


def _leaf_or_none(entry: Entry) -> Leaf | None:
    try:
        return parse_leaf(entry.leaf)
    except LeafMalformed:
        return None
