"""行业互查: what firms saw at each other, signed by who says it and read by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.chain.facts.control import PEER_CHECK, RESULTS, peer_check_name
from trace.errors import RightMissing, RiskUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import OWN, Actor
from trace.store.lots.controls import read_peer_checks
from trace.store.lots.scope import master_data
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of

_SIGN: Final = "/desk/sign/{}"
_NOWHERE: Final = RowOrigin("", ())
_LEAST, _LONGEST = 4, 1000


@dataclass(frozen=True, slots=True)
class PeerCheck:
    """A check with its record: by whom, of whom, when, and what was seen."""

    statement: str
    by: str
    data: Mapping[str, Any]


def propose_peer_check(
    transactions: Transactions, actor: Actor, key: str, title: str, typed: Mapping[str, str]
) -> str:
    """Draft what was seen at another firm; where it waits for its signature. Raises `RiskUnfit`."""
    with transactions.begin(actor.subject) as tx:
        if actor.party is None:
            raise RightMissing(scope=OWN)
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        data = _checked(tx, actor.party, typed)
        day = date.fromisoformat(data["day"])
        draft = Draft(
            PEER_CHECK.typ,
            peer_check_name(actor.party, data["party"], day),
            tx.now,
            data,
            (),
            (),
            _NOWHERE,
            "",
        )
        batch = keep_in(tx, Signer(actor.party, actor.person), title, [content_of(draft, data)])
        return done.to(_SIGN.format(batch))


def _checked(tx: Tx, own: str, typed: Mapping[str, str]) -> dict[str, str]:
    said = {name: typed.get(name, "").strip() for name in ("party", "day", "result", "text")}
    if said["party"] == own or not master_data(tx.connection, "party", [said["party"]]):
        raise RiskUnfit(wanted="party")
    if HAPPENED.read(said["day"], day_in_shanghai(tx.now)) is None:
        raise RiskUnfit(wanted="day")
    if said["result"] not in RESULTS[:2]:
        raise RiskUnfit(wanted="result")
    if not _LEAST <= len(said["text"]) <= _LONGEST:
        raise RiskUnfit(wanted="text")
    return said


def list_peer_checks(transactions: Transactions, actor: Actor) -> Sequence[PeerCheck]:
    """What the caller's firm said of others and others of it, the newest first; of itself nobody counts."""
    if actor.party is None:
        raise RightMissing(scope=OWN)
    with transactions.look(actor.subject) as tx:
        found = read_peer_checks(tx.connection, actor.party)
    return [
        PeerCheck(stmt, by, data)
        for stmt, by, data in found
        if by != data.get("party") and actor.party in {by, data.get("party")}
    ]
