"""The day's list of a firm by rule: each duty with how many things wait, its limit and its clause.

Every kind of duty costs a fixed number of statements, however many records the firm has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from trace.calendar.periods import DAILY, MONTHLY, WEEKLY
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts import KINDS
from trace.chain.facts.recall import RECALL
from trace.errors import RightMissing
from trace.oversight import controls, recall_clocks
from trace.oversight.duties import DUE, OVERDUE, STOP, Duty, by_days, by_limit, in_order, open_duty, question
from trace.oversight.shelf_life import EXPIRED, NEAR
from trace.parties import CATERER, OWN, PROCESSOR, RETAILER, Actor
from trace.store import duties as rows
from trace.store.lots.orders import read_orders
from trace.store.lots.recall_list import list_by
from trace.store.lots.stock import StockRow
from trace.store.transaction import Transactions, Tx
from trace.usecases.controls.own_controls import controls_of
from trace.usecases.intake.stated_before import StatedBefore
from trace.usecases.lots.own_stock import ending_stock, failed_stock, recalled_stock
from trace.usecases.lots.recall_course import clocks_of
from trace.usecases.recalls.notices import DONE, notices_to
from trace.usecases.signing.key_requests import roles_in
from trace.usecases.supervision.entry_notices import entry_notices_to
from trace.usecases.supervision.letters import letters_to
from trace.usecases.supervision.own_commitment import own_course
from trace.usecases.visits.answer_visit import orders_waiting

_BACK: Final = {DAILY: 7, WEEKLY: 3, MONTHLY: 2}
_DRAFTS: Final = 500
PROFILE: Final = "/desk/records/本单位"
SCAN_ALERTS: Final = "/desk/scan-alerts"
_GREEN: Final = "green_mark"
_RECALLS: Final = 20
_NAMED: Final = 5
"""Failed lots that are linked one by one; beyond that the list of the stock is."""
_CONTROLLED: Final = frozenset({PROCESSOR, RETAILER, CATERER})
_AHEAD: Final = timedelta(days=31)
"""From when on a day to come stands in the list."""


@dataclass(frozen=True, slots=True)
class _Unsigned:
    """What a draft says that waits for a signature."""

    typ: str
    sub: str
    occurred_at: datetime
    data: Mapping[str, object]


def duties_of(transactions: Transactions, actor: Actor) -> list[Duty]:
    """What the caller's firm has to do by rule, what is overdue first."""
    if actor.party is None:
        return []
    with transactions.look(actor.subject) as tx:
        found = [
            _to_stop("failed", failed_stock(tx, actor.party)),
            _to_stop("recalled", recalled_stock(tx, actor.party)),
            *_unsigned(tx, actor.party),
            *_licences(tx, actor.party),
            *_goods(tx, actor.party),
            *_stock(tx, actor.party),
            *_controls(tx, actor.party),
            *_recalls(tx, actor.party),
            *_told(tx, actor.party),
            *_visited(tx, actor.party),
            *_letters(tx, actor.party),
            *_commitment(tx, actor.party),
            *_entry(tx, actor.party),
        ]
        return in_order(one for one in found if one.count)


def failed_goods(transactions: Transactions, actor: Actor) -> Duty | None:
    """What of the caller's firm is not to be sold, for pages that are about its goods; None where all is."""
    if actor.party is None:
        return None
    with transactions.look(actor.subject) as tx:
        found = _to_stop("failed", failed_stock(tx, actor.party))
        return found if found.count else None


def _to_stop(slug: str, found: Sequence[StockRow]) -> Duty:
    """Goods still in stock that failed a test or are recalled, or come of such: they are not to be sold."""
    named = tuple((one.product_name, one.urn) for one in found[:_NAMED])
    things = tuple(one.urn for one in found)
    address = "/desk/stock" if len(found) > _NAMED else ""
    return Duty(slug, len(found), STOP, address, things=things, lots=named)


def _unsigned(tx: Tx, party: str) -> Iterator[Duty]:
    """R01: what happened is in the log within its hours; what waits for a signature is not there yet, unless
    the same was stated by another way meanwhile."""
    rule = tx.rules.find("R01", day_in_shanghai(tx.now))
    waiting = [
        _Unsigned(str(draft["typ"]), draft["sub"], datetime.fromisoformat(draft["occurredAt"]), draft["data"])
        for draft in rows.unsigned_drafts(tx.connection, party, _DRAFTS)
        if (kind := KINDS.get(str(draft["typ"]))) is not None and kind.timed
    ]
    stated = StatedBefore(tx, party, waiting) if waiting else None
    starts = [
        one.occurred_at
        for one in waiting
        if stated is None or (found := stated.find(one, "")) is None or not found.same
    ]
    if rule is not None and starts:
        yield by_limit("upload", rule, starts, tx.now, "/desk/sign")


def _licences(tx: Tx, party: str) -> Iterator[Duty]:
    """R13: marks to be renewed; licences that ended; R02: a profile older than a licence that it may name, of
    which the firm alone knows whether it has to follow."""
    held = [one for one in rows.read_licences(tx.connection, party) if one.data.get("status") == "valid"]
    today = day_in_shanghai(tx.now)
    ends = {id(one): date.fromisoformat(str(one.data["validTo"])) for one in held if one.data.get("validTo")}
    renewal = tx.rules.find("R13", today)
    if renewal is not None:
        months = int(renewal.number)
        marks = [ends[id(one)] for one in held if one.data.get("kind") == _GREEN and id(one) in ends]
        soon = [_months_before(day, months) for day in marks if _months_before(day, months) <= today + _AHEAD]
        if soon:
            yield by_days("renewal", renewal, soon, tx.now, "", doubtful=True)
    others = [ends[id(one)] for one in held if one.data.get("kind") != _GREEN and id(one) in ends]
    ended = [day for day in others if day <= today + _AHEAD]
    if ended:
        yield by_days("licence", None, ended, tx.now, "")
    changed, newer = tx.rules.find("R02", today), _newer_than_profile(tx, party)
    if changed is not None and newer:
        yield question("profile", changed, newer, PROFILE)


def answer_profile(transactions: Transactions, actor: Actor, as_of: datetime) -> None:
    """Keep that the firm's profile needs no change for what changed up to `as_of`, of what there is.

    Raises `RightMissing`.
    """
    if actor.party is None:
        raise RightMissing(scope=OWN)
    with transactions.begin(actor.subject) as tx:
        seen = [moment for moment in _newer_than_profile(tx, actor.party) if moment <= as_of]
        if seen:
            rows.put_profile_answer(tx.connection, actor.party, tx.now, max(seen), actor.subject)


def _newer_than_profile(tx: Tx, party: str) -> list[datetime]:
    """When licences in force were stated that neither the profile nor an answer of the firm is as new as."""
    profile = rows.profile_logged_at(tx.connection, party)
    if profile is None:
        return []
    answered = rows.profile_answered_as_of(tx.connection, party)
    since = profile if answered is None else max(profile, answered)
    held = [one for one in rows.read_licences(tx.connection, party) if one.data.get("status") == "valid"]
    return [one.logged_at for one in held if one.logged_at > since]


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    while True:
        try:
            return date(year, month + 1, day.day)
        except ValueError:
            day -= timedelta(days=1)


def _goods(tx: Tx, party: str) -> Iterator[Duty]:
    today = day_in_shanghai(tx.now)
    for slug, rule, waits, address in (
        (
            "certificate",
            "R10",
            rows.harvests_without_certificate(tx.connection, party),
            "/desk/records/合格证",
        ),
        ("release-test", "R05", rows.packs_without_test(tx.connection, party), "/desk/records/出厂检验"),
        ("proof", "R07", rows.marked_lots(tx.connection, party, "no-conformity-proof"), ""),
        ("dispute", "", rows.disputed_lots(tx.connection, party), "/desk/inbox"),
    ):
        found = tx.rules.find(rule, today) if rule else None
        missing = slug in {"certificate", "release-test"}
        yield open_duty(slug, waits.count, address, found, waits.named, doubtful=missing, newest=waits.newest)


def _stock(tx: Tx, party: str) -> Iterator[Duty]:
    """R52: goods near their end, by the days on which they end; goods past it. Whether they are still there
    follows from no record of their leaving."""
    stock = ending_stock(tx, party)
    expired, near = stock.standing(EXPIRED), stock.standing(NEAR)
    ended = (one.stmt for one in expired)
    yield open_duty("expired", len(expired), "/desk/stock", doubtful=True, things=ended)
    last = [one.shelf.last for one in near if one.shelf.last is not None]
    if last:
        yield by_days("near-expiry", near[0].shelf.rule, last, tx.now, "/desk/stock", doubtful=True)


def _controls(tx: Tx, party: str) -> Iterator[Duty]:
    """R55: the records of the day, week and month that run, and those overdue since work was recorded.

    The rule is for who produces or trades food: a registered farm or laboratory has none to write.
    """
    roles = roles_in(tx, party)
    if roles and _CONTROLLED.isdisjoint(roles):
        return
    for period, listed in controls_of(tx, party, _BACK).items():
        wanted = [
            one.control
            for one in listed
            if one.control.state == controls.OVERDUE
            or (one.control.state == controls.DUE and (one.control.worked or period != DAILY))
        ]
        if wanted:
            rule = tx.rules.find("R55", wanted[0].first, period=period)
            yield by_days(f"control-{period}", rule, [one.last for one in wanted], tx.now, "/desk/controls")


def _recalls(tx: Tx, party: str) -> Iterator[Duty]:
    """Limits of own recalls that run or have ended, and notices that nobody answered."""
    places = sorted(list_by(tx.connection, [party]), key=lambda one: -one.arrival)[:_RECALLS]
    orders = read_orders(tx.connection, [one.id for one in places])
    own = {one.statement: one for one in orders.values() if one.typ == RECALL.typ and one.state == "standing"}
    states = {recall_clocks.RUNNING: DUE, recall_clocks.OVERDUE: OVERDUE, recall_clocks.DOUBTFUL: DUE}
    for statement, clocks in clocks_of(tx, own.values()).items():
        for one in clocks:
            if one.state in states and one.done is None:
                yield Duty(
                    f"recall-{one.step}", 1, states[one.state], f"/desk/recalls/{statement}", one.rule,
                    one.clause, one.counting, one.ends, one.last_day, one.provisional,
                    int(one.state == recall_clocks.OVERDUE), doubtful=one.state == recall_clocks.DOUBTFUL,
                    things=(statement,),
                )  # fmt: skip
    waiting = [one for one in notices_to(tx, party) if one.state != DONE]
    rule = tx.rules.find("R74", day_in_shanghai(tx.now), text="operator")
    told = (one.order.statement for one in waiting)
    yield open_duty("recall-notice", len(waiting), "/desk/recalls", rule, things=told)


def _visited(tx: Tx, party: str) -> Iterator[Duty]:
    """Orders of inspectors that wait for the firm's answer, by the last days that they set."""
    waiting = orders_waiting(tx, party)
    if waiting:
        yield by_days("visit-answer", None, waiting, tx.now, "/desk/visits")


def _told(tx: Tx, party: str) -> Iterator[Duty]:
    """What shoppers reported, as far as it is for the firm to know: how many, and since when."""
    for slug, address, waits in (
        ("complaint", "", rows.forwarded_complaints(tx.connection, party)),
        ("scan-alert", SCAN_ALERTS, rows.open_alerts(tx.connection, party)),
    ):
        yield open_duty(slug, waits.count, address, newest=waits.newest)


def _letters(tx: Tx, party: str) -> Iterator[Duty]:
    """Letters of authorities that wait for an answer, by the day that each names."""
    waiting = [one for one in letters_to(tx, party).shown if one.course.answered_at is None]
    if waiting:
        days, numbers = [one.course.due_on for one in waiting], [one.row.number for one in waiting]
        yield by_days("letter", None, days, tx.now, "/desk/letters", things=numbers)


def _entry(tx: Tx, party: str) -> Iterator[Duty]:
    """The notice of the firm's entry into the register, until it signs for it."""
    waiting = [one for one in entry_notices_to(tx, party) if one.received_at is None]
    told = (one.notice.stmt for one in waiting)
    yield open_duty("entry-notice", len(waiting), "/desk/letters", things=told)


def _commitment(tx: Tx, party: str) -> Iterator[Duty]:
    """R37: the commitment of the year that a notice asked for, by the day that the farm was told."""
    course = own_course(tx, party)
    if course.notice is not None and not course.rows and course.due is not None:
        yield by_days("commitment", course.rule, [course.due], tx.now, "/desk/commitment")
