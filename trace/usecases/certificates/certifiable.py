"""What may be certified now, and what was: the firm's lots with what is in the way, its certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.report_effects import ReportNoted
from trace.parties import Actor
from trace.store.base import from_micros
from trace.store.lots.certifiable import issued_certificates, open_produce
from trace.store.lots.details import LotRow, read_lots, read_reports
from trace.store.transaction import Transactions
from trace.usecases.certificates.certificate import bars_on
from trace.usecases.lots.read_marks import SeenMark

MOST: Final = 60
MIXER: Final = "样式二"
PRODUCER: Final = "样式一"


@dataclass(frozen=True, slots=True)
class Certifiable:
    """A lot with stock left: what bars a certificate of it now, and what its form would say."""

    lot: LotRow
    bars: tuple[SeenMark, ...]
    known: Mapping[str, str]
    several: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued; `amended` where it was corrected or taken back since."""

    stmt: str
    cert_no: str
    lot: str
    issued_at: datetime
    amended: bool


@dataclass(frozen=True, slots=True)
class Certificates:
    lots: tuple[Certifiable, ...]
    issued: tuple[Issued, ...]


def list_certificates(transactions: Transactions, actor: Actor) -> Certificates:
    """The firm's lots that a certificate can be of, and its newest certificates."""
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        rows = {row.urn: row for row in read_lots(tx.connection, open_produce(tx.connection, party, MOST))}
        tests = read_reports(tx.connection, [row.id for row in rows.values()])
        issued = issued_certificates(tx.connection, party, MOST)
    passed = {one.lot: one for one, _ in tests if one.conclusion == "pass"}
    lots = [
        _certifiable(row, bars_on(transactions, row.urn, party), passed.get(row.id))
        for row in sorted(rows.values(), key=lambda one: -one.id)
    ]
    return Certificates(
        tuple(lots),
        tuple(
            Issued(stmt, no, lot, from_micros(at), later is not None) for stmt, no, lot, at, later in issued
        ),
    )


def _certifiable(row: LotRow, bars: tuple[SeenMark, ...], test: ReportNoted | None) -> Certifiable:
    """R11: of several growers' goods the certificate is of the second style."""
    several = len(row.detail.get("producers", ())) > 1
    batch = row.urn.rsplit(":", 1)[-1]
    known = {
        "certNo": f"C-{batch}"[:64],
        "lot": batch,
        "productName": row.product_name,
        "quantity": str(row.available.value),
        "unit": row.available.unit,
        "style": MIXER if several else PRODUCER,
        **({"basis": "自行检测合格", "reportNo": test.report_no} if test is not None else {}),
    }
    return Certifiable(row, bars, known, several)
