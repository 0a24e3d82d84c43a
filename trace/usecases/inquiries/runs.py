"""Analyses as jobs: handed in with a purpose, answered by whichever process comes first, opened again later.

Who may open one is the authority whose people asked it. Before its answer is shown, now and whenever it is
opened, every firm whose data are in it is noted with the purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson

from trace.errors import AnalysisUnknown, Refusal
from trace.parties import Actor
from trace.store.analyses.documents import find_document
from trace.store.analyses.runs import FILES, WORK, RunRow, add_run, end_run, find_run, list_runs
from trace.store.casework.asked import firm_names
from trace.store.jobs import Claim, finish_job, put_job
from trace.store.transaction import Transactions, Tx
from trace.usecases.analyses.keep_analysis import Kept
from trace.usecases.analyses.progress import heard_by
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.inquiries.questions import ANSWERS, FILE, GOODS, Answer, Asked, require_askable

Run = RunRow
SHOWN: Final = 100
_PARTY: Final = "urn:uscc:"
_NUMBER: Final = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A run as it is shown: its answer where there is one, and the names of the firms in it."""

    run: RunRow
    kept: Kept | None
    names: Mapping[str, str]


def ask(transactions: Transactions, actor: Actor, name: str, asked: Asked, purpose: str, key: str) -> str:
    """Hand in a question; the number of its run, the same for the same `key` of the same person.

    Raises `PurposeMissing`, `QuestionIncomplete` and what the question itself would be refused for.
    """
    why = Purpose(purpose).required()
    if name not in ANSWERS:
        raise AnalysisUnknown(hash=name[:64])
    number = hashlib.sha256(f"{actor.person} {actor.subject} {key}".encode()).hexdigest()[:_NUMBER]
    with transactions.begin(actor.subject) as tx:
        require_askable(tx, actor, name, asked)
        hand_in(tx, actor, name, asked, why, number)
    return number


def hand_in(tx: Tx, actor: Actor, name: str, asked: Asked, purpose: str, number: str) -> RunRow:
    """Hand in what is known to be askable; the same number twice is one run."""
    authority = actor.party or actor.subject
    row = RunRow(number, authority, actor.person, name, asked, _actor_json(actor), purpose, tx.now)
    if add_run(tx.connection, row):
        put_job(tx.connection, FILES if name == FILE else WORK, number, {}, tx.now)
    return find_run(tx.connection, number) or row


def find_open(tx: Tx, actor: Actor, name: str, asked: Asked) -> RunRow | None:
    """The run of the caller's authority that is to answer the same question and has not yet."""
    for row in list_runs(tx.connection, actor.party or actor.subject, SHOWN):
        if not row.ended and (row.name, row.asked) == (name, asked):
            return row
    return None


def answer(transactions: Transactions, claim: Claim, answers: Mapping[str, Answer] = ANSWERS) -> None:
    """Do the job of a run: twice is as good as once, since an answer is kept by its hash."""
    with transactions.look(WORK) as tx:
        row = find_run(tx.connection, claim.key)
    if row is None or row.ended:
        return
    try:
        actor = _actor_of(row.actor)
        kept = answers[row.name](transactions, actor, row.asked, heard_by(transactions, row.number))
    except Refusal as refusal:
        if refusal.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        with transactions.begin(row.authority) as tx:
            problem = {"code": refusal.code, "params": refusal.params}
            end_run(tx.connection, row.number, tx.now, None, problem)
            finish_job(tx.connection, claim, tx.now)
        return
    with transactions.begin(row.authority) as tx:
        end_run(tx.connection, row.number, tx.now, kept.hash)
        finish_job(tx.connection, claim, tx.now)


def list_asked(transactions: Transactions, actor: Actor) -> list[RunRow]:
    """What people of the caller's authority handed in, the newest first, at most a hundred."""
    with transactions.look(actor.subject) as tx:
        return list_runs(tx.connection, actor.party or actor.subject, SHOWN)


def open_run(
    transactions: Transactions, actor: Actor, number: str, what: str = "page", part: str = ""
) -> Opened:
    """A run of the caller's authority; where it is answered, the look at the firms in it is noted first.

    `part` is the hash of a firm's own document within the answer of a region. Raises `AnalysisUnknown`.
    """
    with transactions.begin(actor.subject) as tx:
        row = _require(tx, actor, number)
        if row.hash is None or row.name in {GOODS, FILE}:  # shown, and noted, with their case
            return Opened(row, None, {})
        document = find_document(tx.connection, row.hash)
        if document is not None and part:
            inside = {line.get("analysis") for line in orjson.loads(document)["answer"].get("firms", ())}
            document = find_document(tx.connection, part) if part in inside else None
        if document is None:
            raise AnalysisUnknown(hash=(part or row.hash)[:64])
        firms = sorted(set(_firms(orjson.loads(document))))
        note_looks(tx, actor, firms, Seen(what, f"{row.name} {row.number}", len(firms)), Purpose(row.purpose))
        return Opened(row, Kept(part or row.hash, document), firm_names(tx.connection, firms))


def earlier(transactions: Transactions, actor: Actor, run: RunRow) -> tuple[RunRow, Kept] | None:
    """The answer before this one to the same question of the caller's authority."""
    with transactions.look(actor.subject) as tx:
        for other in list_runs(tx.connection, run.authority, SHOWN):
            if other.asked_at < run.asked_at and (other.name, other.asked) == (run.name, run.asked):
                found = None if other.hash is None else find_document(tx.connection, other.hash)
                if found is not None and other.hash is not None:
                    return other, Kept(other.hash, found)
    return None


def _require(tx: Tx, actor: Actor, number: str) -> RunRow:
    row = find_run(tx.connection, number)
    if row is None or row.authority != (actor.party or actor.subject):
        raise AnalysisUnknown(hash=number[:64])
    return row


def _firms(value: Any) -> Iterator[str]:
    """The parties that a document names, wherever they stand in it."""
    if isinstance(value, str):
        if value.startswith(_PARTY):
            yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _firms(member)
    elif isinstance(value, list):
        for member in value:
            yield from _firms(member)


def _actor_json(actor: Actor) -> dict[str, Any]:
    return {
        "subject": actor.subject,
        "party": actor.party,
        "roles": sorted(actor.roles),
        "scopes": sorted(actor.scopes),
        "region": actor.region,
        "person": actor.person,
    }


def _actor_of(told: Mapping[str, Any]) -> Actor:
    """With the sight of the moment of asking: what was withdrawn since waits for the next question."""
    roles, scopes = frozenset(told["roles"]), frozenset(told["scopes"])
    return Actor(told["subject"], told["party"], roles, scopes, told["region"], told["person"])
