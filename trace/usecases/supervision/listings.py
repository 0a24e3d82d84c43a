"""Checks of online listings: recorded with a screenshot, the mark's number compared with what is signed here.

A check that failed, or one that leaves a question, is raised as a warning; a shop's name on a page is not
anybody's word, so that it is asked and not found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.errors import PaperUnknown, RiskItemUnknown, RiskUnfit
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.claimed_marks import QUESTIONED, claimed_mark
from trace.oversight.listings import CONFORMS, FAILS, FAULTS, RESULTS
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import names_of
from trace.store.casework.papers import PaperRow, find_paper
from trace.store.lots.scope import master_data
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import (
    ListingCheckRow,
    add_row,
    find_row,
    known_products,
    last_running,
    read_rows,
    sides_of_product,
)
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import level_of
from trace.usecases.casework.take_step import Paper, keep_paper
from trace.usecases.supervision.messages import own_authority
from trace.usecases.supervision.read_register import read_said

PAGE: Final = "/office/listings"
WHAT: Final = "listing"
_SHORT, _LONGEST = 120, 400
AT_ONCE: Final = 100
_TYPED: Final = {"platform": _SHORT, "shop": _SHORT, "address": _LONGEST, "product": _SHORT, "seller": _SHORT,
                 "mark": 60, "words": _LONGEST}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checking:
    """Who saw what on which page: what was typed, the faults that were chosen, and the screenshot."""

    actor: Actor
    form: str
    typed: Mapping[str, str]
    faults: tuple[str, ...]
    screenshot: Paper | None


@dataclass(frozen=True, slots=True)
class ListingsPage:
    """A page of the checks of an area, the newest first, with the names of firms, products and people."""

    rows: Sequence[ListingCheckRow]
    names: Mapping[str, str]
    today: date
    count: int
    page: int

    @property
    def more(self) -> bool:
        """Whether there are older ones."""
        return self.count > (self.page + 1) * AT_ONCE


def check_listing(transactions: Transactions, checking: Checking) -> str:
    """Keep a check with its screenshot; the page to go on from. Raises `RiskUnfit`, `PaperUnfit`."""
    actor = checking.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, checking.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        typed = {name: whole_text(name, checking.typed.get(name, ""), most) for name, most in _TYPED.items()}
        day = _day(tx, checking.typed.get("checked_on", ""))
        result, faults = checking.typed.get("result", ""), tuple(dict.fromkeys(checking.faults))
        _require_whole(tx, typed, result, faults)
        if checking.screenshot is None:
            raise RiskUnfit(wanted="screenshot")
        prefix = f"WY{own.region}-{day.year}-"
        number = f"{prefix}{last_running(tx.connection, ListingCheckRow, prefix) + 1:04d}"
        paper = keep_paper(tx, number, actor.person, checking.screenshot)
        sides = sides_of_product(tx.connection, typed["product"])
        mark = claimed_mark(typed["mark"], sides, day, read_said(tx.connection))
        row = ListingCheckRow(
            number, own.urn, own.department, level_of(own.region), **typed, standing=mark.standing,
            result=result, faults=faults, paper=paper.partition(":")[2], checked_on=day.isoformat(),
            made_by=actor.person, made_at=tx.now,
        )  # fmt: skip
        add_row(tx.connection, row)
        name = names_of(tx.connection, [actor.person]).get(actor.person, "")
        event = RiskEvent(WHAT, number, result, tx.now, actor.person, name, actor.party or "", typed["words"])
        add_events(tx.connection, [event])
        return done.to(PAGE)


def _require_whole(tx: Tx, typed: Mapping[str, str], result: str, faults: Sequence[str]) -> None:
    """A product or seller that is named is known here; what fails says in what. Raises `RiskUnfit`."""
    wanted = ["platform", "shop", *(["words"] if result != CONFORMS else [])]
    for name in wanted:
        if len(typed[name]) < LEAST_WORDS:
            raise RiskUnfit(wanted=name)
    if not typed["address"].startswith(("https://", "http://")):
        raise RiskUnfit(wanted="address")
    _require_known(tx, typed)
    if result not in RESULTS:
        raise RiskUnfit(wanted="result")
    if not set(faults) <= set(FAULTS) or (result == FAILS) != bool(faults):
        raise RiskUnfit(wanted="faults")


def _require_known(tx: Tx, typed: Mapping[str, str]) -> None:
    if typed["product"] and typed["product"] not in known_products(tx.connection, [typed["product"]]):
        raise RiskUnfit(wanted="product")
    if typed["seller"] and not master_data(tx.connection, "party", {typed["seller"]}):
        raise RiskUnfit(wanted="seller")


def _day(tx: Tx, text: str) -> date:
    day = HAPPENED.read(text, day_in_shanghai(tx.now))
    if day is None:
        raise RiskUnfit(wanted="day")
    return day


def read_listings(transactions: Transactions, actor: Actor, page: int = 0) -> ListingsPage:
    """Checks of the caller's area, so many a page; an authority's alone. Raises `RightMissing`."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        every = read_rows(tx.connection, ListingCheckRow, "WHERE area = ?", (level_of(own.region),))[::-1]
        rows = every[page * AT_ONCE :][:AT_ONCE]
        firms = firm_names(
            tx.connection, [name for one in rows for name in (one.seller, one.authority) if name]
        )
        people = names_of(tx.connection, [one.made_by for one in rows])
        return ListingsPage(rows, {**firms, **people}, day_in_shanghai(tx.now), len(every), page)


def read_screenshot(transactions: Transactions, actor: Actor, number: str) -> tuple[PaperRow, bytes]:
    """The screenshot of a check of the caller's area; raises `RiskItemUnknown`, `PaperUnknown`."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        row = find_row(tx.connection, ListingCheckRow, number)
        if row is None or row.area != level_of(own.region):
            raise RiskItemUnknown(what=WHAT, number=number[:40])
        found = find_paper(tx.connection, number, row.paper)
        if found is None:
            raise PaperUnknown(name=row.paper[:80])
        return found


def is_questioned(row: ListingCheckRow) -> bool:
    """Whether a check leaves something to be asked: its result, or the mark's number that it read."""
    return row.result != CONFORMS or row.standing in QUESTIONED
