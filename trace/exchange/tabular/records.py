"""Record writing, from rows to drafts: what the builders of workbooks and farm files share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trace.calendar.shanghai import in_zone
from trace.errors.tables import CellMissing, CellTextTooShort, RowContradicts, RowRepeated
from trace.exchange.draft import FIND_LOT, Draft, Reference, RowOrigin, draft_key
from trace.exchange.tabular.date_formats import SHANGHAI
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.grids import Faults
from trace.exchange.tabular.rows import Row

SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class Extras:
    """Parts of a draft besides its data; `named` is the business key where it is not `sub`."""

    sub: str
    references: tuple[Reference, ...] = ()
    private: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    named: str = ""
    codes: int = 0


@dataclass(frozen=True, slots=True)
class RecordWriter:
    """The writer of one form's records: its `issuer` (a party urn), the form, the fault list.

    `whole` False: rows with faults are missing here, so that a record that lacks one is no second fault.
    """

    issuer: str
    form: Form
    faults: Faults
    whole: bool = True

    @property
    def owner(self) -> str:
        return self.issuer.rsplit(":", 1)[1]

    def own_lot(self, batch: object) -> str:
        return f"urn:lot:{self.owner}:{batch}"

    def draft(
        self, rows: Sequence[Row], typ: str, at: str, data: Mapping[str, object], more: Extras
    ) -> Draft:
        """`at` is the written time of the fact."""
        return Draft(
            typ=typ,
            sub=more.sub,
            occurred_at=datetime.fromisoformat(at),
            data=data,
            references=more.references,
            private=tuple(name for name in more.private if name in data),
            origin=RowOrigin(rows[0].sheet, tuple(row.number for row in rows)),
            key=draft_key(self.issuer, self.form.name, typ, more.named or more.sub),
            makes=more.makes,
            codes=more.codes,
        )

    def missing(self, row: Row, member: str) -> None:
        self.faults.at(row, member, CellMissing(name=self.form.header_of(member)))

    def lacks(self, row: Row, *members: str) -> bool:
        """Whether any of `members` is absent; each absence is a fault."""
        absent = [member for member in members if member not in row.values]
        for member in absent:
            self.missing(row, member)
        return bool(absent)

    def declared(self, rows: Iterable[Row]) -> dict[str, object]:
        """{"declared": […]} of the rows, or nothing; rule and reason go together."""
        found: list[dict[str, str]] = []
        for row in rows:
            rule, reason = row.values.get("declared_rule"), row.values.get("declared_reason")
            if rule is None and reason is None:
                continue
            if self.lacks(row, "declared_rule", "declared_reason"):
                continue
            if len(str(reason)) < SHORTEST_REASON:
                header = self.form.header_of("declared_reason")
                short = CellTextTooShort(name=header, length=len(str(reason)), limit=SHORTEST_REASON)
                self.faults.at(row, "declared_reason", short)
                continue
            one = {"rule": str(rule), "reason": str(reason)}
            if one not in found:
                found.append(one)
        return {"declared": found} if found else {}


def grouped(rows: Iterable[Row], member: str) -> dict[str, list[Row]]:
    """Rows by the value of `member`, in the order of first appearance."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row.values[member]), []).append(row)
    return groups


def shared(writer: RecordWriter, rows: Sequence[Row], members: Iterable[str]) -> dict[str, object]:
    """What the rows of one record say together; a row that says otherwise than the first is a fault."""
    said: dict[str, object] = {}
    by: dict[str, Row] = {}
    for row in rows:
        for member in members:
            if member not in row.values:
                continue
            value = row.values[member]
            if member not in said:
                said[member], by[member] = value, row
            elif said[member] != value:
                header = writer.form.header_of(member)
                writer.faults.at(row, member, RowContradicts(name=header, first=by[member].number))
    return said


def once(writer: RecordWriter, rows: Sequence[Row], member: str) -> list[Row]:
    """The rows, but a second one with the same `member` is a fault."""
    first: dict[str, int] = {}
    kept = []
    for row in rows:
        key = str(row.values[member])
        if key in first:
            writer.faults.at(row, member, RowRepeated(key=key, first=first[key]))
        else:
            first[key] = row.number
            kept.append(row)
    return kept


def refuse_repeats(drafts: Iterable[Draft], faults: Faults) -> None:
    """Two drafts of one key are one record written twice."""
    first: dict[str, RowOrigin] = {}
    for draft in drafts:
        before = first.setdefault(draft.key, draft.origin)
        if before is not draft.origin:
            refusal = RowRepeated(key=batch_of(draft.sub), first=before.rows[0])
            faults.add(draft.origin.sheet, draft.origin.rows[0], "", refusal)


def written(moment: object) -> str:
    """RFC 3339 in Shanghai time, whole seconds."""
    if not isinstance(moment, datetime):
        raise TypeError("a moment is wanted")
    return in_zone(moment, SHANGHAI).isoformat(timespec="seconds")


def taken(values: Mapping[str, object], *members: str) -> dict[str, object]:
    """The members that are there, moments written out."""
    return {
        member: written(values[member]) if isinstance(values[member], datetime) else values[member]
        for member in members
        if member in values
    }


def batch_of(lot: object) -> str:
    """The batch number at the end of a lot's urn, as people write it."""
    return str(lot).rsplit(":", 1)[-1]


def from_lots(role: str, lots: Iterable[str]) -> tuple[Reference, ...]:
    return tuple(Reference(FIND_LOT, role, lot=lot) for lot in dict.fromkeys(lots))
