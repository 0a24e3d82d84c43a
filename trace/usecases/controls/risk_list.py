"""A firm's own list of risks (食品安全风险管控清单): read, and drafted anew to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trace.chain.facts.control import RISKS, risks_name
from trace.errors import ControlSigner, RiskListTooLong, RiskListUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import Actor
from trace.store.lots.controls import ControlRow, read_risk_list
from trace.store.transaction import Transactions
from trace.usecases.accounts.forms import once
from trace.usecases.controls.own_controls import AS, SIGNING, Filling
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead

SIGNERS: Final = ("safety_director", "head")
_MOST, _LONGEST = 60, 500
_PARTED: Final = "|"
_MEMBERS: Final = ("point", "measure", "often")


def own_risk_list(transactions: Transactions, actor: Actor) -> ControlRow | None:
    """The list of the caller's firm that stands; None for none."""
    with transactions.look(actor.subject) as tx:
        return read_risk_list(tx.connection, actor.party or "")


def propose_risk_list(transactions: Transactions, who: Filling, typed: Mapping[str, str]) -> str:
    """The address where the list waits for a signature.

    Raises `ControlSigner` where none of the person's roles signs it, `RiskListUnfit` with the line at fault,
    `RiskListTooLong`.
    """
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.key, who.actor.person)
        if done.before:
            return done.leads_to
        has = [one for one in SIGNERS if one in {AS[role] for role in who.roles if role in AS}]
        if not has:
            raise ControlSigner(signer="", allowed=list(SIGNERS))
        data: dict[str, Any] = {"risks": _points(typed.get("lines", "")), "signedAs": has[0]}
        party = who.actor.party or ""
        draft = Draft(
            RISKS.typ, risks_name(party), tx.now, data,
            references=(), private=(), origin=RowOrigin("", ()), key="",
        )  # fmt: skip
        contents = [content_of(draft, data)]
        return done.to(SIGNING.format(keep_instead(tx, Signer(party, who.person), who.title, contents)))


def _points(text: str) -> list[dict[str, str]]:
    """A point a line: what may go wrong | what is done against it | how often, which may be left out."""
    found = []
    for line in (one.strip() for one in text.splitlines() if one.strip()):
        parts = [part.strip() for part in line.replace("｜", _PARTED).split(_PARTED)]
        if not 2 <= len(parts) <= 3 or not all(parts[:2]) or any(len(part) > _LONGEST for part in parts):
            raise RiskListUnfit(line=line[:60])
        found.append({name: part for name, part in zip(_MEMBERS, parts, strict=False) if part})
    if len(found) > _MOST:
        raise RiskListTooLong(count=len(found), most=_MOST)
    if not found:
        raise RiskListUnfit(line="")
    return found


def as_lines(listed: ControlRow | None) -> str:
    """A list as it is typed."""
    risks = listed.data["risks"] if listed is not None else ()
    bar = f" {_PARTED} "
    return "\n".join(bar.join(str(one[name]) for name in _MEMBERS if one.get(name)) for one in risks)
