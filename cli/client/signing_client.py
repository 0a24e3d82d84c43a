"""The signing client: drafts in, signed statements out, in the right order, each uploaded once.

A desk belongs to one key, one issuer and one stream. What it signs is written to its journal before it is
sent, so that after a broken connection or a killed process the same bytes go again (statements are
idempotent), and a file imported twice adds nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from cli.client.finding import find_statement, log_of, offers_of
from cli.client.http import PlatformClient, Problem
from cli.client.journal import ChangedRow, Journal
from trace.chain.facts.code import ACTIVATE
from trace.exchange.delivery_note import DeliveryNote
from trace.exchange.draft import (
    FIND_STATEMENT,
    Draft,
    Reference,
    in_signing_order,
)
from trace.exchange.handover_fitting import Handovers
from trace.exchange.signing_plan import (
    concealed,
    made_by,
    name_of,
    named_in,
    put_reference,
    sources_of,
    waves,
)
from trace.ledger.algorithms import PrivateKey
from trace.ledger.claims import Anchor, InputRef, new_claims
from trace.ledger.statement import Statement, sign_statement
from trace.usecases.intake.check_drafts import draft_id
from trace.usecases.intake.receipt import KNOWN

Progress = Callable[[int, int], None]
WAVE = 1_000  # statements that go up together; a platform takes 2,000 in one group
_WITHOUT_CODE = frozenset({404, 409})  # no such lot, or one without serials
_REFUSED = frozenset({400, 409, 413, 422})  # HTTP: read and refused; anything else: perhaps kept, send again


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands."""

    stmt: str
    log: str
    index: int


class SigningClient:
    """Signs and uploads for one issuer and stream."""

    def __init__(
        self,
        client: PlatformClient,
        key: PrivateKey,
        iss: str,
        stream: str,
        now: Callable[[], datetime],
        journal: Path | None = None,
    ) -> None:
        self.client = client
        self.iss = iss
        self.stream = stream
        self.logged = 0  # size of the log that holds all that this desk stated
        self._key = key
        self._now = now
        self._journal_path = journal
        self._opened: Journal | None = None
        self._places: dict[tuple[str, str], Place] = {}
        self._serials: dict[str, dict[str, Any]] = {}
        self._codes: dict[str, str] = {}
        self._made_from: dict[str, list[str]] = {}
        self.handovers = Handovers(lambda notes: offers_of(client, notes))

    def now(self) -> datetime:
        """The time at this desk."""
        return self._now()

    @property
    def _journal(self) -> Journal:
        """The journal for the platform's log, opened when it is first asked.

        What it says was taken must be there: of a log that does not have the last of it, it is none. A firm
        that tried another platform first has stated nothing here yet.
        """
        if self._opened is None:
            self._opened = self._open_journal()
        return self._opened

    def _open_journal(self) -> Journal:
        if self._journal_path is None:
            return Journal(None)
        journal = Journal(self._journal_path, log_of(self.client))
        stated = journal.statements()
        if stated and not self.client.has_statement(stated[-1]):
            journal.empty()
        return journal

    def notes(self) -> list[DeliveryNote]:
        """The delivery notes of all that this desk shipped, in the order in which they were signed."""
        return self._journal.notes()

    def fresh(self, drafts: Sequence[Draft]) -> tuple[Draft, ...]:
        """Those that have not been stated yet, in signing order.

        A row that says something else than it did is no new one: it may say what its correction says.
        Raises ChangedRow where it does not.
        """
        new, changed = list[Draft](), list[Draft]()
        for draft in drafts:
            try:
                if not self._journal.knows(draft):
                    new.append(draft)
            except ChangedRow:
                changed.append(draft)
        if changed and (left := self.know(changed, self.check(changed))):
            raise ChangedRow(left[0])
        return in_signing_order(new)

    def stated_report(self, number: str) -> str | None:
        """The last report under a number that was signed at this desk."""
        return self._journal.report(number)

    def know(self, drafts: Sequence[Draft], results: Sequence[Mapping[str, Any]]) -> list[Draft]:
        """Note which drafts the platform recognised as stated before; returns the others."""
        rest = []
        for draft, result in zip(drafts, results, strict=True):
            if result.get("state") == KNOWN:
                self._journal.known(draft, result["stmt"])
            else:
                rest.append(draft)
        if len(rest) < len(drafts):
            self._serials.clear()  # they follow one another: what is known needs none
        return rest

    def allocate(self, drafts: Sequence[Draft]) -> None:
        """Ask for the serials that packs want, in signing order: of one product, one after another."""
        wanted: dict[str | None, list[Draft]] = {}
        for draft in drafts:
            if draft.codes and draft.key not in self._serials:
                wanted.setdefault(_gtin(draft), []).append(draft)
        for gtin, packs in wanted.items():
            total = sum(draft.codes for draft in packs)
            query = {} if gtin is None else {"gtin": gtin}
            found = self.client.get_json("/api/v1/code-ranges/next", count=str(total), **query)
            first = found["first"]
            for draft in packs:
                self._serials[draft.key] = {"epoch": found["epoch"], "first": first, "count": draft.codes}
                first += draft.codes

    def _code_of(self, lot: str) -> str:
        """The platform code under which a stated pack without a GTIN is activated; "" where it has none."""
        if lot not in self._codes:
            try:
                path = f"/api/v1/lots/{quote(lot, safe=':')}/codes"
                self._codes[lot] = str(self.client.get_json(path).get("code", ""))
            except Problem as problem:
                if problem.status not in _WITHOUT_CODE:
                    raise
                return ""
        return self._codes[lot]

    def resume(self) -> int:
        """Send again what a broken session had signed; returns how many statements that were."""
        pending = self._journal.pending()
        for start in range(0, len(pending), WAVE):
            part = pending[start : start + WAVE]
            keys = [entry["key"] for entry in part]
            try:
                self.client.state([entry["jws"] for entry in part])
            except Problem as problem:
                self._forget_refused(problem, keys)
                raise
            self._journal.taken(keys)
        return len(pending)

    def check(self, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
        """Try the drafts on the platform without signing; one result a draft, in the order given.

        Those that name a lot nobody stated are told first, each by itself; the others are then not tried.
        """
        planned = {name: draft_id(place) for name, place in named_in(drafts).items()}
        self._made_from |= {lot: sources_of(draft.data) for draft in drafts for lot in draft.makes}
        filled = [self._outline(draft, planned) for draft in drafts]
        if any("problem" in one for one in filled):
            return [one if "problem" in one else {} for one in filled]
        body = {"iss": self.iss, "drafts": filled}
        answer = self.client.post("/api/v1/drafts/check", orjson.dumps(body), "application/json")
        results: list[dict[str, Any]] = answer["results"]
        return results

    def _outline(self, draft: Draft, planned: Mapping[tuple[str, str], str]) -> dict[str, Any]:
        try:
            data = self._filled(draft, planned)[0]
        except Problem as problem:
            if problem.status != 404:
                raise
            return {"problem": problem.document}
        occurred = draft.occurred_at.isoformat()
        private = concealed(draft, data)
        return {"typ": draft.typ, "sub": draft.sub, "occurredAt": occurred, "data": data, "private": private}

    def state(self, drafts: Sequence[Draft], progress: Progress | None = None) -> list[dict[str, Any]]:
        """Sign and upload in waves: what refers to a statement goes after it. Raises Problem on a refusal."""
        self.allocate(drafts)
        self.handovers.write_notes(drafts)
        done: list[dict[str, Any]] = []
        for wave in waves(drafts, WAVE):
            signed = self._sign(wave)
            self._journal.signed(signed, self.handovers.secrets)
            results = self._send(signed)
            self._journal.taken(draft.key for draft, _ in signed)
            for (draft, _), result in zip(signed, results, strict=True):
                self._remember(draft, result)
            done.extend(results)
            if progress is not None:
                progress(len(done), len(drafts))
        return done

    def _send(self, signed: Sequence[tuple[Draft, Statement]]) -> list[dict[str, Any]]:
        try:
            return self.client.state([one.flattened() for _, one in signed])
        except Problem as problem:
            self._forget_refused(problem, [draft.key for draft, _ in signed])
            raise

    def _forget_refused(self, problem: Problem, keys: Sequence[str]) -> None:
        """What was refused for what it says may be corrected; a closed door (401, 403 …) says nothing."""
        if problem.status in _REFUSED:
            self._journal.refused(keys)

    def _sign(self, wave: Sequence[Draft]) -> list[tuple[Draft, Statement]]:
        head = self.client.head(self.iss, self.stream)
        seq, prev = int(head["seq"]), head["stmt"]
        anchor = self._anchor()
        signed: list[tuple[Draft, Statement]] = []
        for draft in wave:
            data, inputs = self._filled(draft, {})
            seq += 1
            claims = new_claims(
                typ=draft.typ,
                iss=self.iss,
                stream=self.stream,
                seq=seq,
                prev=prev,
                sub=draft.sub,
                occurred_at=draft.occurred_at,
                signed_at=self._now(),
                data=data,
                inputs=inputs,
                anchor=anchor,
            )
            hidden = concealed(draft, data)
            salts = {**draft.salts, **self.handovers.salts(draft)}
            statement = sign_statement(claims, self._key, conceal=hidden, salts=salts)
            prev = statement.statement_id
            signed.append((draft, statement))
        return signed

    def _anchor(self) -> Anchor | None:
        try:
            note = self.client.get("/log/checkpoint").decode()
        except Problem:
            return None
        origin, size, root = note.split("\n", 3)[:3]
        return Anchor(origin, int(size), root) if int(size) else None

    def _filled(
        self, draft: Draft, planned: Mapping[tuple[str, str], str]
    ) -> tuple[dict[str, Any], list[InputRef]]:
        data = copy.deepcopy(dict(draft.data))
        if draft.key in self._serials:
            data["serials"] = self._serials[draft.key]
        if draft.typ == ACTIVATE.typ and "platformCode" not in data and (code := self._code_of(draft.sub)):
            data["platformCode"] = code
        inputs: list[InputRef] = []
        opened = self.handovers.opened.get(draft.key)
        if opened is not None:
            data["handover"] = {"stmt": opened.stmt, "salt": opened.salt}
            inputs.append(InputRef(opened.stmt, opened.log, opened.index, "handover"))
        for one in draft.references:
            stmt = planned.get(name_of(one))
            if stmt is None:
                place = self._find(one)
                if place is None:
                    continue
                stmt = place.stmt
                inputs.append(InputRef(place.stmt, place.log, place.index, one.role))
            put_reference(data, one.path, stmt)
        return data, inputs

    def _find(self, one: Reference) -> Place | None:
        exact = (one.find, f"{one.lot}\n{one.number}")  # laboratories number their reports for themselves
        known = self._places.get(name_of(one)) or self._places.get(exact)
        if known is not None:
            return known
        try:
            found = find_statement(self.client, one, self._made_from)
        except Problem as problem:
            if problem.status == 404 and not one.required:
                return None
            raise
        place = Place(found["stmt"], found["log"], found["index"])
        if one.find != FIND_STATEMENT:
            self._places[exact] = place
        return place

    def _remember(self, draft: Draft, result: Mapping[str, Any]) -> None:
        self.logged = max(self.logged, int(result["index"]) + 1)
        place = Place(result["stmt"], result["log"], result["index"])
        for name in made_by(draft):
            self._places[name] = place


def _gtin(draft: Draft) -> str | None:
    gtin = draft.data.get("gtin")
    return gtin if isinstance(gtin, str) else None
