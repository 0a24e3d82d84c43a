"""How Alembic reaches the database and what it compares with: every table module of the store.

The address comes from the caller (`Config.attributes["database_url"]`), from `alembic -x url=…`, or from
GREENTRACE_DATABASE_URL, in this order; it is never written into a file.
"""

from __future__ import annotations

import importlib
import os
import pkgutil

from alembic import context
from sqlalchemy.pool import NullPool

import trace.store.tables
from trace.store.base import metadata
from trace.store.transaction import open_database

for _module in pkgutil.iter_modules(trace.store.tables.__path__):
    importlib.import_module(f"trace.store.tables.{_module.name}")


def _address() -> str:
    config = context.config
    given = (
        config.attributes.get("database_url")
        or context.get_x_argument(as_dictionary=True).get("url")
        or os.environ.get("GREENTRACE_DATABASE_URL")
    )
    if not given:
        raise SystemExit("no database: pass -x url=… or set GREENTRACE_DATABASE_URL")
    return str(given)


def _run() -> None:
    if context.is_offline_mode():
        context.configure(url=_address(), target_metadata=metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = open_database(_address(), poolclass=NullPool)
    with engine.connect() as connection:
        batch = connection.dialect.name == "sqlite"
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=batch)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
