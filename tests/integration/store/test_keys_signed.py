"""What a key signed is found by an index: a revocation that is dated back stops no sequencer."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from trace.store.transaction import open_database

FOUND_BY_KEY = {
    "log_entry": "SELECT stmt FROM log_entry WHERE kid IN ('a', 'b')",
    "evidence_entry": "SELECT stmt FROM evidence_entry WHERE kid IN ('a', 'b')",
}


@pytest.mark.parametrize("table", FOUND_BY_KEY)
def test_what_a_key_signed_is_found_by_an_index(database_url, table) -> None:
    engine = open_database(database_url)
    with engine.begin() as connection:
        names = {each["name"] for each in inspect(connection).get_indexes(table)}
        assert f"ix_{table}_kid" in names
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:  # an empty table is read whole unless that is forbidden
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        plan = str(connection.exec_driver_sql(explain + FOUND_BY_KEY[table]).all())
    engine.dispose()
    assert f"ix_{table}_kid" in plan
