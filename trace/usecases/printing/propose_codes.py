"""Proposals about a pack's codes: an activation or a voiding, prepared as a draft and kept to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.effects import PackNoted
from trace.chain.facts.code import ACTIVATE, VOID
from trace.codes.intervals import Interval
from trace.codes.platform_code import SCOPE
from trace.errors import FormEmpty, UnknownStatement
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import Actor
from trace.store.chain.statements import StatementRow
from trace.store.codes.ranges import read_ranges
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.printing.own_packs import passed_tests, require_own_pack
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead

SIGNING: Final = "/desk/sign/{}"
_NOWHERE: Final = RowOrigin("", ())
_PACK: Final = "pack"
_TEST: Final = "report"


@dataclass(frozen=True, slots=True)
class Proposing:
    """Who proposes: the caller, as the signing page names people, and the key of the form."""

    actor: Actor
    person: str
    form: str
    title: str


def propose_activation(
    transactions: Transactions, issued: IssuedCodes, who: Proposing, lot: str, report: str
) -> str:
    """The address where the activation of a pack's codes waits for a signature; `report` is the release test.

    Raises `UnknownLot` for what is no pack of the caller's, `UnknownStatement` for a report that is no passed
    release test of these goods. What else the activation lacks, the signing page says of the draft.
    """
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        row, pack, noted = require_own_pack(tx.connection, who.actor, lot)
        tests = {said.statement: said for _, said in passed_tests(tx.connection, row)}
        if report not in tests:
            raise UnknownStatement(stmt=report[:43])
        data = _names(tx, issued, lot, pack) | {"report": report}
        inputs = [_named(noted, _PACK), _named(tests[report], _TEST)]
        return done.to(_keep(tx, who, ACTIVATE.typ, data, inputs))


def propose_void(
    transactions: Transactions, who: Proposing, lot: str, reason: str, part: Interval | None = None
) -> str:
    """The address where the voiding of all codes of a pack, or of a part of them, waits for a signature.

    Raises `UnknownLot`, and `FormEmpty` without a reason.
    """
    if not reason:
        raise FormEmpty
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        _, _, noted = require_own_pack(tx.connection, who.actor, lot)
        data: dict[str, Any] = {"lot": lot, "reason": reason}
        if part is not None:
            data["range"] = {"first": part.first, "count": part.count}
        return done.to(_keep(tx, who, VOID.typ, data, [_named(noted, _PACK)]))


def _names(tx: Tx, issued: IssuedCodes, lot: str, pack: PackNoted) -> dict[str, Any]:
    """What an activation repeats of the pack, and the platform's own code of goods that have one."""
    data: dict[str, Any] = {"lot": lot, "codeLevel": pack.code_level, "batchNo": pack.batch_no}
    if pack.gtin is not None:
        data["gtin"] = pack.gtin
    ranges = read_ranges(tx.connection, [lot])
    if ranges and ranges[-1].codes.scope == SCOPE and ranges[-1].codes.interval.count == 1:
        codes = ranges[-1].codes
        (data["platformCode"],) = issued.platform_codes(codes.epoch, codes.interval.first, 1)
    return data


def _same_codes(waiting: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Two parts of a pack's codes are voided side by side."""
    return waiting.get("range") == new.get("range")


def _named(row: StatementRow, role: str) -> Mapping[str, Any]:
    return {"stmt": row.statement, "log": row.origin, "index": row.index, "role": role}


def _keep(tx: Tx, who: Proposing, typ: str, data: Mapping[str, Any], inputs: list[Mapping[str, Any]]) -> str:
    draft = Draft(typ, str(data["lot"]), tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
    content = content_of(draft, data, inputs)
    number = keep_instead(tx, Signer(who.actor.party or "", who.person), who.title, [content], _same_codes)
    return SIGNING.format(number)
