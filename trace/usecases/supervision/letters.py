"""Letters to firms (两书一函): numbered, served by a signed notice, received and answered by signature.

The text is for both sides: it stands in a row, and the signed notice names its number and digest. What is
served, received and answered follows from signed records; nobody notes it by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import DUE
from trace.chain.facts.oversight import ACKNOWLEDGEMENT, NOTICE
from trace.errors import RiskItemUnknown, RiskUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.letters import OVERDUE, PREFIXES, Course
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import AnswerRow, LetterRow, add_row, find_row, last_running, read_rows
from trace.store.risk.served import Signed, replies_of, served_by
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.balance.mass_balance import require_recorded_firm
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead
from trace.usecases.supervision.messages import own_authority

WHAT: Final = "letter"
SIGNING: Final = "/desk/sign/{}"
_SUBJECT: Final = "urn:letter:{}"
_DIGEST: Final = "sha256:{}"
_NOWHERE: Final = RowOrigin("", ())
_LONGEST: Final = 4000
_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A letter with how far it has come, and what the firm wrote in signed answer."""

    row: LetterRow
    course: Course
    notice: str
    answer: str

    def state(self, today: date) -> str:
        return self.course.state(today)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of an authority, or to a firm, the newest first."""

    shown: Sequence[LetterShown]
    names: Mapping[str, str]
    today: date
    now: datetime

    @property
    def overdue(self) -> list[LetterShown]:
        return [one for one in self.shown if one.state(self.today) == OVERDUE]


@dataclass(frozen=True, slots=True)
class WritingLetter:
    """Who writes which letter to whom, answered until when; `served` words the notice that is signed."""

    actor: Actor
    form: str
    title: str
    kind: str
    party: str
    heading: str
    text: str
    due_on: str
    served: str


@dataclass(frozen=True, slots=True)
class Replying:
    """A firm's reply: an answer in these words, or the acknowledgement that the letter arrived (None)."""

    actor: Actor
    form: str
    title: str
    number: str
    text: str | None = None


def write_letter(transactions: Transactions, writing: WritingLetter) -> str:
    """The address where the notice that serves the letter waits for its signature.

    Raises `RiskUnfit`, `FirmOutOfSight`, `RightMissing`.
    """
    actor = writing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, writing.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        text, due = _required(tx, writing)
        digest = hashlib.sha256(text.encode()).hexdigest()
        year = day_in_shanghai(tx.now).year
        prefix = f"{PREFIXES[writing.kind]}{own.region}{own.department[0].upper()}-{year}-"
        number = f"{prefix}{last_running(tx.connection, LetterRow, prefix) + 1:03d}"
        heading = whole_text("heading", writing.heading, _TITLE)
        add_row(
            tx.connection,
            LetterRow(
                number, writing.kind, own.urn, own.department, own.region, writing.party, heading, text,
                digest, due.isoformat(), actor.person, tx.now,
            ),
        )  # fmt: skip
        add_events(tx.connection, [RiskEvent(WHAT, number, "written", tx.now, actor.person, party=own.urn)])
        data = {
            "matter": number,
            "to": [writing.party],
            "text": f"{writing.served} {_DIGEST.format(digest)}",
            "dueBy": due.isoformat(),
        }
        return done.to(_keep(tx, actor, writing.title, NOTICE.typ, number, data))


def _required(tx: Tx, writing: WritingLetter) -> tuple[str, date]:
    text = whole_text("text", writing.text, _LONGEST)
    if writing.kind not in PREFIXES:
        raise RiskUnfit(wanted="kind")
    if not writing.party:
        raise RiskUnfit(wanted="party")
    if len(writing.heading.strip()) < LEAST_WORDS:
        raise RiskUnfit(wanted="heading")
    if len(text) < LEAST_WORDS:
        raise RiskUnfit(wanted="text")
    require_recorded_firm(tx, writing.actor, writing.party)
    return text, due_day(tx, writing.due_on)


def due_day(tx: Tx, text: str) -> date:
    """A day to come within two years, or today; raises `RiskUnfit`."""
    due = DUE.read(text, day_in_shanghai(tx.now))
    if due is None:
        raise RiskUnfit(wanted="due")
    return due


def _keep(tx: Tx, actor: Actor, title: str, typ: str, number: str, data: Mapping[str, Any]) -> str:
    sub = _SUBJECT.format(number)
    draft = Draft(typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
    signer = Signer(actor.party or "", actor.person)
    return SIGNING.format(keep_instead(tx, signer, title, [content_of(draft, data)]))


def read_letters(transactions: Transactions, actor: Actor) -> Letters:
    """What the caller's authority wrote."""
    with transactions.look(actor.subject) as tx:
        return letters_of(tx, own_authority(tx, actor).urn)


def letters_of(tx: Tx, authority: str) -> Letters:
    """As above, within a transaction that reads more."""
    return _letters(tx, read_rows(tx.connection, LetterRow, "WHERE authority = ?", (authority,)))


def letter_state(tx: Tx, row: LetterRow) -> str:
    """How far one letter has come today."""
    return _letters(tx, [row]).shown[0].state(day_in_shanghai(tx.now))


def letters_to(tx: Tx, party: str) -> Letters:
    """What was served on a firm; a letter that nobody has signed yet is not for it."""
    every = _letters(tx, read_rows(tx.connection, LetterRow, "WHERE party = ?", (party,)))
    served = [one for one in every.shown if one.course.served_at is not None]
    return Letters(served, every.names, every.today, every.now)


def read_letters_to(transactions: Transactions, actor: Actor) -> Letters:
    """What was served on the caller's own firm."""
    with transactions.look(actor.subject) as tx:
        return letters_to(tx, actor.party or "")


def _letters(tx: Tx, rows: Sequence[LetterRow]) -> Letters:
    served = served_by(tx.connection, {one.authority for one in rows})
    replies = replies_of(tx.connection, {one.party for one in rows})
    texts = {
        (one.number, one.digest): one.text
        for one in read_rows(tx.connection, AnswerRow, _numbered(rows), [row.number for row in rows])
    }
    shown = [
        _shown(row, served.get(row.number), replies, texts) for row in sorted(rows, key=_newest, reverse=True)
    ]
    names = firm_names(tx.connection, [urn for one in rows for urn in (one.party, one.authority)])
    return Letters(shown, names, day_in_shanghai(tx.now), tx.now)


def _newest(row: LetterRow) -> datetime:
    return row.made_at


def _numbered(rows: Sequence[LetterRow]) -> str:
    return f"WHERE number IN ({', '.join('?' for _ in rows) or 'NULL'})"


def _shown(
    row: LetterRow,
    notice: Signed | None,
    replies: Mapping[str, Sequence[Signed]],
    texts: Mapping[tuple[str, str], str],
) -> LetterShown:
    came = replies.get(notice.stmt, ()) if notice is not None else ()
    answers = list(_answers(row, came, texts))
    course = Course(
        date.fromisoformat(row.due_on),
        notice.at if notice is not None else None,
        came[0].at if came else None,
        answers[0][0] if answers else None,
    )
    text = "\n".join(said for _, said in answers)
    return LetterShown(row, course, notice.stmt if notice is not None else "", text)


def _answers(
    row: LetterRow, came: Sequence[Signed], texts: Mapping[tuple[str, str], str]
) -> Iterator[tuple[datetime, str]]:
    """Answers that were signed: by the digest that the acknowledgement names."""
    for one in came:
        text = texts.get((row.number, one.note.removeprefix("sha256:")))
        if text is not None:
            yield one.at, text


def reply_to_letter(transactions: Transactions, replying: Replying) -> str:
    """The address where the firm's acknowledgement or answer waits for its signature.

    Raises `RiskItemUnknown` for a letter that was not served on the caller's firm, `RiskUnfit`.
    """
    actor, number = replying.actor, replying.number
    with transactions.begin(actor.subject) as tx:
        done = once(tx, replying.form, actor.person)
        if done.before:
            return done.leads_to
        row = find_row(tx.connection, LetterRow, number)
        served = letters_to(tx, actor.party or "").shown
        shown = next((one for one in served if one.row.number == number), None)
        if row is None or shown is None:
            raise RiskItemUnknown(what=WHAT, number=number[:40])
        data = {"matter": number, "about": shown.notice}
        if replying.text is not None:
            text = whole_text("text", replying.text, _LONGEST)
            if len(text) < LEAST_WORDS:
                raise RiskUnfit(wanted="text")
            digest = hashlib.sha256(text.encode()).hexdigest()
            if not read_rows(tx.connection, AnswerRow, "WHERE number = ? AND digest = ?", (number, digest)):
                add_row(tx.connection, AnswerRow(number, digest, text, actor.person, tx.now))
            data["note"] = _DIGEST.format(digest)
        elif shown.course.received_at is not None:
            raise RiskItemUnknown(what=WHAT, number=number)
        return done.to(_keep(tx, actor, replying.title, ACKNOWLEDGEMENT.typ, number, data))
