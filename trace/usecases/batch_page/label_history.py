"""The history of a digital label: what it says now, and who changed what, and when.

Three kinds of signed records change a page: corrections of the pack record, `label.change` about the pack,
its batch or its product, and master data that speak where the label does not (stated anew,
they are not listed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from trace.chain.admission.label import shown
from trace.chain.effects import PackNoted
from trace.chain.label_text import Texts, change_texts, label_texts, pack_texts
from trace.ledger.statement import parse_statement
from trace.store.chain.labels import list_label_changes
from trace.store.chain.statements import StatementRow
from trace.store.log.carried import read_logged_entries
from trace.store.log.signers import read_signers
from trace.store.lots.details import (
    LotRow,
)
from trace.store.transaction import Connection
from trace.usecases.batch_page.page import LabelEntry
from trace.usecases.lots.sources import Sources

CHANGE: Final = "change"
CORRECTION: Final = "correction"
Versions = Sequence[tuple[PackNoted, StatementRow]]


@dataclass(frozen=True, slots=True)
class LabelNow:
    """`texts` as the page shows them; `history` the newest first."""

    texts: Texts
    history: tuple[LabelEntry, ...]


@dataclass(frozen=True, slots=True)
class Master:
    """Master data that speak where a label does not."""

    product: Mapping[str, Any]
    party: Mapping[str, Any]


def read_label(
    connection: Connection, own: str, lot: LotRow, versions: Versions, sources: Sources, master: Master
) -> LabelNow:
    """The label of a pack lot; `versions` are its record and its corrections, the oldest first.

    Two queries more where something was changed, and one where it was corrected.
    """
    pack, noted = versions[-1]
    texts = _stated(pack, master)
    subjects = {lot.urn, pack.product, *lot.detail.get("goods", ())}
    changes = [one for one in list_label_changes(connection, subjects) if one.row.iss == noted.iss]
    done = change_texts(texts, [one.data for one in changes])
    entries = [
        _entry(CHANGE, one.row, str(one.data["field"]), one.data.get("from"), one.data["to"], held)
        for one, held in zip(changes, done, strict=True)
    ]
    reasons = {one.row.statement: str(one.data["reason"]) for one in changes}
    entries += [entry for old, new in pairwise(versions) for entry in _corrected(old, new, master)]
    reasons |= _reasons(connection, own, [row.statement for _, row in versions[1:]])
    return LabelNow(texts, _signed(connection, own, entries, reasons, sources))


def _stated(pack: PackNoted, master: Master) -> Texts:
    label = pack.data.get("label")
    return label_texts(label if isinstance(label, Mapping) else {}, master.product, master.party)


def _corrected(
    old: tuple[PackNoted, StatementRow], new: tuple[PackNoted, StatementRow], master: Master
) -> list[LabelEntry]:
    """One entry for each field that the correction states otherwise."""
    before = _stated(old[0], master) | pack_texts(old[0].data)
    after = _stated(new[0], master) | pack_texts(new[0].data)
    changed = [field for field in after if before[field] != after[field]]
    return [_entry(CORRECTION, new[1], field, before[field], after[field], True) for field in changed]


def _entry(
    kind: str, row: StatementRow, field: str, before: object, after: object, effective: bool
) -> LabelEntry:
    return LabelEntry(
        kind=kind,
        field=field,
        before=_said(before),
        after=_said(after),
        reason="",
        effective=effective,
        occurred_at=row.occurred_at.isoformat(),
        logged_at=row.logged_at.isoformat(),
        signer=None,
        custody=None,
        statement=row.statement,
        log=row.origin,
        index=row.index,
    )


def _said(value: object) -> str | None:
    if isinstance(value, list | tuple):
        value = tuple(str(one) for one in value)
    return shown(value) if isinstance(value, str | tuple) and value else None


def _reasons(connection: Connection, own: str, corrections: Sequence[str]) -> dict[str, str]:
    """Why each correction was made: it stands in the signed bytes alone."""
    if not corrections:
        return {}
    found = read_logged_entries(connection, own, corrections)
    return {stmt: str(parse_statement(one.jws).claims.data.get("reason", "")) for stmt, one in found.items()}


def _signed(
    connection: Connection,
    own: str,
    entries: Sequence[LabelEntry],
    reasons: Mapping[str, str],
    sources: Sources,
) -> tuple[LabelEntry, ...]:
    """The entries with who signed them, the newest first; natural persons are not named."""
    if not entries:
        return ()
    signers = read_signers(connection, own, {entry.statement for entry in entries})
    told = []
    for entry in entries:
        signed = signers.get(entry.statement)
        name = sources.public_name(signed.holder, signed.name) if signed is not None else None
        custody = signed.custody if signed is not None else None
        told.append(replace(entry, signer=name, custody=custody, reason=reasons.get(entry.statement, "")))
    return tuple(sorted(told, key=lambda one: (one.logged_at, one.index, one.field), reverse=True))
