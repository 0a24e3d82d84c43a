"""Random draws of objects and inspectors: committed to, drawn with both halves, or given up; each is signed.

The departments keep their halves of the seed until the commitment is signed: no half is kept here. One plan
has one result, so whoever dislikes it has to commit again, and every reader sees both.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from trace.chain.facts.base import RecordKind
from trace.chain.facts.draws import DRAW, GIVEN_UP, RESULT
from trace.chain.sight import lies_in
from trace.errors import (
    ActUnfit,
    DrawNotAsPlanned,
    DrawPlanMalformed,
    FactMalformed,
    NamedStatementUnknown,
    PurposeMissing,
    RightMissing,
)
from trace.exchange.draft import Draft, RowOrigin
from trace.ledger.canonical import JsonValue, encode
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.draw import HALF, LIMIT, METHOD, Plan, commitment, draw
from trace.oversight.draws_in_log import KINDS, OPEN, DrawSeen, draws_in_log
from trace.oversight.official_acts import ActSaid
from trace.oversight.visits.drawn import is_card, urn_of_object
from trace.parties import ALL, DEPARTMENTS, Actor
from trace.store.casework.acts import acts_between
from trace.store.casework.draws import PlanRow, find_plan, keep_plan, objects_of_plans
from trace.store.lots.standing import regions_of_parties
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of
from trace.usecases.supervision.acts_of_period import authorities_in
from trace.usecases.supervision.draw_lists import omissions

SIGN: Final = "/desk/sign/{}"
TYPED: Final = (
    *("title", "objects", "take", "recused", "omitted", "omitted-why"),
    *(f"inspectors-{name}" for name in DEPARTMENTS),
    *(f"commitment-{name}" for name in DEPARTMENTS),
)
_SPLIT: Final = re.compile(r"[\s,，、;；]+")
_BACK: Final = timedelta(days=3 * 366)
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Drawing:
    """Who draws, by which form, under which title of the batch to be signed."""

    actor: Actor
    form: str
    title: str


def make_half() -> tuple[str, str]:
    """A half of a seed and the commitment to it; kept nowhere but with who asked for it."""
    half = secrets.token_bytes(HALF)
    return half.hex(), commitment(half)


def list_draws(transactions: Transactions, actor: Actor) -> tuple[DrawSeen, ...]:
    """The draws of the caller's area, the newest first; an authority's alone. Raises `RightMissing`."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        return _of_area(tx, actor, draws_with_repeats(tx))


def read_draw(
    transactions: Transactions, actor: Actor, statement: str
) -> tuple[DrawSeen, dict[str, JsonValue] | None]:
    """A draw, and its whole result once it is drawn; raises `NamedStatementUnknown`."""
    with transactions.look(actor.subject) as tx:
        _, result = result_of_draw(tx, actor, statement)
        seen = next(one for one in draws_with_repeats(tx) if one.statement == statement)
        return seen, result


def draws_with_repeats(tx: Tx) -> tuple[DrawSeen, ...]:
    """All draws that the log holds, with how often firms of the same list were drawn from."""
    said = _said_of_draws(tx)
    plans = {str(one.data["planHash"]) for one in said if one.typ == DRAW.typ}
    lists = objects_of_plans(tx.connection, plans)
    return draws_in_log(said, {name: frozenset(map(urn_of_object, of)) for name, of in lists.items()})


def draws_of_area(tx: Tx, actor: Actor) -> tuple[DrawSeen, ...]:
    """The draws of the authorities in the caller's area and of its own, the newest first."""
    return _draws(tx, actor)


def result_of_draw(tx: Tx, actor: Actor, statement: str) -> tuple[DrawSeen, dict[str, JsonValue] | None]:
    """A draw of the caller's area, and its result once drawn; raises `NamedStatementUnknown`."""
    seen = _require(tx, actor, statement)
    return seen, result_of(tx, seen)


def result_of(tx: Tx, seen: DrawSeen) -> dict[str, JsonValue] | None:
    """The result of a draw, computed again; None before it is drawn, and where its plan is kept elsewhere."""
    if not seen.result or find_plan(tx.connection, seen.plan_hash) is None:
        return None
    return _result(tx, seen, dict(seen.halves))


def plan_of_draw(tx: Tx, statement: str) -> Mapping[str, Any] | None:
    """The plan that a commitment is of, whoever's it is."""
    said = _said_of_draws(tx)
    seen = next((one for one in draws_in_log(said) if one.statement == statement), None)
    return None if seen is None else find_plan(tx.connection, seen.plan_hash)


def every_draw(transactions: Transactions) -> tuple[DrawSeen, ...]:
    """All draws that the log holds, for who has its folder and computes one again."""
    with transactions.look("draw") as tx:
        return draws_with_repeats(tx)


def propose_draw(transactions: Transactions, drawing: Drawing, typed: Mapping[str, str]) -> str:
    """The address where the commitment waits for a signature.

    Raises `DrawPlanMalformed` with the member at fault: firms outside the caller's area are none of its; and
    `DrawOmissionUnexplained` for firms of the register that are left out without a reason.
    """
    actor = drawing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, drawing.form, actor.person)
        if done.before:
            return done.leads_to
        plan = _plan(typed)
        _require_area(tx, actor, plan.objects)
        told, rest = typed.get("omitted", ""), typed.get("omitted-why", "")
        plan = replace(plan, omitted=omissions(tx, actor, plan.objects, told, rest))
        document = Plan.read(plan.document()).document()
        row = PlanRow(plan.hash, plan.title, document, actor.party or "", actor.region, actor.person, tx.now)
        keep_plan(tx.connection, row)
        data: dict[str, Any] = {
            "matter": plan.title,
            "planHash": plan.hash,
            "objects": len(plan.objects),
            "take": plan.take,
            "commitments": _said(plan.commitments),
        }
        return done.to(_kept(tx, drawing, DRAW, plan.hash, data))


def propose_result(
    transactions: Transactions, drawing: Drawing, statement: str, halves: Mapping[str, str]
) -> str:
    """The address where the result waits for a signature; raises `DrawNotAsPlanned` for another half."""
    actor = drawing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, drawing.form, actor.person)
        if done.before:
            return done.leads_to
        seen = _open(tx, actor, statement)
        given = {name: half.strip().lower() for name, half in halves.items() if half.strip()}
        result = _result(tx, seen, given)
        data = {
            "draw": statement,
            "planHash": seen.plan_hash,
            "halves": _said(given),
            "resultHash": result_hash(result),
        }
        return done.to(_kept(tx, drawing, RESULT, seen.plan_hash, data))


def propose_end(transactions: Transactions, drawing: Drawing, statement: str, why: str) -> str:
    """The address where the giving up of a draw waits for a signature; raises `PurposeMissing`."""
    actor = drawing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, drawing.form, actor.person)
        if done.before:
            return done.leads_to
        seen = _open(tx, actor, statement)
        if len(why.strip()) < 2 * LEAST_WORDS:
            raise PurposeMissing
        data = {"draw": statement, "reason": whole_text("why", why, _LONGEST)}
        return done.to(_kept(tx, drawing, GIVEN_UP, seen.plan_hash, data))


def result_hash(result: Mapping[str, JsonValue]) -> str:
    """SHA-256 of the canonical result, hex: what the log's record of it says."""
    return hashlib.sha256(encode(dict(result), limit=LIMIT)).hexdigest()


def _draws(tx: Tx, actor: Actor) -> tuple[DrawSeen, ...]:
    return _of_area(tx, actor, draws_in_log(_said_of_draws(tx)))


def _of_area(tx: Tx, actor: Actor, draws: tuple[DrawSeen, ...]) -> tuple[DrawSeen, ...]:
    mine = {*authorities_in(tx.connection, actor.region, {one.authority for one in draws}), actor.party}
    return tuple(one for one in draws if one.authority in mine)


def _said_of_draws(tx: Tx) -> list[ActSaid]:
    return acts_between(tx.connection, KINDS, tx.now - _BACK, tx.now + timedelta(days=1))


def _require(tx: Tx, actor: Actor, statement: str) -> DrawSeen:
    for one in _draws(tx, actor):
        if one.statement == statement:
            return one
    raise NamedStatementUnknown(statement=statement[:64])


def _open(tx: Tx, actor: Actor, statement: str) -> DrawSeen:
    """A draw of the caller's own authority that is neither made nor given up."""
    seen = _require(tx, actor, statement)
    if seen.authority != actor.party:
        raise NamedStatementUnknown(statement=statement[:64])
    if seen.state != OPEN:
        raise DrawNotAsPlanned(member="state")
    return seen


def _result(tx: Tx, seen: DrawSeen, halves: Mapping[str, str]) -> dict[str, JsonValue]:
    """The result of a plan, computed again; raises `DrawNotAsPlanned`, `NobodyLeftToDraw`."""
    document = find_plan(tx.connection, seen.plan_hash)
    if document is None:
        raise DrawNotAsPlanned(member="plan")
    try:
        secret = {name: bytes.fromhex(half) for name, half in halves.items()}
    except ValueError:
        raise DrawNotAsPlanned(member="halves") from None
    return draw(Plan.read(document), secret)


def _plan(typed: Mapping[str, str]) -> Plan:
    take = typed.get("take", "").strip()
    departments = [name for name in DEPARTMENTS if typed.get(f"inspectors-{name}", "").strip()]
    if not all(is_card(str(one)) for name in departments for one in _names(typed[f"inspectors-{name}"])):
        raise DrawPlanMalformed(member="inspectors")
    return Plan.read(
        {
            "method": METHOD,
            "title": whole_text("title", typed.get("title", ""), _LONGEST),
            "objects": list(_names(typed.get("objects", ""))),
            "take": int(take) if take.isdecimal() and len(take) < 7 else 0,
            "inspectors": {name: list(_names(typed[f"inspectors-{name}"])) for name in departments},
            "recused": list(_recused(typed.get("recused", ""))),
            "commitments": {
                name: typed.get(f"commitment-{name}", "").strip().lower() for name in departments
            },
        }
    )


def _names(text: str) -> Iterator[JsonValue]:
    return (one for one in _SPLIT.split(text) if one)


def _recused(text: str) -> Iterator[JsonValue]:
    """Lines of a card and a firm, apart by a blank; raises `DrawPlanMalformed`."""
    for line in filter(None, (one.strip() for one in text.splitlines())):
        parts = [one for one in _SPLIT.split(line) if one]
        if len(parts) != 2:
            raise DrawPlanMalformed(member="recused")
        yield {"inspector": parts[0], "object": parts[1]}


def _require_area(tx: Tx, actor: Actor, objects: Iterable[str]) -> None:
    """Raises `DrawPlanMalformed` where a firm lies in another area."""
    named = {one: one if one.startswith("urn:") else f"urn:uscc:{one}" for one in objects}
    regions = regions_of_parties(tx.connection, set(named.values()))
    if any(not lies_in(actor.region, regions[urn]) for urn in named.values()):
        raise DrawPlanMalformed(member="objects")


def _said(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"department": name, "value": values[name]} for name in sorted(values)]


def _kept(tx: Tx, drawing: Drawing, kind: RecordKind[Any], plan_hash: str, data: dict[str, Any]) -> str:
    sub = f"urn:draw:{plan_hash[:32]}"
    try:
        kind(data, sub, tx.now)
    except FactMalformed as refusal:
        raise ActUnfit.at(kind.typ, str(refusal.params["path"])) from None
    draft = Draft(kind.typ, sub, tx.now, data, references=(), private=(), origin=RowOrigin("", ()), key="")
    signer = Signer(drawing.actor.party or "", drawing.actor.person)
    return SIGN.format(keep_in(tx, signer, drawing.title, [content_of(draft, data)]))
