"""The records of a firm's own control: the last periods with their state, and one to be filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from trace.calendar.periods import DAILY, MONTHLY, PERIODS, WEEKLY, periods_back, span_of_period
from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.chain.facts.control import CONTROLS, RESULTS, RISKS, control_name
from trace.errors import ControlIncomplete, ControlSigner, ControlUnknown
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.controls import Control, control_state
from trace.parties import Actor
from trace.rules import Rule
from trace.store.lots.controls import ControlRow, list_worked_days, read_controls, read_risk_list
from trace.store.signing.batches import read_drafts
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead

SIGNING: Final = "/desk/sign/{}"
BACK: Final[Mapping[str, int]] = {DAILY: 14, WEEKLY: 5, MONTHLY: 3}
AS: Final[Mapping[str, str]] = {
    "safety-officer": "safety_officer",
    "safety-director": "safety_director",
    "head": "head",
}
"""Role of a member -> as what it signs."""
_RULE: Final = "R55"
_FREE: Final = ("summary", "tasks")
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class ControlSeen:
    """A period with its record, where there is one, and the clause that asks for it."""

    control: Control
    record: ControlRow | None
    clause: str


@dataclass(frozen=True, slots=True)
class ControlForm:
    """A record to be filled in: its period, the form in force, who signs such a record, and what stands."""

    seen: ControlSeen
    form: Rule
    signers: tuple[str, ...]
    risk_list: ControlRow | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """The items that are answered one by one."""
        return tuple(one for one in self.form.items if one not in _FREE)

    @property
    def risks(self) -> Sequence[Mapping[str, Any]]:
        """The points of the firm's own list of risks, which a day is checked by too."""
        return self.risk_list.data["risks"] if self.risk_list is not None else ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The items that are written."""
        return tuple(one for one in self.form.items if one in _FREE)


def list_controls(transactions: Transactions, actor: Actor) -> dict[str, list[ControlSeen]]:
    """Period -> the last ones, the newest first, of the caller's firm."""
    with transactions.look(actor.subject) as tx:
        return controls_of(tx, actor.party or "")


def controls_of(tx: Tx, party: str, back: Mapping[str, int] = BACK) -> dict[str, list[ControlSeen]]:
    """As above, within a transaction that reads more; two queries."""
    today = day_in_shanghai(tx.now)
    spans = {period: periods_back(period, today, back[period]) for period in PERIODS}
    names = {
        (period, first): control_name(party, period, first)
        for period, listed in spans.items()
        for first, _ in listed
    }
    found = read_controls(tx.connection, party, list(names.values()))
    since = min(first for listed in spans.values() for first, _ in listed)
    worked = _worked(tx, party, since, today)
    return {
        period: [_seen(tx, period, span, today, found.get(names[period, span[0]]), worked) for span in listed]
        for period, listed in spans.items()
    }


def _worked(tx: Tx, party: str, since: date, today: date) -> set[date]:
    begins = datetime.combine(since, time(), SHANGHAI_TIME)
    ends = datetime.combine(today + timedelta(days=1), time(), SHANGHAI_TIME)
    days = list_worked_days(tx.connection, party, begins, ends)
    return {_EPOCH + timedelta(days=number) for number in days}


def _seen(
    tx: Tx,
    period: str,
    span: tuple[date, date],
    today: date,
    record: ControlRow | None,
    worked: Collection[date],
) -> ControlSeen:
    any_work = any(span[0] <= day <= span[1] for day in worked)
    control = control_state(period, span, today, done=record is not None, worked=any_work)
    rule = tx.rules.find(_RULE, span[0], period=period)
    return ControlSeen(control, record, rule.cited if rule is not None else "")


def open_form(transactions: Transactions, actor: Actor, period: str, day: str) -> ControlForm:
    """The form of the period in which a day lies; raises `ControlUnknown` for none, or one to come."""
    with transactions.look(actor.subject) as tx:
        return _form(tx, actor, period, day)


def _form(tx: Tx, actor: Actor, period: str, day: str) -> ControlForm:
    today = day_in_shanghai(tx.now)
    try:
        span = span_of_period(period, date.fromisoformat(day))
    except ValueError:
        raise ControlUnknown(period=period[:20], day=day[:20]) from None
    form = tx.rules.find(_RULE, span[0], form=period) if period in PERIODS else None
    if form is None or form.when.get("form") != period or span[0] > today:
        raise ControlUnknown(period=period[:20], day=day[:20])
    party = actor.party or ""
    name = control_name(party, period, span[0])
    record = read_controls(tx.connection, party, [name]).get(name)
    signers = tx.rules.find(_RULE, span[0], signs=period)
    seen = _seen(tx, period, span, today, record, _worked(tx, party, span[0], min(span[1], today)))
    listed = read_risk_list(tx.connection, party) if period == DAILY else None
    return ControlForm(seen, form, signers.items if signers is not None else (), listed)


def signs_as(form: ControlForm, roles: Sequence[str]) -> tuple[str, ...]:
    """As what somebody with these roles may sign the record, in the order of the rule."""
    has = {AS[role] for role in roles if role in AS}
    return tuple(one for one in form.signers if one in has)


@dataclass(frozen=True, slots=True)
class Filling:
    """Who fills in, with which roles, by which form, under which title."""

    actor: Actor
    person: str
    roles: Sequence[str]
    key: str
    title: str


def propose_control(
    transactions: Transactions, who: Filling, period: str, day: str, typed: Mapping[str, str]
) -> str:
    """The address where the record waits for a signature.

    Raises `ControlUnknown`, `ControlSigner` where none of the person's roles signs it, `ControlIncomplete`.
    """
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.key, who.actor.person)
        if done.before:
            return done.leads_to
        form = _form(tx, who.actor, period, day)
        may = signs_as(form, who.roles)
        if not may:
            raise ControlSigner(signer="", allowed=list(form.signers))
        control = form.seen.control
        data = _data(form, typed) | {
            "form": form.form.since.isoformat(),
            "firstDay": control.first.isoformat(),
            "lastDay": control.last.isoformat(),
            "signedAs": typed["signedAs"] if typed.get("signedAs") in may else may[0],
        }
        name = control_name(who.actor.party or "", period, control.first)
        draft = Draft(
            CONTROLS[period].typ, name, tx.now, data,
            references=(), private=(), origin=RowOrigin("", ()), key="",
        )  # fmt: skip
        signer = Signer(who.actor.party or "", who.person)
        return done.to(SIGNING.format(keep_instead(tx, signer, who.title, [content_of(draft, data)])))


def _data(form: ControlForm, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in; raises `ControlIncomplete`, also where a problem is not said."""
    missing: list[str] = []
    items = [{"item": name, **_answer(typed, name, name, missing)} for name in form.items]
    risks = [
        {"number": number, **_answer(typed, f"risk-{number}", str(one["point"]), missing)}
        for number, one in enumerate(form.risks, 1)
    ]
    written = {name: whole_text(name, typed.get(name, ""), 1000) for name in _FREE}
    missing += [name for name in form.texts if len(written[name]) <= len("无。")]
    if missing:
        raise ControlIncomplete(lacks=missing, form=form.form.since.isoformat())
    data: dict[str, Any] = {"items": items} if items else {}
    if form.risk_list is not None:
        data |= {"riskList": form.risk_list.row.statement, "risks": risks}
    return data | {name: text for name, text in written.items() if len(text) > len("无。")}


def _answer(typed: Mapping[str, str], field: str, name: str, missing: list[str]) -> dict[str, str]:
    """What was found of an item; its name goes to `missing` where that is not told."""
    result = typed.get(f"{field}.result", "")
    texts = {
        what: whole_text(f"{field}.{what}", typed.get(f"{field}.{what}", ""), 500)
        for what in ("problem", "handling")
    }
    if result not in RESULTS or (result == "problem" and not all(texts.values())):
        missing.append(name)
    return {"result": result} | {what: text for what, text in texts.items() if text}


def require_signer(transactions: Transactions, number: str, roles: Sequence[str]) -> None:
    """Refuse a signature on records of control by somebody who is not what they are signed as.

    Raises `ControlSigner`.
    """
    kinds = {RISKS.typ, *(kind.typ for kind in CONTROLS.values())}
    has = {AS[role] for role in roles if role in AS}
    with transactions.look("signing") as tx:
        for draft in read_drafts(tx.connection, number):
            signed_as = draft.content["data"].get("signedAs")
            if draft.content["typ"] in kinds and draft.stmt is None and signed_as not in has:
                raise ControlSigner(signer=signed_as, allowed=[signed_as])
