"""Finding on a platform what a row names: the statement that made a lot, a report by its number, the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cli.client.http import PlatformClient, Problem
from trace.exchange.delivery_note import DeliveryNote
from trace.exchange.draft import FIND_REPORT, FIND_STATEMENT, Reference
from trace.exchange.signing_plan import sources_of
from trace.identity.alike import alike
from trace.ledger.statement import parse_statement

_NO_INBOX: Final = frozenset({401, 403, 404})  # HTTP: a platform, or a token, without an inbox
_FURTHEST: Final = 8
"""Steps from a consignment back through packs to the goods that were tested."""


NO_LOTS: Final[Mapping[str, Sequence[str]]] = {}


def log_of(client: PlatformClient) -> str | None:
    """The origin of a platform's log: by its checkpoint, or by its policy while the log is empty."""
    for path, read in (("/log/checkpoint", _of_checkpoint), ("/.well-known/trace-policy", _of_policy)):
        try:
            return read(client.get(path).decode())
        except Problem as problem:
            if problem.status in {0, 401, 403}:
                raise
    return None


def _of_checkpoint(note: str) -> str:
    return note.split("\n", 1)[0]


def _of_policy(policy: str) -> str | None:
    """The name in the log's line `log <name>+<hash>+<key>` (C2SP tlog-policy)."""
    lines = (line.split() for line in policy.splitlines())
    return next((words[1].split("+")[0] for words in lines if len(words) > 1 and words[0] == "log"), None)


def find_statement(
    client: PlatformClient, one: Reference, made_from: Mapping[str, Sequence[str]] = NO_LOTS
) -> Mapping[str, Any]:
    """Where the statement stands that a reference means: {stmt, log, index}.

    Raises Problem (404) for what nobody stated; a report is looked for on the lot, and on the goods that the
    lot was packed from. `made_from` tells that of lots which are about to be stated.
    """
    if one.find == FIND_STATEMENT:
        found: Mapping[str, Any] = client.get_json(f"/api/v1/statements/{one.number}")
        return found
    if one.find != FIND_REPORT:
        return dict(client.lot(one.lot or "")["statement"])
    for lot in _same_goods(client, one.lot or "", made_from):
        for report in lot.get("reports", ()):
            if alike(report["reportNo"]) == alike(one.number or ""):
                return dict(report)
    raise Problem(404, {"code": "report-unstated", "number": one.number, "lot": one.lot})


def _same_goods(
    client: PlatformClient, urn: str, made_from: Mapping[str, Sequence[str]]
) -> Iterator[Mapping[str, Any]]:
    """A lot, and the lots that it was packed, split or made from, as far as their records can be read."""
    waiting, seen = [urn], set[str]()
    while waiting and len(seen) < _FURTHEST:
        urn = waiting.pop(0)
        if urn in seen:
            continue
        seen.add(urn)
        try:
            lot = client.lot(urn)
        except Problem as problem:
            if problem.status not in {403, 404}:
                raise
            waiting += made_from.get(urn, ())
            continue
        yield lot
        waiting += _sources(client, lot["statement"]["stmt"])


def _sources(client: PlatformClient, stmt: str) -> list[str]:
    try:
        jws = client.get_json(f"/api/v1/statements/{stmt}").get("jws")
    except Problem:
        return []
    data: Mapping[str, Any] = parse_statement(jws).revealed_data() if jws else {}
    return sources_of(data)


def offers_of(client: PlatformClient, notes: Sequence[DeliveryNote]) -> list[Mapping[str, Any]]:
    """The hand-overs that are open to the client's party, and the lines that delivery notes at hand open."""
    try:
        found = list(client.get_json("/api/v1/inbox")["handovers"])
    except Problem as problem:
        if problem.status not in _NO_INBOX:
            raise
        found = []
    known = {one["stmt"] for one in found}
    for note in notes:
        found += [line for line in client.open_note(note.text()) if line["stmt"] not in known]
    return found
