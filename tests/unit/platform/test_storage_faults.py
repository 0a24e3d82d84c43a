"""Databases that are not as they must be: in words, without values, before anybody relies on them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, StatementError

from cli.setting_up import require_migrated
from tests.servers.databases import Databases, migrate
from trace.errors import Refusal, SchemaOutdated, StorageBroken
from trace.platform.folder import PlatformFolder
from trace.platform.storage_faults import has_room, refusal_behind, schema_version
from trace.store.transaction import open_database


def _folder(path: Path, url: str) -> PlatformFolder:
    return PlatformFolder(path, "food", "trace.test/food", database=url)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_without_tables_is_to_be_migrated(databases: Databases, tmp_path: Path, kind: str) -> None:
    with pytest.raises(SchemaOutdated) as caught:
        require_migrated(_folder(tmp_path, databases.empty(kind)))
    assert caught.value.params["found"] == "-"


def test_a_broken_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "trace.db").write_bytes(b"no database, but long enough to be looked at" * 40)
    with pytest.raises(StorageBroken) as caught:
        schema_version(f"sqlite:///{tmp_path}/trace.db")
    assert caught.value.params == {"reason": "SQLITE_NOTADB"}
    with pytest.raises(StorageBroken):
        schema_version(f"sqlite:///{tmp_path}/nowhere/trace.db")


def test_a_migrated_one_is_fine(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/trace.db"
    migrate(url)
    require_migrated(_folder(tmp_path, url))
    connection = sqlite3.connect(tmp_path / "trace.db")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    with pytest.raises(SchemaOutdated) as caught:
        require_migrated(_folder(tmp_path, url))
    assert caught.value.params["found"] == "0001"


def test_an_absent_table_is_an_old_schema(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/trace.db")
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql("SELECT * FROM lot WHERE urn = ?", ("a secret",))
    assert isinstance(refusal_behind(caught.value), SchemaOutdated)
    assert "a secret" not in str(caught.value)
    with engine.connect() as connection, pytest.raises((StatementError, OverflowError)) as large:
        connection.exec_driver_sql("SELECT ?", (2**70,))
    found = refusal_behind(large.value.__cause__ or large.value)
    assert isinstance(found, Refusal)
    engine.dispose()


def test_a_folder_in_which_nothing_can_be_written_is_seen(tmp_path: Path) -> None:
    assert has_room(tmp_path)
    assert not has_room(tmp_path / "nowhere")
