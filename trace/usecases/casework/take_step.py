"""A step of a case, taken by a person: decided, written and numbered in one transaction, or nothing at all.

Whoever acts says which version of the case was seen. Where somebody was quicker, the refusal names who did
what and when, and the page keeps what was typed. Papers are kept by the digest of their bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from trace.errors import CaseMoved, CaseOutOfArea, CaseUnknown, PaperUnfit, PaperUnknown, ReceiverUnknown
from trace.oversight.casework.competence import ENDED, JOINT, LEAD, Word
from trace.oversight.casework.decide import INSTEAD, Act, Taken, decide
from trace.parties import Actor
from trace.store.accounts.people import find_organisation, members_of
from trace.store.casework.asked import signed_as
from trace.store.casework.cases import (
    CaseRow,
    EventRow,
    add_event,
    find_case,
    last_event,
    move_case,
    names_of,
)
from trace.store.casework.competence import add_word
from trace.store.casework.papers import PaperRow, add_paper, find_paper
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.official_acts import DRAFTS, Drafted, draft_act, says_again
from trace.usecases.casework.recall_standing import require_heard
from trace.usecases.casework.settled import require_settled
from trace.usecases.casework.standing import (
    level_of,
    require_case,
    require_hold,
    standing_of,
    stands_in,
    works_on_cases,
)
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.waiting import keep_instead

LONGEST: Final = 2_000
"""Characters of what somebody says at a step."""
_LONGEST_DETAIL: Final = 12_000
"""Of what is named at it, as the goods of an order are."""
LARGEST: Final = 12 * 1024 * 1024
CASE: Final = "/office/cases/{}"
_SIGN: Final = "/desk/sign/{}"
_SHA256: Final = "sha256:"
FORMS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_MOST_EVIDENCE: Final = 20
HANDED_OVER: Final = frozenset({"receive-transfer", "designate"})
"""Steps after which another office leads."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as somebody handed it in."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, by which form, having seen which version, with which words; `title` names a batch to sign."""

    actor: Actor
    form: str
    seen: int
    event: str
    why: str
    evidence: tuple[str, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)
    papers: Sequence[Paper] = ()
    title: str = ""


def take_step(transactions: Transactions, number: str, acting: Acting) -> str:
    """Take the step; the address to go on from: the case, or the signature that an official act waits for.

    Raises `CaseUnknown`, `CaseOutOfArea`, `CaseMoved`, what `decide` refuses, `PaperUnfit`, `PaperUnknown`,
    `ReceiverUnknown`, `ActUnfit`.
    """
    actor = acting.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, acting.form, actor.person)
        if done.before:
            return done.leads_to
        row, hold = require_hold(tx, actor, number)
        if not hold.acts:
            raise CaseOutOfArea(number=row.number, area=row.area, department=row.department)
        if row.version != acting.seen:
            raise moved(tx, row)
        whole_text("why", acting.why, LONGEST)
        for name, text in acting.detail.items():
            whole_text(name, text, _LONGEST_DETAIL)
        detail = _named(tx, row, acting)
        papers = [keep_paper(tx, row.number, actor.person, one) for one in acting.papers]
        evidence = (*papers, *_known(tx, row, acting.evidence))
        standing, events = standing_of(tx, row, actor, hold)
        instead = stands_in(actor, standing.state, acting.event)
        giver = instead.giver if instead is not None else ""
        act = Act(acting.event, actor.person, actor.duties, acting.why, evidence, detail, giver)
        taken = decide(standing, act)
        if acting.event == "prepare-closing" and not detail.get("unsettled"):
            require_settled(tx, row.lot)
            require_heard(tx, row, events)
        drafted = draft_act(tx, row, actor, act) if acting.event in DRAFTS else None
        if instead is not None:
            noted = {**act.detail, INSTEAD: instead.giver, f"{INSTEAD}Name": instead.name}
            act = replace(act, detail=noted)
        return done.to(_written(tx, row, acting, act, taken, drafted))


def where_it_stands(transactions: Transactions, actor: Actor, number: str) -> CaseRow:
    """The case after a step; raises `CaseUnknown`, `CaseOutOfArea`."""
    with transactions.look(actor.subject) as tx:
        return require_case(tx, actor, number)


def _written(tx: Tx, row: CaseRow, acting: Acting, act: Act, taken: Taken, drafted: Drafted | None) -> str:
    actor, leads_to, detail = acting.actor, CASE.format(row.number), dict(act.detail)
    if drafted is not None:
        signer = Signer(actor.party or "", actor.person)
        batch = keep_instead(tx, signer, acting.title, drafted.contents, says_again)
        leads_to, detail = _SIGN.format(batch), detail | dict(drafted.told) | {"batch": batch}
    seq = move_case(tx.connection, _moved(tx, row, actor, act, taken), row.version)
    if not seq:
        raise moved(tx, find_case(tx.connection, row.number) or row)
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    if (word := _word(tx, row, actor, act, detail)) is not None:
        add_word(tx.connection, row.number, word)
    step = EventRow(row.number, seq, act.event, row.state, taken.to, tx.now, actor.person, name,
                    actor.party or "", act.why.strip(), act.evidence, detail, tx.rules.version)  # fmt: skip
    add_event(tx.connection, step)
    return leads_to


def moved(tx: Tx, row: CaseRow) -> CaseMoved:
    """What somebody is told who acts on a case that has moved on: who did what, and when."""
    last = last_event(tx.connection, row.number)
    return CaseMoved(
        number=row.number,
        event=last.event if last else "",
        by=last.name if last else "",
        at=last.at.isoformat() if last else "",
    )


def _moved(tx: Tx, row: CaseRow, actor: Actor, act: Act, taken: Taken) -> CaseRow:
    new = replace(row, state=taken.to, opened_at=row.opened_at or tx.now)
    if act.event in HANDED_OVER:
        department, area = _led_by(tx, _taking_over(row, act)) or (row.department, row.area)
        officer = actor.person if act.event == "receive-transfer" else ""
        return replace(new, department=department, area=area, receiver="", officer=officer)
    named = {"take": actor.person, "assign": act.detail.get("person")}.get(act.event)
    joined = {"join": act.detail.get("case"), "split": ""}.get(act.event)
    receiver = {"transfer": act.detail.get("receiver"), "refuse-transfer": ""}.get(act.event)
    return replace(
        new,
        officer=row.officer if named is None else named,
        joined_to=row.joined_to if joined is None else joined,
        receiver=row.receiver if receiver is None else receiver,
    )


def _taking_over(row: CaseRow, act: Act) -> str:
    return row.receiver if act.event == "receive-transfer" else act.detail.get("receiver", "")


def _led_by(tx: Tx, authority: str) -> tuple[str, str] | None:
    """Department and area for which an authority takes a case over."""
    of = find_organisation(tx.connection, authority)
    return (of.department, level_of(of.region)) if of is not None else None


def _word(tx: Tx, row: CaseRow, actor: Actor, act: Act, detail: Mapping[str, str]) -> Word | None:
    """What a step says of whose the case is; None for most steps."""
    if act.event in HANDED_OVER:
        led = _led_by(tx, _taking_over(row, act))
        return Word(tx.now, LEAD, *led) if led is not None else None
    if act.event == "ask-assistance":
        asked = detail["receiver"]
        department, area = _led_by(tx, asked) or ("", "")
        return Word(tx.now, JOINT, department, area, asked)
    if act.event == "answer-assistance":
        return Word(tx.now, ENDED, row.department, level_of(actor.region), actor.party or "")
    return None


def _named(tx: Tx, row: CaseRow, acting: Acting) -> dict[str, str]:
    """What the form names, where it is what it has to be: a colleague, an authority, another case."""
    detail = {name: value.strip() for name, value in acting.detail.items() if value.strip()}
    for said in (INSTEAD, f"{INSTEAD}Name"):
        detail.pop(said, None)  # the platform's word, never the form's
    actor = acting.actor
    if person := detail.get("person"):
        known = members_of(tx.connection, actor.party or "")
        members = {one.person: one.name for one in known if works_on_cases(one)}
        if person not in members:
            raise ReceiverUnknown(name=person[:40])
        detail["personName"] = members[person]
    if receiver := detail.get("receiver"):
        of = find_organisation(tx.connection, receiver)
        if of is None or not of.department or of.urn == actor.party:
            raise ReceiverUnknown(name=receiver[:40])
        detail["receiverName"] = of.name
    if other := detail.get("case"):
        if other == row.number or find_case(tx.connection, other) is None:
            raise CaseUnknown(number=other[:40])
        require_case(tx, actor, other)
    return detail


def keep_paper(tx: Tx, number: str, person: str, paper: Paper) -> str:
    """A paper's name as evidence, once its bytes are kept; raises `PaperUnfit`."""
    name = paper.name.strip()[:120] or "paper"
    if not paper.body or len(paper.body) > LARGEST:
        raise PaperUnfit(name=name, reason="too-large" if paper.body else "empty")
    media = next((media for head, media in FORMS if paper.body.startswith(head)), None)
    if media is None:
        raise PaperUnfit(name=name, reason="another-form")
    digest = hashlib.sha256(paper.body).hexdigest()
    kept = PaperRow(number, digest, name, media, len(paper.body), tx.now)
    add_paper(tx.connection, kept, paper.body, person)
    return _SHA256 + digest


def _known(tx: Tx, row: CaseRow, named: Sequence[str]) -> tuple[str, ...]:
    """Papers and records that the form names; raises `PaperUnknown` for what is neither."""
    found = []
    for one in dict.fromkeys(name.strip() for name in named[:_MOST_EVIDENCE]):
        if not one:
            continue
        if one.startswith(_SHA256):
            known = find_paper(tx.connection, row.number, one.removeprefix(_SHA256)) is not None
        else:
            known = bool(signed_as(tx.connection, one)[0])
        if not known:
            raise PaperUnknown(name=one[:80])
        found.append(one)
    return tuple(found)
