"""A department's part filled in: answers, findings with their photographs, result, order, how it was signed.

What stood before stays in the history, also after signing: then a reason is asked for, and what is mended is
signed anew as a record that replaces the first. Who fills in an older state of the part writes nothing over:
what can be joined is joined, and what both answer differently is kept beside the part until they agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from trace.calendar.typed_days import DUE
from trace.chain.facts.oversight_forms import RESULTS, SIGNATURES
from trace.errors import (
    PaperUnfit,
    PaperUnknown,
    ReasonTooShort,
    VisitAnswerUnfit,
    VisitFormOther,
    VisitMoved,
    VisitStepUnfit,
)
from trace.exchange.tabular.records import SHORTEST_REASON
from trace.oversight.visits.answers import Answer, read_answers
from trace.oversight.visits.joined import join
from trace.oversight.visits.position import kept, read_fix
from trace.oversight.visits.states import DROPPED
from trace.parties import Actor
from trace.store.casework.cases import names_of
from trace.store.transaction import Transactions, Tx
from trace.store.visits.papers import VisitPaper, add_visit_paper, find_visit_paper
from trace.store.visits.visits import (
    PartRow,
    VisitEvent,
    VisitRow,
    add_visit_event,
    advance_visit,
    events_of_visit,
    move_visit,
    save_part,
)
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.take_step import FORMS, LARGEST, Paper
from trace.usecases.visits.form_asked import form_asked
from trace.usecases.visits.goods_seen import goods_named
from trace.usecases.visits.open_visit import VISIT
from trace.usecases.visits.parts_beside import (
    BESIDE,
    JOINED,
    filled_at,
    filled_of,
    part_of_visit,
    with_filled,
)
from trace.usecases.visits.standing import require_part, require_visit

_TEXT: Final = 500
_FARTHEST_CLOCK: Final = 2**31 - 1
"""Seconds, 68 years: what the column holds."""
SAVED: Final = "saved"
MENDED: Final = "mended"


@dataclass(frozen=True, slots=True)
class Photo:
    """A file with the item that it is evidence of."""

    paper: Paper
    item: str = ""


@dataclass(frozen=True, slots=True)
class Filling:
    """What somebody typed. `seen`: the version of the part; `digest`: the hash of the form that was shown;
    `captured_at`: when it was typed, `sent_at`: when it was sent, as the device stated both; `why`: needed
    once the part is signed; `goods`: lots or batch numbers that were looked at; `awaited`: digests of
    photographs that come by themselves."""

    seen: int
    digest: str
    answers: Sequence[Answer]
    result: str = ""
    rectify_by: str = ""
    signature: str = ""
    refusal: str = ""
    witness: str = ""
    position: Mapping[str, str] = field(default_factory=dict)
    captured_at: str = ""
    photos: Sequence[Photo] = ()
    why: str = ""
    goods: Sequence[str] = ()
    sent_at: str = ""
    awaited: Collection[str] = ()


def fill_visit(transactions: Transactions, actor: Actor, key: str, number: str, new: Filling) -> str:
    """Save the caller's part; the address of the visit.

    Raises `VisitUnknown`, `VisitOutOfArea`, `VisitNotYours`, `VisitStepUnfit`, `VisitFormOther`,
    `VisitAnswerUnfit`, `VisitGoodsUnknown`, `PaperUnfit`, `PaperUnknown`, `ReasonTooShort`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        row = require_visit(tx, actor, number)
        part = require_part(tx, actor, row)
        if row.state == DROPPED:
            raise VisitStepUnfit(number=number, step=SAVED)
        if new.digest != part.form_digest:
            raise VisitFormOther(form=part.form, given=new.digest[:12], wanted=part.form_digest[:12])
        fresh = new.seen == part.version
        if part.record and fresh and len(new.why.strip()) < SHORTEST_REASON:
            raise ReasonTooShort(limit=SHORTEST_REASON)
        photos = [keep_photo(tx, row, part.department, actor, one, new.captured_at) for one in new.photos]
        lots = goods_named(tx, actor, row.party, new.goods)
        saved = replace(_filled(tx, row, part, new, photos), lots=lots)
        version = save_part(tx.connection, saved) if fresh else 0
        event, detail = MENDED if part.record else SAVED, saved.as_told() | {"part": version}
        if not version:
            kept_as = _keep_beside(tx, saved, new.seen)
            if kept_as is None:
                return done.to(VISIT.format(number))
            event, detail = kept_as
        happened(tx, row, actor, Happening(event, saved.department, None, new.why, detail, tuple(photos)))
        return done.to(VISIT.format(number))


def _keep_beside(tx: Tx, came: PartRow, seen: int) -> tuple[str, dict[str, object]] | None:
    """What becomes of a filling of an older state: joined with what stands, or kept beside it to be agreed.

    None where it says nothing that does not stand already. A signed part is never changed by the way.
    """
    stands = part_of_visit(tx, came.number, came.department)
    base = filled_at(events_of_visit(tx.connection, came.number), came.department, seen)
    now = filled_of(stands)
    joined = join(base, now, filled_of(came))
    if joined.filled == now and not joined.differing:
        return None
    if joined.differing or stands.record:
        return BESIDE, came.as_told() | {"base": seen}
    merged = with_filled(stands, joined.filled)
    version = save_part(tx.connection, replace(merged, saved_at=tx.now))
    if not version:
        raise VisitMoved(number=came.number)
    return JOINED, merged.as_told() | {"part": version, "base": seen}


def _filled(tx: Tx, row: VisitRow, part: PartRow, new: Filling, photos: Sequence[str]) -> PartRow:
    form = form_asked(tx, row, part)
    given = [_with_photos(one, new.photos, photos) for one in new.answers]
    answers = read_answers(form, given)
    before = {photo for one in part.answers for photo in one.photos}
    for digest in {photo for one in answers for photo in one.photos} - before - {*new.awaited}:
        if find_visit_paper(tx.connection, row.number, digest) is None:
            raise PaperUnknown(name=digest[:80])
    if new.result not in {"", *RESULTS}:
        raise VisitAnswerUnfit(item="result", expected=" / ".join(RESULTS))
    if new.signature not in {"", *SIGNATURES}:
        raise VisitAnswerUnfit(item="signature", expected=" / ".join(SIGNATURES))
    read_fix(new.position)
    return replace(
        part,
        answers=answers,
        result=new.result,
        rectify_by=_due(new.rectify_by, row.day),
        signature=new.signature,
        refusal=whole_text("refusal", new.refusal, _TEXT),
        witness=whole_text("witness", new.witness, _TEXT),
        position=_position(part, new.position),
        captured_at=captured(new.captured_at),
        saved_at=tx.now,
        clock_offset=_clock_offset(new.sent_at, tx.now),
    )


def _with_photos(one: Answer, photos: Sequence[Photo], digests: Sequence[str]) -> Answer:
    fresh = [digest for photo, digest in zip(photos, digests, strict=True) if photo.item == one.item]
    return replace(one, photos=tuple(dict.fromkeys([*one.photos, *fresh])))


def _position(part: PartRow, given: Mapping[str, str]) -> dict[str, str]:
    """The position stated now; where none is, the one of before stays, with the new words about it."""
    fresh = kept(given)
    if read_fix(given) is not None:
        return fresh
    stays = {name: text for name, text in part.position.items() if name != "why"}
    return {**stays, **({"why": fresh["why"]} if "why" in fresh else {})}


def _due(text: str, day: date) -> date | None:
    if not text:
        return None
    try:
        due = date.fromisoformat(text)
    except ValueError:
        raise VisitAnswerUnfit(item="rectifyBy", expected="YYYY-MM-DD") from None
    if not DUE.holds(due, day):
        raise VisitAnswerUnfit(item="rectifyBy", expected=f"{day} – {DUE.last(day)}")
    return due


def _clock_offset(sent: str, now: datetime) -> int | None:
    """By how many seconds a device's clock was behind when it sent; None where it did not say, and where it
    said what no clock says (the first of them all began in 1970)."""
    at = captured(sent)
    if at is None:
        return None
    behind = round((now - at).total_seconds())
    return behind if abs(behind) <= _FARTHEST_CLOCK else None


def captured(text: str) -> datetime | None:
    """The moment that a device stated, as it stated it; raises `VisitAnswerUnfit`."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise VisitAnswerUnfit(item="captured", expected="2026-10-20T09:30:00+08:00") from None
    if at.tzinfo is None:
        raise VisitAnswerUnfit(item="captured", expected="2026-10-20T09:30:00+08:00")
    return at


def keep_photo(tx: Tx, row: VisitRow, department: str, actor: Actor, photo: Photo, at: str) -> str:
    """The digest of a file, once its bytes are kept; raises `PaperUnfit`."""
    body = photo.paper.body
    name = photo.paper.name.strip()[:120] or "paper"
    if not body or len(body) > LARGEST:
        raise PaperUnfit(name=name, reason="too-large" if body else "empty")
    media = next((media for head, media in FORMS if body.startswith(head)), None)
    if media is None:
        raise PaperUnfit(name=name, reason="another-form")
    digest = hashlib.sha256(body).hexdigest()
    paper = VisitPaper(row.number, digest, name, media, len(body), photo.item[:40], department, captured(at),
                       tx.now, actor.person)  # fmt: skip
    add_visit_paper(tx.connection, paper, body)
    return digest


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens at a visit; `seen`: the version that somebody must have seen, None where that of the part
    alone counts."""

    event: str
    department: str
    seen: int | None
    why: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


def happened(tx: Tx, row: VisitRow, actor: Actor, what: Happening) -> None:
    """Move the visit on from the version that was seen, and write what happened; raises `VisitMoved`."""
    if what.seen is None:
        seq = advance_visit(tx.connection, row.number)
    else:
        seq = move_visit(tx.connection, row, what.seen)
    if not seq:
        raise VisitMoved(number=row.number)
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    event = VisitEvent(row.number, seq, what.event, what.department, tx.now, actor.person, name,
                       actor.party or "", whole_text("why", what.why, _TEXT), what.evidence,
                       what.detail)  # fmt: skip
    add_visit_event(tx.connection, event)
