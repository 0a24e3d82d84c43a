"""Preconditions of every fact: role, times, inputs and lateness (steps 1 to 3 and 5 of admission)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

import orjson

from trace.chain import facts
from trace.chain.admission.decision import Decision, day_of
from trace.chain.editions import FIRST, SECOND
from trace.chain.effects import NewLot
from trace.chain.facts import KINDS
from trace.chain.facts.events import EPCIS_EVENT, hidden_texts
from trace.chain.facts.urns import lot_owner, owner_of
from trace.errors import CharacterRefused
from trace.errors.food import (
    DateOutOfReach,
    EndBeforeStart,
    EvidenceMissing,
    FutureDate,
    InputUnknown,
    MayNotState,
    SignedBeforehand,
)
from trace.errors.privacy import PrivateInClear
from trace.ledger.code_points import find_unknown

_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HALVES: Final = re.compile("[\ud800-\udfff]")
_BREAKS: Final = re.compile("[\t\n]")
_ONE_LINE: Final = frozenset(
    (
        *("name", "productName", "supplierName", "receiverName", "legalPerson", "operator", "reporter"),
        *("reviewer", "vehicle", "crop", "variety", "spec", "unit", "category", "batchNo", "number", "grid"),
        *("lbNo", "gfCode", "scNo", "regNo", "reportNo", "certNo", "licenceNo", "cma", "field", "sub"),
    )
)
"""Names and identifiers: what stands in one line of a label, a table or a terminal."""
# The same in JSON text, where controls are escaped: so few texts are walked through that it costs nothing.
_SUSPECT: Final = re.compile(
    rb"\\[bfrutn]|\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
)
# One at either end of the calendar, in JSON text; most statements have none and are not walked through.
_STATED_TIME: Final = re.compile(rb'"(?:0|1[0-8]|2[2-9]|[3-9])[0-9]+-[0-9]{2}-[0-9]{2}')
_A_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?", re.DOTALL)
_FOR_GOOD: Final = "9999-12-31"
"""How a day without end is written (长期)."""
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199
_RULES_BEGIN: Final = 2000
"""No rule of the house is older: nothing that happened before can be judged."""
_INDEX: Final = re.compile(r"\[[0-9]+\]$")
_SPANS: Final = {kind.made: kind.span for kind in facts.KINDS.values() if kind.span is not None}
_DAYS: Final = {
    facts.MaterialReceived: (("production_date", "received_at"),),
    facts.GoodsPacked: (("production_date", "packed_at"), ("production_date", "expiry_date")),
    facts.BatchProduced: (("started_at", "production_date"),),
}
"""Days and moments of one record that must follow each other."""
_ENDS: Final = {kind.made: kind.over_at for kind in facts.KINDS.values() if kind.over_at is not None}


def check_role(decision: Decision) -> None:
    """Check the signer's role (step 1); raises `MayNotState`."""
    if not facts.may_state(decision.claims.typ, decision.roles):
        decision.refuse_stranger(MayNotState(typ=decision.claims.typ, roles=sorted(decision.roles)))


def check_texts(decision: Decision) -> None:
    """Check characters and dates; raises as `check_characters` and `check_dates`.

    Most statements are passed by one look at their JSON text, which is written once for both.
    """
    stated = {"sub": decision.claims.sub, "data": decision.raw}
    written = orjson.dumps(stated)
    check_characters(decision, stated, written)
    check_dates(decision, written)


def check_characters(decision: Decision, stated: Mapping[str, object], written: bytes) -> None:
    """Check the texts: of controls only tab and line feed, and none in names and identifiers; no marks of
    direction. Raises `CharacterRefused`."""
    refused = refused_character(stated, written)
    if refused is None and decision.claims.typ == EPCIS_EVENT.typ:
        refused = _behind_escapes(decision.raw)
    if refused is not None:
        decision.refuse(refused, since=SECOND)


def refused_character(value: Mapping[str, object], *written: bytes) -> CharacterRefused | None:
    """The refusal of the first text in a JSON object that holds what no text may; None where all do.

    `written` is JSON in which all its texts stand as they are signed.
    """
    if not any(map(_is_suspect, written)):
        return None
    for path, text in _texts(value, ""):
        found = _CONTROLS.search(text)
        if found is None and _INDEX.sub("", path.rpartition(".")[2]) in _ONE_LINE:
            found = _BREAKS.search(text)
        if found is not None:
            member = path.removeprefix("data.")
            return CharacterRefused(member=member, character=f"U+{ord(found[0]):04X}")
    return None


def _is_suspect(written: bytes) -> bool:
    """Whether JSON text may hold such a character: the bytes that one is written with come first."""
    led = b"\\" in written or b"\x7f" in written
    if led or b"\xc2" in written or b"\xd8" in written or b"\xe2" in written:
        return _SUSPECT.search(written) is not None
    return False


def _behind_escapes(data: Mapping[str, object]) -> CharacterRefused | None:
    """The refusal of what no text may hold where an event is a text of its own, and its escapes hide it."""
    for text in hidden_texts(data):
        found = _CONTROLS.search(text) or _HALVES.search(text)
        sign = found[0] if found is not None else find_unknown(text)
        if sign is not None:
            return CharacterRefused(member="event", character=f"U+{ord(sign):04X}")
    return None


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Each text in a JSON value with the path of its member."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _texts(item, f"{path}[{at}]")


def check_dates(decision: Decision, written: bytes) -> None:
    """Check that every day and moment stated lies in a time that people plan for; raises `DateOutOfReach`.

    Beyond it the ends of the calendar begin, where neither zones nor terms can be counted.
    """
    claims = decision.claims
    for member, moment in (("occurredAt", claims.occurred_at), ("signedAt", claims.signed_at)):
        _check_year(decision, member, moment.year, _RULES_BEGIN)
    if _STATED_TIME.search(written) is None:
        return
    for path, text in _texts(decision.raw, ""):
        if _A_TIME.fullmatch(text) is not None and text != _FOR_GOOD:
            _check_year(decision, path, int(text[:4]), _FIRST_YEAR)


def _check_year(decision: Decision, member: str, year: int, first: int) -> None:
    if not first <= year <= _LAST_YEAR:
        refusal = DateOutOfReach(member=member, value=year, first=first, last=_LAST_YEAR)
        decision.refuse(refusal, since=SECOND)


def check_times(decision: Decision, fact: facts.Fact) -> None:
    """Check the stated times (step 2); raises `FutureDate`, `EndBeforeStart`, `SignedBeforehand`."""
    limit = decision.entry.logged_at + decision.rule("P02").duration
    claims = decision.claims
    _not_after(decision, "occurredAt", claims.occurred_at, limit)
    _not_after(decision, "signedAt", claims.signed_at, limit, since=SECOND)
    ahead = decision.rule("P42")
    if claims.occurred_at - claims.signed_at > ahead.duration:
        told = {"signed": claims.signed_at.isoformat(), "occurred": claims.occurred_at.isoformat()}
        decision.refuse(SignedBeforehand(rule=ahead.id, clause=ahead.cited, **told), since=SECOND)
    check_span(decision, fact, limit)


def check_span(decision: Decision, fact: facts.Fact, limit: datetime) -> None:
    """The fact's own times: over by `limit`, and ended no sooner than begun."""
    end = _ENDS.get(type(fact))
    if end is not None:
        _not_after(decision, end, getattr(fact, end), limit)
    span = _SPANS.get(type(fact))
    if span is not None:
        _in_order(decision, fact, span)
    for days in _DAYS.get(type(fact), ()):
        _in_order(decision, fact, days, since=SECOND)


def _in_order(decision: Decision, fact: facts.Fact, span: tuple[str, str], since: int = FIRST) -> None:
    """The first before the second; a day is compared with the day of a moment."""
    started: datetime | date | None = getattr(fact, span[0])
    ended: datetime | date | None = getattr(fact, span[1])
    if started is None or ended is None:
        return
    if isinstance(started, datetime) is not isinstance(ended, datetime):
        started, ended = _day(started), _day(ended)
    if ended < started:
        told = {"start": span[0], "started": started.isoformat(), "end": span[1], "ended": ended.isoformat()}
        decision.refuse(EndBeforeStart(**told), since=since)


def _day(when: datetime | date) -> date:
    return day_of(when) if isinstance(when, datetime) else when


def check_inputs(decision: Decision) -> None:
    """Check the inputs (step 3): known, at the places said. Raises `InputUnknown`, `EvidenceMissing`."""
    for named in decision.claims.inputs:
        known = decision.known.statements.get(named.stmt)
        if known is not None and (known.origin, known.index) == (named.log, named.index):
            continue
        refusal = InputUnknown if known is not None or named.log == decision.entry.origin else EvidenceMissing
        decision.refuse(refusal(statement=named.stmt, log=named.log, index=named.index))


def check_private(decision: Decision) -> None:
    """Check that what is private is concealed, since the second edition; raises `PrivateInClear`.

    What the first edition took in clear is not marked but masked wherever it is shown.
    """
    if decision.edition < SECOND:
        return
    found = KINDS[decision.typ].exposed(decision.raw)
    if found:
        decision.refuse(PrivateInClear(typ=decision.typ, members=list(found)), since=SECOND)


def mark_lateness(decision: Decision) -> None:
    """Mark lateness (step 5, R01): hours between what happened and the log's time; shown, closes no gate.

    On the lot that was made, or on the speaker's own: late words about the goods of others mark none of them.
    """
    if decision.admission("R01") is None:
        return
    limit = decision.rule("R01").duration
    late = decision.entry.logged_at - decision.claims.occurred_at
    if late <= limit:
        return
    made = next((change.id for change in decision.changes if isinstance(change, NewLot)), None)
    if made is None:
        about, iss = decision.known.lots.get(decision.claims.sub), decision.claims.iss
        own = about is not None and (about.holder == iss or lot_owner(about.urn) == owner_of(iss))
        made = about.id if about is not None and own else None
    hours = late.total_seconds() / 3600
    decision.mark("R01", made, value=f"{hours:.1f} h", limit=f"{limit.total_seconds() / 3600:.0f} h")


def _not_after(
    decision: Decision, name: str, moment: datetime, limit: datetime, *, since: int = FIRST
) -> None:
    if moment > limit:
        told = {"member": name, "value": moment.isoformat(), "limit": limit.isoformat()}
        decision.refuse(FutureDate(**told), since=since)
