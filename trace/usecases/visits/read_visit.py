"""Visits as an authority's pages show them: those of its area, and one with its clocks and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from trace.access.rights import INSPECT
from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.deadlines import Deadline
from trace.oversight.visits.coverage import Head, heads_covered
from trace.oversight.visits.orders import is_late, order_state
from trace.oversight.visits.position import Placed
from trace.oversight.visits.verified import HOLDS, Verified, scope_of_goods
from trace.parties import COUNTRY, Actor
from trace.rules.duty_list import duty_list
from trace.rules.forms import Form, Item
from trace.store.accounts.people import list_organisations
from trace.store.casework.asked import firm_names
from trace.store.duties import LicenceRow
from trace.store.lots.details import LotRow, read_lots
from trace.store.transaction import Transactions, Tx
from trace.store.visits.draws import VisitDraw, draw_of_visit
from trace.store.visits.papers import VisitPaper, find_visit_paper, papers_of_visit
from trace.store.visits.visits import (
    PartRow,
    VisitEvent,
    VisitRow,
    events_of_visit,
    list_visits,
    parts_of,
    past_of,
)
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.forms.versions import form_kept
from trace.usecases.lots.holds import Bearing
from trace.usecases.supervision.publication import due_of
from trace.usecases.supervision.triage import warning_of_visit
from trace.usecases.supervision.verified import certificates_known, last_verified
from trace.usecases.visits.form_asked import own_items_of
from trace.usecases.visits.goods_seen import SampleMet, goods_offered, samples_met, standing_against
from trace.usecases.visits.inspectors import registered_cards
from trace.usecases.visits.parts_beside import Beside, besides
from trace.usecases.visits.photos import photos_to_come
from trace.usecases.visits.placed import outline_of, placed_at
from trace.usecases.visits.standing import own_department, require_visit

MOST: Final = 300


@dataclass(frozen=True, slots=True)
class VisitListed:
    """A visit in a list: whose turn it is, its orders, until when it is published, whether that is past."""

    row: VisitRow
    firm: str
    unsigned: Sequence[str]
    orders: Sequence[str]
    due: Deadline | None
    late: bool = False
    to_agree: bool = False


@dataclass(frozen=True, slots=True)
class PartSeen:
    """A department's part: its form as it was then, how its order stands, where it was filled in, and the
    heads of the list of duties with how far it covered them; `own_items` are asked beside the form; `beside`:
    fillings that wait to be agreed; `to_come`: how many photographs that it names have not come."""

    part: PartRow
    form: Form
    order: str
    placed: Placed
    mine: bool
    heads: Sequence[Head] = ()
    own_items: Sequence[Item] = ()
    beside: Sequence[Beside] = ()
    to_come: int = 0

    @property
    def items(self) -> Sequence[Item]:
        """What is asked: the items of the form, and those of our own beside it."""
        return [*self.form.items, *self.own_items]


@dataclass(frozen=True, slots=True)
class VisitSeen:
    """A visit whole. `names`: of people, firms and authorities in it; `certificates`: those of the firm, as
    registered, each with how it stood on that day; `verified`: when they were last verified on site, at this
    visit or another; `warning`: the one that it was opened for; `offered`: goods to choose from, those looked
    at first; `samples`: those that meet the visit on the goods or the firm; `scope`: goods -> whether a
    certificate names them; `cards`: registered card -> who holds it; `drawn`: the draw
    that it comes from."""

    row: VisitRow
    parts: Sequence[PartSeen]
    events: Sequence[VisitEvent]
    papers: Sequence[VisitPaper]
    due: Deadline | None
    names: Mapping[str, str] = field(default_factory=dict)
    certificates: Sequence[tuple[LicenceRow, str]] = ()
    verified: Verified | None = None
    warning: str = ""
    offered: Sequence[LotRow] = ()
    samples: Sequence[SampleMet] = ()
    scope: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, str] = field(default_factory=dict)
    drawn: VisitDraw | None = None
    late: bool = False
    against: Mapping[str, Sequence[Bearing]] = field(default_factory=dict)
    """Goods that were looked at -> what stands open against them now."""

    @property
    def own(self) -> PartSeen | None:
        """The part that the reader fills in for its authority; None for who makes no visits."""
        return next((one for one in self.parts if one.mine), None)


def read_visits_of(transactions: Transactions, actor: Actor) -> list[VisitListed]:
    """The visits in the caller's area, the newest first, of both departments."""
    with transactions.look(actor.subject) as tx:
        area = "" if actor.region == COUNTRY else actor.region
        rows = list_visits(tx.connection, area, MOST) if actor.oversees else []
        names = firm_names(tx.connection, [one.party for one in rows])
        today = day_in_shanghai(tx.now)
        return [_listed(tx, one, names.get(one.party, one.party), today) for one in rows]


def _listed(tx: Tx, row: VisitRow, firm: str, today: date) -> VisitListed:
    parts = parts_of(tx.connection, row.number)
    events = events_of_visit(tx.connection, row.number)
    past, due = past_of(events), due_of(tx, row, events)
    orders = [order_state(one.department, one.rectify_by, past, today) for one in parts if one.record]
    unsigned = [one.department for one in parts if not one.record]
    asked = any(besides(events, one) for one in parts)
    return VisitListed(row, firm, unsigned, [one for one in orders if one], due, is_late(due, tx.now), asked)


def read_visit(transactions: Transactions, actor: Actor, number: str) -> VisitSeen:
    """One visit, for an authority of its area; raises `VisitUnknown`, `VisitOutOfArea`.

    That somebody looks is written, with the visit as its purpose; the firm sees it as other looks of a case.
    """
    with transactions.begin(actor.subject) as tx:
        row = require_visit(tx, actor, number)
        note_looks(tx, actor, [row.party], Seen("page", number, 1), Purpose(row.cause or row.plan, number))
        return _seen(tx, actor, row)


def _seen(tx: Tx, actor: Actor, row: VisitRow) -> VisitSeen:
    parts = parts_of(tx.connection, row.number)
    events = events_of_visit(tx.connection, row.number)
    past, today, due = past_of(events), day_in_shanghai(tx.now), due_of(tx, row, events)
    lots = list(dict.fromkeys(lot for one in parts for lot in one.lots))
    outline = outline_of(tx, row)
    known = certificates_known(tx, row.party, row.day)
    scopes = [one.data.get("productNames") or () for one, state in known if state == HOLDS]
    every = {one.urn: one.name for one in list_organisations(tx.connection)}
    looked = read_lots(tx.connection, lots)
    return VisitSeen(
        row,
        [
            PartSeen(
                one,
                form,
                order_state(one.department, one.rectify_by, past, today) if one.record else "",
                placed_at(one, outline, tx.now),
                one.authority == actor.party and actor.may(INSPECT),
                heads_covered(duty_list().duties, form, one.answers),
                own_items_of(tx, row, one, form),
                besides(events, one),
                len(photos_to_come(tx, one)),
            )
            for one in sorted(parts, key=lambda one: one.department != own_department(actor))
            for form in (form_kept(tx, one.form, one.form_version),)
        ],
        events,
        papers_of_visit(tx.connection, row.number),
        due,
        {**every, **firm_names(tx.connection, [row.party])},
        known,
        last_verified(tx, [row.party]).get(row.party),
        warning_of_visit(tx, row.number),
        goods_offered(tx, row.party, lots),
        samples_met(tx, actor, row.party, lots, row.day),
        {one.urn: scope_of_goods(one.product_name, scopes) for one in looked},
        registered_cards(tx, parts),
        drawn=draw_of_visit(tx.connection, row.number),
        late=is_late(due, tx.now),
        against=standing_against(tx, looked),
    )


def read_visit_paper(
    transactions: Transactions, actor: Actor, number: str, digest: str
) -> tuple[VisitPaper, bytes] | None:
    """A file of a visit with its bytes; None where there is none such."""
    with transactions.look(actor.subject) as tx:
        row = require_visit(tx, actor, number)
        return find_visit_paper(tx.connection, row.number, digest)
