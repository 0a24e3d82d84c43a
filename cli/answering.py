"""Answering commands: what waits for one's word, and one's word on it; corrections and withdrawals."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import orjson

from cli.client.http import Problem
from cli.client.signing_client import SigningClient
from cli.seat import Seat, seated
from trace.calendar.shanghai import SHANGHAI_TIME, in_zone
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.handovers import CONFIRMATION, REFUSAL
from trace.exchange.draft import FIND_STATEMENT, Draft, Reference, RowOrigin, draft_key
from trace.ledger.statement import Statement, parse_statement
from trace.wording import say

_REASONS = ("not_mine", "not_received", "wrong_goods", "wrong_receiver")
_NOWHERE = RowOrigin("", ())
_DASHED = re.compile(r"-[A-Za-z0-9_-]{42}")


class AboutStatement(click.Command):
    """A command whose argument is a statement id: one of sixty-four begins with a dash, and is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        dashed = [
            at
            for at, arg in enumerate(args)
            if _DASHED.fullmatch(arg) and (at == 0 or not args[at - 1].startswith("--"))
        ]
        ids = [args[at] for at in dashed]
        kept = [arg for at, arg in enumerate(args) if at not in dashed]
        return super().parse_args(ctx, [*kept, *(["--", *ids] if ids else [])])


@click.command()
@click.option("--counterpart", default="", help="show all claims of this party")
@seated
def inbox(counterpart: str, seat: Seat) -> None:
    """List what waits for your word: shipments to you, and receipts that name your goods."""
    found = _inbox(seat.desk(), counterpart)
    for one in found["handovers"]:
        told = {"shipper": one["shipperName"] or one["shipper"], "received": one["received"]["value"]}
        told |= {"stmt": one["stmt"], "lot": one["lot"], "product": one["productName"], **one["quantity"]}
        click.echo(say(seat.lang, "inbox.handover", at=_shown(one["shippedAt"]), **told))
        if one.get("amounts"):
            click.echo(say(seat.lang, f"inbox.{one['amounts']}"))
    for each in found["claims"]:
        _tell_claims(each, seat.lang)
    if not found["handovers"] and not found["claims"]:
        click.echo(say(seat.lang, "inbox.empty"))


def _tell_claims(each: Mapping[str, Any], lang: str) -> None:
    who = each["name"] or each["party"]
    for one in each["claims"]:
        told = {"stmt": one["receipt"], "claimant": who, "names": one["names"], **one["quantity"]}
        click.echo(say(lang, "inbox.claim", at=_shown(one["receivedAt"]), **told))
        if one["fitting"]:
            click.echo(say(lang, "inbox.fitting", stmts=", ".join(one["fitting"])))
    if each["count"] > len(each["claims"]):
        click.echo(say(lang, "inbox.more", claimant=who, count=each["count"], party=each["party"]))


@click.command(cls=AboutStatement)
@click.argument("receipt")
@click.option("--handover", default="", help="the shipment, where not exactly one fits")
@click.option("--complete", is_flag=True, help="nothing more will come, or was sent")
@seated
def confirm(receipt: str, handover: str, complete: bool, seat: Seat) -> None:
    """Confirm that RECEIPT, a statement id, is the receipt of a shipment: yours, or one to you."""
    desk = seat.desk()
    found = _inbox(desk)
    claim = _claim(desk, found, receipt)
    if claim is not None:  # one's own goods
        lot, salt = claim["lot"], None
        handover = handover or _only(claim["fitting"], seat.lang)
    else:
        stated = _own(desk, receipt, seat)
        lot = stated.claims.sub
        handover = handover or _only(_fitting(found, stated), seat.lang)
        salt = next((one["salt"] for one in found["handovers"] if one["stmt"] == handover), None)
    data: dict[str, object] = {"receipt": receipt, "handover": handover}
    data |= {"salt": salt} if salt is not None else {}
    data |= {"complete": True} if complete else {}
    _state(desk, seat, CONFIRMATION.typ, lot, data, (receipt, handover))


@click.command(cls=AboutStatement)
@click.argument("stmt")
@click.option("--reason", type=click.Choice(_REASONS), required=True)
@click.option("--note", default="", help="a sentence for the other side")
@seated
def refuse(stmt: str, reason: str, note: str, seat: Seat) -> None:
    """Refuse STMT: a receipt that names your goods wrongly, or a shipment that never came to you."""
    desk = seat.desk()
    found = _inbox(desk)
    data: dict[str, object] = {"about": stmt, "reason": reason}
    data |= {"note": note} if note else {}
    claim = _claim(desk, found, stmt)
    if claim is not None:
        _state(desk, seat, REFUSAL.typ, claim["lot"], data, (stmt,))
        return
    offered = next((one for one in found["handovers"] if one["stmt"] == stmt), None)
    if offered is None:
        _stop(say(seat.lang, "inbox.not-waiting", stmt=stmt))
    data |= {"salt": offered["salt"]} if offered["salt"] is not None else {}
    _state(desk, seat, REFUSAL.typ, offered["lot"], data, (stmt,))


@click.command(cls=AboutStatement)
@click.argument("stmt")
@click.option("--reason", required=True, help="why; the record keeps it")
@click.option("--set", "changes", multiple=True, metavar="MEMBER=VALUE", help="a member that was wrong")
@click.option("--data", "file", type=click.Path(path_type=Path, exists=True), help="the whole data instead")
@seated
def correct(stmt: str, reason: str, changes: tuple[str, ...], file: Path | None, seat: Seat) -> None:
    """Correct your record STMT: state what should have been said. The first version stays in the log.

    Private members stay private, and a shipment stays addressed to the receiver that it was opened to.
    """
    desk = seat.desk()
    stated = _own(desk, stmt, seat)
    if not changes and file is None:
        _stop(say(seat.lang, "inbox.nothing-set"))
    shown = stated.revealed_data() if file is None else orjson.loads(file.read_bytes())
    data = dict(shown)
    if "replacement" in data and stated.claims.typ == CORRECTION.typ and file is None:
        data = dict(data["replacement"])
    for change in changes:
        _put(data, change, seat.lang)
    said, private, kept = restated(stated, data, reason)
    _state(desk, seat, CORRECTION.typ, stated.claims.sub, said, (stmt,), private, kept)


@click.command(cls=AboutStatement)
@click.argument("stmt")
@click.option("--reason", required=True, help="why; the record keeps it")
@seated
def withdraw(stmt: str, reason: str, seat: Seat) -> None:
    """Withdraw your record STMT: it was not so. It stays in the log, and what it led to stays traceable."""
    desk = seat.desk()
    stated = _own(desk, stmt, seat)
    said = {"amends": stmt, "reason": reason, "withdraws": True}
    _state(desk, seat, CORRECTION.typ, stated.claims.sub, said, (stmt,))


@click.command()
@seated
def notes(seat: Seat) -> None:
    """List the delivery notes of what was shipped from this desk, each with the code to print on it."""
    for note in seat.desk().notes():
        click.echo(say(seat.lang, "import.note", lines=note.lines, note=note.text()))


def restated(
    stated: Statement, data: Mapping[str, Any], reason: str
) -> tuple[dict[str, object], tuple[str, ...], dict[str, bytes]]:
    """What a correction says, which of it stays concealed, and the salts of what did not change."""
    concealed = {path.removeprefix("replacement."): one for path, one in stated.disclosure_paths().items()}
    private = tuple(f"replacement.{path}" for path in concealed)
    kept = {f"replacement.{path}": one.salt for path, one in concealed.items() if data.get(path) == one.value}
    said: dict[str, object] = {"amends": stated.statement_id, "reason": reason, "replacement": dict(data)}
    return said, private, kept


def _state(
    desk: SigningClient,
    seat: Seat,
    typ: str,
    sub: str,
    data: Mapping[str, object],
    about: tuple[str, ...],
    private: tuple[str, ...] = (),
    salts: Mapping[str, bytes] | None = None,
) -> None:
    """Sign and send one record that answers others; the same answer twice is one record."""
    key = draft_key(seat.iss, typ, sub, orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode())
    draft = Draft(
        typ=typ,
        sub=sub,
        occurred_at=desk.now(),
        data=data,
        references=tuple(Reference(FIND_STATEMENT, "about", number=stmt, required=False) for stmt in about),
        private=private,
        origin=_NOWHERE,
        key=key,
        salts=salts or {},
    )
    for result in desk.state([draft]):
        click.echo(say(seat.lang, "inbox.stated", typ=typ, stmt=result["stmt"]))


def _inbox(desk: SigningClient, counterpart: str = "") -> Any:
    query = {"counterpart": counterpart} if counterpart else {}
    return desk.client.get_json("/api/v1/inbox", **query)


def _claim(desk: SigningClient, found: Mapping[str, Any], receipt: str) -> Mapping[str, Any] | None:
    """The claim that a receipt is, among all of its counterpart's where they are many."""
    for each in found["claims"]:
        shown = each["claims"]
        if each["count"] > len(shown):
            more = _inbox(desk, each["party"])["claims"]
            shown = next(one["claims"] for one in more if one["party"] == each["party"])
        for one in shown:
            if one["receipt"] == receipt:
                return dict(one)
    return None


def _fitting(found: Mapping[str, Any], receipt: Statement) -> list[str]:
    """The open hand-overs that one's own receipt may mean: by what it names, else by its supplier."""
    said = receipt.revealed_data()
    named = said.get("supplierLot")
    offered = [one for one in found["handovers"] if named in {one["lot"], one["fromLot"]}]
    supplier = said.get("supplier")
    return [
        one["stmt"] for one in offered or found["handovers"] if supplier is None or one["shipper"] == supplier
    ]


def _own(desk: SigningClient, stmt: str, seat: Seat) -> Statement:
    try:
        found = desk.client.get_json(f"/api/v1/statements/{stmt}")
    except Problem as problem:
        if problem.status != 404:
            raise
        _stop(say(seat.lang, "inbox.not-waiting", stmt=stmt))
    stated = parse_statement(found["jws"])
    if stated.claims.iss != seat.iss:
        _stop(say(seat.lang, "inbox.not-own", stmt=stmt, iss=seat.iss))
    return stated


def _only(stmts: list[str], lang: str) -> str:
    if not stmts:
        _stop(say(lang, "inbox.none-fits"))
    if len(stmts) > 1:
        _stop(say(lang, "inbox.several-fit", count=len(stmts), stmts=", ".join(stmts)))
    return stmts[0]


def _put(data: dict[str, Any], change: str, lang: str) -> None:
    """Set a member given as `path=value`."""
    path, equals, text = change.partition("=")
    if not equals or not path:
        _stop(say(lang, "inbox.unreadable", text=change))
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = text
    *above, name = path.split(".")
    inner = data
    for part in above:
        inner = inner.setdefault(part, {})
        if not isinstance(inner, dict):
            _stop(say(lang, "inbox.unreadable", text=change))
    # What is text stays text: the value of a quantity is one, whatever it looks like.
    inner[name] = text if isinstance(inner.get(name), str) and not isinstance(value, str) else value


def _shown(moment: str) -> str:
    return in_zone(datetime.fromisoformat(moment), SHANGHAI_TIME).strftime("%Y-%m-%d %H:%M")


def _stop(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(1)
