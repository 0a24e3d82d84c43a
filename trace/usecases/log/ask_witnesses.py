"""Witnesses asked side by side, each in its own time.

A round waits a little for all of them. Whoever is slower goes on in its own thread, its line is kept when it
comes, and it is asked again only when it is done: a slow or lying witness costs the others nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Thread
from time import monotonic

from trace.errors import LogForked, Refusal, WitnessUnavailable
from trace.exchange.witness_client import Cosigner
from trace.store.log.checkpoints import StoredCosignature, add_cosignatures
from trace.store.transaction import Transactions

PATIENCE = 3.0
"""Seconds that a round waits for the slowest."""

Lines = list[StoredCosignature]
Ask = Callable[[Cosigner], Lines]


@dataclass(slots=True)
class _Question:
    cosigner: Cosigner
    lines: Lines = field(default_factory=list)
    problem: Refusal | None = None
    answered: bool = False
    late: bool = False


class AskedWitnesses:
    """The questions of one process that are still open; safe to share between threads."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._open: dict[str, _Question] = {}
        self._forked: LogForked | None = None
        self._changed = Condition()

    def ask(self, transactions: Transactions, cosigners: Sequence[Cosigner], ask: Ask) -> tuple[Refusal, ...]:
        """Put a question to each and keep the lines that come; returns what kept the others from theirs.

        Raises `LogForked` when a witness proves that it has seen another log, with the others' lines kept.
        """
        begun: list[_Question] = []
        problems: list[Refusal] = []
        for cosigner in cosigners:
            question = self._begin(cosigner)
            if question is None:
                problems.append(WitnessUnavailable(witness=cosigner.verifier.name, reason="still-asked"))
                continue
            begun.append(question)
            work = (transactions, question, ask)
            Thread(target=self._answer, args=work, name="witness", daemon=True).start()
        self._wait(begun)
        _keep(transactions, [line for one in begun if not one.late for line in one.lines])
        problems += [one.problem for one in begun if one.problem is not None]
        forked = next((one for one in problems if isinstance(one, LogForked)), self._forked)
        if forked is not None:
            raise forked
        return tuple(problems)

    def _begin(self, cosigner: Cosigner) -> _Question | None:
        name = cosigner.verifier.name
        with self._changed:
            if name in self._open:
                return None
            question = self._open[name] = _Question(cosigner)
            return question

    def _wait(self, begun: Sequence[_Question]) -> None:
        until = monotonic() + self._patience
        with self._changed:
            while not all(one.answered for one in begun) and (left := until - monotonic()) > 0:
                self._changed.wait(left)
            for one in begun:
                if not one.answered:
                    one.late = True
                    one.problem = WitnessUnavailable(witness=one.cosigner.verifier.name, reason="slow")

    def _answer(self, transactions: Transactions, question: _Question, ask: Ask) -> None:
        lines, problem = _asked(question.cosigner, ask)
        with self._changed:
            if not question.late:
                question.lines, question.problem, question.answered = lines, problem, True
                self._end(question)
                return
        with suppress(Refusal):  # what could not be kept is asked for again
            _keep(transactions, lines)
        with self._changed:
            if isinstance(problem, LogForked):
                self._forked = problem
            self._end(question)

    def _end(self, question: _Question) -> None:
        del self._open[question.cosigner.verifier.name]
        self._changed.notify_all()


def _asked(cosigner: Cosigner, ask: Ask) -> tuple[Lines, Refusal | None]:
    name = cosigner.verifier.name
    try:
        return ask(cosigner), None
    except Refusal as refusal:
        return [], refusal
    except Exception:  # noqa: BLE001 - whatever a witness says, the others are heard
        return [], WitnessUnavailable(witness=name, reason="answer-unreadable")


def _keep(transactions: Transactions, lines: Lines) -> None:
    if lines:
        with transactions.begin("publisher") as tx:
            add_cosignatures(tx.connection, lines)
