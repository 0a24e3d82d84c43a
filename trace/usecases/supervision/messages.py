"""Messages and clues between the two departments of a district: written as drafts, signed, acknowledged,
answered, revised; and what is on record that has not been told yet.

Nothing is sent by itself. The receiver follows from the writer: the other department of the same area. What a
message is about lies in the writer's own area, or it is refused and nothing has changed. A revision goes out
under the number of what it replaces; the same words are not sent twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from trace.chain.facts.exchange import CLUE, MESSAGE, RESPONSE, RESULTS, TYPES
from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.errors import (
    CounterpartMissing,
    MessageSentBefore,
    PaperUnknown,
    RightMissing,
    RiskItemUnknown,
    RiskMoved,
    RiskUnfit,
)
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.competence import limit_of
from trace.oversight.exchange import Revision, SentMessage
from trace.oversight.revised import Difference, Worded, differences
from trace.parties import ALL, Actor
from trace.store.accounts.people import Organisation, find_organisation
from trace.store.casework.asked import firm_names, signed_as
from trace.store.casework.exchange import Authority, list_authorities, read_concealed, read_sent
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.balance.mass_balance import require_firm
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead

SIGNING: Final = "/desk/sign/{}"
CLUE_WORD: Final = "clue"
ACKNOWLEDGED_IN, ANSWERED_IN = "X01", "X02"
LONGEST: Final = 1000
_FORM: Final = 1
_SUBJECT: Final = "urn:message:{}"
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, by which form, under which title; the type of a message, or `clue`; about which firm and
    on which records. `replaces`: the statement of the own message that is revised, as the writer saw it."""

    actor: Actor
    form: str
    title: str
    type: str
    party: str
    text: str
    about: tuple[str, ...] = ()
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Replying:
    """Who replies to what: acknowledges it, or says with `result` and words what came of a clue."""

    actor: Actor
    form: str
    title: str
    about: str
    matter: str
    result: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with what only its two sides read of each revision, and until when its reply is due, None
    where unknown."""

    sent: SentMessage
    worded: tuple[Worded, ...]
    due: datetime | None
    incoming: bool
    mine_to_acknowledge: bool
    mine_to_answer: bool

    @property
    def party(self) -> str:
        return self.worded[-1].party or ""

    @property
    def text(self) -> str:
        return self.worded[-1].text or ""

    @property
    def about(self) -> tuple[str, ...]:
        return self.worded[-1].about or ()

    @property
    def changes(self) -> list[tuple[Revision, list[Difference]]]:
        """Each revision behind the first with what it changed, the newest first."""
        pairs = zip(self.sent.revisions[1:], pairwise(self.worded), strict=True)
        return [(revision, differences(*pair)) for revision, pair in pairs][::-1]

    def overdue(self, now: datetime) -> bool:
        return bool(self.sent.waits_for) and self.due is not None and now >= self.due


@dataclass(frozen=True, slots=True)
class Exchange:
    """Everything between the caller's authority and others, newest first; `other` is whom it writes to."""

    shown: tuple[Shown, ...]
    names: Mapping[str, str]
    own: Authority
    other: Authority | None
    now: datetime

    @property
    def waiting(self) -> tuple[Shown, ...]:
        """What waits for the caller's own word."""
        return tuple(one for one in self.shown if one.mine_to_acknowledge or one.mine_to_answer)


def own_authority(tx: Tx, actor: Actor) -> Organisation:
    """The authority that the caller acts for; raises `RightMissing` for whoever acts for none."""
    found = find_organisation(tx.connection, actor.party or "")
    if found is None or not found.department or not actor.oversees:
        raise RightMissing(scope=ALL)
    return found


def authority_names(tx: Tx, authorities: Iterable[str]) -> dict[str, str]:
    """Authority -> its name, as it is registered here; its own urn where it has no people here."""
    found = {urn: find_organisation(tx.connection, urn) for urn in set(authorities)}
    return {urn: one.name if one is not None else urn for urn, one in found.items()}


def counterpart(tx: Tx, own: Organisation) -> Authority | None:
    """The other department of the same area, None where it is not registered here."""
    return next(
        (
            one
            for one in list_authorities(tx.connection)
            if one.region == own.region and one.department not in {own.department, ""}
        ),
        None,
    )


def write_message(transactions: Transactions, writing: Writing) -> str:
    """The address where the draft waits for its signature.

    Raises `RiskUnfit`, `CounterpartMissing`, `FirmOutOfSight`, `PaperUnknown`, `RightMissing`, and
    `MessageSentBefore` of what says nothing new; of a revision `RiskItemUnknown`, `RiskMoved`.
    """
    actor = writing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, writing.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        other = counterpart(tx, own)
        if other is None:
            raise CounterpartMissing(area=own.region, department=own.department)
        revised = _revised(tx, own.urn, writing) if writing.replaces else None
        data = _stated(tx, writing, other)
        typ = CLUE.typ if writing.type == CLUE_WORD else MESSAGE.typ
        _require_new(tx, own.urn, typ, data)
        if revised is None:
            return done.to(_keep(tx, actor, writing.title, typ, data))
        data |= {"replaces": revised.first.statement, "to": list(revised.to)}
        return done.to(_keep(tx, actor, writing.title, typ, data, revised.sub))


def _revised(tx: Tx, own: str, writing: Writing) -> SentMessage:
    """The own message that is revised, where nobody has revised it since it was seen."""
    mine = read_sent(tx.connection, [own])
    found = next(
        (one for one in mine if writing.replaces in {each.statement for each in one.revisions}), None
    )
    if found is None or found.is_clue != (writing.type == CLUE_WORD):
        raise RiskItemUnknown(what="message", number=writing.replaces[:43])
    if found.statement != writing.replaces:
        raise RiskMoved(what="message", state="revised")
    return found


def _require_new(tx: Tx, own: str, typ: str, data: Mapping[str, Any]) -> None:
    """Refuse what stands already in the same words: who receives it would count it twice."""
    mine = [one for one in read_sent(tx.connection, [own]) if one.typ == typ]
    concealed = read_concealed(tx.connection, [one.statement for one in mine])
    new = _worded(str(data.get("type") or ""), data)
    for one in mine:
        if _worded(one.type, concealed.get(one.statement, {})) == new:
            raise MessageSentBefore(year=one.number.year, number=one.number.running)


def _worded(typ: str, held: Mapping[str, Any]) -> Worded:
    """What is held of a message; records are held as none where other members are, and it names none."""
    about: Sequence[Any] | None = held.get("about", () if held else None)
    party, text = held.get("party"), held.get("text")
    return Worded(
        typ,
        None if party is None else str(party),
        None if text is None else str(text),
        None if about is None else tuple(str(one) for one in about),
    )


def _stated(tx: Tx, writing: Writing, other: Authority) -> dict[str, Any]:
    if writing.type not in {*TYPES, CLUE_WORD}:
        raise RiskUnfit(wanted="type")
    text = whole_text("text", writing.text, LONGEST)
    if len(text) < LEAST_WORDS:
        raise RiskUnfit(wanted="text")
    if not writing.party:
        raise RiskUnfit(wanted="party")
    require_firm(tx, writing.actor, writing.party)
    about = list(dict.fromkeys(one.strip() for one in writing.about if one.strip()))
    for one in about:
        if not signed_as(tx.connection, one)[0]:
            raise PaperUnknown(name=one[:80])
    data: dict[str, Any] = {"form": _FORM, "to": [other.urn], "party": writing.party, "text": text}
    data |= {} if writing.type == CLUE_WORD else {"type": writing.type}
    return data | ({"about": about} if about else {})


def reply(transactions: Transactions, replying: Replying) -> str:
    """The address where an acknowledgement, or the answer to a clue, waits for its signature.

    Raises `RiskItemUnknown` for what is not for the caller or has its reply, `RiskUnfit`.
    """
    actor = replying.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, replying.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        sent = _sent_to(tx, own.urn, replying.about)
        if not replying.result:
            if own.urn not in sent.unacknowledged:
                raise RiskItemUnknown(what="message", number=replying.about[:43])
            matter = f"{replying.matter} {sent.reference}"
            data: dict[str, Any] = {"matter": matter, "about": sent.statement}
            return done.to(_keep(tx, actor, replying.title, ACKNOWLEDGEMENT.typ, data))
        if not sent.is_clue or own.urn not in sent.unanswered:
            raise RiskItemUnknown(what=CLUE_WORD, number=replying.about[:43])
        text = whole_text("text", replying.text, LONGEST)
        if replying.result not in RESULTS:
            raise RiskUnfit(wanted="result")
        if len(text) < LEAST_WORDS:
            raise RiskUnfit(wanted="text")
        data = {"clue": sent.statement, "result": replying.result, "text": text}
        return done.to(_keep(tx, actor, replying.title, RESPONSE.typ, data))


def _sent_to(tx: Tx, urn: str, statement: str) -> SentMessage:
    """What was sent to an authority, by its last revision; raises `RiskMoved` where it was revised since."""
    others = [one.urn for one in list_authorities(tx.connection) if one.urn != urn]
    found = next(
        (one for one in read_sent(tx.connection, others) if urn in one.to and one.has(statement)),
        None,
    )
    if found is None:
        raise RiskItemUnknown(what="message", number=statement[:43])
    if found.statement != statement:
        raise RiskMoved(what="message", state="revised")
    return found


def _keep(tx: Tx, actor: Actor, title: str, typ: str, data: Mapping[str, Any], revised: str = "") -> str:
    """The draft, kept to be signed: private members are concealed as their kind says.

    `revised`: the subject of the message that this one replaces.
    """
    sub = revised or _SUBJECT.format(secrets.token_urlsafe(12))
    draft = Draft(typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
    keep = keep_instead if revised else keep_in
    return SIGNING.format(keep(tx, Signer(actor.party or "", actor.person), title, [content_of(draft, data)]))


def read_exchange(transactions: Transactions, actor: Actor) -> Exchange:
    """What the caller's authority sent and what is for it; of others' it sees nothing here."""
    with transactions.look(actor.subject) as tx:
        return exchange_of(tx, actor)


def exchange_of(tx: Tx, actor: Actor) -> Exchange:
    """As above, within a transaction that reads more."""
    own = own_authority(tx, actor)
    every = read_sent(tx.connection, [one.urn for one in list_authorities(tx.connection)])
    mine = [one for one in every if one.sender == own.urn or own.urn in one.to]
    concealed = read_concealed(tx.connection, [each.statement for one in mine for each in one.revisions])
    newest = sorted(mine, key=lambda one: one.sent_at, reverse=True)
    shown = tuple(_shown(tx, own.urn, one, concealed) for one in newest)
    names = firm_names(tx.connection, [one.party for one in shown])
    names |= {one.urn: one.name for one in list_authorities(tx.connection)}
    as_listed = Authority(own.urn, own.name, own.department, own.region)
    return Exchange(shown, names, as_listed, counterpart(tx, own), tx.now)


def _shown(tx: Tx, own: str, sent: SentMessage, held: Mapping[str, Mapping[str, Any]]) -> Shown:
    limit = ANSWERED_IN if sent.unanswered else ACKNOWLEDGED_IN
    return Shown(
        sent,
        tuple(_worded(one.type, held.get(one.statement, {})) for one in sent.revisions),
        limit_of(tx.rules, limit, sent.sent_at),
        own in sent.to,
        own in sent.unacknowledged,
        own in sent.unanswered,
    )
