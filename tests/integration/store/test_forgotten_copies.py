"""Readings and files of cases that are forgotten while a job still writes them: nothing of them stays."""

from __future__ import annotations

from datetime import UTC, datetime

from trace.rules import load as load_rules
from trace.store.casework import exports, goods
from trace.store.transaction import Transactions, open_database

NOW = datetime(2026, 10, 20, tzinfo=UTC)
CASE = "AJ2026-00001"


def test_what_is_erased_while_a_job_writes_it_does_not_stay(databases) -> None:
    engine = open_database(databases.migrated("sqlite"))
    transactions = Transactions(engine, lambda: NOW, load_rules(), "test.example/log")
    row = goods.GoodsRow(0, b"", "urn:uscc:X", '{"name":"张三"}')
    file = exports.ExportRow("e", CASE, "receivers", "zh-CN", 0, 1, NOW, NOW)
    with transactions.begin("job") as tx:
        goods.begin_reading(tx.connection, "r", CASE, NOW)
        goods.add_rows(tx.connection, "r", goods.CONSIGNEE, [row])
        exports.begin_export(tx.connection, file)
        exports.add_part(tx.connection, "e", 0, b"a")
    with transactions.begin("erasing") as tx:
        goods.forget_readings(tx.connection, [CASE])
        exports.forget_exports(tx.connection, [CASE])
    with transactions.begin("job") as tx:
        goods.add_rows(tx.connection, "r", goods.CONSIGNEE, [row])
        goods.end_reading(tx.connection, goods.KeptReading("r", CASE, "h", 1, NOW))
        exports.add_part(tx.connection, "e", 1, b"b")
        exports.end_export(tx.connection, file)
    with transactions.look() as tx:
        left = [
            tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("case_goods", "case_goods_row", "case_export", "case_export_part")
        ]
    engine.dispose()
    assert left == [0, 0, 0, 0]
