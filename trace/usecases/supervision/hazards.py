"""Hazards by code: those of the failed tests of an area, and a laboratory's warning of one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.access.roles import LABORATORY
from trace.chain.facts.laboratory import ALERT
from trace.errors import RiskUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.casework.table import SOURCED
from trace.parties import Actor
from trace.rules.hazards import SEVERITIES, Hazard, hazard_of, hazards
from trace.store.accounts.people import find_organisation
from trace.store.casework.cases import CaseRow
from trace.store.lots.scope import master_data
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.list_cases import MOST, desk_of
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of

_SIGN: Final = "/desk/sign/{}"
_NOWHERE: Final = RowOrigin("", ())
_PARTED: Final = re.compile(r"[、；;]")
"""Between failed tests of a case; each is its name, what was found and the limit."""
_LOT: Final = re.compile(r"urn:lot:[A-Za-z0-9._-]{1,64}:[A-Za-z0-9._-]{1,40}")
_MEMBERS: Final = ("hazardCode", "severity", "text", "party", "lot")
_LEAST, _LONGEST = 4, 1000


@dataclass(frozen=True, slots=True)
class HazardSeen:
    """A hazard with the cases of the area in which a test of it failed."""

    hazard: Hazard
    cases: Sequence[CaseRow]


@dataclass(frozen=True, slots=True)
class HazardsSeen:
    """Every hazard, those met most often first; `uncoded`: cases with a test that no code is known of."""

    seen: Sequence[HazardSeen]
    uncoded: Sequence[CaseRow]
    shown: int
    count: int


def read_hazards(transactions: Transactions, actor: Actor) -> HazardsSeen:
    """The hazards in the cases of the caller's department and area, as far as they are listed there."""
    with transactions.look(actor.subject) as tx:
        desk = desk_of(tx, actor, MOST)
    found: dict[str, list[CaseRow]] = {code: [] for code in hazards()}
    uncoded = []
    for listed in desk.cases:
        if listed.row.basis in SOURCED:
            continue
        met = {hazard_of(name) for name in _PARTED.split(listed.row.items) if name.strip()}
        for one in met - {None}:
            found[one.code].append(listed.row)  # type: ignore[union-attr]
        if None in met or not met:
            uncoded.append(listed.row)
    seen = [HazardSeen(one, found[code]) for code, one in hazards().items()]
    return HazardsSeen(sorted(seen, key=lambda one: -len(one.cases)), uncoded, len(desk.cases), desk.count)


def is_laboratory(tx: Tx, actor: Actor) -> bool:
    """Whether somebody acts for a laboratory."""
    of = find_organisation(tx.connection, actor.party or "")
    return of is not None and of.kind == LABORATORY


def propose_alert(transactions: Transactions, actor: Actor, key: str, typed: Mapping[str, str]) -> str:
    """Draft a laboratory's warning; where it waits for its signature.

    Raises `RiskUnfit` with what is missing or unknown, and for who is no laboratory.
    """
    with transactions.begin(actor.subject) as tx:
        if actor.party is None or not is_laboratory(tx, actor):
            raise RiskUnfit(wanted="laboratory")
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        said = {name: typed.get(name, "").strip() for name in _MEMBERS}
        data = {name: text for name, text in said.items() if text}
        if said["hazardCode"] not in hazards():
            raise RiskUnfit(wanted="hazardCode")
        if said["severity"] not in SEVERITIES:
            raise RiskUnfit(wanted="severity")
        if not _LEAST <= len(said["text"]) <= _LONGEST:
            raise RiskUnfit(wanted="text")
        if said["party"] and not master_data(tx.connection, "party", [said["party"]]):
            raise RiskUnfit(wanted="party")
        if said["lot"] and _LOT.fullmatch(said["lot"]) is None:
            raise RiskUnfit(wanted="lot")
        draft = Draft(ALERT.typ, f"urn:alert:{secrets.token_hex(8)}", tx.now, data, (), (), _NOWHERE, "")
        title = f"{data['hazardCode']} · {hazards()[data['hazardCode']].zh}"
        contents = [content_of(draft, data)]
        return done.to(_SIGN.format(keep_in(tx, Signer(actor.party, actor.person), title, contents)))
