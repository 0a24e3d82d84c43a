"""A farm's own commitment of a year: the notice that it got, the form with its plots, and what it signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.commitment import ACTIVITIES, COMMITMENT, PROMISES, WAYS, commitment_name
from trace.chain.facts.master import PLACE
from trace.errors import CommitmentIncomplete, RightMissing
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.commitments import YEARLY, due_day, last_day, state_of
from trace.oversight.grid import FARMS
from trace.parties import OWN, Actor
from trace.rules import Rule
from trace.store.chain.own_master import newest_stated
from trace.store.lots.commitments import CommitmentRow, ServedNotice, read_commitments, read_served_on
from trace.store.lots.scope import master_data
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead
from trace.usecases.stated.own_records import read_signed, said_by
from trace.usecases.supervision.farm_years import RULE, year_asked
from trace.usecases.supervision.messages import authority_names

ROWS: Final = 12
"""Kinds of produce that the form has room for."""
_PLOT: Final = "plot"
_SIGN: Final = "/desk/sign/{}"
_NOWHERE: Final = RowOrigin("", ())
_LONGEST: Final = 200
_LEAST_CORNERS: Final = 3


@dataclass(frozen=True, slots=True)
class OwnPlot:
    """A plot as its farm stated it; `record` is that statement, `points` its shape as SVG wants it."""

    urn: str
    name: str
    mu: str
    sketch: tuple[tuple[int, int], ...]
    record: str

    @property
    def points(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.sketch)

    @property
    def drawn(self) -> bool:
        return len(self.sketch) >= _LEAST_CORNERS


@dataclass(frozen=True, slots=True)
class Course:
    """How far a farm's year is: what it was told, until when, what it signed, what it did last year."""

    year: int
    rule: Rule | None
    notice: ServedNotice | None
    due: date | None
    rows: tuple[CommitmentRow, ...]
    earlier: CommitmentRow | None


@dataclass(frozen=True, slots=True)
class OwnYear:
    """A farm's year: what it was told and by whom, its plots, what stands, and what the form begins with.

    `is_farm`: the organisation is registered as a farm; nobody else commits.
    """

    year: int
    today: date
    is_farm: bool
    notice: ServedNotice | None
    authority: str
    due: date | None
    state: str
    plots: tuple[OwnPlot, ...]
    rows: tuple[CommitmentRow, ...]
    begins: Mapping[str, Any]
    promises: tuple[str, ...]

    @property
    def stands(self) -> CommitmentRow | None:
        return self.rows[-1] if self.rows else None

    @property
    def mu_of(self) -> dict[str, str]:
        """Plot -> the area that the form begins with."""
        said = {one["plot"]: one["areaMu"] for one in self.begins.get("plots", ())}
        return {plot.urn: said.get(plot.urn, plot.mu) for plot in self.plots}


@dataclass(frozen=True, slots=True)
class Committing:
    """Who fills in which year, under which title."""

    actor: Actor
    form: str
    title: str
    year: int | None


def read_own_year(transactions: Transactions, actor: Actor, year: int | None = None) -> OwnYear:
    """The year of the caller's own farm; the one that runs where none is named. Raises `RightMissing`."""
    if actor.party is None:
        raise RightMissing(scope=OWN)
    with transactions.look(actor.subject) as tx:
        return own_year(tx, actor.party, year)


def own_year(tx: Tx, party: str, asked: int | None = None) -> OwnYear:
    """As above, within a transaction that reads more."""
    today = day_in_shanghai(tx.now)
    course = own_course(tx, party, asked)
    rows, notice = course.rows, course.notice
    signed_on = day_in_shanghai(rows[0].row.logged_at) if rows else None
    wanted = tx.rules.find(RULE, today, part="promises")
    promises = wanted.items if wanted is not None and wanted.when else PROMISES
    last = rows[-1] if rows else course.earlier
    stated = _own_places(tx, party)
    kind = str(master_data(tx.connection, "party", [party]).get(party, {}).get("kind", ""))
    told_by = notice.iss if notice is not None else ""
    return OwnYear(
        course.year,
        today,
        kind in FARMS,
        notice,
        authority_names(tx, [told_by])[told_by] if told_by else "",
        course.due,
        state_of(told=notice is not None, signed_on=signed_on, due=course.due, today=today),
        tuple(_plot(stmt, sub, data) for stmt, sub, data in stated),
        rows,
        last.data if last is not None else _first(data for _, _, data in stated),
        promises,
    )


def own_course(tx: Tx, party: str, asked: int | None = None) -> Course:
    """What a farm was told in a year, and what it signed; three queries."""
    year = year_asked(asked, day_in_shanghai(tx.now))
    before = commitment_name(party, year - 1)
    name = commitment_name(party, year)
    found = read_commitments(tx.connection, [name, before])
    rows = tuple(one for one in found.get(name, ()) if one.row.iss == party)
    earlier = [one for one in found.get(before, ()) if one.row.iss == party]
    notice = read_served_on(tx.connection, party, YEARLY, year)
    rule = tx.rules.find(RULE, date(year, 1, 1))
    by_rule = due_day(rule.text, year) if rule is not None else None
    due = last_day(by_rule, notice.due_by, notice.told_on) if notice is not None else by_rule
    return Course(year, rule, notice, due, rows, earlier[-1] if earlier else None)


def _own_places(tx: Tx, party: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(statement, urn, what it says) of the newest word about each own plot."""
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for row in newest_stated(tx.connection, party, tx.origin, PLACE.typ):
        signed, _, _ = read_signed(tx.connection, tx.origin, party, row.stmt)[-1]
        data = said_by(signed) or {}
        if data.get("kind") == _PLOT:
            found.append((row.stmt, row.sub, data))
    return found


def _plot(stmt: str, urn: str, data: Mapping[str, Any]) -> OwnPlot:
    sketch = tuple((int(x), int(y)) for x, y in data.get("sketch") or ())
    return OwnPlot(urn, str(data.get("name", "")), str(data.get("areaMu") or ""), sketch, stmt)


def _first(places: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the form of a first year begins with: the crops that the plots are stated with."""
    crops = {(str(one["crop"]), str(one.get("variety") or "")) for one in places if one.get("crop")}
    return {"grown": [{"crop": crop, "variety": kind, "way": ""} for crop, kind in sorted(crops)][:ROWS]}


def propose_commitment(transactions: Transactions, who: Committing, typed: Mapping[str, str]) -> str:
    """The address where the commitment waits for its signature.

    Raises `RightMissing` for who is no farm, `CommitmentIncomplete` naming what is not filled in.
    """
    actor = who.actor
    if actor.party is None:
        raise RightMissing(scope=OWN)
    with transactions.begin(actor.subject) as tx:
        done = once(tx, who.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_year(tx, actor.party, who.year)
        data = _data(own, typed)
        name = commitment_name(actor.party, own.year)
        draft = Draft(COMMITMENT.typ, name, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
        number = keep_instead(tx, Signer(actor.party, actor.person), who.title, [content_of(draft, data)])
        return done.to(_SIGN.format(number))


def _data(own: OwnYear, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in; raises `CommitmentIncomplete` with the names of all that is missing."""
    missing = [] if own.is_farm else ["farm"]
    plots = [one for one in own.plots if typed.get(f"plot.{one.urn}") == "yes"]
    listed = []
    for one in plots:
        mu = _mu(typed.get(f"mu.{one.urn}", ""))
        if mu is None:
            missing += ["mu", one.name]
        if not one.drawn:
            missing += ["sketch", one.name]
        listed.append(
            {
                "plot": one.urn,
                "areaMu": mu or "0",
                "sketch": [list(corner) for corner in one.sketch],
                "placeRecord": one.record,
            }
        )
    grown, faults = _grown(typed)
    missing += faults
    activities = [name for name in ACTIVITIES if typed.get(f"activity.{name}") == "yes"]
    for member, value in (("plots", listed), ("grown", grown), ("activities", activities)):
        if not value and not (member == "grown" and faults):
            missing.append(member)
    if typed.get("agreed") != "yes":
        missing.append("promises")
    if missing:
        raise CommitmentIncomplete(lacks=list(dict.fromkeys(missing)))
    data: dict[str, Any] = {
        "year": own.year,
        "plots": listed,
        "grown": grown,
        "activities": activities,
        "promises": list(own.promises),
    }
    return data | ({"notice": own.notice.stmt} if own.notice is not None else {})


def _grown(typed: Mapping[str, str]) -> tuple[list[dict[str, str]], list[str]]:
    """The lines of the form with anything in them, and which of them are not whole."""
    found: list[dict[str, str]] = []
    faults = []
    for number in range(1, ROWS + 1):
        crop, variety = (
            whole_text(f"{name}.{number}", typed.get(f"{name}.{number}", ""), _LONGEST)
            for name in ("crop", "variety")
        )
        way = typed.get(f"way.{number}", "")
        if not (crop or variety):
            continue
        if not crop or not variety or way not in WAYS:
            faults.append("lines")
        one = {"crop": crop, "variety": variety, "way": way}
        if one not in found:
            found.append(one)
    return found, faults


def _mu(text: str) -> str | None:
    """An area above zero as it is signed; None for anything else."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 < value < Decimal(1_000_000):
        return None
    return f"{value.normalize():f}" if value == value.quantize(Decimal("0.000001")) else None


def lines_of(grown: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The lines of the form: what it begins with, and room for more."""
    spare = {"crop": "", "variety": "", "way": ""}
    return [*grown[:ROWS], *([spare] * min(3, max(0, ROWS - len(grown))))]
