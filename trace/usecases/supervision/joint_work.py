"""Joint work of the two departments of an area: entered by one with its proof, confirmed by the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import STANDING
from trace.errors import ReleasedByOne, RiskItemUnknown, RiskMoved, RiskUnfit
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.joint_work import CONFIRMED, ENDED, ENTERED, KINDS, REFUSED, TRAINING
from trace.parties import Actor
from trace.store.accounts.people import Organisation
from trace.store.casework.cases import names_of
from trace.store.casework.exchange import list_authorities
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import JointWorkRow, add_row, find_row, last_running, move_row, read_rows
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.messages import own_authority

PAGE: Final = "/office/joint-work"
WHAT: Final = "joint-work"
CONFIRM, REFUSE, END = "confirm", "refuse", "end"
ACTS: Final = {CONFIRM: (ENTERED, CONFIRMED), REFUSE: (ENTERED, REFUSED), END: (CONFIRMED, ENDED)}
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Entering:
    """Who enters what: of which kind, since or on which day, what about, and what shows it."""

    actor: Actor
    form: str
    kind: str
    title: str
    since: str
    about: str
    proof: str


@dataclass(frozen=True, slots=True)
class JointWorkPage:
    """The joint work of an area, the newest first; who may do what of it, and the names of who did."""

    rows: Sequence[JointWorkRow]
    authorities: Mapping[str, str]
    people: Mapping[str, str]
    own: Organisation
    today: date
    now: datetime

    def acts(self, row: JointWorkRow) -> list[str]:
        """What the caller's department may do with it now."""
        return [act for act in ACTS if _may(self.own, row, act)]


def enter_work(transactions: Transactions, entering: Entering) -> str:
    """Keep what a department enters; the page to go on from. Raises `RiskUnfit`, `RightMissing`."""
    actor = entering.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, entering.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        if entering.kind not in KINDS:
            raise RiskUnfit(wanted="kind")
        words: dict[str, Any] = {
            name: whole_text(name, getattr(entering, name), _LONGEST) for name in ("title", "about", "proof")
        }
        for name in ("title", "proof"):
            if len(words[name]) < LEAST_WORDS:
                raise RiskUnfit(wanted=name)
        since = _day(tx, entering.since)
        prefix = f"LD{own.region}-{since.year}-"
        number = f"{prefix}{last_running(tx.connection, JointWorkRow, prefix) + 1:03d}"
        row = JointWorkRow(
            number, own.urn, own.department, level_of(own.region), entering.kind, **words,
            since=since.isoformat(), until="", state=ENTERED, made_by=actor.person, made_at=tx.now,
        )  # fmt: skip
        add_row(tx.connection, row)
        _noted(tx, actor, number, ENTERED)
        return done.to(PAGE)


def take_act(
    transactions: Transactions, actor: Actor, form: str, number: str, given: Mapping[str, str]
) -> str:
    """Confirm or refuse what the other department entered, or say from which day on it is in force no longer.

    Raises `RiskItemUnknown` outside the caller's area, `ReleasedByOne` for the department that entered it,
    `RiskMoved`, `RiskUnfit`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        row, act = find_row(tx.connection, JointWorkRow, number), given.get("act", "")
        if row is None or row.area != level_of(own.region):
            raise RiskItemUnknown(what=WHAT, number=number[:40])
        if act not in ACTS:
            raise RiskUnfit(wanted="act")
        before, after = ACTS[act]
        why = whole_text("why", given.get("why", ""), _LONGEST)
        moved = _moved(tx, own, row, act, given.get("until", ""))
        if act != CONFIRM and len(why) < LEAST_WORDS:
            raise RiskUnfit(wanted="reason")
        moved = replace(moved, state=after, done_by=actor.person, done_at=tx.now)
        if not move_row(tx.connection, moved, before):
            raise RiskMoved(what=WHAT, state=row.state)
        _noted(tx, actor, number, after, why)
        return done.to(PAGE)


def read_joint_work(transactions: Transactions, actor: Actor) -> JointWorkPage:
    """The joint work of the caller's area; an authority's alone. Raises `RightMissing`."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        rows = read_rows(tx.connection, JointWorkRow, "WHERE area = ?", (level_of(own.region),))
        rows.sort(key=lambda one: (one.state == ENTERED, one.since, one.number), reverse=True)
        people = names_of(tx.connection, [who for one in rows for who in (one.made_by, one.done_by) if who])
        authorities = {one.urn: one.name for one in list_authorities(tx.connection)}
        return JointWorkPage(rows, authorities, people, own, day_in_shanghai(tx.now), tx.now)


def _moved(tx: Tx, own: Organisation, row: JointWorkRow, act: str, until: str) -> JointWorkRow:
    """The row with what the act says of it; raises `RiskMoved`, `ReleasedByOne`, `RiskUnfit`."""
    if row.state != ACTS[act][0] or (act == END and row.kind == TRAINING):
        raise RiskMoved(what=WHAT, state=row.state)
    if not _may(own, row, act):
        raise ReleasedByOne(what=WHAT)
    if act != END:
        return replace(row, partner=own.urn)
    day = _day(tx, until)
    if day.isoformat() <= row.since:
        raise RiskUnfit(wanted="until")
    return replace(row, until=day.isoformat())


def _may(own: Organisation, row: JointWorkRow, act: str) -> bool:
    """The other department confirms and refuses; either says that it has ended."""
    if row.state != ACTS[act][0]:
        return False
    return row.kind != TRAINING if act == END else row.department != own.department


def _day(tx: Tx, text: str) -> date:
    """A day that has come; raises `RiskUnfit`."""
    day = STANDING.read(text, day_in_shanghai(tx.now))
    if day is None:
        raise RiskUnfit(wanted="day")
    return day


def _noted(tx: Tx, actor: Actor, number: str, event: str, why: str = "") -> None:
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    step = RiskEvent(WHAT, number, event, tx.now, actor.person, name, actor.party or "", why)
    add_events(tx.connection, [step])
