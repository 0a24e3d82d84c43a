"""Entering what is known of producers beside their licences: one by one on a page, or a whole list at once.

The register itself is made of licences (docs/adr/0087): a list that is read in gives drafts of
`master.licence` to be signed, and entries of the rest. All of a list is taken, or nothing of it and every
fault by cell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import SINCE, UNTIL, Span
from trace.chain.facts.master import LICENCE
from trace.errors import RegisterEntryUnfit, RegisterFirmElsewhere, RightMissing
from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.register_list import Listed, ListedFirm, read_list
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.register_entries import CATALOGUED, GRADE, SC, STAFF, SYSTEM, Entry, content_of
from trace.oversight.risk_table import RISK_GRADE, points_by
from trace.oversight.trace_catalogue import CATALOGUE, chosen
from trace.oversight.visits.forms import digest_of
from trace.parties import ALL, Actor
from trace.store.casework.cases import names_of
from trace.store.lots.scope import master_data
from trace.store.monthly.register_entries import add_entries, entries_of
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of
from trace.usecases.forms.versions import form_of
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of as signed_content
from trace.usecases.supervision.month_scope import lies_inside
from trace.usecases.supervision.read_register import MARK, read_said

FIRM: Final = "/office/register/{}"
_SIGN: Final = "/desk/sign/{}"
_REGISTER: Final = "/office/register"
_LONGEST: Final = 400
_PAGE: Final = "page"
_READ_IN: Final = "读入已有名录"
"""The reason of an entry that came with a list."""
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class Entering:
    """What somebody enters of a firm: the kind, its members, from when to when, with which evidence."""

    actor: Actor
    form: str
    firm: str
    kind: str
    given: Mapping[str, Any]
    since: str
    until: str
    evidence: str
    why: str


@dataclass(frozen=True, slots=True)
class ListTaken:
    """What a list became: where to go on, or its faults and nothing else."""

    listed: Listed
    leads_to: str = ""
    licences: int = 0
    entries: int = 0


def enter(transactions: Transactions, entering: Entering) -> str:
    """Keep an entry; the address of the firm.

    Raises `RightMissing`, `RegisterFirmElsewhere`, `RegisterEntryUnfit`.
    """
    actor = entering.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, entering.form, actor.person)
        if done.before:
            return done.leads_to
        _require_keeper(actor)
        require_firm(tx, actor, entering.firm)
        since, until = (
            _day(entering.since, "since", SINCE, day_in_shanghai(tx.now)),
            _day(entering.until, "until", UNTIL, day_in_shanghai(tx.now)) if entering.until else None,
        )
        content = content_of(entering.kind, _by_table(tx, entering, since))
        if until is not None and until < since:
            raise RegisterEntryUnfit(member="until")
        if len(entering.evidence.strip()) < 2:
            raise RegisterEntryUnfit(member="evidence")
        if len(entering.why.strip()) < LEAST_WORDS:
            raise RegisterEntryUnfit(member="why")
        one = _entry(tx, actor, entering.firm, entering.kind, content)
        add_entries(
            tx.connection,
            _numbered(
                tx,
                [
                    replace(
                        one,
                        since=since,
                        until=until,
                        evidence=whole_text("evidence", entering.evidence, _LONGEST),
                        why=whole_text("why", entering.why, _LONGEST),
                    )
                ],
            ),
        )
        return done.to(FIRM.format(entering.firm.rsplit(":", 1)[-1]))


def _by_table(tx: Tx, entering: Entering, since: date) -> Mapping[str, Any]:
    """What was typed; the points of a grade by the table of its first day, then those beside it; goods of the
    catalogue of that day."""
    if entering.kind == CATALOGUED:
        catalogue = form_of(tx, CATALOGUE, since)
        return {**entering.given, "chosen": chosen(catalogue, entering.given.get("kinds", ()))}
    typed = entering.given.get("indicators")
    if entering.kind != GRADE or not isinstance(typed, Mapping):
        return entering.given
    table = form_of(tx, RISK_GRADE, since)
    by_table = points_by(table, typed)
    given = {**entering.given, "points": [*by_table, *entering.given.get("points", ())]}
    named = {"version": table.version, "sha256": digest_of(table)}
    return given | ({"table": named} if by_table else {})


def take_list(transactions: Transactions, actor: Actor, form: str, body: bytes, title: str) -> ListTaken:
    """Read a list in: its licences as drafts to be signed, the rest as entries; or its faults alone.

    Raises `RightMissing` and what `read_list` refuses of the file.
    """
    _require_keeper(actor)
    listed = read_list(body)
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return ListTaken(listed, done.leads_to)
        known = master_data(tx.connection, "party", [one.firm for one in listed.firms])
        listed = listed.checked(
            {urn: str(data.get("name") or "") for urn, data in known.items()},
            frozenset(urn for urn, data in known.items() if lies_inside(actor.region, data)),
        )
        if listed.errors:
            return ListTaken(listed)
        origin = hashlib.sha256(body).hexdigest()
        entries = _numbered(tx, list(_entries(tx, actor, listed.firms, origin)))
        add_entries(tx.connection, entries)
        drafts = list(_drafts(tx, listed.firms))
        leads_to = _REGISTER
        if drafts:
            contents = [signed_content(draft, draft.data) for draft in drafts]
            leads_to = _SIGN.format(keep_in(tx, Signer(actor.party or "", actor.person), title, contents))
        return ListTaken(listed, done.to(leads_to), len(drafts), len(entries))


def require_firm(tx: Tx, actor: Actor, firm: str) -> Mapping[str, Any]:
    """A firm of the caller's area as it is registered; raises `RegisterFirmElsewhere`."""
    data = master_data(tx.connection, "party", [firm]).get(firm, {})
    if not actor.oversees or not lies_inside(actor.region, data):
        raise RegisterFirmElsewhere(firm=firm[:60])
    return data


def _require_keeper(actor: Actor) -> None:
    """Return for who keeps the register: both departments of the area (方案 四(二))."""
    if not actor.oversees or not departments_of(actor):
        raise RightMissing(scope=ALL)


def _entries(tx: Tx, actor: Actor, firms: Iterable[ListedFirm], origin: str) -> Iterable[Entry]:
    today = day_in_shanghai(tx.now)
    for one in firms:
        told: list[tuple[str, dict[str, Any], str, date | None]] = []
        if one.sc:
            told.append((SC, {"number": one.sc}, one.sc, one.sc_to))
        if one.system:
            told.append((SYSTEM, {"name": one.system}, one.system_evidence, None))
        if one.officers is not None or one.directors is not None:
            staff = {"directors": one.directors or 0, "officers": one.officers or 0}
            told.append((STAFF, staff, origin[:16], None))
        for kind, given, evidence, until in told:
            entry = _entry(tx, actor, one.firm, kind, content_of(kind, given))
            yield replace(entry, since=today, until=until, evidence=evidence, why=_READ_IN, origin=origin)


def _drafts(tx: Tx, firms: Sequence[ListedFirm]) -> Iterable[Draft]:
    """The licences of the list that are not known as it says."""
    known = {one.urn: one for one in read_said(tx.connection)}
    for firm in firms:
        for mark in firm.marks:
            urn = f"urn:licence:{mark['number']}"
            was = known.get(urn)
            data = {"kind": MARK, "holder": firm.firm, "status": "valid", **mark}
            same = was is not None and (was.holder, was.valid_from.isoformat(), was.valid_to.isoformat()) == (
                firm.firm,
                data["validFrom"],
                data["validTo"],
            )
            if not same:
                yield Draft(LICENCE.typ, urn, tx.now, data, (), (), _NOWHERE, "")


def _numbered(tx: Tx, entries: Sequence[Entry]) -> list[Entry]:
    """The entries with their places behind those that stand."""
    last: dict[tuple[str, str], int] = {}
    for one in entries_of(tx.connection, {one.firm for one in entries}):
        last[one.firm, one.kind] = max(one.seq, last.get((one.firm, one.kind), 0))
    found = []
    for one in entries:
        key = one.firm, one.kind
        last[key] = last.get(key, 0) + 1
        found.append(replace(one, seq=last[key]))
    return found


def _entry(tx: Tx, actor: Actor, firm: str, kind: str, content: dict[str, Any]) -> Entry:
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    day = day_in_shanghai(tx.now)
    return Entry(
        firm, kind, 0, tx.now, content, day, None, "", "", _PAGE, actor.party or "", actor.person, name
    )


def _day(text: str, member: str, span: Span, today: date) -> date:
    day = span.read(text, today)
    if day is None:
        raise RegisterEntryUnfit(member=member)
    return day
