"""Hand-made effects of one statement, with row ids as admission would give them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from trace.chain.effects import Effect, Effects, EntryRef, Interval, MasterStated, NewLink, NewLot
from trace.chain.ids import row_id
from trace.quantities import Quantity

START = datetime(2026, 10, 1, tzinfo=UTC)


def kg(value: str) -> Quantity:
    return Quantity.of(value, "kg")


def statement_at(origin: str, index: int) -> str:
    """A statement id of the right form that stands for no bytes."""
    return urlsafe_b64encode(sha256(f"{origin} {index}".encode()).digest()).decode().rstrip("=")


def prefix_given(row: int, digits: str, holder: str) -> MasterStated:
    """The registrar gives a company prefix."""
    data = {"kind": "gs1_prefix", "number": digits, "holder": holder, "status": "valid"}
    days = {"validFrom": "2020-01-01", "validTo": "2039-12-31"}
    return MasterStated(row, "licence", f"urn:licence:{digits}", data | days, True, digits)


class EffectsOf:
    """Collects the changes of the statement at `index` of `origin`."""

    def __init__(
        self, origin: str, index: int, typ: str = "food.production", iss: str = "urn:uscc:X"
    ) -> None:
        at = START + timedelta(minutes=index)
        self.entry = EntryRef(origin, index, statement_at(origin, index), iss, at)
        self._typ, self._at = typ, at
        self._changes: list[Effect] = []
        self._ordinal = -1

    def next_id(self) -> int:
        self._ordinal += 1
        return row_id(self.entry.origin, self.entry.index, self._ordinal)

    def keep(self, *changes: Effect) -> None:
        self._changes.extend(changes)

    def lot(
        self,
        urn: str,
        quantity: Quantity,
        kind: str = "product",
        detail: Mapping[str, object] | None = None,
        *,
        holder: str | None = "",
    ) -> int:
        made = self.next_id()
        self.keep(
            NewLot(
                id=made,
                urn=urn,
                kind=kind,
                product=None,
                product_name="稻谷",
                holder=self.entry.iss if holder == "" else holder,
                place=None,
                quantity=quantity,
                produced=Interval(self._at, self._at),
                batch_no=urn.rpartition(":")[2],
                detail=detail or {},
            )
        )
        return made

    def link(
        self, above: int, below: int, taken: Quantity | None, given: Quantity | None, kind: str = "transform"
    ) -> int:
        made = self.next_id()
        when = Interval(self._at, self._at)
        self.keep(NewLink(made, above, below, kind, taken, given, when, when))
        return made

    def done(self, sub: str = "urn:lot:X:1") -> Effects:
        return Effects(self.entry, self._typ, sub, self._at, tuple(self._changes))
