"""A check of a firm's data with its result: what was looked at, by whom, which rows, and what came of it.

It stands beside checks on site and changes none of the warnings: what follows is an act of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RiskMoved, RiskUnfit
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.data_checks import FOLLOWED, digest_of_rows, fits
from trace.parties import COUNTRY, Actor
from trace.store.risk.kept import DataCheckRow, add_row, last_running, read_rows
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.acts_named import find_act
from trace.usecases.supervision.messages import own_authority
from trace.usecases.supervision.oddities import oddities_of

PAGE: Final = "/office/carried-out#data"
WHAT: Final = "data-check"
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Concluding:
    """Who concludes what of which firm's data, what it was looked at for, and the hash of the rows seen."""

    actor: Actor
    form: str
    firm: str
    purpose: str
    seen: str
    result: str
    note: str
    act: str = ""


def conclude_check(transactions: Transactions, new: Concluding) -> str:
    """Keep the result of a check of data; the page to go on from.

    Raises `RightMissing`, `FirmOutOfSight`, `RiskMoved` where other rows show by now, `RiskUnfit`.
    """
    actor = new.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, new.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        found = oddities_of(tx, actor, new.firm)
        if digest_of_rows(found.rows) != new.seen:
            raise RiskMoved(what=WHAT, state="rows-changed")
        purpose, note = whole_text("purpose", new.purpose, _LONGEST), whole_text("note", new.note, _LONGEST)
        for name, text in (("reason", purpose), ("words", note)):
            if len(text) < LEAST_WORDS:
                raise RiskUnfit(wanted=name)
        if not fits(new.result, found.rows):
            raise RiskUnfit(wanted="result")
        act = new.act.strip() if new.result == FOLLOWED else ""
        if new.result == FOLLOWED and find_act(tx, actor, act, new.firm) is None:
            raise RiskUnfit(wanted="follow-up")
        prefix = f"HC{own.region}-{day_in_shanghai(tx.now).year}-"
        number = f"{prefix}{last_running(tx.connection, DataCheckRow, prefix) + 1:04d}"
        row = DataCheckRow(
            number, own.urn, own.department, own.region, new.firm, purpose, found.rows, found.as_of,
            new.result, note, act, actor.person, tx.now,
        )  # fmt: skip
        add_row(tx.connection, row)
        return done.to(PAGE)


def data_checks_of(tx: Tx, region: str, year: int) -> list[DataCheckRow]:
    """The checks of data by the authorities of an area in a year, the newest first."""
    within = "" if region == COUNTRY else level_of(region)
    rows = read_rows(tx.connection, DataCheckRow, "WHERE area LIKE ?", (f"{within}%",))
    found = [one for one in rows if day_in_shanghai(one.made_at).year == year]
    return sorted(found, key=lambda one: (one.made_at, one.number), reverse=True)
