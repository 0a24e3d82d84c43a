"""Notices that an authority serves on many firms at once: one signed record for each, with its whole text.

What waits to be signed counts as drafted: nobody is told the same thing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import DUE
from trace.chain.facts.oversight import NOTICE
from trace.errors import FarmNoticeUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import Actor
from trace.store.duties import unsigned_drafts
from trace.store.transaction import Tx
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of

MOST: Final = 200
"""Notices that are drafted at once: so many are signed together."""
LONGEST: Final = 1000
_LEAST: Final = 4
_SIGN: Final = "/desk/sign/{}"
_SUBJECT: Final = "urn:notice:{}:{}"
_DRAFTS: Final = 5_000
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class Serving:
    """Who serves which words, under which title; a yearly notice names its year and last day."""

    actor: Actor
    form: str
    title: str
    text: str
    year: int = 0
    due: str = ""


def drafted_to(tx: Tx, actor: Actor, prefix: str, year: int | None = None) -> frozenset[str]:
    """Whom a notice of the caller's authority is for that waits to be signed, by how its matter begins."""
    ends = "" if year is None else f"-{year}"
    waiting = unsigned_drafts(tx.connection, actor.party or "", _DRAFTS)
    said = [one["data"] for one in waiting if one["typ"] == NOTICE.typ]
    return frozenset(
        str(party)
        for data in said
        if (matter := str(data.get("matter", ""))).startswith(prefix) and matter.endswith(ends)
        for party in data.get("to", ())
    )


def draft_notices(tx: Tx, serving: Serving, matter: str, parties: Sequence[str], due: date | None) -> str:
    """The address where a notice to each of these parties waits for its signature.

    Raises `FarmNoticeUnfit` for a text that is none, or for nobody to tell.
    """
    # A browser sends a line's end as two characters, and counts one; nothing of a notice is cut off.
    text = "\n".join(serving.text.strip().splitlines())
    if not _LEAST <= len(text) <= LONGEST:
        raise FarmNoticeUnfit(lacks=["notice-text"])
    if not parties:
        raise FarmNoticeUnfit(lacks=["notice-farms"])
    contents = []
    for party in parties[:MOST]:
        data = {"matter": matter, "to": [party], "text": text}
        if due is not None:
            data["dueBy"] = due.isoformat()
        sub = _SUBJECT.format(matter, party.rpartition(":")[2])
        draft = Draft(NOTICE.typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key="")
        contents.append(content_of(draft, data))
    signer = Signer(serving.actor.party or "", serving.actor.person)
    return _SIGN.format(keep_in(tx, signer, serving.title, contents))


def required_day(tx: Tx, text: str) -> date:
    """A day to come within two years, or today; raises `FarmNoticeUnfit`."""
    due = DUE.read(text, day_in_shanghai(tx.now))
    if due is None:
        raise FarmNoticeUnfit(lacks=["notice-due"])
    return due
