"""Licences asked for by firms, stated by an authority: no firm says of itself what it is licensed to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from trace.chain.facts import parse_fact
from trace.chain.facts.master import LICENCE
from trace.errors import (
    FactMalformed,
    LicenceRequestDecided,
    LicenceRequestOwn,
    LicenceRequestUnfit,
    LicenceRequestUnknown,
    ReasonTooShort,
)
from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.tabular.records import SHORTEST_REASON
from trace.store.accounts.licence_requests import (
    ACCEPTED,
    ASKED,
    REFUSED,
    LicenceRequest,
    add_licence_request,
    decide_licence_request,
    find_licence_request,
    note_licence_batch,
    requests_of,
    waiting_licence_requests,
)
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of

KINDS: Final = ("green_mark", "food_production", "organic", "geographical_indication", "cma", "gs1_prefix")
_URN: Final = "urn:licence:{}"
_PAGE: Final = "/desk/licences"
_LONGEST: Final = 500


def ask_for_licence(transactions: Transactions, who: Signer, form: str, typed: Mapping[str, str]) -> str:
    """Ask the authority to state a licence; the page that shows it. Raises `LicenceRequestUnfit` with the
    field that does not read."""
    data, note = _data(who.iss, typed), whole_text("note", typed.get("note", ""), _LONGEST)
    with transactions.begin("licences") as tx:
        _require_sound(data, tx)
        done = once(tx, form, who.person)
        if not done.before:
            number = secrets.token_urlsafe(12)
            add_licence_request(
                tx.connection, LicenceRequest(number, who.iss, who.person, data, note, ASKED, tx.now)
            )
        return done.to(_PAGE)


def own_licence_requests(transactions: Transactions, iss: str) -> list[LicenceRequest]:
    """What a firm asked for, the newest first."""
    with transactions.look("licences") as tx:
        return requests_of(tx.connection, iss)


def licence_requests(transactions: Transactions) -> list[LicenceRequest]:
    """What waits for an authority, the oldest first."""
    with transactions.look("licences") as tx:
        return waiting_licence_requests(tx.connection)


def confirm_licence(transactions: Transactions, registrar: Signer, number: str) -> str:
    """Prepare the licence for the registrar's signature; the name of the batch.

    Nobody confirms what he asked for himself. Raises `LicenceRequestUnknown`, `LicenceRequestDecided`,
    `LicenceRequestOwn`.
    """
    with transactions.begin("licences") as tx:
        asked = _decided(tx, registrar, number, ACCEPTED, "")
        urn = _URN.format(asked.data["number"])
        at = tx.now.replace(microsecond=0)
        draft = Draft(LICENCE.typ, urn, at, dict(asked.data), (), (), RowOrigin("licences", ()), "")
        batch = keep_in(tx, registrar, str(asked.data["number"]), [content_of(draft)])
        note_licence_batch(tx.connection, number, batch)
    return batch


def refuse_licence(transactions: Transactions, registrar: Signer, number: str, reason: str) -> None:
    """Refuse it with a reason, which the firm reads; raises as `confirm_licence`, and `ReasonTooShort`."""
    told = whole_text("reason", reason, _LONGEST)
    if len(told) < SHORTEST_REASON:
        raise ReasonTooShort(limit=SHORTEST_REASON)
    with transactions.begin("licences") as tx:
        _decided(tx, registrar, number, REFUSED, told)


def _decided(tx: Tx, registrar: Signer, number: str, state: str, reason: str) -> LicenceRequest:
    asked = find_licence_request(tx.connection, number)
    if asked is None:
        raise LicenceRequestUnknown
    if asked.person == registrar.person:
        raise LicenceRequestOwn
    if not decide_licence_request(tx.connection, number, state, registrar.person, tx.now, reason):
        raise LicenceRequestDecided
    return asked


def _data(iss: str, typed: Mapping[str, str]) -> dict[str, Any]:
    said = {name: text.strip() for name, text in typed.items() if text.strip()}
    names = said.get("productNames", "").replace("，", "、").replace(",", "、")
    data: dict[str, Any] = {
        "kind": said.get("kind", ""),
        "number": said.get("number", ""),
        "holder": iss,
        "productNames": [one.strip() for one in names.split("、") if one.strip()],
        "validFrom": said.get("validFrom", ""),
        "validTo": said.get("validTo", ""),
        "status": "valid",
    }
    if "approvedOutput" in said:
        data["approvedOutput"] = {"value": said["approvedOutput"], "unit": said.get("unit", "t")}
    return data | {name: said[name] for name in ("gfCode", "evidence") if name in said}


def _require_sound(data: Mapping[str, Any], tx: Tx) -> None:
    """Read it as the log will; raises `LicenceRequestUnfit`."""
    try:
        parse_fact(LICENCE.typ, data, _URN.format(data["number"]), tx.now)
    except FactMalformed as malformed:
        field = str(malformed.params["path"]).removeprefix("$.data.") or "number"
        raise LicenceRequestUnfit(field=field.partition(".")[0].partition("[")[0]) from None
    if data["kind"] not in KINDS or data["validFrom"] > data["validTo"]:
        raise LicenceRequestUnfit(field="validTo" if data["kind"] in KINDS else "kind")
