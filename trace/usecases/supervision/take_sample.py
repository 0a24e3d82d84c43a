"""A sampling sheet filled in: judged, its photographs kept, and its record drafted to be signed.

What is refused keeps nothing. The sampled lot lies in the authority's area and is its department's; goods
that R47 names are sampled with an officer; what a higher authority sampled or checked is not done again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.chain.facts.oversight import SAMPLING
from trace.chain.sight import lies_in
from trace.errors import (
    PaperUnfit,
    PlanItemUnknown,
    Refusal,
    SampledAbove,
    SampleNumberTaken,
    SamplingNotYours,
    SheetIncomplete,
    UnknownLot,
)
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.competence import competent_department
from trace.oversight.sampling import require_not_checked_above, require_officer
from trace.parties import Actor, party_named
from trace.store.casework.asked import lots_by, lots_numbered
from trace.store.casework.sampling import PhotoRow, add_photo, find_item, sampled_as
from trace.store.log.keys import read_holder_roles
from trace.store.lots.details import LotRow, read_lots
from trace.store.lots.standing import regions_of
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.checked_above import checked_above
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import departments_of, sampled_above
from trace.usecases.casework.take_step import LARGEST, Paper
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of

SIGN: Final = "/desk/sign/{}"
TYPED: Final = (
    *("lot", "place", "medication", "items", "goods", "sheetNo", "sampleNo", "seal", "officers"),
    *("accompanied", "lab", "plan", "planItem", "cause", "takenAt", "note", "party"),
)
"""What the form asks for; photographs come beside it."""
_NEEDED: Final = (
    *("lot", "place", "medication", "items", "goods", "sheetNo", "sampleNo", "seal", "officers", "plan"),
)
_SPLIT: Final = re.compile(r"[\s,，、;；]+")
_PICTURES: Final = ((b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_MOST_PHOTOS: Final = 20
_MOST_LOTS: Final = 1_000
_BACK: Final = timedelta(days=400)
"""How far back numbers of samples and checks of others are looked at."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was filled in: by whom, with which form, under which title of the batch to be signed."""

    actor: Actor
    form: str
    title: str
    typed: Mapping[str, str]
    photos: Sequence[Paper] = ()


def propose_sample(transactions: Transactions, sheet: Sheet) -> str:
    """The address where the record waits for a signature.

    Raises `SheetIncomplete`, `UnknownLot`, `SamplingNotYours`, `SampleNumberTaken`, `PlanItemUnknown`,
    `SamplingOfficerMissing`, `SampledAbove`, `CheckedAbove`, `PaperUnfit`.
    """
    actor = sheet.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, sheet.form, actor.person)
        if done.before:
            return done.leads_to
        typed = {name: sheet.typed.get(name, "").strip() for name in TYPED}
        missing = [name for name in _NEEDED if not typed[name]]
        if missing or not sheet.photos:
            raise SheetIncomplete(members=[*missing, *([] if sheet.photos else ["photos"])])
        lot = _lot(tx, actor, typed["lot"])
        taken = _moment(tx, typed["takenAt"])
        data = _data(typed, lot)
        _require(tx, actor, data, lot, taken)
        data["photos"] = [_kept(tx, actor, one) for one in sheet.photos[:_MOST_PHOTOS]]
        unfit = SAMPLING(data, lot.urn, taken).unfit
        if unfit is not None:
            raise SheetIncomplete(members=[str(unfit.params["path"]).removeprefix("$.data.")])
        number = data["sampleNo"]
        note_looks(tx, actor, {data["party"]}, Seen("page", lot.urn, 1), Purpose(f"抽样 {number}"))
        draft = Draft(
            SAMPLING.typ, lot.urn, taken, data,
            references=(), private=(), origin=RowOrigin("", ()), key="",
        )  # fmt: skip
        signer = Signer(actor.party or "", actor.person)
        return done.to(SIGN.format(keep_in(tx, signer, sheet.title, [content_of(draft, data)])))


def _lot(tx: Tx, actor: Actor, text: str) -> LotRow:
    """The lot of that name or batch number, or else of that maker's number, in the caller's area; raises
    `UnknownLot`, `SamplingNotYours`."""
    urns = [text] if text.startswith("urn:lot:") else lots_by(tx.connection, text, ("", "", ""), _MOST_LOTS)
    lots = read_lots(tx.connection, urns or lots_numbered(tx.connection, text, _MOST_LOTS))
    regions = regions_of(tx.connection, lots)
    seen = [one for one in lots if lies_in(actor.region, regions[one.id])]
    if len(seen) != 1:  # what lies elsewhere is not found, and of several nobody guesses one
        raise UnknownLot(lot=text[:80])
    lot = seen[0]
    whose = {one for one in (lot.holder, lot.made_by.iss) if one}
    competent = {competent_department(read_holder_roles(tx.connection, one)) for one in whose}
    if competent.isdisjoint(departments_of(actor)):
        raise SamplingNotYours(lot=lot.urn, department=min(competent))
    return lot


def _moment(tx: Tx, text: str) -> datetime:
    """When it was taken, as typed in Shanghai; now where nothing was. Raises `SheetIncomplete`."""
    if not text:
        return tx.now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise SheetIncomplete(members=["takenAt"]) from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI_TIME)
    if at > tx.now or not HAPPENED.holds(day_in_shanghai(at), day_in_shanghai(tx.now)):
        raise SheetIncomplete(members=["takenAt"])
    return at


def _data(typed: Mapping[str, str], lot: LotRow) -> dict[str, Any]:
    data: dict[str, Any] = {
        "form": 2,
        "matter": typed["sampleNo"],
        "lots": [lot.urn],
        "party": _party("party", typed["party"]) if typed["party"] else lot.holder or lot.made_by.iss,
        "officers": list(dict.fromkeys(_words(typed["officers"]))),
        "items": list(dict.fromkeys(_words(typed["items"]))),
    }
    if typed["lab"]:
        data["lab"] = _party("lab", typed["lab"])
    plain = ("sheetNo", "sampleNo", "place", "medication", "goods", "seal", "plan")
    kept = (*plain, "planItem", "accompanied", "cause", "note")
    return data | {name: typed[name] for name in kept if typed[name]}


def _words(text: str) -> Iterator[str]:
    return (one for one in _SPLIT.split(text) if one)


def _party(member: str, text: str) -> str:
    """A party by its urn or its bare code; raises `SheetIncomplete`."""
    try:
        return party_named(text)
    except Refusal:
        raise SheetIncomplete(members=[member]) from None


def _require(tx: Tx, actor: Actor, data: Mapping[str, Any], lot: LotRow, taken: datetime) -> None:
    if sampled_as(tx.connection, data["sampleNo"], tx.now - _BACK) is not None:
        raise SampleNumberTaken(number=data["sampleNo"])
    if named := data.get("planItem"):
        item = find_item(tx.connection, named)
        if item is None or item.authority != actor.party or item.ended_at is not None:
            raise PlanItemUnknown(number=named[:64])
    require_officer(tx.rules, day_in_shanghai(taken), data["goods"], data.get("accompanied", ""))
    if by := sampled_above(tx, lot.urn, actor):
        raise SampledAbove(lot=lot.urn, by=by)
    earlier = checked_above(tx, actor, data["party"])
    require_not_checked_above(tx.rules, tx.now, data["items"], earlier, data.get("cause", ""))


def _kept(tx: Tx, actor: Actor, photo: Paper) -> str:
    """A photograph's digest once its bytes are kept; raises `PaperUnfit`."""
    name = photo.name.strip()[:120] or "photo"
    if not photo.body or len(photo.body) > LARGEST:
        raise PaperUnfit(name=name, reason="too-large" if photo.body else "empty")
    media = next((media for head, media in _PICTURES if photo.body.startswith(head)), None)
    if media is None:
        raise PaperUnfit(name=name, reason="another-form")
    digest = hashlib.sha256(photo.body).hexdigest()
    row = PhotoRow(digest, actor.party or "", media, photo.body, tx.now, actor.person)
    add_photo(tx.connection, row)
    return digest
