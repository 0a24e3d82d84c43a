"""The version that a database says that its tables have."""

from __future__ import annotations

from sqlalchemy import inspect

from trace.store.faults import DATABASE_ERRORS, refusal_of
from trace.store.transaction import open_database

_VERSION = "SELECT version_num FROM alembic_version"


def schema_version(url: str) -> str | None:
    """None for a database without tables; raises StorageBroken, StorageLost and their kin."""
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.exec_driver_sql(_VERSION).scalar()
            return None if found is None else str(found)
    except DATABASE_ERRORS as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
    finally:
        engine.dispose()
