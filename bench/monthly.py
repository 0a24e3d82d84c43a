"""附件2 over many firms and records, beside the plain streamed SQL of the same rows in the same run.

Each firm has a licence; of each hundred records twenty are inspections (both departments'), ten are penalties
and seventy are deliveries that the city's platform accepted. The plain side reads the rows that the figures
need and drops them; the form is counted, fitted, frozen and hashed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from bench.balance import ROUNDS, median_seconds
from bench.figures import Figure, Report, at_peak, held_at_most
from bench.stores import KINDS, store_of
from tests.builders.signers import Signer
from trace.chain.facts.oversight import INSPECTION, PENALTY
from trace.oversight.monthly.document import FrozenForm, Header, frozen_hash
from trace.oversight.monthly.figures import misfits
from trace.parties import REGULATOR_AGRI, REGULATOR_MARKET
from trace.rules import load as load_rules
from trace.rules.monthly_form import monthly_form
from trace.store.base import to_micros
from trace.store.bulk import insert_rows, marked
from trace.store.chain.licences import said_of_licences
from trace.store.log.entries import find_entries
from trace.store.monthly import counted
from trace.store.query import driver_rows
from trace.store.tables.food import lot, record, statement
from trace.store.tables.log import log_entry, signing_key, upload_job
from trace.store.tables.master import party
from trace.store.transaction import Connection, Transactions, open_database
from trace.usecases.supervision.figure_counters import count_figures
from trace.usecases.supervision.month_scope import month_of, scope_of

SIZES: Final = {"quick": (10**2, 10**3), "usual": (10**4, 10**5), "full": (10**4, 10**6)}
"""Firms and records."""
MEGABYTES: Final = 600
_LOG: Final = "bench.example/food"
_NOW: Final = datetime(2026, 11, 2, tzinfo=UTC)
_BEGIN: Final = datetime(2026, 10, 1, 4, tzinfo=UTC)
_MARKET, _AGRI = "urn:uscc:11310151XN0000BB42", "urn:uscc:11310151XN0000AG8X"
_AT_ONCE: Final = 5_000
_UPLOADS: Final = (
    "SELECT s.iss, lot.product_name, s.id FROM upload_job JOIN statement AS s ON s.stmt = upload_job.stmt "
    "JOIN lot ON lot.urn = s.sub WHERE upload_job.state = 'accepted'"
)
_STATEMENT: Final = (
    "id", "stmt", "typ", "iss", "sub", "origin", "idx", "occurred_at", "logged_at", "arrival",
)  # fmt: skip


def run(size: str) -> Report:
    report = Report("monthly")
    firms, records = SIZES[size]
    for kind in KINDS if size != "full" else KINDS[:1]:
        with store_of(kind) as store:
            engine = open_database(store.migrated())
            transactions = Transactions(engine, lambda: _NOW, load_rules("demo"), _LOG)
            with transactions.begin("bench") as tx:
                _Filling(tx.connection).fill(firms, records)
            with transactions.look() as tx:
                plain, streamed = at_peak(lambda: median_seconds(lambda: _stream(tx.connection)))
                built, held = at_peak(lambda: median_seconds(lambda: _build(tx)))
            engine.dispose()
        name = f"附件2 of {firms:,} firms and {records:,} records, {kind}"
        limit = "the plain streamed SQL of the same rows"
        report.add(Figure(name, built, "s", limit, plain, built / plain, rounds=ROUNDS))
        report.add(held_at_most(name, held, streamed, MEGABYTES))
    return report


def _build(tx: object) -> str:
    scope = scope_of(tx, "310151", month_of("2026-10", _NOW))  # type: ignore[arg-type]
    figures = count_figures(scope)
    if misfits(figures):
        raise AssertionError("the lists do not fit")
    head = Header("2026-10", "310151", _MARKET, "bench", 1, "", _NOW, _LOG, 0, "demo")
    return frozen_hash(FrozenForm(head, monthly_form().version, figures).document())


def _stream(connection: Connection) -> int:
    """The rows that the figures need, once, and dropped."""
    rows = len(said_of_licences(connection))
    rows += len(find_entries(connection, [one.stmt for one in said_of_licences(connection)]))
    begins, ends = to_micros(_BEGIN), to_micros(_NOW)
    for text, values in (
        ("SELECT urn, data FROM party", ()),
        (counted.OVERSIGHT, (begins, ends, INSPECTION.typ)),
        (counted.OVERSIGHT, (begins, ends, PENALTY.typ)),
        (
            _UPLOADS,
            (),
        ),
    ):
        found = connection.exec_driver_sql(marked(text, connection.dialect.name), values)
        rows += sum(1 for _ in driver_rows(found))
    return rows


class _Filling:
    """Rows as they stand after so many statements; only licences have bytes, which the register reads."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.count = 0

    def fill(self, firms: int, records: int) -> None:
        urns = [f"urn:uscc:9131015{number:010}X"[:27] for number in range(firms)]
        self._keys()
        for begin in range(0, firms, _AT_ONCE):
            self._firms(urns[begin : begin + _AT_ONCE])
        for begin in range(0, records, _AT_ONCE):
            self._records(urns, range(begin, min(begin + _AT_ONCE, records)), records)

    def _keys(self) -> None:
        columns = ("origin", "kid", "holder", "jwk", "entry", "registered_stmt", "registered_index")
        rows = [
            (_LOG, iss[-6:], iss, "{}", orjson.dumps({"roles": [role], "name": iss}).decode(), iss, 0)
            for iss, role in ((_MARKET, REGULATOR_MARKET), (_AGRI, REGULATOR_AGRI))
        ]
        insert_rows(self.connection, signing_key, columns, rows)

    def _firms(self, urns: list[str]) -> None:
        signer, stated, entries, parties = Signer(_MARKET[9:], "registrar"), [], [], []
        for urn in urns:
            self.count += 1
            number = f"LB-03-{self.count:010}A"
            data = {
                "kind": "green_mark", "number": number, "holder": urn, "productNames": ["米"],
                "validFrom": "2025-01-01", "validTo": "2027-12-31", "status": "valid",
            }  # fmt: skip
            made = signer.state("master.licence", f"urn:licence:{number}", data)
            at = to_micros(_BEGIN - timedelta(days=30))
            stated.append(self._row(made.statement_id, "master.licence", _MARKET, made.claims.sub, at))
            entries.append(
                (self.count, self.count, made.statement_id, "k", "master.licence", _MARKET, "bench",
                 self.count, made.claims.sub, made.compact, "leaf", at, "demo")
            )  # fmt: skip
            known = {"name": urn, "region": "310151", "roles": ["processor"]}
            parties.append((urn, self.count, orjson.dumps(known).decode()))
        insert_rows(self.connection, statement, _STATEMENT, stated)
        columns = ("idx", "arrival", "stmt", "kid", "typ", "iss", "stream", "seq", "sub", "jws", "leaf")
        insert_rows(self.connection, log_entry, (*columns, "logged_at", "rules"), entries)
        insert_rows(self.connection, party, ("urn", "id", "data"), parties)

    def _records(self, urns: list[str], numbers: range, whole: int) -> None:
        stated, records, lots, jobs = [], [], [], []
        for number in numbers:
            self.count += 1
            firm, sort = urns[number // 100 % len(urns)], number % 100
            at = to_micros(_BEGIN + timedelta(days=29) * number / whole)
            stmt = f"s{self.count:042}"
            if sort < 30:
                typ, iss, data = _act(number, sort, firm)
                stated.append(self._row(stmt, typ, iss, data["matter"], at))
                records.append((self.count << 8, data["matter"], orjson.dumps(data).decode()))
                continue
            urn = f"urn:lot:F:{self.count}"
            stated.append(self._row(stmt, "food.shipment", firm, urn, at))
            lots.append(
                (self.count << 8, urn, "consignment", f"米{sort % 3}", 1, 1, "kg", "b", "normal", "{}")
            )
            jobs.append((f"city:{stmt}", "city", stmt, "{}", "accepted", at, at, 1, at))
        insert_rows(self.connection, statement, _STATEMENT, stated)
        insert_rows(self.connection, record, ("id", "sub", "data"), records)
        columns = ("id", "urn", "kind", "product_name", "quantity", "available", "unit", "batch_no", "state")
        insert_rows(self.connection, lot, (*columns, "detail"), lots)
        columns = ("id", "target", "stmt", "document", "state", "created_at", "due_at", "attempts")
        insert_rows(self.connection, upload_job, (*columns, "updated_at"), jobs)

    def _row(self, stmt: str, typ: str, iss: str, sub: str, at: int) -> tuple[object, ...]:
        return (self.count << 8, stmt, typ, iss, sub, _LOG, self.count, at, at, self.count)


def _act(number: int, sort: int, firm: str) -> tuple[str, str, dict[str, object]]:
    """An inspection by one of the two departments of the same visit, or a penalty."""
    if sort < 20:
        data = {"form": 1, "matter": f"m{number // 2}", "party": firm, "result": "to_rectify"}
        return INSPECTION.typ, (_MARKET, _AGRI)[number % 2], data
    kinds, amount = (["fine"], "1234.50") if sort % 2 else (["warning"], "")
    return PENALTY.typ, _MARKET, {
        "form": 1, "matter": f"p{number}", "party": firm, "documentNo": f"n{number}", "kinds": kinds,
        **({"amount": amount} if amount else {}),
    }  # fmt: skip
