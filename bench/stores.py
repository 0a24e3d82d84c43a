"""Databases to measure on: a SQLite file and a durable PostgreSQL, both migrated as in production."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.servers.databases import migrate
from tests.servers.postgres import PostgresServer

KINDS = ("sqlite", "postgresql")


@dataclass(slots=True)
class Store:
    """Hands out databases of one kind; `servers` are the process ids whose time is ours."""

    kind: str
    folder: Path
    server: PostgresServer | None = None

    @property
    def servers(self) -> list[int]:
        process = self.server and self.server._process
        return [process.pid] if process else []

    def empty(self) -> str:
        name = f"b_{uuid4().hex[:12]}"
        if self.server is None:
            return f"sqlite:///{self.folder / name}.db"
        return self.server.create(name)

    def migrated(self) -> str:
        url = self.empty()
        migrate(url)
        return url


@contextmanager
def store_of(kind: str) -> Iterator[Store]:
    """A store of that kind, gone with everything in it on leaving."""
    folder = Path(tempfile.mkdtemp(prefix="gt-bench-"))
    server = PostgresServer(durable=True).start() if kind == "postgresql" else None
    try:
        yield Store(kind, folder, server)
    finally:
        if server is not None:
            server.remove()
        shutil.rmtree(folder, ignore_errors=True)
