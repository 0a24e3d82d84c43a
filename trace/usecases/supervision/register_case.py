"""The source of a case as an officer registers it: drafts to be signed, one for each lot or one for the firm.

The record opens the case in the transaction that takes it. What would open nothing is refused before anybody
signs: a firm of another district or department, goods that have an open case, a complaint that is nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.access.rights import CASES
from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.chain.facts.cases import CASE, FROM_OTHERS, NUMBERED, PUBLIC, SOURCES
from trace.codes.complaint_number import parse
from trace.errors import (
    ActUnfit,
    CaseStands,
    DepartmentOther,
    FactMalformed,
    PurposeMissing,
    RightMissing,
    UnknownLot,
)
from trace.errors.base import Refusal
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.casework.table import ENDED, WORKING
from trace.oversight.competence import competent_department
from trace.parties import Actor
from trace.store.accounts.people import Organisation
from trace.store.casework.asked import lots_by
from trace.store.casework.cases import cases_of_lot
from trace.store.log.keys import read_holder_roles
from trace.store.lots.details import LotRow, read_lots
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.balance.mass_balance import require_recorded_firm
from trace.usecases.lots.sight import oversees
from trace.usecases.messages.complaints import complaint_in_sight
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import Content, content_of
from trace.usecases.signing.waiting import keep_instead
from trace.usecases.supervision.messages import own_authority

REGISTER: Final = "registered"
SIGNING: Final = "/desk/sign/{}"
MOST_LOTS: Final = 20
_NO_CODE: Final = ("", "", "")
_READ: Final = 1_000
"""Lots of one batch number that are looked through: other firms use it too."""
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class Registering:
    """Who registers which source, by which form: as typed. `lots`: names or batch numbers; `party`: the firm,
    "" where the goods say whose they are; `title` names the batch to sign."""

    actor: Actor
    form: str
    title: str
    source: str
    purpose: str
    party: str
    lots: Sequence[str]
    found_on: str
    authority: str = ""
    reference: str = ""


def register_case(transactions: Transactions, given: Registering) -> str:
    """The address where the drafts wait for a signature.

    Raises `RightMissing`, `PurposeMissing`, `ActUnfit`, `UnknownLot`, `FirmOutOfSight`, `DepartmentOther`,
    `CaseStands`, `ComplaintUnknown`, `CheckDigitWrong`.
    """
    actor = given.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, given.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        if not actor.person or actor.duties.isdisjoint(WORKING):
            raise RightMissing(scope=CASES)
        drafts = _drafts(tx, own, given)
        signer = Signer(actor.party or "", actor.person)
        return done.to(SIGNING.format(keep_instead(tx, signer, given.title, drafts)))


def _drafts(tx: Tx, own: Organisation, given: Registering) -> list[Content]:
    said = _said(tx, given)
    lots = [_lot(tx, given, name) for name in dict.fromkeys(given.lots)]
    if not lots and not given.party:
        raise ActUnfit.at(REGISTER, "$.data.party")
    if len(lots) > MOST_LOTS:
        raise ActUnfit.at(REGISTER, "$.data.lot")
    about = [(given.party or lot.made_by.iss, lot.urn) for lot in lots] or [(given.party, "")]
    found = []
    for party, urn in about:
        _require_own(tx, own, given.actor, party)
        data = {**said, "party": party, "department": own.department} | ({"lot": urn} if urn else {})
        found.append(_draft(tx, data, urn or party))
    return found


def _said(tx: Tx, given: Registering) -> dict[str, Any]:
    """What the form says of the source; raises `ActUnfit`, `PurposeMissing`."""
    purpose, reference = given.purpose.strip(), given.reference.strip()
    if given.source not in SOURCES:
        raise ActUnfit.at(REGISTER, "$.data.source")
    if len(purpose) < LEAST_WORDS:
        raise PurposeMissing
    found_on = HAPPENED.read(given.found_on, day_in_shanghai(tx.now))
    if found_on is None:
        raise ActUnfit.at(REGISTER, "$.data.foundOn")
    said: dict[str, Any] = {"source": given.source, "purpose": purpose, "foundOn": found_on.isoformat()}
    if given.source in FROM_OTHERS:
        said["authority"] = given.authority.strip()
    if given.source in NUMBERED or reference:
        said["reference"] = _complaint(tx, given.actor, reference) if given.source == PUBLIC else reference
    for name in ("authority", "reference"):
        if not said.get(name, "-"):
            raise ActUnfit.at(REGISTER, f"$.data.{name}")
    return said


def _complaint(tx: Tx, actor: Actor, text: str) -> str:
    """The number of a complaint: one of this platform's is one that the caller sees; another line's stands as
    it was typed."""
    try:
        number = parse(text)
    except Refusal:
        return text
    return complaint_in_sight(tx, actor, number).number


def _lot(tx: Tx, given: Registering, name: str) -> LotRow:
    """The goods that are named by their urn or batch number, without an open case; raises `UnknownLot`."""
    known = read_lots(tx.connection, [name] if ":" in name else lots_by(tx.connection, name, _NO_CODE, _READ))
    ours = [one for one in known if oversees(tx.connection, given.actor, one)]
    if given.party and len(ours) > 1:
        ours = [one for one in ours if given.party in {one.made_by.iss, one.holder}]
    if len(ours) != 1:
        raise UnknownLot(lot=name[:80])
    waiting = [one for one in cases_of_lot(tx.connection, ours[0].urn) if one.state not in ENDED]
    if waiting:
        raise CaseStands(lot=ours[0].urn, number=waiting[-1].number)
    return ours[0]


def _require_own(tx: Tx, own: Organisation, actor: Actor, party: str) -> None:
    """Return for a firm of the caller's area and department; raises `FirmOutOfSight`, `DepartmentOther`."""
    require_recorded_firm(tx, actor, party)
    roles = read_holder_roles(tx.connection, party)
    if roles and competent_department(roles) != own.department:
        raise DepartmentOther(party=party, department=competent_department(roles))


def _draft(tx: Tx, data: dict[str, Any], sub: str) -> Content:
    try:
        CASE(data, sub, tx.now)
    except FactMalformed as refusal:
        raise ActUnfit.at(REGISTER, str(refusal.params["path"])) from None
    draft = Draft(CASE.typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
    return content_of(draft, data)
